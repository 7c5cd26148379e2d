import json

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def away(request: HttpRequest) -> HttpResponse:
    """The database is away: a page in words, for programs a problem (RFC 9457). Nothing was done."""
    words = "系统正在恢复，这一次没有办成。请稍后用同一个 Idempotency-Key 再发。"
    answer = _in_place(request, 503, "Service Unavailable", words)
    answer.headers["Retry-After"] = "5"
    return answer


def too_large(request: HttpRequest) -> HttpResponse:
    """Nothing of it was read; the connection ends with the answer."""
    words = "内容太大了，一次最多 2.5 MB。"
    answer = _in_place(request, 413, "Request Entity Too Large", words)
    answer.headers["Connection"] = "close"
    return answer


def _in_place(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    if not request.path.startswith("/api/"):
        return HttpResponse(render_to_string(f"{status}.html"), status=status)
    problem = {"type": "about:blank", "title": title, "status": status, "detail": words}
    body = json.dumps(problem, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type="application/problem+json")

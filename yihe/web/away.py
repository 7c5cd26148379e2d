import json

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string


def away(request: HttpRequest) -> HttpResponse:
    """The database is away: a page in words, for programs a problem (RFC 9457). Nothing was done."""
    if request.path.startswith("/api/"):
        problem = {
            "type": "about:blank",
            "title": "Service Unavailable",
            "status": 503,
            "detail": "系统正在恢复，这一次没有办成。请稍后用同一个 Idempotency-Key 再发。",
        }
        body = json.dumps(problem, ensure_ascii=False)
        answer = HttpResponse(body, status=503, content_type="application/problem+json")
    else:
        answer = HttpResponse(render_to_string("503.html"), status=503)
    answer.headers["Retry-After"] = "5"
    return answer

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from yihe.web.demo_mode import last_known
from yihe.web.problems import for_program, problem


def away(request: HttpRequest) -> HttpResponse:
    """The database is away: a page in words, for programs a problem (RFC 9457). Nothing was done."""
    if for_program(request):
        answer = problem(503, "系统正在恢复，这一次没有办成。请稍后用同一个 Idempotency-Key 再发。")
    else:
        answer = HttpResponse(render_to_string("503.html", {"demo": last_known()}), status=503)
    answer.headers["Retry-After"] = "5"
    return answer

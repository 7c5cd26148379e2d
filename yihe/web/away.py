import errno

import structlog
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from psycopg.errors import DiskFull

from yihe.web.demo_mode import last_known
from yihe.web.problems import for_program, problem

log = structlog.get_logger("yihe.web")
LOST = "数据库暂时连不上，已经送到的都在。"
FULL = "服务器的磁盘满了，这一次没有记下来，已经送到的都在。"


def disk_full(error: BaseException | None) -> bool:
    """Whether the disk under the database, or our own, is what failed."""
    while error is not None:
        if isinstance(error, DiskFull):
            return True
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        error = error.__cause__
    return False


def is_away(error: BaseException | None) -> bool:
    """Whether this failed for want of the database or of room, not through a mistake of ours."""
    lost = isinstance(error, OperationalError | InterfaceError)
    return lost or (isinstance(error, Error | OSError) and disk_full(error))


def away(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """A page in words, for programs a problem (RFC 9457). Nothing was done."""
    full = disk_full(error)
    log.error("disk.full" if full else "database.away", error=type(error).__name__)
    if for_program(request):
        words = FULL if full else "系统正在恢复，这一次没有办成。"
        answer = problem(503, f"{words}请稍后用同一个 Idempotency-Key 再发。")
    else:
        page = {"demo": last_known(), "words": FULL if full else LOST}
        answer = HttpResponse(render_to_string("503.html", page), status=503)
    answer.headers["Retry-After"] = "60" if full else "5"
    return answer


def too_large(request: HttpRequest) -> HttpResponse:
    """Nothing of it was read; the connection ends with the answer."""
    if for_program(request):
        answer = problem(413, "内容太大了，一次最多 2.5 MB。")
    else:
        answer = HttpResponse(render_to_string("413.html", {"demo": last_known()}), status=413)
    answer.headers["Connection"] = "close"
    return answer

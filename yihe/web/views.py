import sys

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from yihe.web.away import away, is_away
from yihe.web.demo_mode import is_demo
from yihe.web.problems import FAILED, for_program, problem

COOKIES = {"elder": "y_elder", "dark": "y_dark"}


@csrf_exempt  # only the size and colour of the letters; so a public page needs no cookie
@login_not_required
@require_POST
def look(request: HttpRequest, what: str) -> HttpResponse:
    """Switch 长辈版 or 深色 and go back to where the person was."""
    if what not in COOKIES:
        raise Http404
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    if not safe or not back.startswith("/"):
        back = "/"
    response = HttpResponseRedirect(back)
    if request.COOKIES.get(COOKIES[what]) == "1":
        response.delete_cookie(COOKIES[what])
    else:
        response.set_cookie(COOKIES[what], "1", max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


GLYPHS = [
    ("new", "待受理"), ("doing", "正在办"), ("yours", "等您"), ("wait", "等居民补充"),
    ("back", "重开、退回"), ("done", "办完了"), ("late", "超期"), ("off", "撤回、停了"),
]  # fmt: skip
COLOURS = [
    ("松", "core", "办事、链接、做成了"), ("灯", "lamp", "轮到您；您的家。只作底"),
    ("砖", "brick", "晚了、错了、空着"), ("黛", "slate", "政府的级别"), ("墨", "ink", "正文"),
    ("淡墨", "ink-2", "次要文字"), ("纸", "paper", "页面的底"), ("边", "edge", "控件的边"),
]  # fmt: skip
CHART = [
    (1, "今年、做到的"), (2, "对照组"), (3, "需要的线"), (4, "超期"), (5, "第五类"),
    (6, "去年、其余"),
]  # fmt: skip


@login_not_required
@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """All components on one living page, in demo mode."""
    if not is_demo():
        raise Http404
    page = {
        "glyphs": GLYPHS,
        "colours": COLOURS,
        "chart": CHART,
        "place": [("演示区", "/"), ("部件", "")],
    }
    return render(request, "web/style.html", page)


def server_error(request: HttpRequest) -> HttpResponse:
    """What failed before or after a view: words; for a database away or a full disk, those for that."""
    error = sys.exc_info()[1]
    if is_away(error):
        return away(request, error)
    if for_program(request):
        return problem(500, FAILED)
    return HttpResponse(render_to_string("500.html", {"demo": is_demo()}), status=500)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What Django itself refuses to read, such as a host that is not ours."""
    if for_program(request):
        return problem(400, "请求看不懂。")
    return HttpResponse(render_to_string("400.html", {"demo": is_demo()}), status=400)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "web/csrf.html", status=403)

"""What a list shows, as a file: without persons, and the taking is an act."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.calls.access import without_reporter
from yihe.calls.actions.exporting import note_export
from yihe.calls.models import Call
from yihe.calls.queries import listed
from yihe.calls.views.call import title_of
from yihe.calls.views.lists import place_of
from yihe.calls.views.search import found_for
from yihe.sheets.writing import CSV, EXCEL, Cell, as_csv, as_excel
from yihe.web.elsewhere import reads_elsewhere
from yihe.web.requests import PersonRequest, Response
from yihe.web.words import LEVELS

MOST = 50_000
HEADS = (
    "编号", "发出时间", "地方", "内容", "类别", "性质", "渠道", "状态",
    "级别", "受理台", "到期", "答复时间", "按时", "重开次数", "评价",
)  # fmt: skip


@require_GET
def table(request: PersonRequest, form: str) -> Response:
    """All rows of the list with this narrowing, as CSV or Excel."""
    lines = _lines(request)
    if len(lines) > MOST:
        messages.error(request, f"一次最多导出 {MOST} 件。请先按地方、月份或者状态筛选。")
        return redirect(f"/all/?{request.GET.urlencode()}")
    data = as_csv(HEADS, lines) if form == "csv" else as_excel("呼叫", HEADS, lines)
    note_export(rows=len(lines), form=form, acting=request.acting, at=timezone.now())
    answer = HttpResponse(data, content_type=CSV if form == "csv" else EXCEL)
    day = timezone.localdate().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="calls-{day}.{form}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@reads_elsewhere
def _lines(request: PersonRequest) -> list[list[Cell]]:
    """One more than a file may hold tells that there are too many."""
    found = found_for(request)
    calls = listed(found.shown).select_related("reporter", "source").order_by("-raised_at", "-pk")
    return [_line(call) for call in calls[: MOST + 1]]


def _line(call: Call) -> list[Cell]:
    source = getattr(call, "source", None)
    local = timezone.localtime
    return [
        call.number,
        f"{local(call.raised_at):%Y-%m-%d %H:%M}",
        place_of(call),
        title_of(call, partial(without_reporter, call)),
        call.topic.name if call.topic else "",
        source.nature if source else call.get_nature_display(),
        source.channel if source else call.get_channel_display(),
        call.get_status_display(),
        LEVELS.get(call.level, ""),
        call.desk.name,
        f"{local(call.due_at):%Y-%m-%d %H:%M}" if call.due_at else "",
        f"{local(call.answered_at):%Y-%m-%d %H:%M}" if call.answered_at else "",
        {True: "是", False: "否", None: ""}[call.answered_in_time],
        call.reopened,
        call.stars,
    ]

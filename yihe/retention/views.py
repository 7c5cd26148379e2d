from typing import Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.refusal import Refusal
from yihe.retention import actions
from yihe.retention.access import keeps_periods, kind_to_keep
from yihe.retention.forms import HoldForm, PeriodForm
from yihe.retention.queries import COUNTED, failures, holds, preview, runs, standing
from yihe.retention.rules import ALWAYS, BY_KEY, in_words
from yihe.web.form_pages import form_page
from yihe.web.requests import PersonRequest, Response

SHOWN = 20


def _where() -> list[tuple[str, str]]:
    return [("管理", "/house/"), ("保存期限", reverse("retention:periods"))]


def _many(number: int) -> str:
    return f"{COUNTED} 条以上" if number >= COUNTED else f"{number} 条"


@require_GET
def periods(request: PersonRequest) -> Response:
    """What is kept how long, what is due, what is held, what was done."""
    keeps_periods(request.acting)
    now = timezone.now()
    rows: list[dict[str, Any]] = []
    found = standing()
    for one in found:
        due, soon = preview(one, at=now)
        rows.append(
            {
                "one": one,
                "running": one.running(now),
                "waits": one.on and not one.running(now),
                "due": _many(due),
                "soon": _many(soon),
            }
        )
    today = timezone.localdate()
    held = list(holds())
    page = {
        "rows": rows,
        "on": sum(one.on for one in found),
        "always": ALWAYS,
        "holds": held,
        "overdue": sum(one.look_on <= today for one in held),
        "today": today,
        "failures": [(BY_KEY[one.kind].title, one) for one in failures()[:SHOWN] if one.kind in BY_KEY],
        "runs": [
            (BY_KEY[entry.subject_key].title, entry.numbers["rows"], entry.at)
            for entry in runs()[:SHOWN]
        ],
        "trail": [("管理", "/house/"), ("保存期限", "")],
    }  # fmt: skip
    return render(request, "retention/periods.html", page)


@require_http_methods(["GET", "POST"])
def period(request: PersonRequest, kind: str) -> Response:
    """One period: how long, and whether it is on. What would be due stands above the form."""
    of = kind_to_keep(request.acting, kind)
    now = timezone.now()
    one = next(one for one in standing() if one.kind is of)
    due, soon = preview(one, at=now)

    def do(values: dict[str, Any]) -> str:
        actions.set_period(
            kind=of, months=values["months"], on=values["on"], acting=request.acting, at=now
        )
        return reverse("retention:periods")

    return form_page(
        request,
        PeriodForm(request.POST or None, initial={"months": one.months, "on": one.on}),
        do,
        title=f"{of.title}留多久",
        send="从现在起用",
        done="定好了。打开或缩短的，一周以后才开始删，这一周里可以改回来。",
        where=_where(),
        intro=f"从{of.since}算起。到期删的：{of.goes}。留下的：{of.stays}。"
        f"按现在写的 {in_words(one.months)}，已经到期 {_many(due)}，再过三十天是 {_many(soon)}。"
        f"至少留 {in_words(of.least)}。数是软件建议的，不是法律规定的，请本区自己定。",
    )


@require_http_methods(["GET", "POST"])
def hold_page(request: PersonRequest) -> Response:
    keeps_periods(request.acting)

    def do(values: dict[str, Any]) -> str:
        actions.hold(acting=request.acting, at=timezone.now(), **values)
        return reverse("retention:periods")

    return form_page(
        request,
        HoldForm(request.POST or None),
        do,
        title="留着一件呼叫",
        send="留着",
        done="留着了。到那天请再看要不要留。",
        where=_where(),
        intro="有争议没有了结的，期限到了也不删。本人要删除自己的信息，不受它拦着。",
    )


@require_POST
def end_hold(request: PersonRequest, hold_id: int) -> Response:
    keeps_periods(request.acting)
    try:
        found = actions.let_go(hold_id=hold_id, acting=request.acting, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{found.call.number} 不再另外留着，照期限办。")
    return redirect("retention:periods")

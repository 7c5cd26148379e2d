import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import condition, require_POST, require_safe

from yihe.opendata import actions
from yihe.opendata.access import may_open, open_or_404
from yihe.opendata.queries import home, is_open, published, state
from yihe.opendata.rules import OTHER, SETTLED, TITLES, last_settled
from yihe.refusal import Refusal
from yihe.sheets.writing import CSV, as_csv
from yihe.web.requests import PersonRequest, Response

View = Callable[[HttpRequest], HttpResponse]


@login_not_required
@require_safe
def page(request: HttpRequest) -> Response:
    """What is open, what each column means, how nobody is singled out; for the office the switch."""
    acting = getattr(request, "acting", None)
    office, on = acting is not None and may_open(acting), is_open()
    if not on and not office:
        raise Http404
    shown: dict[str, Any] = {
        "on": on,
        "office": office,
        "district": home(),
        "columns": TITLES.items(),
        "titles": [title for title, _ in TITLES.values()],
        "other": OTHER,
        "settled": SETTLED,
        "newest": last_settled(timezone.localdate()),
        "licence": settings.OPEN_LICENCE,
        **state(),
    }
    return render(request, "opendata/page.html", shown)


def _etag(request: HttpRequest) -> str | None:
    built_at = state()["built_at"] if is_open() else None
    return f'"{built_at.timestamp()}"' if built_at else None


def _modified(request: HttpRequest) -> datetime | None:
    found: datetime | None = state()["built_at"] if is_open() else None
    return found


def _download(view: View) -> View:
    """Of what is open; not too often from one place; not again where nothing is new."""

    @login_not_required
    @require_safe
    @wraps(view)
    def fetched(request: HttpRequest) -> HttpResponse:
        open_or_404()
        if not ratelimit.consume(
            request, app="allauth.account", action="open_data", limit_get=True
        ):
            words = "下载得太密了，请过一分钟再来。\n"
            return HttpResponse(words, status=429, content_type="text/plain; charset=utf-8")
        answer: HttpResponse = condition(_etag, _modified)(view)(request)
        answer.headers["Cache-Control"] = "public, max-age=3600"
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer

    return fetched


@_download
def as_table(request: HttpRequest) -> HttpResponse:
    data = as_csv([title for title, _ in TITLES.values()], published())
    answer = HttpResponse(data, content_type=CSV)
    answer.headers["Content-Disposition"] = 'attachment; filename="calls.csv"'
    return answer


@_download
def as_json(request: HttpRequest) -> HttpResponse:
    place = home()
    data = {
        "district": {"code": place.code, "name": place.name} if place else None,
        "licence": settings.OPEN_LICENCE,
        "least": state()["least"],
        "columns": {name: {"title": title, "text": text} for name, (title, text) in TITLES.items()},
        "rows": [dict(zip(TITLES, row, strict=True)) for row in published()],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json")


@require_POST
def switch(request: PersonRequest) -> Response:
    if not may_open(request.acting):
        raise Http404
    now, opening = timezone.now(), request.POST.get("do") == "open"
    try:
        if opening and not request.POST.get("sure"):
            raise Refusal("要开放，请先打勾确认。")
        if opening:
            actions.open_up(acting=request.acting, at=now)
        else:
            actions.shut(acting=request.acting, at=now)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        words = "开放了。各个月份一会儿就算好。" if opening else "不开放了，下载的地址现在打不开。"
        messages.success(request, words)
    return redirect("opendata:page")

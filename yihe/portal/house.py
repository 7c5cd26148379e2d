"""Keeping the house: tables in, the working calendar, and the way to everything that is kept."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from yihe.bodies.access import keeps_bodies
from yihe.calendar.actions import enter_year
from yihe.calendar.queries import years
from yihe.calls.models import Call
from yihe.portal.forms import TableForm, YearForm
from yihe.portal.keeping import kept
from yihe.portal.tables import TABLES
from yihe.refusal import Refusal
from yihe.sheets.columns import template_csv, template_excel
from yihe.sheets.importing import import_table
from yihe.sheets.maps import PLAIN, find_map
from yihe.sheets.reading import read_bytes
from yihe.sheets.report import Report
from yihe.sheets.writing import EXCEL
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.web.requests import PersonRequest, Response


def _keeps(acting: Acting) -> None:
    """The district's administrator and head keep the house; for everybody else it is not there."""
    if not keeps_bodies(acting):
        raise Http404


@require_GET
def house(request: PersonRequest) -> Response:
    """Everything that is kept, in one place."""
    _keeps(request.acting)
    page = {"missing": _missing_year(), "tables": TABLES, **kept()}
    return render(request, "portal/house.html", page)


def _missing_year() -> int | None:
    """The next year, when it is near and nobody entered it."""
    today = timezone.localdate()
    known = {year for year, _, _ in years()}
    for year in (today.year, today.year + 1):
        near = year == today.year or today.month >= 11
        if near and year not in known:
            return year
    return None


@require_http_methods(["GET", "POST"])
def tables(request: PersonRequest) -> Response:
    """A table in: checked first, then taken. Nothing is kept of the file."""
    _keeps(request.acting)
    form = TableForm(
        request.POST or None,
        request.FILES or None,
        initial={"kind": request.GET.get("kind", "")[:20]},
    )
    page: dict[str, Any] = {"form": form, "tables": TABLES.values()}
    if request.method == "POST" and form.is_valid():
        kind = TABLES[form.cleaned_data["kind"]]
        checking = request.POST.get("do") != "take"
        try:
            report: Report = import_table(
                kind,
                read_bytes(form.cleaned_data["file"].read()),
                mapping=find_map(form.cleaned_data["map"], kind.maps)
                if form.cleaned_data["map"]
                else PLAIN,
                dry_run=checking,
                keep_good=form.cleaned_data["keep_good"],
                acting=request.acting,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            page |= {"report": report, "kind": kind, "checking": checking}
            page["shown"] = report.refused[:200]
    return render(request, "portal/tables.html", page)


@require_GET
def template(request: PersonRequest, kind: str, ext: str) -> HttpResponse:
    """An empty table to fill in."""
    _keeps(request.acting)
    if kind not in TABLES or ext not in ("csv", "xlsx"):
        raise Http404
    table = TABLES[kind]
    data = (
        template_csv(table.columns)
        if ext == "csv"
        else template_excel({table.title: table.columns})
    )
    answer = HttpResponse(data, content_type="text/csv; charset=utf-8" if ext == "csv" else EXCEL)
    answer.headers["Content-Disposition"] = f'attachment; filename="yihe-{kind}.{ext}"'
    return answer


@require_http_methods(["GET", "POST"])
def calendar(request: PersonRequest) -> Response:
    """The working calendar: which years are known; a year is shown before it is entered."""
    if request.acting.kind != "seat":
        raise Http404
    keeps = keeps_bodies(request.acting)
    if request.method == "POST" and not keeps:
        raise Http404
    form = YearForm(request.POST or None)
    page: dict[str, Any] = {
        "form": form,
        "keeps": keeps,
        "missing": _missing_year(),
        "years": sorted(years(), reverse=True),
        "waiting": Call.objects.open().filter(due_provisional=True).count(),
    }
    if request.method == "POST" and form.is_valid():
        year, odd_days = form.cleaned_data["year"], form.cleaned_data["odd_days"]
        if request.POST.get("do") != "save":
            page["preview"] = [
                (day, worked, name, worked != (day.weekday() < 5))
                for day, (worked, name) in sorted(odd_days.items())
            ]
            return render(request, "portal/calendar.html", page)
        try:
            with transaction.atomic():
                changed = enter_year(year=year, odd_days=odd_days, at=timezone.now())
                record(
                    acting=request.acting,
                    act="calendar.year",
                    on=("calendar", year),
                    at=timezone.now(),
                    numbers={"odd_days": changed},
                )
        except Refusal as refusal:
            form.add_error("days", str(refusal))
        else:
            messages.success(request, f"{year} 年录好了。按周一至周五推算的期限会马上重算。")
            return redirect("portal:calendar")
    return render(request, "portal/calendar.html", page)

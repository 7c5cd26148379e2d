"""Public pages: nobody signs in, nothing is kept. The numbers stand in the link and nowhere else."""

from datetime import date
from typing import Any
from urllib.parse import unquote, urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from yihe.calendar.queries import calendar as workdays
from yihe.checkup import clocks, excerpts, typed
from yihe.checkup.books import book_of, law_of
from yihe.checkup.examples import EXAMPLES
from yihe.checkup.forms import form_of
from yihe.checkup.page import page_of
from yihe.checkup.query import LONGEST, MOST_MOTIONS, Sheet, decision, read_query
from yihe.checkup.reading import LONGEST_TEXT, read_text
from yihe.law import compose, shelf, tally
from yihe.law.values import HouseRules
from yihe.refusal import Refusal

LAW_KEYS = ("date", "place", "rule_came", "rule_most")
TOO_LONG = "链接太长了，可能复制时多带了东西。请从头填一次，或者少看几个议题。"


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A browser may keep a page to go back to, unless its frame is a signed-in person's."""
    response = render(request, template, context, status=status)
    if not request.user.is_authenticated:
        response.headers["Cache-Control"] = "private, no-cache"
    if request.GET:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def _sheet(request: HttpRequest) -> Sheet:
    """The numbers of the query, or none and a word why: a query is measured before it is read."""
    if len(request.META.get("QUERY_STRING", "")) > LONGEST:
        return Sheet(errors={"": TOO_LONG})
    return read_query({name: values[-1] for name, values in request.GET.lists() if values})


def _form_page(
    request: HttpRequest, sheet: Sheet, *, motions: int = 1, status: int = 200, **more: Any
) -> HttpResponse:
    shown = form_of(sheet, motions=motions, read_from=more.get("read_from"))
    return _page(
        request,
        "checkup/form.html",
        {"form": shown, "examples": EXAMPLES, "most": MOST_MOTIONS, "sheet": sheet, **more},
        status,
    )


@login_not_required
@require_safe
def form(request: HttpRequest) -> HttpResponse:
    """The form, filled with what the link holds: from an example, a pasted text, or a result to be mended."""
    sheet = _sheet(request)
    status = 400 if "" in sheet.errors else 200
    more = request.GET.get("more", "") if status == 200 else ""
    taken = excerpts.unpack(request.GET.get("read", "")) if status == 200 else []
    return _form_page(
        request,
        sheet,
        motions=int(more) if more.isascii() and more.isdecimal() and len(more) < 3 else 1,
        status=status,
        taken=taken,
        left=[one for one in taken if one.note],
        sure=[one for one in taken if not one.note],
        pasted=bool(request.GET.get("read")),
        read_from={name: one.clause(name) for one in taken for name in one.fields},
    )


@login_not_required
@require_safe
def result(request: HttpRequest) -> HttpResponse:
    """What the law says to these numbers. Numbers as typed lead to the link that holds them clean."""
    sheet = _sheet(request)
    found = decision(sheet) if "" not in sheet.errors else None
    if found is None:
        return _form_page(request, sheet, status=400)
    if request.META.get("QUERY_STRING", "") != sheet.link:
        return HttpResponseRedirect(f"{reverse('checkup:result')}?{sheet.link}")
    page = page_of(tally(found), sheet)
    return _page(
        request,
        "checkup/result.html",
        {
            "page": page,
            "link": request.build_absolute_uri(),
            "link_words": unquote(request.build_absolute_uri()),
            "change": f"{reverse('checkup:form')}?{sheet.link}",
            "today": timezone.localdate(),
        },
    )


@csrf_exempt  # it changes nothing and keeps nothing, and so it needs no cookie
@login_not_required
@require_POST
def paste(request: HttpRequest) -> HttpResponse:
    """A pasted text becomes a link to the form with what was found in it."""
    text = request.POST.get("text", "")
    if not text.strip():
        return HttpResponseRedirect(reverse("checkup:form") + "#paste")
    if len(text) > LONGEST_TEXT:
        words = f"贴的文字太长，最多 {LONGEST_TEXT:,} 个字。只贴有数字的几段就行。"
        return _form_page(request, Sheet(), status=400, paste_error=words)
    found = read_text(text)
    fields = found.values
    taken = sorted(found.taken, key=lambda one: not one.note)  # what was left goes first
    room = LONGEST - len(urlencode(fields)) - 10
    query = urlencode({**fields, "read": excerpts.pack(taken, room)})
    return HttpResponseRedirect(f"{reverse('checkup:form')}?{query}#read")


@login_not_required
@require_safe
def law(request: HttpRequest) -> HttpResponse:
    """All rule books; with a day and a place, what applies there on that day, whole, to be printed."""
    sheet = read_query({name: request.GET.get(name, "")[:40] for name in LAW_KEYS})
    form = form_of(sheet)
    context = {"date": form.date, "place": form.place, "books": [book_of(book) for book in shelf()]}
    if sheet.errors or "date" not in sheet.clean:
        status = 400 if sheet.errors else 200
        return _page(request, "checkup/law.html", context, status)
    day = date.fromisoformat(sheet.clean["date"])
    house = HouseRules("rule_came" in sheet.clean, "rule_most" in sheet.clean)
    found = law_of(compose(sheet.clean.get("place", "CN"), day, house))
    return _page(request, "checkup/composed.html", {**context, "law": found})


@login_not_required
@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """期限: to which day a period runs, by which article; what is not verified stands below, unreckoned."""
    sheet = read_query({name: request.GET.get(name, "")[:40] for name in ("date", "place")})
    form = form_of(sheet)
    today = timezone.localdate()
    picked = request.GET.get("what", "")
    asked = clocks.QUESTIONS.get(picked)
    day = date.fromisoformat(sheet.clean["date"]) if "date" in sheet.clean else None
    law = compose(sheet.clean.get("place", "CN"), day or today)
    context: dict[str, Any] = {
        "date": form.date, "place": form.place, "picked": picked, "questions": clocks.QUESTIONS,
        "agreed": request.GET.get("agreed", "")[:4], "resting": clocks.resting(law),
    }  # fmt: skip
    wrong = bool(sheet.errors) or bool(picked and (asked is None or day is None))
    if asked and day and not wrong:
        try:
            agreed = _days(context["agreed"])
            context["found"] = clocks.period(asked, law, day, workdays(), agreed)
        except Refusal as refusal:
            context["refused"], wrong = str(refusal), True
    elif wrong and not sheet.errors:
        context["refused"] = "选一个问题，写上日期。"
    return _page(request, "checkup/days.html", context, 400 if wrong else 200)


def _days(text: str) -> int | None:
    """Days that a contract agreed; None where none are written."""
    number = typed.heads(text) if text.strip() else ""
    return int(number) if number else None


@login_not_required
@require_safe
def law_book(request: HttpRequest, book_id: str) -> HttpResponse:
    """One book for a lawyer: every rule with article, words, source and state."""
    for book in shelf():
        if book.id == book_id:
            return _page(request, "checkup/book.html", {"book": book_of(book)})
    raise Http404

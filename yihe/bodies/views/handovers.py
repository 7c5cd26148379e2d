"""Seal, files and accounts: what was handed over, when, by whom, to whom."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from yihe.bodies import actions
from yihe.bodies.access import body_for, seats_people
from yihe.bodies.forms.seats import GiveForm, HandoverForm, ItemForm
from yihe.bodies.models import Body, Handover
from yihe.bodies.views.common import where
from yihe.web.form_pages import form_page, sure
from yihe.web.requests import PersonRequest, Response


def _list(handover: Handover) -> str:
    return reverse("bodies:handover", args=[handover.body_id, handover.pk])


def _above(handover: Handover) -> list[tuple[str, str]]:
    return [*where(handover.body), ("移交清单", _list(handover))]


def _seated(request: PersonRequest, body_id: int) -> Body:
    found = body_for(request.acting, body_id)
    if not seats_people(request.acting, found):
        raise Http404
    return found


def _open(request: PersonRequest, body_id: int, handover_id: int) -> Handover:
    """One that is not done, for somebody who seats people in that body."""
    found = _seated(request, body_id)
    rows = found.handovers.select_related("body__compound")
    return get_object_or_404(rows, pk=handover_id, done_at=None)


@require_GET
def handover(request: PersonRequest, body_id: int, handover_id: int) -> Response:
    """The checklist, for who reads the body's seats."""
    found = body_for(request.acting, body_id)
    one = get_object_or_404(found.handovers, pk=handover_id)
    items = one.items.select_related("gave__person", "gave__body", "took__person", "took__body")
    page = {
        "body": found,
        "handover": one,
        "items": list(items.order_by("position", "pk")),
        "keeps": one.done_at is None and seats_people(request.acting, found),
    }
    page["left"] = sum(item.given_on is None for item in page["items"])  # type: ignore[attr-defined]
    return render(request, "bodies/handover.html", page)


@require_http_methods(["GET", "POST"])
def begin(request: PersonRequest, body_id: int) -> Response:
    """A checklist begins, with what such a body hands over as a rule."""
    found = _seated(request, body_id)

    def do(values: dict[str, Any]) -> str:
        made = actions.begin_handover(
            body=found, acting=request.acting, at=timezone.now(), **values
        )
        return _list(made)

    return form_page(
        request,
        HandoverForm(request.POST or None),
        do,
        title="开始移交",
        send="列清单",
        done="清单列好了，可以再加几样。",
        where=where(found),
        intro="印章、档案、账目一样一样交，谁交谁接哪天交都记下来。",
    )


@require_http_methods(["GET", "POST"])
def add(request: PersonRequest, body_id: int, handover_id: int) -> Response:
    """One more thing."""
    one = _open(request, body_id, handover_id)

    def do(values: dict[str, Any]) -> str:
        actions.add_item(handover=one, acting=request.acting, at=timezone.now(), **values)
        return _list(one)

    return form_page(
        request,
        ItemForm(request.POST or None),
        do,
        title="再加一样",
        send="加上",
        done="加上了。",
        where=_above(one),
    )


@require_http_methods(["GET", "POST"])
def give(request: PersonRequest, body_id: int, handover_id: int, item_id: int) -> Response:
    """One thing was given: by whom, to whom, on which day."""
    one = _open(request, body_id, handover_id)
    item = get_object_or_404(one.items.select_related("handover__body"), pk=item_id, given_on=None)
    form = GiveForm(request.POST or None, item=item, initial={"on": timezone.localdate()})

    def do(values: dict[str, Any]) -> str:
        actions.hand_item_over(item=item, acting=request.acting, at=timezone.now(), **values)
        return _list(one)

    return form_page(
        request,
        form,
        do,
        title=f"交接：{item.name}",
        send="记下",
        done="记下了。",
        where=_above(one),
    )


@require_http_methods(["GET", "POST"])
def finish(request: PersonRequest, body_id: int, handover_id: int) -> Response:
    """Everything was given."""
    one = _open(request, body_id, handover_id)

    def do(values: dict[str, Any]) -> str:
        return _list(
            actions.finish_handover(handover=one, acting=request.acting, at=timezone.now())
        )

    return form_page(
        request,
        sure(request),
        do,
        title="移交办完",
        send="办完了",
        done="移交办完了，清单留着，不能再改。",
        where=_above(one),
        intro="每一样都交了，才能办完。",
    )

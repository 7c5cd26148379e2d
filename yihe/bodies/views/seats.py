"""Who takes, keeps and leaves a post."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihe.accounts.actions import reset_sign_in
from yihe.bodies import actions
from yihe.bodies.access import body_for, seats_people
from yihe.bodies.forms.seats import EndForm, ExtendForm, SeatForm, SecondForm, TermForm
from yihe.bodies.models import Body, BodyKind, Seat
from yihe.bodies.rules import SELF_GOVERNING
from yihe.bodies.views.common import address, where
from yihe.web.form_pages import form_page, sure
from yihe.web.requests import PersonRequest, Response


def _seated(request: PersonRequest, body_id: int) -> Body:
    """The body, for somebody who seats people there; else 404."""
    found = body_for(request.acting, body_id)
    if not seats_people(request.acting, found):
        raise Http404
    return found


def _held(found: Body, seat_id: int) -> Seat:
    """One of its seats that is not over."""
    seats = found.seats.unended(timezone.now()).select_related("person", "body")
    return get_object_or_404(seats, pk=seat_id)


@require_http_methods(["GET", "POST"])
def seat(request: PersonRequest, body_id: int) -> Response:
    """A person takes a post."""
    found = _seated(request, body_id)
    form = SeatForm(request.POST or None, body=found)

    def do(values: dict[str, Any]) -> str:
        since, until = form.period()
        actions.seat_by_phone(
            body=found,
            post=values["post"],
            name=values["name"],
            phone=values["phone"],
            area=form.area(),
            side=values.get("side", ""),
            since=since,
            until=until,
            acting=request.acting,
            at=timezone.now(),
        )
        return address(found)

    return form_page(
        request,
        form,
        do,
        title="写上谁在任",
        send="就任",
        done="写好了。本人用手机号登录就能办事；在机关任职的，第一次登录要设密码和动态码。",
        where=where(found),
    )


@require_http_methods(["GET", "POST"])
def second(request: PersonRequest, body_id: int) -> Response:
    """An office sends somebody into a branch."""
    found = _seated(request, body_id)
    if found.kind != BodyKind.BRANCH:
        raise Http404
    form = SecondForm(request.POST or None, body=found)

    def do(values: dict[str, Any]) -> str:
        since, until = form.period()
        actions.second_by_phone(
            body=found,
            post=values["post"],
            name=values["name"],
            phone=values["phone"],
            sent_by=values["sent_by"],
            task=values["task"],
            since=since,
            until=until,
            acting=request.acting,
            at=timezone.now(),
        )
        return address(found)

    return form_page(
        request,
        form,
        do,
        title="派驻",
        send="派来",
        done="写好了。期限一到，自己就结束；要延长，到时再延。",
        where=where(found),
    )


@require_http_methods(["GET", "POST"])
def unseat(request: PersonRequest, body_id: int, seat_id: int) -> Response:
    """A person leaves a post."""
    found = _seated(request, body_id)
    held = _held(found, seat_id)
    form = EndForm(request.POST if request.method == "POST" else None)

    def do(values: dict[str, Any]) -> str:
        actions.end_seat(
            seat=held,
            ending=values["ending"] or "other",
            last_day=values["last_day"],
            acting=request.acting,
            at=timezone.now(),
        )
        return address(found)

    return form_page(
        request,
        form,
        do,
        title=f"{held.person.name or '这个人'}卸任{held.get_post_display()}",
        send="卸任",
        done="办好了。卸任以后，不能再以这个职务办事。",
        where=where(found),
        intro="卸任以后，他经手的事都留着；在办的呼叫请另外指派人。",
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def extend(request: PersonRequest, body_id: int, seat_id: int) -> Response:
    """A post with an end is held longer."""
    found = _seated(request, body_id)
    held = _held(found, seat_id)
    if held.until is None:
        raise Http404
    form = ExtendForm(request.POST or None, initial={"last_day": held.last_day})

    def do(values: dict[str, Any]) -> str:
        actions.extend_seat(
            seat=held, last_day=values["last_day"], acting=request.acting, at=timezone.now()
        )
        return address(found)

    return form_page(
        request,
        form,
        do,
        title=f"延长{held.person.name or '这个人'}的{held.get_post_display()}任职",
        send="延长",
        done="延好了。",
        where=where(found),
    )


@require_http_methods(["GET", "POST"])
def substitute(request: PersonRequest, body_id: int) -> Response:
    """The next alternate sits on a vacant seat."""
    found = _seated(request, body_id)

    def do(values: dict[str, Any]) -> str:
        actions.substitute(body=found, acting=request.acting, at=timezone.now())
        return address(found)

    return form_page(
        request,
        sure(request),
        do,
        title="候补委员递补",
        send="递补",
        done="递补好了。候补的那一席同时结束。",
        where=where(found),
        intro="排在最前面的候补委员，从现在起坐上空出的席位，任期和这一届一样。主任、副主任由委员自己推选。",
    )


@require_http_methods(["GET", "POST"])
def term(request: PersonRequest, body_id: int) -> Response:
    """The next term of a body."""
    found = _seated(request, body_id)
    if found.kind not in SELF_GOVERNING:
        raise Http404
    form = TermForm(request.POST or None, initial={"size": found.size})

    def do(values: dict[str, Any]) -> str:
        actions.begin_term(body=found, acting=request.acting, at=timezone.now(), **values)
        return address(found)

    return form_page(
        request,
        form,
        do,
        title="新的一届",
        send="写上",
        done="写好了。接着可以写谁在任，任期跟着这一届。",
        where=where(found),
    )


@require_http_methods(["GET", "POST"])
def extend_term(request: PersonRequest, body_id: int, number: int) -> Response:
    """A term lasts longer, and with it the seats that end with it."""
    found = _seated(request, body_id)
    held = get_object_or_404(found.terms, number=number)
    form = ExtendForm(request.POST or None, initial={"last_day": held.until})

    def do(values: dict[str, Any]) -> str:
        actions.extend_term(
            term=held, until=values["last_day"], acting=request.acting, at=timezone.now()
        )
        return address(found)

    return form_page(
        request,
        form,
        do,
        title=f"延长第 {held.number} 届",
        send="延长",
        done="延好了。跟着这一届的任职也延到同一天。",
        where=where(found),
    )


@require_http_methods(["GET", "POST"])
def reset(request: PersonRequest, body_id: int, seat_id: int) -> Response:
    """For somebody in office who lost the password or the phone: they set up both anew."""
    found = _seated(request, body_id)
    held = get_object_or_404(
        found.seats.held().select_related("person"), pk=seat_id, person__works=True
    )
    name = held.person.name or "这个人"

    def do(values: dict[str, Any]) -> str:
        reset_sign_in(user=held.person, acting=request.acting, at=timezone.now())
        return address(found)

    return form_page(
        request,
        sure(request),
        do,
        title=f"重设{name}的登录",
        send="重设",
        done=f"重设好了。请{name}用验证码登录，再设密码和动态码。",
        where=where(found),
        intro="忘了密码、丢了手机和恢复码时用。先当面或打电话问清楚是本人。"
        "重设以后，原来的密码、动态码、恢复码都作废，各处都退出；验证码仍然只发到他登记的手机号。",
        danger=True,
    )

from collections import Counter
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.accounts.actions import reset_sign_in
from yihe.bodies import actions
from yihe.bodies.access import body_for, body_to_read, keeps_bodies, seats_people, sees_bodies
from yihe.bodies.forms import ChangeForm, FoundForm, SeatForm
from yihe.bodies.middleware import SESSION_KEY
from yihe.bodies.models import Body
from yihe.bodies.queries import bodies_below, bodies_in, chain_above
from yihe.bodies.rules import LEVELS
from yihe.trail.acting import Acting
from yihe.web.form_pages import form_page, sure
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response


@require_POST
def capacity(request: PersonRequest) -> Response:
    """Act in another of one's capacities from now on."""
    chosen = request.POST.get("capacity", "")
    if chosen not in [one.key for one in request.capacities]:
        raise Http404
    request.session[SESSION_KEY] = chosen
    return redirect("/")


@require_GET
def bodies(request: PersonRequest) -> Response:
    """Bodies in the places one answers for."""
    sees_bodies(request.acting)
    found = bodies_in(request.acting)
    q = request.GET.get("q", "").strip()[:60]
    if q:
        found = found.filter(name__icontains=q) | found.filter(aliases__name__icontains=q)
        found = found.distinct()
    page = {"page": paged(request, found, per=60), "keeps": keeps_bodies(request.acting), "q": q}
    return render(request, "bodies/bodies.html", page)


@require_GET
def body(request: PersonRequest, body_id: int) -> Response:
    """Who sits where, since when; what is above and below. Of an office above one's own the posts alone."""
    found, whole = body_to_read(request.acting, body_id)
    page: dict[str, Any] = {
        "body": found,
        "above": _readable(request.acting, chain_above(found)),
        "whole": whole,
    }
    now = timezone.now()
    seats = found.seats.select_related("person").order_by("-since", "-pk")
    if not whole:
        held = Counter(seat.get_post_display() for seat in seats if seat.held(now))
        return render(request, "bodies/body.html", {**page, "posts": list(held.items())})
    page |= {
        "below": bodies_below(found)[:200],
        "now": [seat for seat in seats if seat.held(now)],
        "before": [seat for seat in seats if seat.until is not None and seat.until <= now],
        "aliases": list(found.aliases.order_by("name").values_list("name", flat=True)),
        "keeps": keeps_bodies(request.acting),
        "seats": seats_people(request.acting, found),
    }
    return render(request, "bodies/body.html", page)


def _readable(acting: Acting, offices: list[Body]) -> list[dict[str, Any]]:
    """With a link where the page is there for this post: in one's places, or above one's own body."""
    own = Body.objects.filter(pk=acting.body_id or 0).first()
    near = {one.pk for one in chain_above(own)} if own else set()
    return [{"one": one, "link": one.pk in near or acting.covers(one.scope)} for one in offices]


def _above(body: Body | None = None) -> list[tuple[str, str]]:
    above = [("组织和任职", reverse("bodies:bodies"))]
    return [*above, (body.name, _address(body))] if body else above


def _address(body: Body) -> str:
    return reverse("bodies:body", args=[body.pk])


@require_http_methods(["GET", "POST"])
def found(request: PersonRequest) -> Response:
    """A new body begins to act."""
    if not keeps_bodies(request.acting):
        raise Http404

    def do(values: dict[str, Any]) -> str:
        level = LEVELS.get(values["kind"])
        return _address(
            actions.found_body(level=level, acting=request.acting, at=timezone.now(), **values)
        )

    return form_page(
        request,
        FoundForm(request.POST or None),
        do,
        title="新设一个组织",
        send="设立",
        done="设好了。接着可以写谁在任。",
        where=_above(),
    )


def _kept(request: PersonRequest, body_id: int) -> Body:
    found = body_for(request.acting, body_id)
    if not keeps_bodies(request.acting):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, body_id: int) -> Response:
    """Its name, phone and the desk above."""
    found = _kept(request, body_id)
    initial = {"name": found.name, "phone": found.phone, "parent": found.parent_id}

    def do(values: dict[str, Any]) -> str:
        return _address(
            actions.change_body(body=found, acting=request.acting, at=timezone.now(), **values)
        )

    return form_page(
        request,
        ChangeForm(request.POST or None, initial=initial, body=found),
        do,
        title="修改组织",
        send="改好了",
        done="改好了，从现在起用新的。",
        where=_above(found),
    )


@require_http_methods(["GET", "POST"])
def close(request: PersonRequest, body_id: int) -> Response:
    """It acts no more; its past stays."""
    found = _kept(request, body_id)

    def do(values: dict[str, Any]) -> str:
        return _address(actions.close_body(body=found, acting=request.acting, at=timezone.now()))

    return form_page(
        request,
        sure(request),
        do,
        title=f"停用{found.name}",
        send="停用",
        done="已经停用。",
        where=_above(found),
        intro="停用以后，它不再接呼叫；以前办过的都留着。还有人在任，或者还有没办完的呼叫时，不能停用。",
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def seat(request: PersonRequest, body_id: int) -> Response:
    """A person takes a post."""
    found = body_for(request.acting, body_id)
    if not seats_people(request.acting, found):
        raise Http404
    form = SeatForm(request.POST or None, body=found)

    def do(values: dict[str, Any]) -> str:
        actions.seat_by_phone(
            body=found,
            post=values["post"],
            name=values["name"],
            phone=values["phone"],
            area=form.area(),
            acting=request.acting,
            at=timezone.now(),
        )
        return _address(found)

    return form_page(
        request,
        form,
        do,
        title="写上谁在任",
        send="就任",
        done="写好了。本人用手机号登录就能办事；在机关任职的，第一次登录要设密码和动态码。",
        where=_above(found),
    )


@require_http_methods(["GET", "POST"])
def unseat(request: PersonRequest, body_id: int, seat_id: int) -> Response:
    """A person leaves a post."""
    found = body_for(request.acting, body_id)
    if not seats_people(request.acting, found):
        raise Http404
    held = get_object_or_404(
        found.seats.unended(timezone.now()).select_related("person"), pk=seat_id
    )

    def do(values: dict[str, Any]) -> str:
        actions.end_seat(seat=held, acting=request.acting, at=timezone.now())
        return _address(found)

    return form_page(
        request,
        sure(request),
        do,
        title=f"{held.person.name or '这个人'}卸任{held.get_post_display()}",
        send="卸任",
        done="已经卸任，从现在起不能再以这个职务办事。",
        where=_above(found),
        intro="卸任以后，他经手的事都留着；在办的呼叫请另外指派人。",
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def reset(request: PersonRequest, body_id: int, seat_id: int) -> Response:
    """For somebody in office who lost the password or the phone: they set up both anew."""
    found = body_for(request.acting, body_id)
    if not seats_people(request.acting, found):
        raise Http404
    held = get_object_or_404(
        found.seats.held().select_related("person"), pk=seat_id, person__works=True
    )
    name = held.person.name or "这个人"

    def do(values: dict[str, Any]) -> str:
        reset_sign_in(user=held.person, acting=request.acting, at=timezone.now())
        return _address(found)

    return form_page(
        request,
        sure(request),
        do,
        title=f"重设{name}的登录",
        send="重设",
        done=f"重设好了。请{name}用验证码登录，再设密码和动态码。",
        where=_above(found),
        intro="忘了密码、丢了手机和恢复码时用。先当面或打电话问清楚是本人。"
        "重设以后，原来的密码、动态码、恢复码都作废，各处都退出；验证码仍然只发到他登记的手机号。",
        danger=True,
    )

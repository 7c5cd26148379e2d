from collections import Counter
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.bodies import actions
from yihe.bodies.access import (
    body_for,
    body_to_read,
    founds_bodies,
    keeps_bodies,
    keeps_body,
    seats_people,
    sees_bodies,
)
from yihe.bodies.composition import Remark, half_gone, size_remarks
from yihe.bodies.forms.bodies import ChangeForm, CoverForm, FoundForm
from yihe.bodies.middleware import SESSION_KEY
from yihe.bodies.models import Body, BodyKind, Post, Seat
from yihe.bodies.queries import bodies_below, bodies_in, chain_above
from yihe.bodies.rules import (
    LEVELS,
    OF_A_COMPOUND,
    SECONDED,
    SELF_GOVERNING,
    counted,
    posts_of,
    vacant,
)
from yihe.bodies.rules import Held as HeldSeat
from yihe.bodies.views.common import address, where
from yihe.places.queries import compounds
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
    page = {"page": paged(request, found, per=60), "founds": founds_bodies(request.acting), "q": q}
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
    seats = list(
        found.seats.select_related("person", "secondment__sent_by").order_by("-since", "-pk")
    )
    if not whole:
        posts = Counter(seat.get_post_display() for seat in seats if seat.held(now))
        return render(request, "bodies/body.html", {**page, "posts": list(posts.items())})
    held = [seat for seat in seats if seat.held(now)]
    page |= {
        "below": bodies_below(found)[:200],
        "now": sorted(held, key=lambda seat: (_place(found, seat), seat.number or 0, seat.pk)),
        "later": [seat for seat in seats if seat.since > now],
        "before": [seat for seat in seats if seat.until is not None and seat.until <= now],
        "aliases": list(found.aliases.order_by("name").values_list("name", flat=True)),
        "keeps": keeps_body(request.acting, found),
        "trail": keeps_bodies(request.acting),
        "seats": seats_people(request.acting, found),
        "empty": vacant(found.kind, found.size, [HeldSeat(seat.post) for seat in held]),
        "remarks": _remarks(found, held),
        "terms": list(found.terms.order_by("-number")[:10]),
        "handovers": list(found.handovers.order_by("-begun_on", "-pk")[:5]),
        "in_terms": found.kind in SELF_GOVERNING,
        "seconds": found.kind == BodyKind.BRANCH and SECONDED,
        "follows": any(seat.post == Post.ALTERNATE for seat in held),
        "coverage": found.coverage.filter(until=None).select_related("compound").order_by("pk"),
    }
    return render(request, "bodies/body.html", page)


def _place(body: Body, seat: Seat) -> int:
    """Posts in the order in which this kind of body names them."""
    posts = posts_of(body.kind, body.group)
    return posts.index(seat.post) if seat.post in posts else len(posts)


def _remarks(body: Body, held: list[Seat]) -> list[Remark]:
    """What the rule book says of how it is put together."""
    law: dict[str, Any] = {"place": body.scope[:6], "on": timezone.localdate()}
    sitting = sum(counted(seat.post) for seat in held)
    waiting = any(seat.post == Post.ALTERNATE for seat in held)
    gone = [] if waiting or not held else half_gone(body.kind, body.size, sitting, **law)
    return [*size_remarks(body.kind, body.size, **law), *gone]


def _readable(acting: Acting, offices: list[Body]) -> list[dict[str, Any]]:
    """With a link where the page is there for this post: in one's places, or above one's own body."""
    own = Body.objects.filter(pk=acting.body_id or 0).first()
    near = {one.pk for one in chain_above(own)} if own else set()
    return [{"one": one, "link": one.pk in near or acting.covers(one.scope)} for one in offices]


@require_http_methods(["GET", "POST"])
def found(request: PersonRequest) -> Response:
    """A new body begins to act."""
    kinds = founds_bodies(request.acting)
    if not kinds:
        raise Http404
    form = FoundForm(
        request.POST or None,
        kinds=kinds,
        compounds=compounds(request.acting),
        initial={"compound": request.GET.get("compound", "")[:18]},
    )

    def do(values: dict[str, Any]) -> str:
        values.setdefault("division", None)
        level = LEVELS.get(values["kind"])
        return address(
            actions.found_body(level=level, acting=request.acting, at=timezone.now(), **values)
        )

    return form_page(
        request,
        form,
        do,
        title="新设一个组织",
        send="设立",
        done="设好了。接着可以写谁在任。",
        where=where(),
    )


def _kept(request: PersonRequest, body_id: int) -> Body:
    found = body_for(request.acting, body_id)
    if not keeps_body(request.acting, found):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, body_id: int) -> Response:
    """Its name, phone and the desk above."""
    found = _kept(request, body_id)
    initial = {
        "name": found.name,
        "phone": found.phone,
        "parent": found.parent_id,
        "purpose": found.purpose,
        "size": found.size,
    }

    def do(values: dict[str, Any]) -> str:
        return address(
            actions.change_body(body=found, acting=request.acting, at=timezone.now(), **values)
        )

    return form_page(
        request,
        ChangeForm(request.POST or None, initial=initial, body=found),
        do,
        title="修改组织",
        send="改好了",
        done="改好了，从现在起用新的。",
        where=where(found),
    )


@require_http_methods(["GET", "POST"])
def close(request: PersonRequest, body_id: int) -> Response:
    """It acts no more; its past stays."""
    found = _kept(request, body_id)

    def do(values: dict[str, Any]) -> str:
        close = actions.dissolve_body if found.kind in SELF_GOVERNING else actions.close_body
        return address(close(body=found, acting=request.acting, at=timezone.now()))

    return form_page(
        request,
        sure(request),
        do,
        title=f"停用{found.name}",
        send="停用",
        done="已经停用。",
        where=where(found),
        intro=_closing(found),
        danger=True,
    )


def _closing(body: Body) -> str:
    if body.kind in SELF_GOVERNING:
        return "停用以后，在任的人同时卸任，以前的任职都留着。印章和账目还没有交的，请先开一份移交清单。"
    return (
        "停用以后，它不再接呼叫；以前办过的都留着。还有人在任，或者还有没办完的呼叫时，不能停用。"
    )


@require_http_methods(["GET", "POST"])
def cover(request: PersonRequest, body_id: int) -> Response:
    """It acts for one more compound: a joint branch."""
    found = _kept(request, body_id)
    if found.kind not in OF_A_COMPOUND:
        raise Http404
    form = CoverForm(request.POST or None, compounds=compounds(request.acting))

    def do(values: dict[str, Any]) -> str:
        actions.cover_compound(
            body=found, compound=values["compound"], acting=request.acting, at=timezone.now()
        )
        return address(found)

    return form_page(
        request,
        form,
        do,
        title="再管一个小区",
        send="写上",
        done="写好了，从现在起也管这个小区。",
        where=where(found),
    )


@require_http_methods(["GET", "POST"])
def uncover(request: PersonRequest, body_id: int, compound_id: int) -> Response:
    """It no longer acts for that further compound."""
    found = _kept(request, body_id)
    reach = get_object_or_404(
        found.coverage.select_related("compound"), compound=compound_id, until=None
    )

    def do(values: dict[str, Any]) -> str:
        actions.uncover_compound(
            body=found, compound=reach.compound, acting=request.acting, at=timezone.now()
        )
        return address(found)

    return form_page(
        request,
        sure(request),
        do,
        title=f"不再管{reach.compound.name}",
        send="不再管",
        done="写好了。",
        where=where(found),
        danger=True,
    )

"""Who may see a call and what they may do with it: one place, used by list, page, board and API."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from yihe.bodies.models import BodyKind, Post, Seat
from yihe.calls.models import Audience, Call, CallQuerySet, Placement, Status, Visibility
from yihe.calls.rules import CONFERENCE_ACTS, JOINT_ACTS, LEAD_ACTS, REPORTER_ACTS, Act
from yihe.trail.acting import Acting

HANDLER_POSTS = frozenset({Post.CLERK, Post.HEAD, Post.MANAGER, Post.CONVENER})
RAISING_POSTS = frozenset(
    {Post.SECRETARY, Post.DEPUTY_SECRETARY, Post.DIRECTOR, Post.LEAD, Post.MANAGER}
)
# Offices that watch over calls in their place; a department sees only what lies with it.
SUPERVISING = frozenset({BodyKind.COMMUNITY, BodyKind.SUBDISTRICT, BodyKind.DISTRICT})
# Bodies of a compound see what its board shows.
OF_A_COMPOUND = frozenset({BodyKind.BRANCH, BodyKind.COMMITTEE, BodyKind.COMPANY})


@dataclass(frozen=True)
class Seen:
    """A call as one person in one capacity sees it."""

    call: Call
    roles: frozenset[str]  # reporter, raiser, lead, joint, follower, superior, neighbour
    may: frozenset[Act]  # by role; whether the state allows it is asked of rules.forbidden
    sees_reporter: bool

    @property
    def handles(self) -> bool:
        return bool(self.roles & {"lead", "joint"})

    @property
    def inside(self) -> bool:
        """Sees what desks write for desks."""
        return bool(self.roles & {"lead", "joint", "follower", "superior"})

    @property
    def as_reporter(self) -> bool:
        return bool(self.roles & {"reporter", "raiser"}) and not self.handles

    @property
    def audiences(self) -> tuple[str, ...]:
        if self.inside:
            return (Audience.EVERYONE, Audience.REPORTER, Audience.HANDLERS)
        if self.roles & {"reporter", "raiser"}:
            return (Audience.EVERYONE, Audience.REPORTER)
        return (Audience.EVERYONE,)


def _complained_about(person_id: int) -> Exists:
    """Whoever sits in the body that a call complains about does not see it, in no capacity."""
    return Exists(
        Seat.objects.filter(person_id=person_id, until=None, body_id=OuterRef("about_id"))
    )


def _under(scopes: tuple[str, ...]) -> Q:
    place = Q(pk__in=[])
    for scope in scopes:
        place |= Q(path=scope) | Q(path__startswith=f"{scope}/") if scope else Q()
    return place


def visible(acting: Acting) -> CallQuerySet:
    """All calls that somebody may see in this capacity."""
    person = acting.person_id
    if person is None:
        return Call.objects.all() if acting.kind == "system" else Call.objects.none()
    own = Q(reporter_id=person) | Q(raised_by_id=person)
    seen = Q(pk__in=[])
    if acting.kind == "seat":
        seen |= Q(raised_seat__body_id=acting.body_id)
        placed = Placement.objects.filter(call=OuterRef("pk"), desk_id=acting.body_id or 0)
        seen |= Q(Exists(placed))
    if acting.kind == "home" or acting.body_kind in SUPERVISING | OF_A_COMPOUND:
        shown = Q(visibility=Visibility.COMPOUND, about=None) & ~Q(status=Status.WITHDRAWN)
        seen |= shown & _under(acting.scopes)
    return Call.objects.filter(own | (seen & ~Q(_complained_about(person))))


def handled(acting: Acting) -> CallQuerySet:
    """For a desk's own queue, where the placement says what is seen: only the complaint's rule is left."""
    return Call.objects.filter(~Q(_complained_about(acting.person_id or 0)))


def call_for(acting: Acting, number: str) -> Seen:
    """The call as this person sees it in this capacity, or 404: what you may not see is not there."""
    call = (
        visible(acting)
        .filter(number=number)
        .select_related(
            "topic", "compound", "community", "building", "unit", "desk", "intake", "about"
        )
        .select_related("reporter", "assignee", "raised_seat")
        .first()
    )
    if call is None:
        raise Http404
    return seen_as(call, acting)


def seen_as(call: Call, acting: Acting) -> Seen:
    person = acting.person_id
    roles: set[str] = set()
    may: set[Act] = set()
    if person is not None and call.reporter_id == person:
        roles.add("reporter")
        may |= REPORTER_ACTS
    if person is not None and (
        call.raised_by_id == person
        or (acting.kind == "seat" and _raised_by_body(call) == acting.body_id)
    ):
        roles.add("raiser")
        if call.reporter_id is None:  # who wrote it down answers for a reporter without an account
            may |= REPORTER_ACTS
    if acting.kind == "seat":
        _as_desk(call, acting, roles, may)
    elif acting.kind == "home" and acting.covers(call.path):
        roles.add("neighbour")
    return Seen(
        call=call,
        roles=frozenset(roles or {"neighbour"}),
        may=frozenset(may),
        sees_reporter=_sees_reporter(call, acting, roles),
    )


def _raised_by_body(call: Call) -> int | None:
    return call.raised_seat.body_id if call.raised_seat else None


def _as_desk(call: Call, acting: Acting, roles: set[str], may: set[Act]) -> None:
    placed = list(call.placements.filter(desk_id=acting.body_id).order_by("-since", "-pk"))
    now = next((placement for placement in placed if placement.until is None), None)
    handler = acting.post in HANDLER_POSTS
    if now is not None and now.lead:
        roles.add("lead")
        if handler:
            may |= LEAD_ACTS
            if acting.body_kind == BodyKind.CONFERENCE:
                may |= CONFERENCE_ACTS
    elif now is not None:
        roles.add("joint")
        if handler:
            may |= JOINT_ACTS
    elif placed:
        roles.add("follower")
        if handler:
            may.add(Act.NOTE)
    if acting.covers(call.path):
        if acting.body_kind in SUPERVISING:
            roles.add("superior")
            if acting.body_kind == BodyKind.DISTRICT and handler:
                may |= CONFERENCE_ACTS  # the district's office keeps the docket
        elif acting.body_kind in OF_A_COMPOUND:
            roles.add("neighbour")


def _sees_reporter(call: Call, acting: Acting, roles: set[str]) -> bool:
    if roles & {"reporter", "raiser"}:
        return True
    if call.visibility == Visibility.DESK:
        return acting.body_id == call.intake_id and bool(roles & {"lead", "joint", "follower"})
    return bool(roles & {"lead", "joint"})


def may_supervise_district(acting: Acting) -> bool:
    """Who sits in the district's office."""
    return acting.kind == "seat" and acting.body_kind == BodyKind.DISTRICT


def may_handle(acting: Acting) -> bool:
    return acting.kind == "seat" and acting.post in HANDLER_POSTS


def may_raise(acting: Acting) -> bool:
    """From a home, by a body of the compound, or by whoever takes calls for others."""
    if acting.kind != "seat":
        return acting.kind == "home"
    return acting.post in RAISING_POSTS or may_raise_for_others(acting)


def may_raise_for_others(acting: Acting) -> bool:
    """A lead writes down a neighbour's call, a clerk that of somebody at the counter or on the phone."""
    return acting.kind == "seat" and acting.post in HANDLER_POSTS | {
        Post.LEAD,
        Post.SECRETARY,
        Post.DEPUTY_SECRETARY,
    }

"""Who may see a call and what they may do with it: one place, used by list, page, board and API."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import Http404

from yihe.bodies.models import BodyKind, Post, Seat
from yihe.calls.models import (
    Attachment,
    Audience,
    Call,
    CallQuerySet,
    Channel,
    DocketItem,
    Looked,
    Placement,
    Status,
    Visibility,
)
from yihe.calls.queries import HEAVY, NUMBER, at_desk, attachments, docket, searched
from yihe.calls.rules import CONFERENCE_ACTS, JOINT_ACTS, LEAD_ACTS, REPORTER_ACTS, Act
from yihe.files.models import File
from yihe.outbox.queries import told
from yihe.trail.acting import Acting
from yihe.web.prepared import prepared
from yihe.web.statements import fetched
from yihe.web.text import mask

HANDLER_POSTS = frozenset({Post.CLERK, Post.HEAD, Post.MANAGER, Post.CONVENER})
RAISING_POSTS = frozenset(
    {
        Post.FIRST_SECRETARY,
        Post.SECRETARY,
        Post.DEPUTY_SECRETARY,
        Post.DIRECTOR,
        Post.DEPUTY_DIRECTOR,
        Post.LEAD,
        Post.MANAGER,
    }
)
# Offices that watch over calls in their place; a department sees only what lies with it.
SUPERVISING = frozenset({BodyKind.COMMUNITY, BodyKind.SUBDISTRICT, BodyKind.DISTRICT})
# Who can be invited to the joint conference.
OF_THE_CONFERENCE = frozenset({BodyKind.DEPARTMENT, BodyKind.UTILITY})
PLACED = Placement.objects.select_related("desk").order_by("-since", "-pk")
CONFERENCE_LEVEL = 3  # after the decision the call lies with the departments again
# Bodies of a compound see what its board shows.
OF_A_COMPOUND = frozenset(
    {BodyKind.BRANCH, BodyKind.COMMITTEE, BodyKind.RESIDENTS_COMMITTEE, BodyKind.COMPANY}
)
# Who reads how many calls there are in a place, also of those that they may not read themselves.
COUNTED_FOR = SUPERVISING | OF_A_COMPOUND | {BodyKind.CONFERENCE}


@dataclass(frozen=True)
class Seen:
    """A call as one person in one capacity sees it."""

    call: Call
    roles: frozenset[str]  # reporter, raiser, lead, joint, invited, follower, superior, neighbour
    may: frozenset[Act]  # by role; whether the state allows it is asked of rules.forbidden
    sees_reporter: bool
    placements: tuple[Placement, ...] = ()  # all of them, newest first; read for seats alone

    @property
    def handles(self) -> bool:
        return bool(self.roles & {"lead", "joint"})

    @property
    def inside(self) -> bool:
        """Sees what desks write for desks."""
        return bool(self.roles & {"lead", "joint", "invited", "follower", "superior"})

    @property
    def as_reporter(self) -> bool:
        return bool(self.roles & {"reporter", "raiser"}) and not self.handles

    @property
    def is_reporter(self) -> bool:
        """It is their own call; who wrote it down for a neighbour reads of “the reporter”."""
        return "reporter" in self.roles and not self.handles

    def shown(self, text: str) -> str:
        """A text as this person may read it: without name and numbers where the reporter is hidden."""
        return text if self.sees_all else without_reporter(self.call, text)

    @property
    def sees_all(self) -> bool:
        """The reporter's words and pictures as they came."""
        return self.sees_reporter or (self.inside and self.call.visibility != Visibility.DESK)

    def version_of(self, attached: Attachment) -> File | None:
        """The file as this person may see it: as it came, covered, or not at all.

        Neighbours, and desks to which the reporter is not known, see what a desk has looked at before.
        """
        step = attached.step
        if step.audience not in self.audiences:
            return None
        from_reporter = step.by_reporter or step.kind == Act.RAISE.value
        with_reporter = self.inside or bool(self.roles & {"reporter", "raiser"})
        if self.sees_all if from_reporter else with_reporter:
            return attached.file
        return {Looked.CLEAR: attached.file, Looked.COVERED: attached.covered}.get(
            Looked(attached.looked)
        )

    @property
    def audiences(self) -> tuple[str, ...]:
        if self.inside:
            return (Audience.EVERYONE, Audience.REPORTER, Audience.HANDLERS)
        if self.roles & {"reporter", "raiser"}:
            return (Audience.EVERYONE, Audience.REPORTER)
        return (Audience.EVERYONE,)


def without_reporter(call: Call, text: str) -> str:
    """As neighbours read it, and desks to which the reporter is not known."""
    for name in (call.reporter.name if call.reporter else "", call.contact_name):
        if len(name) > 1:
            text = text.replace(name, "反映人")
    return mask(text)


def _complained_about(person_id: int) -> Exists:
    """Whoever sits in the body that a call complains about does not see it, in no capacity."""
    return Exists(Seat.objects.held().filter(person_id=person_id, body_id=OuterRef("about_id")))


def _about_oneself(call: Call, person_id: int | None) -> bool:
    """Whether this person sits in the body that the call complains about; asked once for a page."""
    if person_id is None or call.about_id is None:
        return False
    known: bool | None = getattr(call, "about_oneself", None)
    if known is None:
        known = Seat.objects.held().filter(person_id=person_id, body_id=call.about_id).exists()
    return known


def _written_down(person_id: int) -> Q:
    """What somebody wrote down for others, as long as they hold the seat they did it from."""
    held = Seat.objects.held().filter(person_id=person_id).values("pk")
    return Q(raised_by_id=person_id, raised_seat__in=held)


def own(acting: Acting) -> CallQuerySet:
    """What somebody raised, or wrote down for others; no complaint about where they sit themselves."""
    person = acting.person_id or 0
    written = _written_down(person) & ~Q(_complained_about(person))
    return Call.objects.filter(Q(reporter_id=person) | written)


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
    seen = _written_down(person)
    if acting.kind == "seat":
        seen |= Q(raised_seat__body_id=acting.body_id)
        placed = Placement.objects.filter(call=OuterRef("pk"), desk_id=acting.body_id or 0)
        invited = DocketItem.objects.filter(call=OuterRef("pk"), departments=acting.body_id or 0)
        seen |= Q(Exists(placed)) | Q(Exists(invited))
        # Calls of the past hold neither words nor persons, and lie nowhere any more.
        past = Q(desk_id=acting.body_id or 0)
        if acting.body_kind in SUPERVISING:
            past |= _under(acting.scopes)
        seen |= Q(channel=Channel.IMPORT) & past
    if acting.kind == "home" or acting.body_kind in SUPERVISING | OF_A_COMPOUND:
        shown = Q(visibility=Visibility.COMPOUND, about=None) & ~Q(status=Status.WITHDRAWN)
        seen |= shown & _under(acting.scopes)
    return Call.objects.filter(Q(reporter_id=person) | (seen & ~Q(_complained_about(person))))


def concealed(acting: Acting, narrowed: Callable[[CallQuerySet], CallQuerySet]) -> int:
    """How many lie in one's place, and are to be counted, but shown to those alone who handle them."""

    def counted(calls: CallQuerySet) -> int:
        calls = calls.filter(_under(acting.scopes)).exclude(status=Status.WITHDRAWN)
        return narrowed(calls.filter(~Q(_complained_about(acting.person_id or 0)))).count()

    return counted(Call.objects.all()) - counted(visible(acting))


def handled(acting: Acting) -> CallQuerySet:
    """For a desk's own queue, where the placement says what is seen: only the complaint's rule is left."""
    return Call.objects.filter(~Q(_complained_about(acting.person_id or 0)))


def found_by(acting: Acting, q: str) -> CallQuerySet:
    """Of what somebody may see, what holds these words; a neighbour finds nothing by what is hidden.

    The index holds the reporter's replies and whole telephone numbers.
    """
    found = searched(visible(acting), q)
    near = acting.kind != "seat" or acting.body_kind in OF_A_COMPOUND
    q = q.strip()
    if not q or not near or NUMBER.match(q):
        return found
    desk = acting.body_id or 0
    placed = Placement.objects.filter(call=OuterRef("pk"), desk_id=desk)
    inside = Q(pk__in=own(acting).values("pk")) | Q(raised_seat__body_id=desk) | Q(Exists(placed))
    if re.search(r"\d{4}", q):
        return found.filter(inside)
    return found.filter(inside | Q(text__icontains=q) | Q(spot__icontains=q))


def docketed(acting: Acting) -> QuerySet[DocketItem]:
    """The docket: a department sees what it is invited to; no complaint shows to whom it is about."""
    if acting.body_kind == BodyKind.DEPARTMENT:
        return docket().filter(departments=acting.body_id, call__in=handled(acting))
    return docket().filter(call__in=visible(acting))


@prepared
def _of_number(acting: Acting, number: str) -> CallQuerySet:
    return (
        visible(acting)
        .filter(number=number)
        .annotate(about_oneself=_complained_about(acting.person_id or 0))
        .annotate(told=told(person="reporter_id", kind="call", key="number"))
        .select_related("topic__parent__parent", "compound", "community", "building", "unit")
        .select_related("desk", "intake", "about", "reporter", "assignee", "raised_seat")
        .defer(*HEAVY)
    )


@prepared
def _of_key(acting: Acting, key: int) -> QuerySet[Call, int]:
    return visible(acting).filter(pk=key).values_list("pk", flat=True)


def sees(acting: Acting, call: Call) -> bool:
    """Whether somebody may see this call in this capacity: one's own always, as in `visible`."""
    if acting.person_id is not None and call.reporter_id == acting.person_id:
        return True
    return bool(_of_key.rows(acting, call.pk))


@prepared
def _placements(call_id: int) -> QuerySet[Placement]:
    return PLACED.filter(call_id=call_id)


def held_for(acting: Acting, number: str) -> Seen:
    """For an act, the row first: who may is asked of the call as it is when its turn comes."""
    fetched("SELECT 1 FROM calls_call WHERE number = %s FOR UPDATE", [number])
    seen = call_for(acting, number)
    seen.call.held = True
    return seen


def call_for(acting: Acting, number: str) -> Seen:
    """The call as this person sees it in this capacity, or 404: what you may not see is not there."""
    call = _of_number.first(acting, number)
    if call is None:
        raise Http404
    return seen_as(call, acting)


def seen_files(seen: Seen) -> list[tuple[Attachment, File]]:
    """All files of a call that this person sees, each in the version for them."""
    if not seen.call.files:
        return []
    versions = ((one, seen.version_of(one)) for one in attachments(seen.call))
    return [(one, file) for one, file in versions if file and file.erased_at is None]


def attached_to(seen: Seen, key: str) -> tuple[Attachment, File]:
    """What hangs on this call under the key of the file as it came, and the version that this person sees."""
    found = attachments(seen.call).filter(file_id=key).first()
    file = seen.version_of(found) if found else None
    if found is None or file is None:
        raise Http404
    return found, file


def seen_as(call: Call, acting: Acting) -> Seen:
    person = acting.person_id
    roles: set[str] = set()
    may: set[Act] = set()
    placements: tuple[Placement, ...] = ()
    if person is not None and call.reporter_id == person:
        roles.add("reporter")
        may |= REPORTER_ACTS
    if _about_oneself(call, person):  # no more than the reporter that one may be
        return Seen(call, frozenset(roles), frozenset(may), sees_reporter=True)
    if person is not None and (
        call.raised_by_id == person
        or (acting.kind == "seat" and _raised_by_body(call) == acting.body_id)
    ):
        roles.add("raiser")
        if call.reporter_id is None:  # who wrote it down answers for a reporter without an account
            may |= REPORTER_ACTS
    if acting.kind == "seat":
        placements = _placed(call)
        _as_desk(call, acting, placements, roles, may)
    elif acting.kind == "home" and acting.covers(call.path):
        roles.add("neighbour")
    sees_reporter = _sees_reporter(call, acting, roles)
    if call.visibility == Visibility.DESK and not sees_reporter:
        may.discard(Act.SCREEN)  # a picture may tell who it is
    return Seen(
        call=call,
        roles=frozenset(roles or {"neighbour"}),
        may=frozenset(may),
        sees_reporter=sees_reporter,
        placements=placements,
    )


def _placed(call: Call) -> tuple[Placement, ...]:
    """Where it lay, newest first, each with its desk; read along with the call or now."""
    if "placements" in getattr(call, "_prefetched_objects_cache", ()):
        return tuple(call.placements.all())
    return tuple(_placements.rows(call.pk))


def handled_among(acting: Acting, numbers: Sequence[str]) -> list[Seen]:
    """Of these calls the ones that lie with this desk now, in the order that was asked for. Two queries,
    however many there are."""
    if not may_handle(acting):
        return []
    found = {
        call.number: call
        for call in at_desk(handled(acting), acting.body_id)
        .filter(number__in=[number for number in numbers if NUMBER.match(number)])
        .annotate(about_oneself=_complained_about(acting.person_id or 0))
        .select_related(
            "topic", "compound", "community", "building", "unit", "reporter", "raised_seat"
        )
        .prefetch_related(Prefetch("placements", queryset=PLACED))
        .defer(*HEAVY)
    }
    seen = [seen_as(found[number], acting) for number in numbers if number in found]
    return [one for one in seen if one.handles]


def _raised_by_body(call: Call) -> int | None:
    return call.raised_seat.body_id if call.raised_seat else None


def _as_desk(
    call: Call,
    acting: Acting,
    placements: tuple[Placement, ...],
    roles: set[str],
    may: set[Act],
) -> None:
    placed = [one for one in placements if one.desk_id == acting.body_id]
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
            may |= {Act.NOTE, Act.SCREEN}
    elif call.channel == Channel.IMPORT and call.desk_id == acting.body_id:
        roles.add("follower")  # of another system: no placement was kept
    elif acting.body_kind in OF_THE_CONFERENCE and _invited(call, acting):
        roles.add("invited")
    if acting.covers(call.path):
        if acting.body_kind in SUPERVISING:
            roles.add("superior")
            if acting.body_kind == BodyKind.DISTRICT and handler:
                may |= CONFERENCE_ACTS  # the district's office keeps the docket
        elif acting.body_kind in OF_A_COMPOUND:
            roles.add("neighbour")


def _invited(call: Call, acting: Acting) -> bool:
    """To the joint conference about this call: hears what desks wrote, never who reported."""
    return (
        call.level >= CONFERENCE_LEVEL and call.docket.filter(departments=acting.body_id).exists()
    )


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
        Post.FIRST_SECRETARY,
        Post.SECRETARY,
        Post.DEPUTY_SECRETARY,
    }

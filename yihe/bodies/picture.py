"""Who governs a compound, as one drawing: bodies, seats, vacancies, terms, who answers to whom.

By office; with a name only where the person said so (docs/decisions/0030). Two queries beside the compound's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import DateField, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from yihe.bodies.models import Body, BodyKind, Coverage, Post, Seat, Term
from yihe.bodies.queries import office_among, scopes_over
from yihe.bodies.rules import (
    BESIDES,
    FIRST_POST,
    LEADING,
    Held,
    answers_to,
    expiring,
    left_words,
    vacant,
)
from yihe.places.models import Building, Compound
from yihe.web.words import day

MANY = 12  # so many circles in a box; of more the number is told
# Of these the number is told, and who is named.
TOLD_BY_NUMBER = frozenset({Post.PARTICIPANT})


@dataclass(frozen=True)
class Sitting:
    """One circle: an office, with the name of who holds it when they said so."""

    post: str
    name: str = ""
    mark: int = 0  # the same number stands on every seat of one person
    sent_by: str = ""
    last_day: date | None = None
    soon: bool = False

    @property
    def words(self) -> str:
        """The office, the name when there is one, and where somebody was sent from until when."""
        said = f"{self.post} {self.name}".strip()
        if not self.sent_by:
            return said
        until = f"，到 {day(self.last_day, timezone.localdate())}" if self.last_day else ""
        return f"{said}（{self.sent_by}派来{until}）"

    @property
    def sign(self) -> str:
        """The one character in the circle."""
        return (self.name or self.post)[0]


@dataclass
class Box:
    """One body."""

    body: Body
    says: str
    sitting: list[Sitting] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # “成员 37 人”
    empty: int = 0
    empty_post: str = ""
    empty_days: int | None = None
    ends: date | None = None
    ended: bool = False
    soon: bool = False

    @property
    def key(self) -> str:
        return f"b{self.body.pk}"

    @property
    def term(self) -> str:
        """Until when the term runs, and how long that is yet when it is not long."""
        if self.ends is None:
            return ""
        until = f"到 {day(self.ends, timezone.localdate())}"
        return f"{until}，{self.left}" if self.ended or self.soon else until

    @property
    def gap(self) -> str:
        """How many seats are vacant, and since when if it is one."""
        days = f"，{self.empty_days} 天" if self.empty_days else ""
        return f"空缺 {self.empty} 席{days}" if self.empty else ""

    @property
    def is_core(self) -> bool:
        return self.body.kind == BodyKind.BRANCH

    @property
    def is_a_group(self) -> bool:
        return self.body.kind == BodyKind.GROUP

    @property
    def is_vacant(self) -> bool:
        return not (self.sitting or self.others)

    @property
    def left(self) -> str:
        return left_words(self.ends, timezone.localdate()) if self.ends else ""

    @property
    def people(self) -> str:
        """Who sits there, in one line."""
        told = [one.words for one in self.sitting]
        return "，".join([*told, *self.others])

    @property
    def gaps(self) -> range:
        return range(self.empty)


@dataclass
class Column:
    """Boxes that belong together."""

    title: str
    boxes: list[Box]
    missing: list[str] = field(default_factory=list)
    with_leads: bool = False

    @property
    def whole(self) -> list[Box]:
        return [box for box in self.boxes if not box.is_a_group]

    @property
    def groups(self) -> list[Box]:
        return [box for box in self.boxes if box.is_a_group]

    @property
    def is_bare(self) -> bool:
        return not (self.boxes or self.missing or self.with_leads)


@dataclass
class Picture:
    """`offices` from the district down; `core` the branch, or none; `columns` beside each other below it."""

    offices: list[Body]
    core: list[Box]
    columns: list[Column]
    leads: list[str]  # “3栋 周岚”
    without_lead: list[str]
    same: list[tuple[int, str]]

    @property
    def boxes(self) -> list[Box]:
        return [*self.core, *(box for column in self.columns for box in column.boxes)]

    @property
    def vacancies(self) -> int:
        return sum(box.empty for box in self.boxes)

    @property
    def chain(self) -> str:
        """From the district down to the branch, with the telephones of offices."""
        offices = [
            f"{one.name}（电话 {one.phone}）" if one.phone else one.name for one in self.offices
        ]
        core = "、".join(box.body.name for box in self.core)
        return "，下面是".join([*offices, core] if core else offices)

    @property
    def summary(self) -> str:
        """How many bodies there are, and what is missing."""
        if not self.boxes:
            return "有事可以先找社区党委。"
        said = [f"共 {len(self.boxes)} 个组织"]
        said.append(f"空缺 {self.vacancies} 席" if self.vacancies else "没有空缺")
        if self.without_lead:
            said.append(f"{len(self.without_lead)} 栋楼没有楼栋长")
        return f"{'，'.join(said)}。"

    @property
    def unsaid(self) -> int:
        """Of how many bodies nobody wrote down who sits there."""
        return sum(box.is_vacant and not box.empty for box in self.boxes)

    @property
    def running_out(self) -> list[Box]:
        """Terms that are over or run out within half a year, the first first."""
        found = [box for box in self.boxes if box.ends and (box.ended or box.soon)]
        return sorted(found, key=lambda box: (box.ends or date.max, box.body.pk))


COLUMNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "业主和住户的组织",
        (
            BodyKind.COMMITTEE,
            BodyKind.SUPERVISORY_BOARD,
            BodyKind.RESIDENTS_COMMITTEE,
            BodyKind.PREPARATION_GROUP,
        ),
    ),
    ("物业和楼栋长", (BodyKind.COMPANY,)),
    ("议事会、小组和队伍", (BodyKind.COUNCIL, BodyKind.GROUP)),
)


def with_buildings(compounds: QuerySet[Compound]) -> QuerySet[Compound]:
    """Compounds, each with `buildings_there`: the names of its buildings in their order."""
    there = Building.objects.filter(compound=OuterRef("pk")).order_by("position", "pk")
    return compounds.annotate(buildings_there=ArraySubquery(there.values("name")))


def _bodies(compound: Compound, now: datetime) -> list[Body]:
    """The compound's bodies and the offices over it. Each with the end of its term, running or last
    (`term_ends`), and the moment at which somebody last left one of its seats (`last_left`)."""
    beside = Coverage.objects.filter(compound=compound, until=None).values("body")
    terms = Term.objects.filter(body=OuterRef("pk"), since__lte=timezone.localdate(now))
    left = Seat.objects.filter(body=OuterRef("pk"), until__lte=now).exclude(post__in=BESIDES)
    last = left.order_by().values("body").annotate(last=Max("until")).values("last")
    found = Body.objects.filter(
        Q(compound=compound)
        | Q(pk__in=beside)
        | Q(level__in=(1, 2, 3), compound=None, scope__in=scopes_over(compound.path)),
        until=None,
    ).annotate(
        term_ends=Subquery(
            terms.order_by("-since").values("until")[:1], output_field=DateField(null=True)
        ),
        last_left=Subquery(last),
    )
    return list(found.order_by("pk"))


def draw(compound: Compound, *, now: datetime, inside: bool = False) -> Picture:
    """The picture at this moment; `compound` comes from `with_buildings`.

    `inside`: the reader sits where names are read anyway, and sees of all seats which belong to one person.
    """
    bodies = _bodies(compound, now)
    offices = [body for body in bodies if body.level and body.compound_id is None]
    there = [body for body in bodies if body not in offices]
    seats = (
        Seat.objects.held(now)
        .filter(body__in=[body.pk for body in there])
        .select_related("person", "secondment__sent_by")
        .order_by(F("number").asc(nulls_last=True), "pk")
    )
    held: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        held[seat.body_id].append(seat)
    marks = _marks(there, held, inside=inside)
    boxes = [_box(body, held[body.pk], there, marks, now) for body in there]
    leads = [seat for body in there for seat in held[body.pk] if seat.post == Post.LEAD]
    names = list(getattr(compound, "buildings_there", ()))
    chain = [office_among(offices, level) for level in (3, 2, 1)]
    return Picture(
        offices=[one for one in chain if one is not None],
        core=[box for box in boxes if box.is_core],
        columns=[_column(title, kinds, boxes) for title, kinds in COLUMNS],
        leads=_leads(leads, names),
        without_lead=[name for name in names if name not in {seat.place for seat in leads}],
        same=_same(there, held, marks),
    )


def _column(title: str, kinds: Sequence[str], boxes: Iterable[Box]) -> Column:
    mine = sorted(
        (box for box in boxes if box.body.kind in kinds),
        key=lambda box: (kinds.index(box.body.kind), box.body.pk),
    )
    missing = []
    found = {box.body.kind for box in mine}
    if BodyKind.COMMITTEE in kinds and not found & {"committee", "residents_committee"}:
        missing.append(BodyKind.COMMITTEE.label)
    if BodyKind.COMPANY in kinds and not mine:
        missing.append(BodyKind.COMPANY.label)
    return Column(title, mine, missing, with_leads=BodyKind.COMPANY in kinds)


def _box(
    body: Body, seats: list[Seat], there: list[Body], marks: dict[int, int], now: datetime
) -> Box:
    order = {post: place for place, post in enumerate(Post.values)}
    seats = sorted(seats, key=lambda seat: order[seat.post])
    today = timezone.localdate(now)
    box = Box(body, answers_to(body.kind, body.purpose, {one.kind for one in there}))
    told = [seat for seat in seats if seat.post not in (Post.LEAD, Post.ALTERNATE)]
    many = Counter(seat.post for seat in told)
    for seat in told:
        drawn = many[seat.post] <= MANY and seat.post not in TOLD_BY_NUMBER
        if drawn or seat.named_at or seat.pk in marks:
            box.sitting.append(_sitting(seat, marks, today))
    box.others = [
        f"{Post(post).label} {number} 人"
        for post, number in many.items()
        if number > MANY or post in TOLD_BY_NUMBER
    ]
    waiting = sum(seat.post == Post.ALTERNATE for seat in seats)
    if waiting:
        box.others.append(f"候补 {waiting} 人")
    box.empty = vacant(body.kind, body.size, [Held(seat.post) for seat in seats])
    first = FIRST_POST.get(body.kind, "")
    if box.empty:
        box.empty_post = _empty_post(body.kind, first, seats)
        left: datetime | None = getattr(body, "last_left", None)
        if left is not None and box.empty == 1:
            box.empty_days = (today - timezone.localdate(left)).days
    box.ends = getattr(body, "term_ends", None) or min(
        (seat.last_day for seat in seats if seat.post == first and seat.last_day), default=None
    )
    box.ended, box.soon = expiring(box.ends, today)
    return box


def _empty_post(kind: str, first: str, seats: list[Seat]) -> str:
    """What is said of an empty seat: the first post where nobody holds that one."""
    if first and all(seat.post != first for seat in seats):
        return str(Post(first).label)
    return "监事" if kind == BodyKind.SUPERVISORY_BOARD else "委员"


def _sitting(seat: Seat, marks: dict[int, int], today: date) -> Sitting:
    sent = getattr(seat, "secondment", None)
    return Sitting(
        post=str(Post(seat.post).label),
        name=seat.person.name if seat.named_at else "",
        mark=marks.get(seat.pk, 0),
        sent_by=sent.sent_by.name if sent else "",
        last_day=seat.last_day,
        soon=expiring(seat.last_day, today)[1],
    )


def _marks(there: list[Body], held: dict[int, list[Seat]], *, inside: bool) -> dict[int, int]:
    """The seats that one person holds in two bodies, each with the number of that person in the picture.

    Outside, of offices that lead; of the others only where the person is named on all of them. Who is
    named on one and not on the other is marked on none: the mark would write the name there too.
    """
    of_person: dict[int, list[Seat]] = defaultdict(list)
    for body in there:
        for seat in held[body.pk]:
            office = seat.post not in (Post.ALTERNATE, Post.LEAD)
            if office and (inside or seat.post in LEADING or seat.named_at):
                of_person[seat.person_id].append(seat)
    marks: dict[int, int] = {}
    number = 0
    for seats in of_person.values():
        named = {seat.named_at is not None for seat in seats}
        if len({seat.body_id for seat in seats}) < 2 or len(named) > 1:
            continue
        number += 1
        marks |= {seat.pk: number for seat in seats}
    return marks


def _same(
    there: list[Body], held: dict[int, list[Seat]], marks: dict[int, int]
) -> list[tuple[int, str]]:
    """Each marked person's offices in a sentence."""
    said: dict[int, list[str]] = defaultdict(list)
    names: dict[int, str] = {}
    for body in there:
        for seat in held[body.pk]:
            if seat.pk in marks:
                label = "书记" if seat.post == Post.SECRETARY else str(Post(seat.post).label)
                told = body.name if body.name.endswith(label) else f"{body.name}{label}"
                said[marks[seat.pk]].append(told)
                if seat.named_at:
                    names[marks[seat.pk]] = seat.person.name
    return [
        (number, f"{names.get(number, '')}{'，' if number in names else ''}{'，也是'.join(posts)}")
        for number, posts in sorted(said.items())
    ]


def _leads(leads: list[Seat], names: list[str]) -> list[str]:
    """Whose building has a lead, in the order of the buildings; with the name of who said so."""
    order = {name: place for place, name in enumerate(names)}
    sorted_leads = sorted(leads, key=lambda seat: order.get(seat.place, len(order)))
    return [
        f"{seat.place} {seat.person.name}" if seat.named_at else seat.place for seat in sorted_leads
    ]

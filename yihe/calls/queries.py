import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from yihe.calls.models import (
    OPEN,
    Attachment,
    Call,
    CallQuerySet,
    DocketItem,
    Inquiry,
    Placement,
    Status,
    Step,
    Visibility,
)
from yihe.calls.rules import ALLOWED, TOP, Act, LevelClock, Span
from yihe.places.models import Compound
from yihe.topics.models import Clock
from yihe.topics.models import Unit as TimeUnit
from yihe.topics.queries import terms
from yihe.web.text import bigram_query

NUMBER = re.compile(r"^\d{4}-?\d{3,}$")


def clock_of(call: Call) -> LevelClock:
    """The clock of the level at which the call lies now."""
    return LevelClock(
        started=call.clock_from,
        contact=Span(call.contact_amount, call.contact_unit),
        answer=Span(call.answer_amount, call.answer_unit),
        extension=Span(call.extended_amount, call.extended_unit) if call.extended_amount else None,
        paused_minutes=call.paused_minutes,
    )


def promise(level: int) -> str:
    """In words, how soon somebody gets in touch on that level: “4 个工作小时内”."""
    span = terms(level=level, emergency=False, topic=None)[Clock.CONTACT]
    return f"{span.amount} {TimeUnit(span.unit).label}内"


def searched(calls: CallQuerySet, q: str) -> CallQuerySet:
    """Calls whose text holds all of what was typed, or the call of that number."""
    q = q.strip()
    if not q:
        return calls
    if NUMBER.match(q):
        number = q if "-" in q else f"{q[:4]}-{q[4:]}"
        return calls.filter(number=number)
    grams = bigram_query(q)
    return calls.filter(grams__contains=grams) if grams else calls.none()


HEAVY = ("grams", "salt", "compound__outline")  # no page shows them; grams take longest to read


def listed(calls: CallQuerySet) -> CallQuerySet:
    """With what a row of a list shows."""
    return calls.select_related(
        "topic", "compound", "community", "building", "assignee", "desk"
    ).defer(*HEAVY)


def at_desk(calls: CallQuerySet, desk_id: int | None) -> CallQuerySet:
    """What lies at a desk now, as lead or beside another."""
    here = Placement.objects.filter(call=OuterRef("pk"), desk_id=desk_id, until=None)
    return calls.filter(Exists(here), status__in=OPEN)


def passed_on(calls: CallQuerySet, desk_id: int | None) -> CallQuerySet:
    """What lay at a desk once, is still open and lies elsewhere now."""
    once = Placement.objects.filter(call=OuterRef("pk"), desk_id=desk_id)
    return calls.filter(Exists(once), status__in=OPEN).exclude(Exists(once.filter(until=None)))


FILTERS = ("all", "mine", "late", "today", "new", "waiting")


def end_of_day(at: datetime) -> datetime:
    local = timezone.localtime(at)
    return datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=local.tzinfo)


def chosen(calls: CallQuerySet, which: str, *, person_id: int | None, at: datetime) -> CallQuerySet:
    return calls.filter(_filters(person_id, at).get(which, Q()))


def _filters(person_id: int | None, at: datetime) -> dict[str, Q]:
    at_work = Q(status__in=(Status.NEW, Status.DOING))
    return {
        "all": Q(),
        "mine": Q(assignee_id=person_id),
        "late": at_work & Q(due_at__lt=at),
        "today": at_work & Q(due_at__gte=at, due_at__lt=end_of_day(at)),
        "new": Q(status=Status.NEW),
        "waiting": Q(status__in=(Status.ASKED, Status.ANSWERED)),
    }


def counts(calls: CallQuerySet, *, person_id: int | None, at: datetime) -> dict[str, int]:
    """How many each filter holds, in one query."""
    return calls.aggregate(
        **{
            name: Count("pk", filter=condition) if condition else Count("pk")
            for name, condition in _filters(person_id, at).items()
        }
    )


def narrowings(calls: CallQuerySet) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The compounds and the topics that these calls have, as (code, name): one query for both."""
    rows = calls.values_list(
        "compound__sort_key", "compound__code", "compound__name",
        "topic__position", "topic__code", "topic__name",
    ).distinct().order_by()  # fmt: skip
    compounds = sorted({row[:3] for row in rows if row[1]})
    topics = sorted({row[3:] for row in rows if row[4]})
    return [row[1:] for row in compounds], [row[1:] for row in topics]


def next_to_climb(calls: CallQuerySet, *, at: datetime) -> Call | None:
    """Which of these calls goes up by itself first, when nobody deals with it."""
    return (
        calls.filter(status__in=(Status.NEW, Status.DOING), level__lt=TOP, due_at__gte=at)
        .select_related("compound", "community")
        .defer(*HEAVY)
        .order_by("due_at", "pk")
        .first()
    )


def next_at_desk(calls: CallQuerySet, desk_id: int | None, *, but: Call) -> Call | None:
    """What a desk has to deal with next, besides this call."""
    return (
        at_desk(calls, desk_id)
        .filter(status__in=(Status.NEW, Status.DOING))
        .exclude(pk=but.pk)
        .defer(*HEAVY[:2])
        .order_by("due_at", "pk")
        .first()
    )


def sitting_of(call: Call) -> tuple[date | None, list[int]]:
    """The day of the conference on whose docket a call stands, and the departments invited: one query."""
    links = DocketItem.departments.through.objects.filter(
        docketitem__call=call, docketitem__decided_at=None
    )
    rows = list(links.order_by("pk").values_list("docketitem__sitting_on", "body_id"))
    return (rows[0][0] if rows else None), [row[1] for row in rows]


def narrowed_to(calls: CallQuerySet, path: str) -> CallQuerySet:
    """In a place and all below it."""
    return calls.filter(Q(path=path) | Q(path__startswith=f"{path}/"))


def board(compound: Compound) -> CallQuerySet:
    """The compound's board: what was raised there for neighbours to see. Texts are masked on the page."""
    return (
        Call.objects.filter(compound=compound, visibility=Visibility.COMPOUND, about=None)
        .exclude(status=Status.WITHDRAWN)
        .select_related("topic", "desk", "building", "reporter")
        .defer("grams", "salt")
        .order_by("-raised_at")
    )


BOARD_COUNTS = ("total", "raised", "answered", "open")


def with_board_counts(compounds: QuerySet[Compound], *, since: datetime) -> QuerySet[Compound]:
    """Compounds with what their boards hold: `board_total`, and of the time since `board_raised`,
    `board_answered`, `board_open`."""
    shown = Q(calls__visibility=Visibility.COMPOUND, calls__about=None) & ~Q(
        calls__status=Status.WITHDRAWN
    )
    lately = shown & Q(calls__raised_at__gte=since)
    return compounds.annotate(
        board_total=Count("calls", filter=shown),
        board_raised=Count("calls", filter=lately),
        board_answered=Count("calls", filter=lately & Q(calls__answered_at__isnull=False)),
        board_open=Count("calls", filter=lately & Q(calls__status__in=OPEN)),
    )


def board_counts(compound: Compound, *, since: datetime) -> dict[str, int]:
    """Of the time since: raised, answered, open; and how many there are in all."""
    if not hasattr(compound, "board_total"):
        compound = with_board_counts(Compound.objects.filter(pk=compound.pk), since=since).get()
    return {name: getattr(compound, f"board_{name}") for name in BOARD_COUNTS}


def with_answers(calls: CallQuerySet) -> CallQuerySet:
    """Calls with the text of their latest answer as `answer`, "" where there is none."""
    latest = Step.objects.filter(call=OuterRef("pk"), kind="answer").order_by("-id")
    return calls.annotate(
        answer=Coalesce(Subquery(latest.values("text")[:1]), Value(""), output_field=TextField())
    )


def steps_for(call: Call, audiences: tuple[str, ...]) -> QuerySet[Step]:
    """The timeline, newest first."""
    return (
        call.steps.filter(audience__in=audiences)
        .select_related("desk", "to_desk", "person", "from_topic", "to_topic")
        .order_by("-id")
    )


def attachments(call: Call) -> QuerySet[Attachment]:
    """What hangs on a call, in the order in which it came."""
    return call.attachments.select_related("file", "covered", "step").order_by(
        "step_id", "position"
    )


def said_since(calls: Iterable[int]) -> dict[int, list[str]]:
    """What the reporters of these calls said after raising them, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    steps = Step.objects.filter(call__in=list(calls), by_reporter=True, kind__in=("add", "reply"))
    for call, text in steps.exclude(text="").order_by("pk").values_list("call", "text"):
        found[call].append(text)
    return found


def corrections(calls: CallQuerySet, *, since: datetime) -> list[dict[str, Any]]:
    """Which topics people corrected into which others, how often, the most frequent first."""
    topics = ("from_topic__name", "from_topic__code", "to_topic__name", "to_topic__code")
    counted = (
        Step.objects.filter(kind="correct_topic", at__gte=since, call__in=calls)
        .values(*topics)
        .annotate(n=Count("pk"))
        .order_by("-n", "from_topic__code", "to_topic__code")
    )
    return [dict(row) for row in counted[:200]]


def docket() -> QuerySet[DocketItem]:
    return (
        DocketItem.objects.select_related("call", "call__compound", "call__topic", "lead")
        .prefetch_related("departments")
        .order_by("sitting_on", "pk")
    )


def inquiries_to(body_id: int | None) -> QuerySet[Inquiry]:
    """Questions of fact put to a body, `open` while the call still wants them. Never the call itself."""
    return (
        Inquiry.objects.filter(body_id=body_id or 0)
        .annotate(open=Q(call__status__in=ALLOWED[Act.GIVE_FACTS]))
        .select_related("asked_by")
        .order_by("-asked_at")
    )

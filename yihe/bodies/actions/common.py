"""What the acts on bodies and seats have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction

from yihe.bodies.models import Body, Post, Seat
from yihe.outbox.actions import tell
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.worktime import SHANGHAI

# What the database refuses when two people write at once, as the second one reads it.
MEANWHILE = {
    "a_seat_does_not_overlap_itself": "这个人在这段时间里已经担任这个职务。",
    "one_person_at_a_time_on_a_numbered_seat": "这个席位刚刚已经有人担任了，请刷新再看。",
    "terms_of_a_body_do_not_overlap": "和另一届的日期重叠了。",
    "a_body_counts_its_terms": "这一届已经写过了。",
    "one_handover_of_a_body_at_a_time": "已经有一份移交清单还没有办完。",
    "a_thing_is_handed_over_once": "清单里已经有这一样。",
}


def locked(body: Body) -> Body:
    """The body, for this act alone: who acts on it at the same time waits. Refuses one that is closed."""
    found = Body.objects.select_for_update(of=("self",), no_key=True).select_related("compound")
    body = found.get(pk=body.pk)
    if body.until is not None:
        raise Refusal("这个组织已经停用了。")
    return body


def log_of(body: Body) -> str:
    """The compound's log, or the district's."""
    return body.compound.code if body.compound else ""


def after(day: date) -> datetime:
    """The first moment after a day: 24:00 in Shanghai, which is 0:00 of the next."""
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=SHANGHAI)


def beginning(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


@contextmanager
def meanwhile() -> Iterator[None]:
    """What a constraint refuses becomes a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = getattr(error.__cause__, "diag", None)
        words = MEANWHILE.get(cause.constraint_name or "") if cause else None
        if words is None:
            raise
        raise Refusal(words) from error


def tell_person(seat: Seat, title: str, *, acting: Acting, at: datetime, body: str = "") -> None:
    """The person hears of their own seat, unless the house itself wrote it down from a table."""
    if acting.kind == "system" or acting.person_id == seat.person_id:
        return
    what = f"{seat.body.name}·{Post(seat.post).label}"
    tell(
        persons=[seat.person_id],
        title=title,
        body=f"{what}。{body}" if body else f"{what}。",
        link="/seats/",
        on=("body", str(seat.body_id)),
        at=at,
    )

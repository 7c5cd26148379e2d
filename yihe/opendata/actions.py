from datetime import date, datetime

from django.db import transaction

from yihe.opendata.models import Month, Row
from yihe.opendata.queries import LOOKED, OPEN_DATA, facts_of, least
from yihe.opendata.rules import COLUMNS, rows_of
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM, Acting
from yihe.trail.actions import record
from yihe.web.models import Mark


@transaction.atomic
def open_up(*, acting: Acting, at: datetime) -> None:
    """From now on settled months are published; the worker builds them."""
    _switch(on=True, acting=acting, at=at)


@transaction.atomic
def shut(*, acting: Acting, at: datetime) -> None:
    """Nothing can be fetched any more. Built months stay as they are: opened again, they read the same."""
    _switch(on=False, acting=acting, at=at)


def _switch(*, on: bool, acting: Acting, at: datetime) -> None:
    mark, _ = Mark.objects.select_for_update().get_or_create(pk=OPEN_DATA, defaults={"at": at})
    if bool(mark.value.get("on")) == on:
        raise Refusal("已经开放了。" if on else "本来就没有开放。")
    mark.value, mark.at = {"on": on}, at
    mark.save()
    Mark.objects.filter(pk=LOOKED).delete()  # the worker looks at once
    record(
        acting=acting,
        act="opendata.open" if on else "opendata.shut",
        on=("opendata", "calls"),
        at=at,
        numbers={"least": least()},
    )


@transaction.atomic
def build_month(*, month: date, at: datetime) -> int | None:
    """The rows of one month, once for ever; None when another worker has it."""
    made, new = Month.objects.get_or_create(
        month=month, defaults={"built_at": at, "least": least()}
    )
    if not new:
        return None
    rows = rows_of(facts_of(month), made.least)
    Row.objects.bulk_create(
        [
            Row(month=made, calls=calls, **dict(zip(COLUMNS, said, strict=True)))
            for said, calls in rows
        ],
        batch_size=1000,
    )
    record(
        acting=SYSTEM,
        act="opendata.month",
        on=("opendata", f"{month:%Y-%m}"),
        at=at,
        numbers={"rows": len(rows), "least": made.least},
    )
    return len(rows)

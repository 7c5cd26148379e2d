from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from yihe.calls.models import Call
from yihe.trail.acting import Acting
from yihe.trail.actions import lock_logs, record


@transaction.atomic
def note_export(*, rows: int, form: str, acting: Acting, at: datetime) -> None:
    """That somebody took a list of calls with them: how many, in which capacity."""
    record(
        acting=acting,
        act="calls.export",
        on=("body", acting.body_id or 0),
        at=at,
        numbers={"rows": rows},
        kinds={"form": form},
    )


@transaction.atomic
def note_orders(*, calls: Iterable[Call], acting: Acting, at: datetime) -> None:
    """That somebody printed these calls with their reporters' contacts: an entry for each call."""
    found = list(calls)
    logs = {call.pk: call.compound.code if call.compound else "" for call in found}
    lock_logs(*logs.values())
    for call in found:
        record(
            acting=acting,
            act="call.print_contact",
            on=("call", call.number),
            at=at,
            log=logs[call.pk],
        )

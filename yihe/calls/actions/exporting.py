from datetime import datetime

from django.db import transaction

from yihe.trail.acting import Acting
from yihe.trail.actions import record


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

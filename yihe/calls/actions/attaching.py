"""Files on a call: attached with the step that brings them, erased with what they belong to."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Q

from yihe.calls.models import Attachment, Call, Step
from yihe.calls.rules import Act
from yihe.files.actions import erase
from yihe.files.models import File


def attach(step: Step, files: Sequence[File]) -> None:
    """Taken before, in the same transaction."""
    Attachment.objects.bulk_create(
        Attachment(call_id=step.call_id, step=step, file=file, position=place)
        for place, file in enumerate(files, start=1)
    )
    Call.objects.filter(pk=step.call_id).update(files=F("files") + len(files))


def erase_attached(*, calls: Iterable[int], brought_only: bool, at: datetime) -> None:
    """The bytes of what hangs on these calls, as it came and covered; that something was there stays.

    `brought_only`: what the reporter brought, or whoever wrote the call down for them.
    """
    found = Attachment.objects.filter(call_id__in=list(calls))
    if brought_only:
        found = found.filter(Q(step__by_reporter=True) | Q(step__kind=Act.RAISE.value))
    keys = [key for pair in found.values_list("file_id", "covered_id") for key in pair if key]
    if keys:
        erase(keys=keys, at=at)

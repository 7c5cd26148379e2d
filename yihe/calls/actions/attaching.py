"""Files on a call: attached with the step that brings them."""

from collections.abc import Sequence

from django.db.models import F

from yihe.calls.models import Attachment, Call, Step
from yihe.files.models import File


def attach(step: Step, files: Sequence[File]) -> None:
    """Taken before, in the same transaction."""
    Attachment.objects.bulk_create(
        Attachment(call_id=step.call_id, step=step, file=file, position=place)
        for place, file in enumerate(files, start=1)
    )
    Call.objects.filter(pk=step.call_id).update(files=F("files") + len(files))

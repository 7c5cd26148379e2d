"""What goes in and out: the schemas of the API, and how a call is told."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.urls import reverse
from django.utils import timezone
from ninja import Schema
from pydantic import ConfigDict, Field

from yihe.calls.access import Seen, seen_files
from yihe.calls.models import Call
from yihe.calls.rules import TOP
from yihe.files.models import File

LongText = Annotated[str, Field(max_length=20_000)]
FileKey = Annotated[str, Field(max_length=64)]
Files = Annotated[list[FileKey], Field(max_length=9)]


class Problem(Exception):  # noqa: N818  RFC 9457 names it so
    """An answer that is a problem: status, title, detail in words."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.more = status, detail, more


class ProblemOut(Schema):
    """RFC 9457 problem details, as `application/problem+json`."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class In(Schema):
    """What comes in: a part that nobody knows is refused, never dropped."""

    model_config = ConfigDict(extra="forbid")


REFUSED = dict.fromkeys((400, 401, 404, 409, 413, 422), ProblemOut)


class CompoundOut(Schema):
    code: str
    name: str
    kind: str
    stage: str
    community: str


class TopicOut(Schema):
    code: str
    name: str
    parent: str | None
    depth: int
    emergency: bool


class CompoundsOut(Schema):
    items: list[CompoundOut]
    next: str | None = None


class TopicsOut(Schema):
    items: list[TopicOut]
    next: str | None = None


class DeskOut(Schema):
    """A desk: what `hand_over` takes as `desk`, by id or by its exact name."""

    id: int
    name: str
    level: Literal["1", "2", "3", "conference"]


class DesksOut(Schema):
    items: list[DeskOut]
    next: str | None = None


class PersonOut(Schema):
    """Who handles calls at a desk: what `assign` takes as `person`."""

    id: int
    name: str
    post: str


class PeopleOut(Schema):
    items: list[PersonOut]
    next: str | None = None


class CallIn(In):
    """A call to be raised; `on_behalf_of` is the phone number or the name of whom it is for.

    `files` are ids of photographs or PDFs that were sent before to `/files`.
    """

    compound: Annotated[str, Field(max_length=40)]
    text: LongText
    topic: Annotated[str, Field(max_length=40)] | None = None
    spot: Annotated[str, Field(max_length=80)] | None = None
    visibility: Literal["compound", "handlers", "desk"] = "compound"
    on_behalf_of: Annotated[str, Field(max_length=30)] | None = None
    about: Annotated[int, Field(ge=1, le=2**31)] | None = None
    files: Files = []


class CallOut(Schema):
    """A call in brief; moments are ISO 8601 with offset, `level` is 1, 2, 3 or conference."""

    number: str
    status: Literal["new", "doing", "asked", "answered", "closed", "withdrawn", "past"]
    level: Literal["1", "2", "3", "conference"]
    desk: str
    desk_id: int
    due_at: datetime | None
    due_provisional: bool
    url: str


class FileOut(Schema):
    """A photograph or PDF that was sent: `files` of an act takes its id, once, within a day."""

    id: str
    kind: Literal["picture", "pdf"]
    bytes: int
    width: int
    height: int
    pages: int


class AttachedOut(FileOut):
    """On a call, in the version that one may see; `url` takes the same token."""

    url: str


class StepOut(Schema):
    kind: str
    at: datetime
    by: str
    text: str
    to_level: int | None
    files: list[AttachedOut]


class CallFull(CallOut):
    compound: str | None
    text: str
    topic: str | None
    visibility: str
    raised_at: datetime
    version: int
    stars: int | None
    steps: list[StepOut]


class CallsOut(Schema):
    items: list[CallOut]
    next: str | None


def told_level(level: int | None) -> str:
    return "conference" if level == TOP else str(level)


def brief(call: Call) -> dict[str, Any]:
    return {
        "number": call.number,
        "status": call.status,
        "level": told_level(call.level),
        "desk": call.desk.name,
        "desk_id": call.desk_id,
        "due_at": timezone.localtime(call.due_at) if call.due_at else None,
        "due_provisional": call.due_provisional,
        "url": reverse("calls:call", args=[call.number]),
    }


def file_told(file: File) -> dict[str, Any]:
    return {
        "id": file.key,
        "kind": file.kind,
        "bytes": file.bytes,
        "width": file.width,
        "height": file.height,
        "pages": file.pages,
    }


def full(seen: Seen) -> dict[str, Any]:
    call = seen.call
    steps = call.steps.filter(audience__in=seen.audiences).order_by("id")
    files: dict[int, list[dict[str, Any]]] = {}
    for attached, file in seen_files(seen):
        url = f"/api/v1/calls/{call.number}/files/{attached.file_id}"
        shown = {**file_told(file), "id": attached.file_id, "url": url}
        files.setdefault(attached.step_id, []).append(shown)
    return {
        **brief(call),
        "compound": call.compound.code if call.compound else None,
        "text": seen.shown(call.text),
        "topic": call.topic.code if call.topic else None,
        "visibility": call.visibility,
        "raised_at": timezone.localtime(call.raised_at),
        "version": call.version,
        "stars": call.stars if seen.inside or seen.as_reporter else None,
        "steps": [
            {
                "kind": step.kind,
                "at": timezone.localtime(step.at),
                "by": step.words,
                "text": seen.shown(step.text),
                "to_level": step.to_level,
                "files": files.get(step.pk, []),
            }
            for step in steps
        ],
    }


def clean(text: str) -> str:
    """What no database can hold is not there to be found."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()

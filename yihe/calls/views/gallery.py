"""The files of a call as one person sees them, each with the step that brought it: one query for a page."""

from dataclasses import dataclass, field

from yihe.calls.access import Seen
from yihe.calls.models import Attachment, Looked
from yihe.calls.queries import attachments
from yihe.calls.rules import Act
from yihe.files.models import File
from yihe.files.rules import in_mega


@dataclass(frozen=True)
class Shown:
    """One file on a page: `alt` for who does not see it, `looked` for the desk."""

    key: str
    picture: bool
    alt: str
    looked: str
    to_screen: bool


@dataclass
class Gallery:
    """Of one step: what is shown, how many are held back until a desk has looked, how many are erased."""

    files: list[Shown] = field(default_factory=list)
    held: int = 0
    erased: int = 0


def galleries(seen: Seen) -> dict[int, Gallery]:
    """By step. Nothing is asked where nothing is attached."""
    found: dict[int, Gallery] = {}
    if not seen.call.files:
        return found
    by_step: dict[int, list[Attachment]] = {}
    for attached in attachments(seen.call):
        if attached.step.audience in seen.audiences:
            by_step.setdefault(attached.step_id, []).append(attached)
    for step_id, lot in by_step.items():
        found[step_id] = _gallery(seen, lot)
    return found


def _gallery(seen: Seen, lot: list[Attachment]) -> Gallery:
    gallery = Gallery()
    versions = [(one, seen.version_of(one)) for one in lot]
    pictures = [one for one, file in versions if file and file.is_picture and not file.erased_at]
    for one, file in versions:
        if file is None:
            gallery.held += 1
        elif file.erased_at is not None:
            gallery.erased += 1
        else:
            number = pictures.index(one) + 1 if one in pictures else 0
            gallery.files.append(_shown(seen, one, file, number, len(pictures)))
    return gallery


def _shown(seen: Seen, one: Attachment, file: File, number: int, of: int) -> Shown:
    if file.is_picture:
        alt = f"照片 {number}，共 {of} 张" if of > 1 else "照片"
    else:
        alt = f"PDF，{file.pages} 页，{in_mega(file.bytes)}"
    may = Act.SCREEN in seen.may and one.step.audience != "handlers"
    return Shown(
        key=one.file_id,
        picture=file.is_picture,
        alt=alt,
        looked=Looked(one.looked).label if seen.inside else "",
        to_screen=may,
    )

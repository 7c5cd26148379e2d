"""A file comes in, whole or piece by piece; an act takes it; it is covered, erased, swept."""

import errno
import fcntl
import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.db import transaction
from django.db.models import Count, Sum
from PIL.Image import Image

from yihe.files import pictures, storage
from yihe.files.models import Coming, File, Kind
from yihe.files.pdf import pages_of
from yihe.files.rules import known_keys, room_today, size_of, sniff
from yihe.refusal import Refusal

KEPT_UNTAKEN = timedelta(days=1)
A_DAY = timedelta(days=1)
GONE = "有一个文件找不到了，可能放得太久，请重新选。"


# coming in -------------------------------------------------------------------------------------


def begin(*, length: int, person_id: int, at: datetime) -> Coming:
    """A file of that many bytes is to come piece by piece; its key is known from now on."""
    size_of(length)
    _room_today(person_id, length, at)
    coming = Coming(key=storage.new_key(), length=length, made_by=person_id, made_at=at)
    (storage.coming() / coming.key).touch(mode=0o600)
    coming.save(force_insert=True)
    return coming


def received(coming: Coming) -> int:
    """How much of it lies on the disk: from there it goes on."""
    try:
        return (storage.coming() / coming.key).stat().st_size
    except FileNotFoundError as error:
        raise Refusal(GONE) from error


class OutOfPlaceError(Exception):
    """A piece that does not begin where the file ends, or comes while another is written: ask and go on."""


def append(*, coming: Coming, offset: int, piece: bytes, at: datetime) -> File | None:
    """One piece more. With the last one the file is looked at, and is a file; None while it goes on.

    A refused file is gone: what is in it does not change by sending it again.
    """
    path = storage.coming() / coming.key
    with path.open("ab") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise OutOfPlaceError from error
        if not path.exists() or part.tell() != offset:
            raise OutOfPlaceError
        if offset + len(piece) > coming.length:
            raise Refusal("传来的比说好的多，请重新选。")
        try:
            part.write(piece)
            part.flush()
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                part.truncate(offset)
            raise
        if offset + len(piece) < coming.length:
            return None
        file = File.objects.filter(pk=coming.key).first()  # of who died after the row was written
        with path.open("rb") as whole:
            try:
                file = file or _kept(whole, coming.length, coming.key, coming.made_by, at)
            except Refusal:
                _forget(coming)
                raise
        _forget(coming)
        return file


def _forget(coming: Coming) -> None:
    (storage.coming() / coming.key).unlink(missing_ok=True)
    Coming.objects.filter(pk=coming.pk).delete()


def receive(*, source: IO[bytes], length: int, person_id: int, at: datetime) -> File:
    """A file that came in one piece."""
    size_of(length)
    _room_today(person_id, length, at)
    return _kept(source, length, storage.new_key(), person_id, at)


def receive_all(
    *, sources: Sequence[tuple[Any, int]], person_id: int, at: datetime
) -> tuple[list[File], Refusal | None]:
    """What came with a form: those that are taken, and why the first of the others is not."""
    kept: list[File] = []
    refused: Refusal | None = None
    for place, (source, length) in enumerate(sources, start=1):
        try:
            kept.append(receive(source=source, length=length, person_id=person_id, at=at))
        except Refusal as refusal:
            which = f"第 {place} 个文件没有收：" if len(sources) > 1 else ""
            refused = refused or Refusal(f"{which}{refusal}")
    return kept, refused


def _room_today(person_id: int, length: int, at: datetime) -> None:
    since = at - A_DAY
    kept = File.objects.filter(made_by=person_id, made_at__gt=since)
    coming = Coming.objects.filter(made_by=person_id, made_at__gt=since)
    there = kept.aggregate(n=Count("pk"), total=Sum("bytes"))
    more = coming.aggregate(n=Count("pk"), total=Sum("length"))
    count, total = there["n"] + more["n"], (there["total"] or 0) + (more["total"] or 0)
    room_today(count, total, length)


def _kept(source: IO[bytes], length: int, key: str, person_id: int, at: datetime) -> File:
    """Looked at by its content, drawn anew, written, then told to the database: the row comes last."""
    source.seek(0)
    kind = sniff(source.read(16))
    source.seek(0)
    file = File(key=key, made_by=person_id, made_at=at)
    if kind == "pdf":
        content = source.read(length)
        file.kind, file.pages = Kind.PDF, pages_of(content)
        _write(file, lambda target: target.write(content))
    else:
        file.kind = Kind.PICTURE
        _draw(file, pictures.read(source, kind))
    file.save(force_insert=True)
    return file


def _draw(file: File, picture: Image) -> None:
    file.width, file.height = picture.size
    storage.write(file.key, storage.SMALL, partial(pictures.write_small, picture))
    _write(file, partial(pictures.write, picture))


def _write(file: File, fill: Callable[[BinaryIO], object]) -> None:
    path = storage.write(file.key, storage.WHOLE[file.kind], fill)
    file.salt = storage.new_key()
    with path.open("rb") as kept:
        file.sha256 = hashlib.file_digest(kept, "sha256").hexdigest()
    file.bytes = path.stat().st_size


def drop(*, key: str, person_id: int) -> bool:
    """Taken away again by who sent it, before any act took it."""
    mine = {"key": key, "made_by": person_id}
    gone = File.objects.filter(**mine, taken_at=None).delete()[0]
    gone += Coming.objects.filter(**mine).delete()[0]
    if gone:
        transaction.on_commit(partial(storage.remove, key))
    return bool(gone)


# belonging to something ------------------------------------------------------------------------


def take(*, keys: Iterable[str], person_id: int | None, at: datetime) -> list[File]:
    """Within an act: these files belong to it from now on, in this order. Each once, and only one's own."""
    keys = known_keys(keys)
    if not keys:
        return []
    found = File.objects.select_for_update().filter(
        key__in=keys, made_by=person_id or 0, taken_at=None
    )
    known = {file.key: file for file in found}
    if len(known) != len(keys):
        raise Refusal(GONE)
    File.objects.filter(key__in=keys).update(taken_at=at)
    return [known[key] for key in keys]


def cover(
    *, file: File, boxes: Sequence[pictures.Box], person_id: int | None, at: datetime
) -> File:
    """A new file, in which nothing is left of what lay in the boxes. The first one stays as it is."""
    if not boxes:
        raise Refusal("请先标出要遮住的地方。")
    if not file.is_picture or file.erased_at is not None:
        raise Refusal("这个文件不是照片，没有可遮的。")
    with storage.path_of(file.key, storage.WHOLE[file.kind]).open("rb") as source:
        picture = pictures.covered(pictures.read(source, "jpeg"), boxes)
    drawn = File(
        key=storage.new_key(), kind=Kind.PICTURE, made_by=person_id, made_at=at, taken_at=at
    )
    _draw(drawn, picture)
    drawn.save(force_insert=True)
    return drawn


def erase(*, keys: Iterable[str], at: datetime) -> None:
    """The bytes go once the transaction stands; that there was a file remains."""
    gone = list(keys)
    left = File.objects.filter(key__in=gone, erased_at=None)
    left.update(erased_at=at, sha256="", salt="", made_by=None)
    for key in gone:
        transaction.on_commit(partial(storage.remove, key))


def drop_untaken(*, person_id: int) -> None:
    """What somebody has sent and no act has taken."""
    mine = File.objects.filter(made_by=person_id, taken_at=None)
    coming = Coming.objects.filter(made_by=person_id)
    for key in [*mine.values_list("key", flat=True), *coming.values_list("key", flat=True)]:
        drop(key=key, person_id=person_id)


# sweeping --------------------------------------------------------------------------------------


def sweep(*, at: datetime, limit: int = 100) -> list[str]:
    """What no act took within a day, and what never came whole: rows first, then bytes."""
    old = at - KEPT_UNTAKEN
    with transaction.atomic():
        rows = File.objects.select_for_update(skip_locked=True).filter(
            taken_at=None, made_at__lt=old
        )
        keys = list(rows.values_list("key", flat=True)[:limit])
        File.objects.filter(key__in=keys, taken_at=None).delete()
        late = list(Coming.objects.filter(made_at__lt=old).values_list("key", flat=True)[:limit])
        Coming.objects.filter(key__in=late).delete()
    for key in [*keys, *late]:
        storage.remove(key)
    return [*keys, *late]


def sweep_bytes(*, at: datetime) -> list[str]:
    """Bytes of which no row speaks: of who died between the two, or of a file that was erased."""
    swept: list[str] = []
    lot: dict[str, list[Path]] = {}
    for key, path in storage.older_than(KEPT_UNTAKEN.total_seconds(), at.timestamp()):
        lot.setdefault(key, []).append(path)
        if len(lot) >= 500:
            swept += _without_row(lot)
            lot = {}
    return swept + _without_row(lot)


def _without_row(lot: dict[str, list[Path]]) -> list[str]:
    known = set(
        File.objects.filter(key__in=lot, erased_at=None).values_list("key", flat=True)
    ) | set(Coming.objects.filter(key__in=lot).values_list("key", flat=True))
    lost = [key for key in lot if key not in known]
    for key in lost:
        for path in lot[key]:
            path.unlink(missing_ok=True)
    return lost

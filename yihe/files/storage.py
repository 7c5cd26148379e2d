"""Bytes on the disk: whole or not there. `files` holds what is kept, `coming` what is on its way."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

WHOLE = {"picture": ".jpg", "pdf": ".pdf"}
SMALL = ".small.jpg"


def new_key() -> str:
    return secrets.token_hex(16)


def kept() -> Path:
    return Path(settings.YIHE_HOME) / "files"


def coming() -> Path:
    """On the same disk, so that a file is renamed into its place; a backup does not carry it."""
    place = Path(settings.YIHE_HOME) / "coming"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(key: str, ending: str) -> Path:
    return kept() / key[:2] / f"{key}{ending}"


def write(key: str, ending: str, fill: Callable[[BinaryIO], object]) -> Path:
    """Written beside its place, on the disk, then renamed: who dies in between leaves nothing half done."""
    target, part = path_of(key, ending), coming() / f"{key}{ending}"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with part.open("wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    _on_disk(target.parent)
    return target


def _on_disk(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(key: str) -> None:
    """Everything under this key; what is gone already is well."""
    for ending in (*WHOLE.values(), SMALL):
        path_of(key, ending).unlink(missing_ok=True)
    (coming() / key).unlink(missing_ok=True)


def older_than(seconds: float, now: float) -> Iterator[tuple[str, Path]]:
    """Files that lie there for so long, with their keys: whether a row speaks of them is asked next."""
    for root in (kept(), coming()):
        for path in root.rglob("*") if root.is_dir() else ():
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < now - seconds:
                    yield path.name.partition(".")[0], path

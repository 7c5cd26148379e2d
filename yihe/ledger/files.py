"""Checkpoints outside database and backup: one file a log in YIHE_HOME/checkpoints/, only ever longer.

A record is the note as it was signed and an empty line. A record that a crash cut off is dropped
when the next is written.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from yihe.ledger.keys import on_disk
from yihe.proof.canonical import Malformed
from yihe.proof.notes import Checkpoint, checkpoint_of, parse_note

TAIL = 4096  # more than the longest record: an origin twice, a root, a signature
RECORD = re.compile(
    rb"(?:^|(?<=\n\n))([!-~]{1,128}\n[0-9]{1,16}\n[A-Za-z0-9+/]{43}=\n\n\xe2\x80\x94 [ -~]+\n)\n"
)


def directory() -> Path:
    return Path(settings.YIHE_HOME) / "checkpoints"


def path_of(origin: str) -> Path:
    """The number of the log stands at the end of an origin, so two never share a file."""
    return directory() / (re.sub(r"[^A-Za-z0-9.-]", "_", origin) + ".txt")


@contextmanager
def locked(origin: str) -> Iterator[bool]:
    """Whether this process has the file to itself, until the end of the block."""
    directory().mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = path_of(origin).with_suffix(".lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def last(path: Path) -> Checkpoint | None:
    """The last whole record of a file; None when it has none. Malformed when it is no such file."""
    found = _end(path)[1]
    return checkpoint_of(parse_note(found)) if found else None


def _end(path: Path) -> tuple[int, str]:
    """Where the last whole record ends, and its note."""
    try:
        with path.open("rb") as file:
            start = max(0, file.seek(0, os.SEEK_END) - TAIL)
            file.seek(start)
            tail = file.read()
    except FileNotFoundError:
        return 0, ""
    records = list(RECORD.finditer(tail))
    if not records:
        if start or tail.count(b"\n") > 5:
            raise Malformed(f"检查点文件 {path.name} 读不懂")
        return 0, ""  # the very first one was cut off
    if tail.count(b"\n", records[-1].end()) > 5:
        raise Malformed(f"检查点文件 {path.name} 的末尾读不懂")
    return start + records[-1].end(), records[-1][1].decode()


def append(origin: str, notes: list[str]) -> None:
    """Puts notes behind what is there; on the disk before it returns."""
    path = path_of(origin)
    new = not path.exists()
    end = _end(path)[0]
    with path.open("r+b" if not new else "xb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.truncate(end)
        file.seek(end)
        file.write("".join(note + "\n" for note in notes).encode())
        file.flush()
        os.fsync(file.fileno())
    if new:
        on_disk(path.parent)

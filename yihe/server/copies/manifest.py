"""The first thing read of a copy: what it holds, from which version, with the digest of every part."""

import hashlib
import json
import re
import zipfile
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from yihe.refusal import Refusal

FORMAT, MANIFEST = "yihe-backup/1", "manifest.json"
TABLES, FILES = "tables/", "files/"
PIECE = 1 << 20
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
BROKEN = "这份备份不完整或者被改动过，没有恢复。请换一份。"


@dataclass(frozen=True)
class Table:
    """One table: the columns in the order of the copy, how many rows, SHA-256 of its text."""

    name: str
    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """`migrations` are those applied; `sequences` the last value of each, None where never used."""

    made_at: str
    server: str
    migrations: list[list[str]]
    tables: list[Table]
    sequences: dict[str, int | None]
    files: dict[str, str] = field(default_factory=dict)
    format: str = FORMAT

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1).encode()


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """Refusal when the file is no copy of ours."""
    try:
        told: Any = json.loads(archive.read(MANIFEST))
        if told["format"] != FORMAT:
            raise Refusal("不是本程序认识的备份版本。")
        told["tables"] = [Table(**one) for one in told["tables"]]
        manifest = Manifest(**told)
        names = [*(one.name for one in manifest.tables), *manifest.sequences]
        names += [column for one in manifest.tables for column in one.columns]
        if not all(NAME.fullmatch(name) for name in names):
            raise Refusal(BROKEN)
        return manifest
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal("这不是一核的备份。") from error


class Hashing:
    """Passes bytes on, and knows their digest and number of lines."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target, self.digest, self.lines = target, hashlib.sha256(), 0

    def write(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.lines += piece.count(b"\n")
        self.target.write(piece)


def digest_of(source: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := source.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def check_parts(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Every part is there, once, and is what the manifest says. Refusal otherwise; nothing is written."""
    due = {TABLES + one.name: one.sha256 for one in manifest.tables}
    due |= {FILES + name: digest for name, digest in manifest.files.items()}
    if sorted(archive.namelist()) != sorted([*due, MANIFEST]):
        raise Refusal(BROKEN)
    try:
        for name, digest in due.items():
            with archive.open(name) as part:
                if digest_of(part) != digest:
                    raise Refusal(BROKEN)
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError) as error:
        raise Refusal(BROKEN) from error

"""The zip of one decision: fixed names and limits; read to the letter by `archive.py`.

What the files hold is read in `record.py`; a file that is no bundle at all is NotABundle.
"""

import zipfile
from collections.abc import Mapping
from io import SEEK_END
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import IO

from yihe.proof.archive import Broken, unpack
from yihe.proof.canonical import Malformed, decode
from yihe.proof.leaves import is_id

FORMAT = "yihe-bundle/1"
MANIFEST, KEYS, RULES = "manifest.json", "keys.json", "rules.json"
CHECKPOINTS, LOG, LEAVES = "checkpoints.json", "log.bin", "leaves.ndjson"
ROLL, BALLOTS = "roll.ndjson", "ballots.ndjson"
PUBLIC = (MANIFEST, KEYS, RULES, CHECKPOINTS, LOG, LEAVES)
FULL = (*PUBLIC, ROLL, BALLOTS)
MIB = 1 << 20
LIMITS = {
    MANIFEST: 4096,
    KEYS: 256 * 1024,
    RULES: 4 * MIB,
    CHECKPOINTS: 8 * MIB,
    LOG: 256 * MIB,
    LEAVES: 256 * MIB,
    ROLL: 256 * MIB,
    BALLOTS: 256 * MIB,
}


class NotABundle(Exception):  # noqa: N818  an answer, in words
    """The file is no bundle; the text says why, in Chinese."""


def write_bundle(target: Path | IO[bytes], files: Mapping[str, bytes]) -> None:
    """Writes the zip; the same files give the same bytes. ValueError for a missing or foreign name."""
    names = FULL if ROLL in files else PUBLIC
    if set(files) != set(names):
        raise ValueError("a bundle has exactly the files of its kind")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in names:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name])


def read_bundle(source: Path | bytes) -> tuple[str, dict[str, bytes]]:
    """The kind (`public` or `full`) and the files by name. NotABundle otherwise; OSError as it comes."""
    try:
        files = unpack(source, LIMITS) if isinstance(source, bytes) else _unpack_file(source)
    except Broken as broken:
        raise NotABundle(str(broken)) from broken
    if MANIFEST not in files:
        raise NotABundle("zip 里没有 manifest.json。")
    kind = _kind(files[MANIFEST])
    if set(files) != set(FULL if kind == "full" else PUBLIC):
        raise NotABundle("zip 里的文件不是证据包规定的那些。")
    return kind, files


def _unpack_file(path: Path) -> dict[str, bytes]:
    """Mapped, so that a huge file that is no bundle is not read as a whole."""
    with path.open("rb") as file:
        if not file.seek(0, SEEK_END):
            raise Broken("文件是空的。")
        with mmap(file.fileno(), 0, access=ACCESS_READ) as data:
            return unpack(data, LIMITS)


def _kind(data: bytes) -> str:
    try:
        manifest = decode(data)
    except Malformed as error:
        raise NotABundle(f"manifest.json {error}。") from error
    if not isinstance(manifest, dict) or manifest.keys() != {"decision", "format", "kind"}:
        raise NotABundle("manifest.json 的字段不对。")
    if manifest["format"] != FORMAT:
        raise NotABundle("不是本程序认识的证据包版本。")
    if manifest["kind"] not in ("public", "full") or not is_id(manifest["decision"]):
        raise NotABundle("manifest.json 的内容不对。")
    return str(manifest["kind"])

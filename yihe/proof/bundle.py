"""The zip of one decision: fixed names, two methods, limits; nothing is believed before it is read.

What the files hold is read in `record.py`; a file that is no bundle at all is NotABundle.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import IO

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


# What zipfile raises for bytes that are no zip, or a broken one.
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, struct.error)


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
    opened = BytesIO(source) if isinstance(source, bytes) else source
    try:
        with zipfile.ZipFile(opened) as archive:
            return _files(archive)
    except BROKEN as error:
        raise NotABundle("文件不是完好的 zip。") from error


def _files(archive: zipfile.ZipFile) -> tuple[str, dict[str, bytes]]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if not entries or min(entry.header_offset for entry in entries) or not _ends(archive):
        raise NotABundle("zip 的前面或后面有多余的内容。")
    if len(entries) > len(FULL) or len(set(names)) != len(names) or archive.comment:
        raise NotABundle("zip 里的文件不是证据包规定的那些。")
    for entry in entries:
        if entry.filename not in LIMITS:
            raise NotABundle(f"zip 里有多余的文件：{entry.filename[:40]}。")
        if entry.compress_type not in (0, 8) or entry.flag_bits & 1:
            raise NotABundle("zip 用了规定以外的压缩或加密。")
        if entry.file_size > LIMITS[entry.filename]:
            raise NotABundle(f"{entry.filename} 太大了。")
    if MANIFEST not in names:
        raise NotABundle("zip 里没有 manifest.json。")
    kind = _kind(_read(archive, MANIFEST))
    if set(names) != set(FULL if kind == "full" else PUBLIC):
        raise NotABundle("zip 里的文件不是证据包规定的那些。")
    return kind, {name: _read(archive, name) for name in names}


def _ends(archive: zipfile.ZipFile) -> bool:
    """Whether the end record is the last thing in the file, so that all readers find the same one."""
    file = archive.fp
    if file is None:
        return False
    file.seek(-22, 2)
    return file.read(4) == b"PK\x05\x06"


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        data = file.read(LIMITS[name] + 1)
    if len(data) > LIMITS[name]:
        raise NotABundle(f"{name} 太大了。")
    return data


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

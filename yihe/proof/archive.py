"""The zip of a bundle, read to the letter of docs/format/bundle.md, section 1.

Readers of zip files differ where a file contradicts itself, and then two people see two bundles in one
file. Nothing here is lenient: whatever is not as the format says is Broken.
"""

import struct
import zlib
from collections.abc import Mapping
from itertools import pairwise
from mmap import mmap
from typing import NamedTuple

END, ENTRY, LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
END_SIZE, ENTRY_SIZE, LOCAL_SIZE = 22, 46, 30
FORBIDDEN_FLAGS = 0x2061  # encryption, patches, masked headers: bits 0, 5, 6 and 13
STORED, DEFLATED = 0, 8


class Broken(Exception):  # noqa: N818  an answer, in words
    """Not a zip as the format wants it; the text says why, in Chinese."""


class Entry(NamedTuple):
    """One file of the directory; sizes in bytes."""

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int


def unpack(data: bytes | mmap, limits: Mapping[str, int]) -> dict[str, bytes]:
    """The files by name, in the directory's order; `limits` holds every name allowed and its size.

    Broken when a rule of the format does not hold, before more than the limit is unpacked.
    """
    entries, start = _directory(data)
    if not entries or min(entry.offset for entry in entries):
        raise Broken("zip 的前面有多余的内容。")
    files: dict[str, bytes] = {}
    spans = []
    for entry in entries:
        name = entry.name.decode("latin-1")
        if name not in limits:
            raise Broken(f"zip 里有多余的文件：{name[:40]}。")
        if name in files:
            raise Broken("zip 里的文件不是证据包规定的那些。")
        if entry.flags & FORBIDDEN_FLAGS or entry.method not in (STORED, DEFLATED):
            raise Broken("zip 用了规定以外的压缩或加密。")
        if entry.size > limits[name]:
            raise Broken(f"{name} 太大了。")
        begin = _begin(data, entry, start)
        spans.append((entry.offset, begin + entry.packed))
        files[name] = _content(data[begin : begin + entry.packed], entry)
    if any(before[1] > after[0] for before, after in pairwise(sorted(spans))):
        raise Broken("zip 里的文件互相重叠。")
    return files


def _directory(data: bytes | mmap) -> tuple[list[Entry], int]:
    """The entries and where the directory begins: the end record is the last thing in the file."""
    end = len(data) - END_SIZE
    if end < 0 or data[end : end + 4] != END:
        raise Broken("文件不是完好的 zip，或者后面有多余的内容。")
    disk, first_disk, here, many, size, start, comment = struct.unpack_from("<4H2LH", data, end + 4)
    if disk or first_disk or here != many or comment or start + size != end:
        raise Broken("文件不是完好的 zip。")
    entries, at = [], start
    for _ in range(many):
        if at + ENTRY_SIZE > end or data[at : at + 4] != ENTRY:
            raise Broken("zip 的目录不对。")
        flags, method = struct.unpack_from("<2H", data, at + 8)
        crc, packed, unpacked, name, extra, said = struct.unpack_from("<3L3H", data, at + 16)
        (offset,) = struct.unpack_from("<L", data, at + 42)
        named, at = at + ENTRY_SIZE, at + ENTRY_SIZE + name + extra + said
        if at > end:
            raise Broken("zip 的目录不对。")
        entries.append(
            Entry(data[named : named + name], flags, method, crc, packed, unpacked, offset)
        )
    if at != end:
        raise Broken("zip 的目录不对。")
    return entries, start


def _begin(data: bytes | mmap, entry: Entry, directory: int) -> int:
    """Where the packed bytes begin, behind a local header with the same name."""
    at = entry.offset
    if at + LOCAL_SIZE > directory or data[at : at + 4] != LOCAL:
        raise Broken("zip 里的文件头不对。")
    name, extra = struct.unpack_from("<2H", data, at + 26)
    named = at + LOCAL_SIZE
    begin = int(named + name + extra)
    if data[named : named + name] != entry.name:
        raise Broken("zip 里的文件名前后不一样。")
    if begin + entry.packed > directory:
        raise Broken("zip 不完整。")
    return begin


def _content(packed: bytes, entry: Entry) -> bytes:
    """Exactly the size stated, from exactly the bytes stated, with the checksum stated."""
    content = packed if entry.method == STORED else _inflated(packed, entry.size)
    if len(content) != entry.size or zlib.crc32(content) != entry.crc:
        raise Broken("zip 里的文件和写明的大小或校验码不符。")
    return content


def _inflated(packed: bytes, size: int) -> bytes:
    stream = zlib.decompressobj(-15)
    try:
        content = stream.decompress(packed, size + 1)
        content += stream.decompress(stream.unconsumed_tail, 1) if len(content) <= size else b""
    except zlib.error as error:
        raise Broken("zip 里压缩的数据不对。") from error
    if len(content) > size or not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise Broken("zip 里压缩的数据和写明的大小不符。")
    return content

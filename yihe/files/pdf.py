"""A PDF is looked through for what it must not carry; it is never drawn here, and leaves as a download.

Names are read with their escapes (`/J#61vaScript`), objects also where they lie packed in object
streams. What cannot be looked into (encrypted, packed in a rare way, cut off) is refused. This keeps
honest files honest; it is no proof against somebody who knows how readers differ.
"""

import re
import zlib
from collections.abc import Iterator

from yihe.files.rules import MOST_PAGES
from yihe.refusal import Refusal

MOST_UNPACKED = 50_000_000  # of all object streams together
FIRST_LOOK = 1_000_000  # so much of every other stream
END = rb"(?![A-Za-z0-9])"
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_OBJECT = re.compile(rb"\d\s+\d+\s+obj")
_PAGE = re.compile(rb"/Type\s*/Page" + END)
# Long names do not occur by chance in what is packed; the short ones are looked for outside of it.
_LOUD = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|FileAttachment|RichMedia|Rendition|SubmitForm|ImportData|GoToE|GoToR)"
    + END
)
_SHORT = re.compile(rb"/(?:JS|XFA|3D|Movie|Sound)" + END)
_LOCKED = re.compile(rb"/Encrypt" + END)
DAMAGED = "这份 PDF 打不开，可能没有传完整，请重新选一次。"
ACTIVE = "这份 PDF 里带着脚本、附件或者会自己打开的内容。请打印成新的 PDF 再发。"


def pages_of(content: bytes) -> int:
    """How many pages; a refusal in words for what is damaged, locked, active or too long."""
    tail = content[-2048:].rstrip(b"\x00\r\n\t ")
    if not content.startswith(b"%PDF-") or not tail.endswith(b"%%EOF"):
        raise Refusal(DAMAGED)
    _nothing_loud(content)
    pages = 0
    for part in _parts(content):
        _nothing_loud(part)
        plain = _plain(part)
        if _LOCKED.search(plain):
            raise Refusal("这份 PDF 加了密，这里看不了。请去掉密码再发。")
        if _SHORT.search(plain):
            raise Refusal(ACTIVE)
        pages += len(_PAGE.findall(plain))
    if not pages:
        raise Refusal(DAMAGED)
    if pages > MOST_PAGES:
        raise Refusal(f"这份 PDF 有 {pages} 页，最多 {MOST_PAGES} 页。")
    return pages


def _plain(part: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def _nothing_loud(part: bytes) -> None:
    if _LOUD.search(_plain(part)):
        raise Refusal(ACTIVE)


def _parts(content: bytes) -> Iterator[bytes]:
    """The file without what its streams hold, then the objects packed in object streams."""
    outside: list[bytes] = []
    packed: list[bytes] = []
    at, left = 0, MOST_UNPACKED
    while found := _STREAM.search(content, at):
        before = content[at : found.start()]
        begins = [one.end() for one in _OBJECT.finditer(before)]
        head = _plain(before[begins[-1] if begins else 0 :])
        end = content.find(b"endstream", found.end())
        if end < 0:
            raise Refusal(DAMAGED)
        outside.append(before)
        data = content[found.end() : end]
        if b"/ObjStm" in head or (b"/First" in head and b"/N" in head):
            packed.append(_unpacked(data, head, left))
            left -= len(packed[-1])
        elif b"/FlateDecode" in head:
            _nothing_loud(_first_of(data))
        at = end
    outside.append(content[at:])
    yield b"".join(outside)
    yield from packed


def _first_of(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, FIRST_LOOK)
    except zlib.error:
        return b""


def _unpacked(data: bytes, head: bytes, most: int) -> bytes:
    filters = re.findall(rb"/(\w+Decode|Crypt)" + END, head)
    if not filters:
        return data
    if filters != [b"FlateDecode"] or b"/DecodeParms" in head:
        raise Refusal("这份 PDF 的存法太少见，这里看不了。请打印成新的 PDF 再发。")
    reader = zlib.decompressobj()
    try:
        plain = reader.decompress(data, max(most, 1))
    except zlib.error as error:
        raise Refusal(DAMAGED) from error
    if reader.unconsumed_tail:
        raise Refusal("这份 PDF 展开以后太大了，这里收不了。")
    return plain

"""Which files are taken, and how large: told from what is in them, never from a name."""

import re
from collections.abc import Iterable

from yihe.refusal import Refusal

MEGA = 1_000_000
MOST_BYTES = 10 * MEGA  # of one file
MOST_AT_ONCE = 9  # with one act
MOST_A_DAY, MOST_BYTES_A_DAY = 60, 200 * MEGA  # of one person
MOST_PAGES = 100
# What has to lie in memory whole while it is read; a baseline JPEG is read at a smaller scale.
MOST_PIXELS, MOST_PIXELS_IN_STRIPS = 50 * MEGA, 120 * MEGA
LONGEST_SIDE, SMALL_SIDE = 2560, 360  # as kept, and as a thumbnail

PICTURES = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
KINDS = "JPEG、PNG、WebP 的照片和 PDF"
ACCEPT = "image/jpeg,image/png,image/webp,application/pdf"
KEY = re.compile(r"[0-9a-f]{32}")
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")


def sniff(head: bytes) -> str:
    """jpeg, png, webp or pdf, from the first 12 bytes. Anything else is refused in words."""
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise Refusal(
            "这是 HEIC 格式的照片，这里打不开。请在手机的相机设置里把格式改成“兼容性最佳”再拍，"
            "或者截一张图发来。"
        )
    if head[4:8] == b"ftyp":
        raise Refusal(f"视频还收不了，现在只收 {KINDS}。请截几张图发来。")
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refusal(f"只收 {KINDS}。Word、Excel 请另存为 PDF，压缩包请解开，再发来。")
    raise Refusal(f"只收 {KINDS}，这个文件不是。")


def size_of(length: int) -> None:
    """A length in bytes that one file may have, or a refusal."""
    if length <= 0:
        raise Refusal("这个文件是空的，请重新选。")
    if length > MOST_BYTES:
        raise Refusal(f"这个文件有 {in_mega(length)}，一个最多 {in_mega(MOST_BYTES)}。")


def pixels_of(width: int, height: int, *, in_strips: bool) -> None:
    """Width and height that can be read without filling the memory."""
    if width * height > (MOST_PIXELS_IN_STRIPS if in_strips else MOST_PIXELS):
        raise Refusal(f"这张照片有 {width}×{height} 个像素，太大了，请缩小以后再发。")


def known_keys(keys: Iterable[str]) -> list[str]:
    """Each key once, in order; what does not look like one, or too many, is refused."""
    chosen = list(dict.fromkeys(key for key in keys if key))
    if any(not KEY.fullmatch(key) for key in chosen):
        raise Refusal("有一个文件找不到了，请重新选。")
    if len(chosen) > MOST_AT_ONCE:
        raise Refusal(f"一次最多 {MOST_AT_ONCE} 个文件，现在有 {len(chosen)} 个。")
    return chosen


def room_today(count: int, total: int, length: int) -> None:
    """Whether one more of that length goes into a person's day."""
    if count >= MOST_A_DAY or total + length > MOST_BYTES_A_DAY:
        raise Refusal(
            f"一天最多传 {MOST_A_DAY} 个文件、{in_mega(MOST_BYTES_A_DAY)}，今天满了。"
            "文字照样能发，照片请明天再补。"
        )


def in_mega(length: int) -> str:
    """“2.1 MB”, “0.1 MB”."""
    mega = max(length / MEGA, 0.1)
    return f"{mega:.0f} MB" if mega >= 10 else f"{mega:.1f} MB"

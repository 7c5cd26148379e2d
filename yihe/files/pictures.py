"""Pictures are read and drawn anew from their pixels: what else was in the file does not survive it."""

import threading
from collections.abc import Sequence
from typing import IO, BinaryIO

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from yihe.files.rules import LONGEST_SIDE, MOST_PIXELS_IN_STRIPS, PICTURES, SMALL_SIDE, pixels_of
from yihe.refusal import Refusal

Image.MAX_IMAGE_PIXELS = MOST_PIXELS_IN_STRIPS
COVER = (31, 41, 37)  # ink: where something was covered nothing shows through
# One at a time in each process: a large picture takes up to 200 MB while it is read.
_alone = threading.BoundedSemaphore(1)

Box = tuple[float, float, float, float]  # left, top, right, bottom, as shares of the picture


def read(source: IO[bytes], kind: str) -> Image.Image:
    """The picture upright, in plain colours, at most `LONGEST_SIDE` long, without anything but pixels."""
    with _alone:
        try:
            with Image.open(source, formats=[PICTURES[kind]]) as found:
                strips = kind == "jpeg" and "progressive" not in found.info
                pixels_of(*found.size, in_strips=strips)
                found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                found.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(found)
                plain = _on_white(upright)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Refusal("这张照片的像素太多了，请缩小以后再发。") from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
            raise Refusal("这张照片打不开，可能没有传完整，请重新选一次。") from error
    return plain


def _on_white(picture: Image.Image) -> Image.Image:
    """New pixels alone; what is see-through becomes white paper."""
    if picture.mode in ("RGBA", "LA", "PA", "P"):
        layered = picture.convert("RGBA")
        plain = Image.new("RGB", layered.size, "white")
        plain.paste(layered, mask=layered.getchannel("A"))
        return plain
    plain = Image.new("RGB", picture.size)
    plain.paste(picture.convert("RGB"))
    return plain


def write(picture: Image.Image, target: BinaryIO) -> None:
    picture.save(target, "JPEG", quality=85)


def write_small(picture: Image.Image, target: BinaryIO) -> None:
    small = picture.copy()
    small.thumbnail((SMALL_SIDE, SMALL_SIDE))
    small.save(target, "JPEG", quality=75)


def covered(picture: Image.Image, boxes: Sequence[Box]) -> Image.Image:
    """A new picture in which nothing is left of what lay in the boxes."""
    wide, high = picture.size
    pen = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        pen.rectangle((left * wide, top * high, right * wide, bottom * high), fill=COVER)
    return picture

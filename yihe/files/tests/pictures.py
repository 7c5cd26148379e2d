"""Pictures and PDFs for tests, drawn here: none shows a person or a place."""

import io
from typing import Any

from PIL import Image


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    drawn = Image.new("RGB", size, "#336655")
    drawn.paste("#f0b543", (size[0] // 4, size[1] // 4, size[0] // 2, size[1] // 2))
    target = io.BytesIO()
    drawn.save(target, kind, **more)
    return target.getvalue()


def where_taken() -> Image.Exif:
    """Turned by a quarter, with a place in it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "MAKER-OF-THE-PHONE"
    exif.get_ifd(0x8825).update({1: "N", 2: (22.0, 41.0, 5.0), 3: "E", 4: (114.0, 20.0, 5.0)})
    return exif


def pdf(pages: int = 1, more: bytes = b"") -> bytes:
    """A small whole PDF; `more` stands in its catalogue."""
    kids = b" ".join(b"%d 0 R" % (3 + page) for page in range(pages))
    objects = [b"<< /Type /Catalog /Pages 2 0 R " + more + b" >>"]
    objects.append(b"<< /Type /Pages /Kids [" + kids + b"] /Count %d >>" % pages)
    objects += [b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"] * pages
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return (
        body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    )  # fmt: skip

"""What is taken, and what is left of it: told from the content, whatever its name says."""

import io
import random
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from yihe.files import pictures
from yihe.files.pdf import pages_of
from yihe.files.rules import LONGEST_SIDE, in_mega, known_keys, size_of, sniff
from yihe.files.tests.pictures import pdf, picture, where_taken
from yihe.refusal import Refusal


def again(content: bytes) -> bytes:
    """As it would be kept."""
    target = io.BytesIO()
    pictures.write(pictures.read(io.BytesIO(content), sniff(content[:16])), target)
    return target.getvalue()


class TestPictures:
    @pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
    def test_are_told_by_their_content_and_kept_as_jpeg(self, kind):
        kept = Image.open(io.BytesIO(again(picture(kind))))
        assert (kept.format, kept.size) == ("JPEG", (640, 480))

    def test_lose_the_place_and_all_else_that_was_written_in_them_and_stand_upright(self):
        content = picture(exif=where_taken(), comment=b"SECRET-COMMENT")
        assert b"MAKER-OF-THE-PHONE" in content
        assert b"SECRET-COMMENT" in content
        kept = again(content)
        shown = Image.open(io.BytesIO(kept))
        assert shown.size == (480, 640)
        assert not shown.getexif()
        assert not {"exif", "comment", "icc_profile"} & set(shown.info)
        assert b"MAKER" not in kept
        assert b"SECRET" not in kept

    @pytest.mark.parametrize("kind", ["JPEG", "PNG"])
    def test_that_are_an_archive_too_are_none_any_more(self, kind):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("evil.js", "alert(1)")
        both = picture(kind) + packed.getvalue()
        assert zipfile.is_zipfile(io.BytesIO(both))
        kept = again(both)
        assert not zipfile.is_zipfile(io.BytesIO(kept))
        assert b"alert" not in kept

    def test_are_made_no_longer_than_a_screen_needs(self):
        assert max(Image.open(io.BytesIO(again(picture(size=(4000, 300))))).size) == LONGEST_SIDE

    def test_what_is_see_through_lies_on_white(self):
        target = io.BytesIO()
        Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(target, "PNG")
        assert Image.open(io.BytesIO(again(target.getvalue()))).getpixel((4, 4)) == (255, 255, 255)

    def test_of_which_half_is_missing_are_refused(self):
        with pytest.raises(Refusal, match="没有传完整"):
            again(picture(size=(900, 900))[:-4000])

    def test_that_unpack_without_end_are_refused_before_they_are_read(self):
        def chunk(kind: bytes, data: bytes) -> bytes:
            return (
                struct.pack(">I", len(data)) + kind + data
                + struct.pack(">I", zlib.crc32(kind + data))
            )  # fmt: skip

        header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
        packed = zlib.compress(b"\0" * 1_000_000)
        bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed)
        with pytest.raises(Refusal, match="像素"):
            again(bomb + chunk(b"IEND", b""))

    def test_noise_behind_a_true_beginning_never_fails_otherwise(self):
        chance = random.Random(1)  # noqa: S311  the same noise every time
        for head in (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"):
            for _ in range(50):
                with pytest.raises(Refusal):
                    again(head + chance.randbytes(300))

    def test_nothing_is_left_of_what_was_covered(self):
        whole = pictures.read(io.BytesIO(picture()), "jpeg")
        covered = pictures.covered(whole, [(0.25, 0.25, 0.5, 0.5)])
        assert covered.getpixel((200, 150)) == pictures.COVER
        assert covered.getpixel((600, 450)) != pictures.COVER


class TestSniffing:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"GIF89a/*\x01\x00*/=1;alert(1)//", "不是"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'>", "不是"),
            (b"\x00\x00\x00\x18ftypheic\x00\x00", "HEIC"),
            (b"\x00\x00\x00\x18ftypmp42\x00\x00", "视频"),
            (b"PK\x03\x04 word/document.xml", "PDF"),
            (b"\n%PDF-1.7 not at the beginning", "不是"),
            (b"MZ\x90\x00 program", "不是"),
            (b"", "不是"),
        ],
    )
    def test_the_name_says_nothing(self, content, words):
        with pytest.raises(Refusal, match=words):
            sniff(content[:16])

    def test_limits_are_told_in_words(self):
        assert (in_mega(2_100_000), in_mega(10_000_000), in_mega(9)) == (
            "2.1 MB",
            "10 MB",
            "0.1 MB",
        )
        size_of(10_000_000)
        for length, words in ((0, "空的"), (10_000_001, "最多 10 MB")):
            with pytest.raises(Refusal, match=words):
                size_of(length)
        with pytest.raises(Refusal, match="最多 9 个"):
            known_keys(f"{one:032x}" for one in range(10))
        with pytest.raises(Refusal):
            known_keys(["../../etc/passwd"])


def packed(*objects: bytes) -> bytes:
    """Objects in an object stream, as most programs write them."""
    data = zlib.compress(b" ".join(objects))
    return (
        b"8 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(data)
        + data + b"\nendstream\nendobj\n"
    )  # fmt: skip


class TestPdf:
    def test_is_told_how_many_pages_it_has(self):
        assert pages_of(pdf(3)) == 3
        in_streams = pdf(1).replace(b"xref", packed(b"<< /Type /Page >>" * 2) + b"xref", 1)
        assert pages_of(in_streams) == 3

    @pytest.mark.parametrize(
        "more",
        [
            b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
            b"/OpenAction << /S /J#61vaScript /J#53 (app.alert(1)) >>",
            b"/OpenAction << /S /Launch /F (cmd.exe) >>",
            b"/Names << /EmbeddedFiles 9 0 R >>",
            b"/AcroForm << /XFA 9 0 R >>",
        ],
    )
    def test_that_does_something_by_itself_or_carries_something_is_refused(self, more):
        with pytest.raises(Refusal, match="脚本、附件"):
            pages_of(pdf(more=more))

    def test_what_is_hidden_in_a_packed_object_or_behind_a_false_stream_is_found(self):
        script = b"<< /S /JavaScript /JS (x) >>"
        for hidden in (packed(script), b"(stream\n" + script + b"endstream)"):
            with pytest.raises(Refusal, match="脚本、附件"):
                pages_of(pdf().replace(b"xref", hidden + b"xref", 1))

    def test_that_is_locked_cut_off_too_long_or_unpacks_too_large_is_refused(self):
        large = packed(b"\0" * 60_000_000)
        for content, words in (
            (pdf(more=b"/Encrypt 9 0 R"), "密码"),
            (pdf()[:-30], "没有传完整"),
            (b"%PDF-1.7\n%%EOF", "没有传完整"),
            (pdf(101), "最多 100 页"),
            (pdf().replace(b"xref", large + b"xref", 1), "太大"),
        ):
            with pytest.raises(Refusal, match=words):
                pages_of(content)

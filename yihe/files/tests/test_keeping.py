"""A file on its way: piece by piece, taken once, by whom it belongs to, swept when nobody wants it."""

import io
import os
from datetime import datetime, timedelta

import pytest

from yihe.files import actions, storage
from yihe.files.models import Coming, File
from yihe.files.rules import MOST_A_DAY
from yihe.files.tests.pictures import pdf, picture
from yihe.refusal import Refusal
from yihe.worktime import SHANGHAI

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=SHANGHAI)
ME, ANOTHER = 1, 2


def sent(content: bytes | None = None, person_id: int = ME, at: datetime = NOW) -> File:
    content = content or picture()
    return actions.receive(
        source=io.BytesIO(content), length=len(content), person_id=person_id, at=at
    )


def on_disk() -> set[str]:
    return {path.name for path in storage.kept().rglob("*") if path.is_file()}


class TestTaking:
    def test_keeps_a_picture_with_its_thumbnail_and_a_pdf_as_it_came(self):
        shot, paper = sent(), sent(pdf(2))
        assert on_disk() == {f"{shot.key}.jpg", f"{shot.key}.small.jpg", f"{paper.key}.pdf"}
        assert (shot.kind, shot.width, shot.height) == ("picture", 640, 480)
        assert (paper.kind, paper.pages) == ("pdf", 2)
        assert storage.path_of(paper.key, ".pdf").read_bytes() == pdf(2)

    def test_is_for_its_owner_alone_and_once(self):
        file = sent()
        with pytest.raises(Refusal, match="找不到"):
            actions.take(keys=[file.key], person_id=ANOTHER, at=NOW)
        assert actions.take(keys=[file.key, file.key], person_id=ME, at=NOW) == [file]
        with pytest.raises(Refusal, match="找不到"):
            actions.take(keys=[file.key], person_id=ME, at=NOW)
        assert not actions.drop(key=file.key, person_id=ME)

    def test_is_limited_for_a_day(self):
        File.objects.bulk_create(
            File(key=f"{one:032x}", kind="picture", bytes=9, made_by=ME, made_at=NOW)
            for one in range(MOST_A_DAY)
        )
        with pytest.raises(Refusal, match="一天最多"):
            sent()
        assert sent(person_id=ANOTHER)
        assert sent(at=NOW + timedelta(days=1, minutes=1))


class TestPieceByPiece:
    def begun(self, content: bytes) -> Coming:
        return actions.begin(length=len(content), person_id=ME, at=NOW)

    def test_goes_on_where_the_connection_broke(self):
        content = picture()
        coming = self.begun(content)
        assert actions.append(coming=coming, offset=0, piece=content[:500], at=NOW) is None
        coming = Coming.objects.get(pk=coming.pk)  # another process, later
        assert actions.received(coming) == 500
        with pytest.raises(actions.OutOfPlaceError):
            actions.append(coming=coming, offset=0, piece=content[:500], at=NOW)
        file = actions.append(coming=coming, offset=500, piece=content[500:], at=NOW)
        assert file is not None
        assert file.key == coming.key
        assert not Coming.objects.exists()
        assert not list(storage.coming().iterdir())

    def test_more_than_was_said_is_refused(self):
        coming = actions.begin(length=10, person_id=ME, at=NOW)
        with pytest.raises(Refusal, match="比说好的多"):
            actions.append(coming=coming, offset=0, piece=b"x" * 11, at=NOW)
        assert actions.received(coming) == 0

    def test_what_is_no_picture_in_the_end_is_gone(self):
        coming = self.begun(b"x" * 40)
        with pytest.raises(Refusal):
            actions.append(coming=coming, offset=0, piece=b"x" * 40, at=NOW)
        assert not Coming.objects.exists()
        assert not list(storage.coming().iterdir())

    def test_who_dies_after_the_row_finds_the_same_file(self, monkeypatch):
        content = picture()
        coming = self.begun(content)

        def dies(_coming: Coming) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(actions, "_forget", dies)
            with pytest.raises(KeyboardInterrupt):
                actions.append(coming=coming, offset=0, piece=content, at=NOW)
        file = actions.append(coming=coming, offset=len(content), piece=b"", at=NOW)
        assert file == File.objects.get()


class TestSweeping:
    def old(self) -> None:
        for path in (*storage.kept().rglob("*"), *storage.coming().iterdir()):
            if path.is_file():
                os.utime(path, (NOW.timestamp(), NOW.timestamp()))

    def test_takes_what_no_act_took_within_a_day(self, django_capture_on_commit_callbacks):
        loose, taken = sent(), sent()
        actions.take(keys=[taken.key], person_id=ME, at=NOW)
        coming = actions.begin(length=9, person_id=ME, at=NOW)
        assert actions.sweep(at=NOW + timedelta(hours=23)) == []
        assert set(actions.sweep(at=NOW + timedelta(hours=25))) == {loose.key, coming.key}
        assert on_disk() == {f"{taken.key}.jpg", f"{taken.key}.small.jpg"}

    def test_takes_bytes_of_which_no_row_speaks(self, monkeypatch):
        taken = sent()
        actions.take(keys=[taken.key], person_id=ME, at=NOW)

        def dies(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(File, "save", dies)  # killed between the file and its row
            with pytest.raises(KeyboardInterrupt):
                sent()
        assert len(on_disk()) == 4
        self.old()
        assert actions.sweep_bytes(at=NOW + timedelta(hours=23)) == []
        assert len(set(actions.sweep_bytes(at=NOW + timedelta(hours=25)))) == 1
        assert on_disk() == {f"{taken.key}.jpg", f"{taken.key}.small.jpg"}

    def test_erased_is_gone_and_known_to_have_been(self, django_capture_on_commit_callbacks):
        file = sent()
        with django_capture_on_commit_callbacks(execute=True):
            actions.erase(keys=[file.key], at=NOW)
            assert on_disk()  # until the transaction stands
        file.refresh_from_db()
        assert (file.sha256, file.salt, file.made_by, file.erased_at) == ("", "", None, NOW)
        assert not on_disk()

"""Look-ups that are composed once: what they find is what the query set finds."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from yihe.web.models import Mark
from yihe.web.prepared import moment, prepared
from yihe.web.statements import fetched, insert, update
from yihe.web.whole import whole

pytestmark = pytest.mark.django_db


@prepared
def named(name: str) -> QuerySet[Mark]:
    return Mark.objects.filter(name=name)


@prepared
def under(*, start: str, names: tuple[str, ...] = ()) -> QuerySet[Mark, str]:
    found = Mark.objects.filter(name__startswith=start)
    if names:
        found = found.filter(name__in=names)
    return found.order_by("name").values_list("name", flat=True)


@prepared
def past() -> QuerySet[Mark]:
    return Mark.objects.filter(at__lte=moment())


def mark(name: str, **value: object) -> Mark:
    return Mark.objects.create(name=name, value=value, at=timezone.now())


class TestPrepared:
    def test_finds_what_the_query_set_finds(self):
        one = mark("one", n=1, words="100% 'so' %s")
        mark("two")
        assert named.rows("one") == list(named("one")) == [one]
        assert [row.value for row in named.rows("one")] == [{"n": 1, "words": "100% 'so' %s"}]
        assert named.first("three") is None

    def test_each_asking_has_its_own_values(self):
        for name in ("a", "b", "'; DROP TABLE web_mark; --"):
            mark(name)
        assert [row.name for name in ("a", "b", "a") for row in named.rows(name)] == ["a", "b", "a"]
        assert named.first("'; DROP TABLE web_mark; --") is not None

    def test_what_is_asked_with_stays_out_of_a_pattern(self):
        for name in ("a_1", "ab1", "a%", "a\\1"):
            mark(name)
        assert under.rows(start="a_") == ["a_1"]
        assert under.rows(start="a%") == ["a%"]
        assert under.rows(start="a\\") == ["a\\1"]

    def test_as_many_values_as_there_are(self):
        for name in ("a1", "a2", "a3"):
            mark(name)
        assert under.rows(start="a", names=("a1", "a3", "b")) == ["a1", "a3"]
        assert under.rows(start="a", names=("a2",)) == ["a2"]
        assert under.rows(start="a") == ["a1", "a2", "a3"]

    def test_is_composed_once_and_looked_at_with_its_values(self):
        named.rows("one")
        shapes = len(named.known)
        with CaptureQueriesContext(connection) as seen:
            named.rows("two")
        assert len(named.known) == shapes
        [asked] = seen.captured_queries
        assert "'two'" in asked["sql"]

    def test_the_hour_is_that_of_the_asking(self, monkeypatch):
        later = mark("later")
        Mark.objects.filter(pk=later.pk).update(at=timezone.now() + timedelta(hours=1))
        assert past.rows() == []
        then = timezone.now() + timedelta(hours=2)
        monkeypatch.setattr(timezone, "now", lambda: then)
        assert past.rows() == [later]

    def test_a_time_that_would_stay_refuses(self):
        @prepared
        def kept() -> QuerySet[Mark]:
            return Mark.objects.filter(at__lte=timezone.now())

        with pytest.raises(TypeError, match="moment"):
            kept.rows()

    def test_a_word_that_is_looked_into_refuses(self):
        @prepared
        def curious(name: str) -> QuerySet[Mark]:
            return Mark.objects.filter(name=name.split("/")[0])

        with pytest.raises(TypeError):
            curious.rows("a/b")


class TestStatements:
    def test_rows_are_written_and_changed_as_they_stand(self):
        now = timezone.now()
        rows = [Mark(name=name, value={"n": name}, at=now) for name in ("a", "b")]
        insert(*rows)
        assert list(Mark.objects.filter(name__in="ab").order_by("name")) == rows
        rows[0].value = {"n": "%s"}
        rows[0].at = now + timedelta(days=1)
        update(rows[0], "value")
        rows[0].refresh_from_db()
        assert (rows[0].value, rows[0].at) == ({"n": "%s"}, now)

    def test_a_row_that_is_gone_is_not_changed(self):
        with pytest.raises(Mark.DoesNotExist):
            update(Mark(name="gone", value={}, at=timezone.now()), "value")

    def test_percent_signs_are_themselves(self):
        assert fetched("SELECT 'a%%b', %s::text, '%%s'", ["%s"]) == [("a%b", "%s", "%s")]


class TestWhole:
    def test_inside_another_it_writes_no_savepoint(self):
        with CaptureQueriesContext(connection) as seen, whole, whole:
            mark("in")
        asked = [one["sql"].split()[0] for one in seen.captured_queries]
        assert asked == [
            "SAVEPOINT",
            "INSERT",
            "RELEASE",
        ]  # the test's own transaction is around it

    def test_what_fails_inside_takes_all_with_it(self):
        @whole
        def act() -> None:
            mark("before")
            with whole:
                raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            act()
        assert not Mark.objects.filter(name="before").exists()

    def test_an_error_caught_in_between_does_not_save_the_rest(self):
        @whole
        def act() -> None:
            mark("before")
            with suppress(ValueError), whole:
                raise ValueError("no")

        with pytest.raises(transaction.TransactionManagementError):
            act()
        assert not Mark.objects.filter(name="before").exists()

"""Acts are never unwritten, and hold no name, number or text."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from yihe.trail.acting import SYSTEM
from yihe.trail.actions import record
from yihe.trail.models import Entry
from yihe.trail.queries import timeline

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def write(**more: object) -> Entry:
    values: dict[str, object] = {"acting": SYSTEM, "act": "test.act", "on": ("thing", 1), "at": AT}
    return record(**{**values, **more})  # type: ignore[arg-type]


class TestRecord:
    def test_counts_each_log_from_one(self):
        places = [(write(log=log).log.key, write(log=log).sequence) for log in ("", "c1", "")]
        assert places == [("", 2), ("c1", 2), ("", 4)]

    @pytest.mark.parametrize(
        "more",
        [
            {"kinds": {"phone": "13800000001"}},
            {"kinds": {"name": "罗女士"}},
            {"kinds": {"text": "the light is broken"}},
            {"numbers": {"n": "three"}},
            {"digests": {"text": "the text itself"}},
        ],
    )
    def test_refuses_what_is_no_number_kind_or_digest(self, more):
        with pytest.raises(ValueError, match="may not stand in the trail"):
            write(**more)
        assert not Entry.objects.exists()

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE trail_entry SET act = 'other'",
            "DELETE FROM trail_entry",
            "TRUNCATE trail_entry",
        ],
    )
    def test_the_database_refuses_to_change_it(self, sql):
        write()
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert [entry.act for entry in timeline("thing", 1)] == ["test.act"]

    def test_the_application_owns_nothing(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_user, usesuper FROM pg_user WHERE usename = current_user"
            )
            assert cursor.fetchone() == ("yihe_app", False)

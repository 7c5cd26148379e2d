"""Whoever keeps the house sees how it is, and is told when the backups stop."""

from datetime import timedelta

import pytest
from django.utils import timezone

from yihe.calls.tests.builders import make_seat
from yihe.outbox.models import Message
from yihe.people.tests.helpers import browser, queries
from yihe.portal.keeping import BACKUP, EVERY, TOO_OLD, WORKER, watch_backup
from yihe.web.models import Mark

pytestmark = pytest.mark.django_db


def told(person) -> int:
    return Message.objects.filter(person_id=person.pk, subject_key=BACKUP).count()


class TestTheWord:
    def test_a_new_house_has_a_week_and_is_told_once_a_week(self, district):
        keeper = make_seat(district.district_desk, "administrator")
        now = timezone.now()
        for hour in range(0, 7 * 24, 3):
            watch_backup(at=now + timedelta(hours=hour))
        assert told(keeper) == 0
        for hour in range(7 * 24, 20 * 24, 3):
            watch_backup(at=now + timedelta(hours=hour))
        assert told(keeper) == 2

    def test_not_while_backups_are_made(self, district):
        keeper = make_seat(district.district_desk, "administrator")
        now = timezone.now()
        for day in range(20):
            Mark.objects.update_or_create(pk=BACKUP, defaults={"at": now + timedelta(days=day)})
            watch_backup(at=now + timedelta(days=day, hours=2))
        assert told(keeper) == 0

    def test_not_in_the_demo(self, district):
        keeper = make_seat(district.district_desk, "administrator")
        Mark.objects.create(pk="demo", at=timezone.now())
        for day in range(20):
            watch_backup(at=timezone.now() + timedelta(days=day))
        assert told(keeper) == 0

    def test_one_query_where_it_has_just_looked(self, district):
        now = timezone.now()
        watch_backup(at=now)
        assert queries(lambda: watch_backup(at=now + EVERY / 2)) == 1


class TestThePage:
    def test_says_when_and_what_stands_still(self, district):
        keeper = make_seat(district.district_desk, "administrator")
        page = browser(keeper).get("/house/").content.decode()
        assert "还没有做过" in page
        assert "没有动静" in page
        now = timezone.now()
        Mark.objects.create(pk=WORKER, at=now)
        mark = Mark.objects.create(pk=BACKUP, at=now - timedelta(hours=3))
        page = browser(keeper).get("/house/").content.decode()
        assert "没有动静" not in page
        assert "yihe backup" not in page
        mark.at = now - TOO_OLD - timedelta(hours=1)
        mark.save()
        assert "yihe backup" in browser(keeper).get("/house/").content.decode()

"""What is printed when the house is up, and how far the demo is on its first page."""

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from yihe.server import up
from yihe.web import demo_mode
from yihe.web.models import Mark

PEOPLE = [
    {"role": "resident", "id": 1, "words": "居民（业主）", "hint": "发呼叫、看答复"},
    {"role": "lead", "id": 2, "words": "楼栋长", "hint": "替邻居登记"},
]


def database_url() -> str:
    told = connection.settings_dict
    return f"postgresql://{told['USER']}@/{told['NAME']}?host={told['HOST']}&port={told['PORT']}"


@pytest.mark.django_db(transaction=True)
def test_the_sign_ins_are_those_of_the_demo():
    assert up.sign_ins(database_url()) == []
    Mark.objects.create(pk="demo", value={"people": PEOPLE}, at=timezone.now())
    assert up.sign_ins(database_url()) == [
        ("居民（业主）", "发呼叫、看答复"),
        ("楼栋长", "替邻居登记"),
    ]


def test_without_a_database_the_welcome_still_comes():
    assert up.sign_ins("postgresql://nobody@/nothing?host=/nowhere") == []


def test_the_welcome_says_where_and_as_whom(capsys):
    people = [("居民（业主）", "发呼叫"), ("楼栋长", "登记")]
    up._welcome("0.0.0.0", 8123, people)  # noqa: S104
    shown = capsys.readouterr().out
    assert "http://127.0.0.1:8123" in shown
    assert "点一下就以这个身份进去" in shown
    assert "    居民（业主）  发呼叫\n    楼栋长        登记\n" in shown


def test_a_house_without_the_demo_offers_nobody(capsys):
    up._welcome("127.0.0.1", 8000, [])
    assert "演示" not in capsys.readouterr().out


@pytest.mark.django_db
class TestFirstPage:
    def shown(self, done: int, *, demo: bool = True) -> str:
        if demo:
            Mark.objects.create(pk="demo", value={"people": PEOPLE}, at=timezone.now())
        value = {"done": done, "all": 80}
        Mark.objects.create(pk="demo_progress", value=value, at=timezone.now())
        demo_mode.forget()
        return Client().get("/").text

    def test_says_how_far_the_demo_is(self):
        shown = self.shown(20)
        assert "80 份里装好了 20 份" in shown
        assert 'aria-label="装好了 25%"' in shown

    def test_says_nothing_once_it_is_whole(self):
        assert "份里装好了" not in self.shown(80)

    def test_says_nothing_outside_the_demo(self):
        assert "份里装好了" not in self.shown(20, demo=False)

"""期限: the page on which people reckon to which day a period runs."""

from datetime import date
from urllib.parse import urlencode

import pytest
from django.test import Client

from yihe.checkup.clocks import QUESTIONS
from yihe.law import compose, shelf

pytestmark = pytest.mark.django_db
DAYS = "/checkup/days/"


def asked(**fields):
    return Client().get(f"{DAYS}?{urlencode(fields)}")


@pytest.mark.parametrize(
    ("what", "day", "answer"),
    [
        ("notice", "2024-08-17", "2024年8月1日"),  # fifteen full days between
        ("meeting", "2024-08-01", "2024年8月17日"),
        ("filing", "2024-07-01", "2024年7月31日"),
        ("filing", "2024-09-01", "2024年10月8日"),  # the National Day week
        ("suit", "2023-10-01", "2024年10月8日"),
        ("dismissal", "2024年7月1日", "2024年8月30日"),
        ("refusal", "2024-12-31", "2024年10月2日"),
        ("indefinite", "2024.7.1", "2024年8月30日"),
    ],
)
def test_a_question_has_its_day_and_its_article(what, day, answer):
    page = asked(what=what, date=day)
    assert page.status_code == 200
    assert answer in page.text
    found = page.context["found"]
    assert found.rule.article in page.text
    assert found.rule.text in page.text


def test_a_day_off_is_said_to_have_moved_it():
    assert "本来是10月1日" in asked(what="filing", date="2024-09-01").text
    assert "本来是" not in asked(what="filing", date="2024-07-01").text


def test_the_contract_may_say_otherwise_where_the_law_lets_it():
    assert "2024年9月29日" in asked(what="dismissal", date="2024-07-01", agreed="90").text
    assert "2024年7月16日" in asked(what="handover", date="2024-07-01", agreed="15").text
    for what in ("filing", "notice", "meeting"):
        page = asked(what=what, date="2024-07-01", agreed="90")
        assert page.status_code == 400
        assert "期限不能改" in page.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": "handover", "date": "2024-07-01"}, "约定的天数"),
        ({"what": "suit", "date": "2030-06-01"}, "节假日"),
        ({"what": "suit", "date": "2019-06-01"}, "没有收录"),  # the words of 2009 were not verified
        ({"what": "dismissal", "date": "9999-12-31"}, "太远"),
        ({"what": "nothing", "date": "2024-07-01"}, "选一个问题"),
        ({"what": "filing"}, "写上日期"),
        ({"what": "filing", "date": "昨天"}, "日期写成"),
        ({"what": "dismissal", "date": "2024-07-01", "agreed": "三十"}, "整数"),
        ({"what": "<script>", "date": "<script>"}, "日期写成"),
    ],
)
def test_refuses_in_words(fields, words):
    page = asked(**fields)
    assert page.status_code == 400
    assert words in page.text
    assert "<script>" not in page.text.replace("<script src", "")


def test_what_is_not_verified_stands_below_and_is_not_reckoned():
    page = Client().get(DAYS)
    assert page.status_code == 200
    assert "对结果提出异议的期限" in page.text
    off = {
        rule.id for book in shelf() for rule in book.rules if rule.kind == "clock" and not rule.on
    }
    assert not off & {one.rule for one in QUESTIONS.values()}


def test_every_period_that_is_on_can_be_asked_for():
    law = compose("4403", date(2024, 7, 29))
    on = {rule.id for rule in law.rules if rule.kind == "clock"}
    assert on == {one.rule for one in QUESTIONS.values()}


def test_nothing_is_kept():
    page = asked(what="filing", date="2024-07-01")
    assert page.cookies == {}
    assert page.headers["Cache-Control"] == "private, no-cache"


def test_the_table_of_workdays_is_all_it_asks_the_database_for(django_assert_max_num_queries):
    asked(what="filing", date="2024-07-01")
    with django_assert_max_num_queries(3):
        asked(what="filing", date="2024-07-02")

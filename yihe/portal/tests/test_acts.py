"""What was done, in words, for who did it and for who keeps the house."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from yihe.calls import actions
from yihe.calls.tests.builders import acting_as, make_district
from yihe.portal.acts import WORDS

ROOT = Path(__file__).resolve().parents[2]


def test_every_act_has_words():
    source = "\n".join(
        path.read_text() for path in ROOT.glob("**/*.py") if "tests" not in path.parts
    )
    acts = set(re.findall(r'act="([a-z_.]+)"', source))
    acts |= set(re.findall(r'_record\(\s*"([a-z_.]+)"', source))
    assert len(acts) > 30
    assert acts - set(WORDS) == set()


@pytest.mark.django_db
def test_ones_own_acts_are_listed_and_nobody_elses(django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    place = make_district()
    call = place.raised(at=timezone.now())
    actions.accept(call=call, acting=acting_as(place.community_clerk), at=timezone.now())
    clerk, other = Client(), Client()
    clerk.force_login(place.community_clerk)
    other.force_login(place.subdistrict_clerk)
    page = clerk.get("/me/acts/").text
    assert "受理" in page
    assert f"/calls/{call.number}/" in page
    assert "龙田社区党委·经办人" in page
    assert call.number not in other.get("/me/acts/").text
    with django_assert_max_num_queries(8):
        clerk.get("/me/acts/")


@pytest.mark.django_db
def test_who_keeps_the_house_reads_the_timeline_of_a_subject_without_names(house):
    keeper = Client()
    keeper.force_login(house.administrator)
    page = keeper.get(f"/house/trail/body/{house.near.pk}/").text
    assert "新设组织" in page
    assert "就任" in page
    assert house.head.name not in page
    assert keeper.get("/house/trail/nothing/1/").status_code == 404

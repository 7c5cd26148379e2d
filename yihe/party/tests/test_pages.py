"""The pages of branches: who sees and who keeps them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yihe.party.models import Branch, Intent
from yihe.party.tests.builders import Quarter, browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)


@pytest.fixture
def place() -> Quarter:
    return Quarter()


def test_offices_see_the_list_and_what_is_wanting(place):
    place.compound_at("settled", "03")
    page = browser(place.administrator).get("/branches/").text
    assert "2 个小区该有支部了" in page
    assert "已经入住，还没有党支部" in page
    only = browser(place.administrator).get("/branches/?show=lacking").text
    assert "碧梧里党支部" not in only
    assert browser(place.secretary).get("/branches/").status_code == 404


def test_a_community_keeps_its_own_and_no_other(place):
    own, far = browser(place.head), browser(place.far_head)
    address = f"/branches/{place.rising.code}/"
    assert own.post(f"{address}intent/", {"words": "交付前联系"}).status_code == 302
    assert Intent.objects.get().words == "交付前联系"
    assert far.get(address).status_code == 404
    form = {"name": "新苑党支部", "form": "provisional", "since": "2026-01-05"}
    assert far.post(f"{address}set-up/", form).status_code == 404
    assert browser(place.secretary).post(f"{address}set-up/", form).status_code == 404
    assert own.post(f"{address}set-up/", form).status_code == 302
    page = own.get(address).text
    assert "还没有办" in page
    done = {"done_on": "2026-01-06", "evidence": "会议记录"}
    assert own.post(f"{address}checks/elected/", done).status_code == 302
    assert own.post(f"{address}checks/other/", done).status_code == 404
    assert Branch.objects.get(body__compound=place.rising).checks.count() == 1


def test_a_secretary_finds_the_way_from_the_compound_to_the_ledger(place):
    secretary = browser(place.secretary)
    branch = f"/branches/{place.compound.code}/"
    assert f'href="{branch}"' in secretary.get(f"/compounds/{place.compound.code}/").text
    ledger = f'href="/bodies/{place.branch.pk}/members/"'
    assert ledger in secretary.get(branch).text
    assert ledger not in browser(place.administrator).get(branch).text


def test_the_page_never_claims_a_law_for_the_mandate(place):
    page = browser(place.head).get(f"/branches/{place.compound.code}/").text
    assert "没有查到现在有效的法律规定" in page
    assert "不能签合同" in page


@pytest.mark.parametrize("n", [1, 12])
def test_the_list_asks_as_often_for_many_as_for_few(place, n):
    for serial in range(n):
        place.compound_at("settled", f"{serial + 10}")
    client = browser(place.administrator)
    client.get("/branches/")
    with CaptureQueriesContext(connection) as seen:
        client.get("/branches/")
    assert len(seen) <= 12


def test_no_statement_names_the_ledger_together_with_anything_but_its_body(place):
    """What is asked of the ledger's tables, over all its pages, joins them with nothing."""
    row = place.entered()
    secretary = browser(place.secretary)
    with CaptureQueriesContext(connection) as seen:
        address = f"/bodies/{place.branch.pk}/members/"
        secretary.post(f"{address}{row.pk}/", {"purpose": "check"})
        for page in (address, f"{address}{row.pk}/"):
            assert secretary.get(page).status_code == 200
        browser(place.person).get("/me/branch/")
        browser(place.person).get("/me/data/")
        browser(place.person).post("/me/branch/withdraw/")
    about = [one["sql"] for one in seen if "members_" in one["sql"]]
    assert len(about) > 8
    for sql in about:
        named = {
            part.split('"')[1]
            for part in sql.replace("JOIN ", "FROM ").split("FROM ")[1:]
            if part.startswith('"')
        }
        assert named <= {"members_member", "members_reading", "bodies_body", "places_compound"}, sql

"""Who opens which page of the ledger, and what stands there."""

import pytest

from yihe.party.ledger.models import Member, Reading
from yihe.party.tests.builders import Quarter, browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)


@pytest.fixture
def place() -> Quarter:
    return Quarter()


def address(place: Quarter, more: str = "") -> str:
    return f"/bodies/{place.branch.pk}/members/{more}"


def test_only_the_branch_and_the_head_directly_above_read(place):
    row = place.entered()
    deputy = place.sit(place.branch, "deputy_secretary")
    community_clerk = place.sit(place.near, "clerk")
    street = place.sit(place.street, "head")
    company = place.make_company()
    may = {place.secretary: 200, deputy: 200, place.head: 200}
    may |= dict.fromkeys(
        (
            place.person,
            place.administrator,
            place.clerk,
            place.far_head,
            community_clerk,
            street,
            company,
        ),
        404,
    )
    for person, status in may.items():
        for page in (address(place), address(place, f"{row.pk}/")):
            assert browser(person).get(page).status_code == status, (person, page)


def test_the_superior_reads_and_does_not_write(place):
    row = place.entered()
    head = browser(place.head)
    assert head.post(address(place, f"{row.pk}/"), {"purpose": "check"}).status_code == 302
    assert "某厂党支部" in head.get(address(place, f"{row.pk}/")).text
    for act in ("confirm", "change", "duty", "strike"):
        assert head.post(address(place, f"{row.pk}/{act}/"), {}).status_code == 404


def test_the_list_is_masked_and_a_row_opens_after_its_purpose(place):
    place.person.name = "欧阳暗香"
    place.person.save()
    row = place.entered()
    secretary = browser(place.secretary)
    page = secretary.get(address(place))
    assert "欧＊＊＊" in page.text
    for hidden in ("欧阳暗香", "正式党员", "某厂", place.person.phone):
        assert hidden not in page.text
    assert page["Cache-Control"].find("no-store") >= 0
    asked = secretary.get(address(place, f"{row.pk}/"))
    assert "欧阳暗香" not in asked.text
    assert not Reading.objects.exists()
    secretary.post(address(place, f"{row.pk}/"), {"purpose": "contact"})
    assert "欧阳暗香" in secretary.get(address(place, f"{row.pk}/")).text
    mine = browser(place.person).get("/me/branch/")
    assert "支部书记" in mine.text
    assert "通知参加组织生活" in mine.text


def test_nothing_is_changed_without_having_opened_it(place):
    row = place.entered()
    assert browser(place.secretary).post(address(place, f"{row.pk}/confirm/")).status_code == 404
    assert Member.objects.get().confirmed_on is None


def test_a_member_enters_reads_and_takes_back_in_one_tap(place):
    mine = browser(place.person)
    assert "自愿" in mine.get("/me/branch/").text
    form = {"branch": place.branch.pk, "standing": "full", "relation": "floating"}
    refused = mine.post("/me/branch/enter/", form)
    assert "没有勾选同意" in refused.text
    assert not Member.objects.exists()
    mine.post("/me/branch/enter/", {**form, "agreed": "on"})
    assert "登记在碧梧里党支部" in mine.get("/me/branch/").text
    assert "党员台账" in mine.get("/me/data/").text
    mine.post("/me/branch/withdraw/")
    assert not Member.objects.exists()
    assert "看告知，再登记" in mine.get("/me/branch/").text


def test_a_branch_far_away_cannot_be_chosen(place):
    far = place.make("branch", "老坑小区党支部", "老坑社区", 1)
    form = {"branch": far.pk, "standing": "full", "relation": "here", "agreed": "on"}
    assert browser(place.person).post("/me/branch/enter/", form).status_code == 200
    assert not Member.objects.exists()


def test_the_secretary_enters_from_a_sheet(place):
    form = {
        "name": place.person.name, "phone": place.person.phone, "standing": "full",
        "relation": "here", "paper": "第 3 号", "signed_on": "2026-01-04",
    }  # fmt: skip
    assert browser(place.secretary).post(address(place, "new/"), form).status_code == 302
    assert Member.objects.get().way == "signed"

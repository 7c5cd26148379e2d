"""One's own data: everything is shown and taken along, and after the deletion it is nowhere."""

import json
from datetime import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, ForeignKey, JSONField, TextField
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import as_oneself, change_name, issue_token
from yihe.accounts.choices import add_address, choose_messages
from yihe.accounts.models import Session, User
from yihe.accounts.queries import token_for
from yihe.accounts.views import exported
from yihe.bodies.actions import end_seat
from yihe.calls import actions
from yihe.calls.models import Call, Inquiry, Replay, Step
from yihe.calls.tests.builders import District, acting_as, make_district, make_person
from yihe.outbox.sending import send_all
from yihe.outbox.spreading import spread
from yihe.people.actions import ask_to_join, decide_join, make_code
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
PHONE, NAME = "13955556666", "欧阳暗香"

# Every row that names a person: the part of “my data” that holds it, or why it does not.
DECIDED = {
    "accounts.Consent.user": "consents",
    "accounts.Token.user": "tokens",
    "mfa.Authenticator.user": "second_factors",
    "accounts.Address.user": "addresses",
    "accounts.MessageChoice.user": "message_choice",
    "socialaccount.SocialAccount.user": "never written: WeChat is an address like the others",
    "account.EmailAddress.user": "never written: people have phones here",
    "people.Residency.person": "homes",
    "people.Residency.ended_by": "the office's; that one wrote it down stands among the acts",
    "people.JoinRequest.person": "join_requests",
    "people.JoinRequest.decided_by": "the office's; that one decided stands among the acts",
    "people.HomeCode.made_by": "invitations",
    "bodies.Seat.person": "seats",
    "calls.Call.reporter": "calls",
    "calls.Call.raised_by": "calls_for_others",
    "calls.Call.assignee": "assigned",
    "calls.Step.person": "said",
    "calls.Replay.person": "api_requests",
    "retention.Hold.by": "the office's; that one held it stands among the acts",
}


@pytest.fixture(autouse=True)
def _no_second_factor(monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)


@pytest.fixture
def place() -> District:
    place = make_district()
    place.resident.phone, place.resident.name = PHONE, NAME
    place.resident.save()
    return place


def lived(place: District) -> User:
    """A person who left something in every part of the house, the name and number in every text."""
    user, clerk, now = place.resident, acting_as(place.community_clerk), timezone.now()
    me = acting_as(user)
    call = place.raised(
        text=f"我是{NAME}，电话 139-5555 6666，楼道灯坏了。", spot=f"{NAME}家门口", at=now
    )
    actions.accept(call=call, acting=clerk, at=now)
    actions.add_text(call=call, text=f"{NAME}再说一句：１３９５５５５６６６６", acting=me, at=now)
    actions.ask(call=call, text=f"{NAME}您好，几楼？", acting=clerk, at=now)
    actions.reply(call=call, text="三楼", acting=me, at=now)
    actions.add_evidence(
        call=call,
        text=f"{NAME}带着看了。",
        met_whom=f"{NAME} {PHONE}",
        met_at=now,
        acting=clerk,
        at=now,
    )
    actions.answer(call=call, text=f"{NAME}家的灯修好了。", evidence="", acting=clerk, at=now)
    actions.confirm(call=call, acting=me, at=now)
    actions.rate(call=call, stars=5, text=f"{NAME}满意", acting=me, at=now)
    about = place.raised(text="物业不接电话", about=place.company, at=now)
    asked = actions.ask_facts(call=about, question="那天有人值班吗？", acting=clerk, at=now)
    Inquiry.objects.filter(pk=asked.pk).update(answer=f"{PHONE} 打来过")
    actions.withdraw(call=about, acting=me, at=now)
    actions.raise_call(
        text="替别人说的", compound=place.compound, topic=place.topic, reporter=None,
        contact_name=NAME, contact_phone=PHONE, acting=clerk, at=now,
    )  # fmt: skip
    neighbours = place.raised(
        text=f"找 {PHONE} 的那位把车挪一下",
        reporter=place.neighbour,
        acting=acting_as(place.neighbour),
        at=now,
    )
    assert neighbours.pk
    Replay.objects.create(person=user, key="k", body_digest="0" * 64, status=201, answer={}, at=now)
    make_code(unit=place.unit, way="invitation", standing="family", acting=me, at=now)
    request = ask_to_join(
        person=user, unit=place.outsider.residencies.get().unit, standing="owner", words=f"{NAME}{PHONE}",
        acting=me, at=now,
    )  # fmt: skip
    decide_join(request=request, confirm=False, reason=f"{NAME}，没有查到", acting=clerk, at=now)
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    mine = as_oneself(user)
    for channel, value in (("sms", ""), ("email", f"{PHONE}@mail.example"), ("wechat", NAME)):
        add_address(user=user, channel=channel, value=value, label=NAME, acting=mine, at=now)
    choose_messages(
        user=user, what="all", quiet_from=time(0), quiet_until=time(0), first="sms", acting=mine, at=now,
    )  # fmt: skip
    spread(at=now, limit=10_000)
    send_all(at=now)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def every_text() -> list[tuple[str, str]]:
    """Each text that the database holds, with where it stands; sessions as what they say."""
    found = []
    for model in apps.get_models():
        fields = [
            field.name
            for field in model._meta.concrete_fields
            if isinstance(field, CharField | TextField | JSONField | ArrayField)
        ]
        for row in model._base_manager.all():
            for name in fields:
                value: Any = getattr(row, name)
                found.append(
                    (f"{model.__name__}.{name}", json.dumps(value, default=str, ensure_ascii=False))
                )
            if isinstance(row, Session):
                found.append(("Session", str(row.get_decoded())))
    return found


class TestMyData:
    def test_decides_about_every_row_that_names_a_person(self):
        named = {
            f"{model._meta.app_label}.{model.__name__}.{field.name}"
            for model in apps.get_models()
            for field in model._meta.concrete_fields
            if isinstance(field, ForeignKey) and field.related_model is User
        }
        assert named == set(DECIDED)

    def test_holds_every_part(self, place):
        user = lived(place)
        data = exported(user)
        parts = {words for words in DECIDED.values() if " " not in words}
        assert parts | {"sign_ins", "messages", "acts", "deliveries"} <= set(data)
        assert (data["phone"], data["name"]) == (PHONE, NAME)
        for part in parts - {"tokens", "calls_for_others", "assigned", "seats"}:
            assert data[part], part

    def test_is_a_page_to_read_and_a_file_to_take(self, place):
        client = signed_in(lived(place))
        issue_token(user=place.resident, label="机器", acting=SYSTEM, at=timezone.now())
        page = client.get("/me/data/").text
        for words in (
            "住处",
            "给家里人的邀请",
            "我的呼叫",
            "楼道灯坏了",
            "三楼",
            "机器",
            "办过的事",
            "业主",
        ):
            assert words in page
        assert "1970" not in page
        answer = client.get("/me/export/")
        data = json.loads(answer.content)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "三楼" in [row["text"] for row in data["said"]]
        assert data["homes"][0]["standing"] == "业主"

    def test_of_an_office_keeps_the_words_about_others_with_the_office(self, place):
        lived(place)
        data = json.dumps(exported(place.community_clerk), default=str, ensure_ascii=False)
        assert "社区经办人" in data or "经办人" in data
        assert "带着看了" not in data

    def test_can_be_corrected(self, place):
        client = signed_in(place.resident)
        client.post("/me/name/", {"name": "欧阳某"})
        place.resident.refresh_from_db()
        assert place.resident.name == "欧阳某"
        assert "请写姓名" in client.post("/me/name/", {"name": ""}).text

    def test_asks_no_more_with_more_rows(self, place, django_assert_max_num_queries):
        client = signed_in(place.resident)
        client.get("/me/data/")
        for _ in range(5):
            place.raised(at=timezone.now())
            make_code(
                unit=place.unit, way="invitation", standing="family",
                acting=acting_as(place.resident), at=timezone.now(),
            )  # fmt: skip
        with django_assert_max_num_queries(24):
            client.get("/me/data/")


class TestDeleting:
    def test_leaves_name_and_number_nowhere(self, place):
        user = lived(place)
        here, there = signed_in(user), signed_in(user)
        there.post("/account/phone/change/", {"phone": "13911112222"})
        _, raw = issue_token(user=user, label=NAME, acting=SYSTEM, at=timezone.now())
        assert any(PHONE in words for _, words in every_text())
        sent = here.post("/me/erase/", {"sure": "on"}, follow=True)
        assert "都删除了" in sent.text
        for secret in (PHONE, NAME, "13911112222", "139-5555", "１３９５５５５", raw):
            assert [where for where, words in every_text() if secret in words] == []
        assert there.get("/me/").status_code == 302
        assert token_for(raw) is None
        assert not Session.objects.filter(person_id=user.pk).exists()
        assert not Authenticator.objects.filter(user=user).exists()
        assert Entry.objects.filter(act="person.erase", subject_key=str(user.pk)).count() == 1

    def test_leaves_the_calls_and_finds_them_by_what_is_left(self, place):
        user = lived(place)
        signed_in(user).post("/me/erase/", {"sure": "on"})
        call = Call.objects.filter(reporter=user).order_by("pk").first()
        assert call is not None
        assert call.text == "我是反映人，电话 （已删），楼道灯坏了。"
        assert call.salt == "", "the digest in the trail says nothing any more"
        assert "楼道" in call.grams
        assert "三楼" in call.grams
        assert Step.objects.filter(call=call, text="三楼").exclude(salt="").exists()

    def test_is_refused_with_what_to_do_while_a_call_is_open(self, place):
        call = place.raised(at=timezone.now())
        page = signed_in(place.resident).post("/me/erase/", {"sure": "on"}).text
        assert call.number in page
        assert "请在“我的呼叫”里撤回" in page
        place.resident.refresh_from_db()
        assert place.resident.phone == PHONE

    def test_is_refused_with_what_to_do_while_one_sits_in_an_office(self, place):
        clerk = place.community_clerk
        page = signed_in(clerk).post("/me/erase/", {"sure": "on"}).text
        assert "您现在还是" in page
        assert "卸任" in page
        end_seat(seat=clerk.seats.get(), acting=SYSTEM, at=timezone.now())
        assert signed_in(clerk).post("/me/erase/", {"sure": "on"}).status_code == 302

    def test_needs_to_be_meant(self, place):
        assert "请打勾确认" in signed_in(place.resident).post("/me/erase/").text

    def test_lets_the_number_begin_anew(self, place):
        signed_in(place.resident).post("/me/erase/", {"sure": "on"})
        again = make_person()
        again.phone = PHONE
        again.save()
        assert exported(again)["calls"] == []

    def test_does_not_strike_what_others_wrote_with_the_same_name(self, place):
        change_name(
            user=place.resident, name="灯泡", acting=as_oneself(place.resident), at=timezone.now()
        )
        other = place.raised(
            text="灯泡坏了",
            reporter=place.neighbour,
            acting=acting_as(place.neighbour),
            at=timezone.now(),
        )
        signed_in(place.resident).post("/me/erase/", {"sure": "on"})
        other.refresh_from_db()
        assert other.text == "灯泡坏了"


class TestTokens:
    def test_are_shown_once_used_and_revoked(self, place):
        client = signed_in(place.resident)
        shown = client.post("/me/tokens/", {"label": "机器"}).text
        raw = shown.split('y-mono y-mb">')[1].split("<")[0]
        assert raw not in client.get("/me/").text
        assert "还没有用过" in client.get("/me/").text
        api = Client(headers={"Authorization": f"Bearer {raw}"})
        assert api.get("/api/v1/compounds").status_code == 200
        assert "还没有用过" not in client.get("/me/").text
        token = place.resident.tokens.get()
        assert signed_in(place.neighbour).post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
        client.post(f"/me/tokens/{token.pk}/revoke/")
        assert api.get("/api/v1/compounds").status_code == 401
        said = Entry.objects.filter(act__startswith="token.").values_list("act", flat=True)
        assert sorted(said) == ["token.issue", "token.revoke"]

    def test_of_an_ended_account_stop_at_once(self, place):
        _, raw = issue_token(user=place.resident, label="x", acting=SYSTEM, at=timezone.now())
        api = Client(headers={"Authorization": f"Bearer {raw}"})
        assert api.get("/api/v1/compounds").status_code == 200
        User.objects.filter(pk=place.resident.pk).update(is_active=False)
        assert api.get("/api/v1/compounds").status_code == 401

    def test_of_a_deleted_person_stop_at_once(self, place):
        _, raw = issue_token(user=place.resident, label="x", acting=SYSTEM, at=timezone.now())
        signed_in(place.resident).post("/me/erase/", {"sure": "on"})
        api = Client(headers={"Authorization": f"Bearer {raw}"})
        assert api.get("/api/v1/compounds").status_code == 401

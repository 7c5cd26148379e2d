"""Phone numbers, names, texts, codes and tokens reach neither log, trail, address nor error page."""

import json
import logging

import pytest
from django.contrib.auth.decorators import login_not_required
from django.test import Client, override_settings
from django.urls import include, path
from django.utils import timezone

from yihe.accounts.actions import issue_token
from yihe.accounts.channels import MemoryChannel
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.tests.builders import acting_as, make_district
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

pytestmark = pytest.mark.django_db
PHONE, NAME, TEXT, SPOT = "13955556666", "欧阳暗香", "灯笼坠地惊了猫", "望江台拐角"


@login_not_required
def fail(request):
    raise RuntimeError(f"{PHONE} {NAME} {TEXT}")


urlpatterns = [path("fail/", fail), path("", include("yihe.urls"))]
handler500 = "yihe.web.views.server_error"


@pytest.fixture
def said(caplog, capfd):
    """Everything that was logged or printed."""
    caplog.set_level(logging.DEBUG, logger="yihe")
    caplog.set_level(logging.DEBUG, logger="django.request")

    def all_of_it() -> str:
        out = capfd.readouterr()
        return f"{caplog.text}{out.out}{out.err}"

    return all_of_it


def test_a_whole_line_of_a_call_leaves_no_secret_behind(said, monkeypatch):
    monkeypatch.setattr("yihe.accounts.middleware.is_demo", lambda: True)
    place = make_district()
    place.resident.phone, place.resident.name = PHONE, NAME
    place.resident.save()
    _, raw = issue_token(user=place.resident, label=NAME, acting=SYSTEM, at=timezone.now())
    resident, clerk = Client(), Client()
    resident.force_login(place.resident)
    clerk.force_login(place.community_clerk)
    form = resident.get("/calls/new/")
    once = form.context["form"].initial["once"]
    sent = resident.post(
        "/calls/new/",
        {"text": f"{TEXT} {PHONE}", "spot": SPOT, "spot_kind": "compound", "once": once,
         "visibility": "desk", "topic": place.topic.pk, "nature": "request"},
    )  # fmt: skip
    assert sent.status_code == 302, sent.context["form"].errors
    number = sent.headers["Location"].split("/")[2]
    for act, values in (
        ("accept", {}),
        ("note", {"text": TEXT}),
        ("ask", {"text": TEXT}),
    ):
        assert clerk.post(f"/calls/{number}/{act}/", values).status_code == 302
    resident.post(f"/calls/{number}/reply/", {"text": f"{TEXT}{PHONE}"})
    desk = acting_as(place.community_clerk)
    call = Call.objects.get(number=number)
    actions.answer(call=call, text=TEXT, evidence=TEXT, acting=desk, at=timezone.now())
    resident.post(f"/calls/{number}/reopen/", {"reason": TEXT})
    api = Client(headers={"Authorization": f"Bearer {raw}"})
    body = {"compound": place.compound.code, "text": TEXT, "spot": SPOT, "on_behalf_of": NAME}
    assert api.post("/api/v1/calls", json.dumps(body), "application/json").status_code in (201, 409)
    Client().post("/account/code/", {"phone": PHONE, "agree": "on"})
    code = MemoryChannel.sent[-1][1][:6]
    Client().get(f"/desk/?q={PHONE}")
    Client().get(f"/calls/{PHONE}/")

    trail = json.dumps(list(Entry.objects.values()), default=str, ensure_ascii=False)
    logged = said()
    for secret in (PHONE, NAME, TEXT, SPOT, raw):
        assert secret not in trail
        assert secret not in logged
    assert code not in logged


def test_the_way_to_the_sign_in_does_not_carry_what_was_searched_for():
    answer = Client().get(f"/desk/?q={PHONE}")
    assert answer.status_code == 302
    assert PHONE not in answer.headers["Location"]
    assert answer.headers["Location"] == "/account/code/?next=/desk/"


@override_settings(ROOT_URLCONF=__name__, DEBUG=False)
def test_an_error_page_says_nothing_of_what_went_wrong(said):
    browser = Client(raise_request_exception=False)
    answer = browser.get(f"/fail/?q={PHONE}")
    assert answer.status_code == 500
    logged = said()
    for secret in (PHONE, NAME, TEXT, "RuntimeError"):
        assert secret not in answer.text
    for secret in (PHONE, NAME, TEXT):
        assert secret not in logged

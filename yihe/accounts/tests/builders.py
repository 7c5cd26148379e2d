"""People who sign in, as far as this folder goes: no offices, no homes."""

import re
import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from yihe.accounts.actions import give_consent, register_person
from yihe.accounts.channels import MemoryChannel
from yihe.accounts.models import User
from yihe.accounts.rules import PRIVACY_VERSION
from yihe.trail.acting import SYSTEM

PHONE, OTHER = "13812345678", "13987654321"
PASSWORD = "a long and good one"  # noqa: S105


def make_person(
    *, phone: str = PHONE, name: str = "", works: bool = False, agreed: bool = True
) -> User:
    person = register_person(phone=phone, name=name, acting=SYSTEM, at=timezone.now())
    if agreed:
        give_consent(user=person, version=PRIVACY_VERSION, acting=SYSTEM, at=timezone.now())
    person.works = works
    person.save()
    return person


def make_clerk(phone: str = PHONE) -> User:
    person = make_person(phone=phone, works=True)
    person.phone_verified_at = timezone.now()
    person.set_password(PASSWORD)
    person.save()
    return person


def ask_for_code(browser: Client, phone: str = PHONE, **more: Any) -> Any:
    return browser.post("/account/code/", {"phone": phone, "agree": "on"}, **more)


def code() -> str:
    found = re.search(r"\d{6}", MemoryChannel.sent[-1][1])
    assert found, MemoryChannel.sent[-1]
    return found.group()


def wrong(right: str) -> str:
    return "000000" if right != "000000" else "000001"


def prove(browser: Client, words: str) -> Any:
    return browser.post("/account/code/confirm/", {"code": words})


def sign_in_by_code(phone: str = PHONE) -> Client:
    browser = Client()
    ask_for_code(browser, phone)
    prove(browser, code())
    return browser


def by_password(browser: Client, password: str = PASSWORD, phone: str = PHONE, **more: Any) -> Any:
    return browser.post("/account/login/", {"login": phone, "password": password}, **more)


def app_code(secret: str) -> str:
    """What the app on the phone shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))

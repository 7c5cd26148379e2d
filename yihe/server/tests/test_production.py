"""What must not be in production is refused by `yihe up`, by Django's checks and by gunicorn alike."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from yihe.outbox.texts import TEMPLATES
from yihe.server.checks import refuse_unsafe, unsafe
from yihe.web.models import Mark

ROOT = Path(__file__).resolve().parents[3]
LONG = "x9" * 25
ALIYUN = {
    "SMS_CHANNEL": "yihe.outbox.channels.aliyun.Aliyun",
    "ALIYUN_KEY_ID": "id",
    "ALIYUN_KEY_SECRET": "secret",
    "SMS_SIGN": "一核",
    "SMS_TEMPLATES": dict.fromkeys(TEMPLATES, "SMS_1"),
}
UNSAFE = [
    ({"DEBUG": True}, "yihe.E001", "YIHE_DEBUG"),
    ({"SMS_CHANNEL": ""}, "yihe.E002", "YIHE_SMS_CHANNEL"),
    ({"SMS_CHANNEL": "yihe.accounts.channels.ConsoleChannel"}, "yihe.E002", "YIHE_SMS_CHANNEL"),
    ({"SECRET_KEY": "not-secret-only-for-checks-without-a-house"}, "yihe.E003", "密钥"),
    ({"SECRET_KEY": "short"}, "yihe.E004", "40"),
    ({"ALLOWED_HOSTS": ["*"]}, "yihe.E005", "YIHE_HOSTS"),
    ({"SMS_CHANNEL": "yihe.outbox.channels.aliyun.Aliyun"}, "yihe.E007", "YIHE_ALIYUN_KEY_ID"),
    (
        {**ALIYUN, "SMS_TEMPLATES": {"code": "SMS_1"}},
        "yihe.E007",
        "YIHE_SMS_TEMPLATES 里的 message",
    ),
    ({"WECHAT_APP_SECRET": ""}, "yihe.E008", "YIHE_WECHAT_APP_SECRET"),
    ({"WECHAT_APP_SECRET": "", "WECHAT_SIGN_IN": False}, "yihe.E009", "YIHE_WECHAT_APP_SECRET"),
    ({"DEFAULT_FROM_EMAIL": "yihe@localhost"}, "yihe.E010", "YIHE_EMAIL_FROM"),
]


@pytest.fixture
def production(settings):
    settings.PRODUCTION = True
    settings.DEBUG = False
    settings.SMS_CHANNEL = "our.own.Channel"
    settings.DEFAULT_FROM_EMAIL = "office@yihe.example"
    settings.SECRET_KEY = LONG
    return settings


def ours() -> list[str]:
    found = run_checks(databases=["default"])
    return [str(one.id) for one in found if str(one.id).startswith("yihe.")]


@pytest.mark.django_db
class TestSettings:
    def test_that_fit_are_let_through(self, production):
        assert ours() == []
        assert unsafe(ask_database=True) == ""
        refuse_unsafe()

    def test_of_a_text_provider_that_is_set_up_are_let_through(self, production):
        for name, value in ALIYUN.items():
            setattr(production, name, value)
        assert ours() == []

    @pytest.mark.parametrize(("wrong", "number", "words"), UNSAFE, ids=str)
    def test_that_do_not_fit_are_refused_in_words(self, production, wrong, number, words):
        for name, value in wrong.items():
            setattr(production, name, value)
        assert number in ours()
        assert words in unsafe(ask_database=False)
        with pytest.raises(ImproperlyConfigured, match=words):
            refuse_unsafe()

    def test_of_a_demo_are_refused(self, production):
        Mark.objects.create(pk="demo", at=timezone.now())
        assert ours() == ["yihe.E006"]
        assert unsafe(ask_database=False) == ""
        with pytest.raises(ImproperlyConfigured, match="演示数据"):
            refuse_unsafe()

    def test_do_not_matter_where_it_is_not_production(self, settings):
        settings.DEBUG = True
        Mark.objects.create(pk="demo", at=timezone.now())
        assert ours() == []
        refuse_unsafe()


def test_gunicorn_by_hand_serves_nothing(tmp_path):
    environment = {
        **os.environ, "YIHE_PRODUCTION": "1", "YIHE_HOME": str(tmp_path), "YIHE_SECRET_KEY": LONG,
        "YIHE_SMS_CHANNEL": "yihe.accounts.channels.ConsoleChannel",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", "yihe.wsgi:application"],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "YIHE_SMS_CHANNEL" in done.stderr

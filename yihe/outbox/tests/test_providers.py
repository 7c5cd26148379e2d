"""The real adapters against conversations as the providers document them."""

import json
import logging
import time

import pytest

from yihe.outbox.channels import aliyun, wechat, wire
from yihe.outbox.channels.aliyun import Aliyun, authorization, canonical
from yihe.outbox.channels.sms import Sms
from yihe.outbox.channels.wechat import Wechat
from yihe.outbox.rules import SMS, WECHAT, Destination, Later, Letter, NotSent, Refused, Trouble
from yihe.outbox.tests.provider import Provider, cassette, provider
from yihe.outbox.texts import LONGEST, TEMPLATES, text

LETTER = Letter("m7d9", "社区答复了", "https://yihe.example/calls/2611-0001/")
PHONE, SECRET = "13812345678", "testsecret-never-in-logs"
ALIYUN, WEIXIN = cassette("aliyun"), cassette("wechat")


def outcome(send) -> tuple[type[NotSent] | None, str]:
    try:
        return None, send()
    except NotSent as error:
        return type(error), error.code


class TestSigning:
    """The worked example of the provider's page on V3 signatures, byte for byte."""

    def test_gives_the_signature_of_the_documentation(self):
        query = canonical(
            {
                "RegionId": "cn-shanghai",
                "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            }
        )
        empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        signed = authorization(
            key_id="YourAccessKeyId",
            secret="YourAccessKeySecret",
            method="POST",
            path="/",
            query=query,
            headers={
                "host": "ecs.cn-shanghai.aliyuncs.com",
                "x-acs-action": "RunInstances",
                "x-acs-content-sha256": empty,
                "x-acs-date": "2023-10-26T10:22:32Z",
                "x-acs-signature-nonce": "3156853299f313e23d1673dc12e1703d",
                "x-acs-version": "2014-05-26",
            },
        )
        assert signed == (
            "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
            "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;"
            "x-acs-signature-nonce;x-acs-version,"
            "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
        )

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("a b", "a%20b"),
            ("a*b", "a%2Ab"),
            ("~-_.", "~-_."),
            ("一", "%E4%B8%80"),
            ("a/b", "a%2Fb"),
        ],
    )
    def test_writes_values_as_rfc_3986(self, value, written):
        assert canonical({"x": value}) == f"x={written}"


@pytest.fixture
def shop(settings, monkeypatch):
    """Aliyun's place is taken by a provider of this machine; its conversation is read from a cassette."""
    settings.ALIYUN_KEY_ID, settings.ALIYUN_KEY_SECRET = "testid", SECRET
    settings.SMS_SIGN, settings.SMS_CHANNEL = "一核", "yihe.outbox.channels.aliyun.Aliyun"
    settings.SMS_TEMPLATES = {name: f"SMS_{number}" for number, name in enumerate(TEMPLATES)}

    def against(here: Provider) -> None:
        real = wire.post
        monkeypatch.setattr(
            aliyun, "post",
            lambda url, body, headers: real(here.url + url[url.index("/?") :], body, headers, seconds=0.6),
        )  # fmt: skip

    return against


class TestAliyun:
    def test_asks_as_documented(self, shop):
        with provider(ALIYUN["ok"]) as here:
            shop(here)
            said = text("message", title="社区答复了")
            said.key = "m7d9"
            assert Aliyun().send(PHONE, said) == "900619746936498440^0"
        (asked,) = here.asked
        assert asked.query == {
            "PhoneNumbers": PHONE,
            "SignName": "一核",
            "TemplateCode": "SMS_4",
            "TemplateParam": '{"title":"社区答复了"}',
            "OutId": "m7d9",
        }
        assert asked.headers["x-acs-action"] == "SendSms"
        assert asked.headers["x-acs-version"] == "2017-05-25"
        assert asked.headers["host"] == "dysmsapi.aliyuncs.com"
        given = {
            name: asked.headers[name]
            for name in asked.headers
            if name == "host" or name.startswith("x-acs-")
        }
        assert asked.headers["authorization"] == authorization(
            key_id="testid", secret=SECRET, method="POST", path="/",
            query=canonical(asked.query), headers=given,
        )  # fmt: skip

    def test_never_uses_a_nonce_twice(self, shop):
        with provider(ALIYUN["ok"]) as here:
            shop(here)
            for _ in range(5):
                Aliyun().send(PHONE, text("code", code="123456"))
        assert len({one.headers["x-acs-signature-nonce"] for one in here.asked}) == 5

    @pytest.mark.parametrize(
        ("name", "kind", "code"),
        [
            ("illegal", Refused, "isv.MOBILE_NUMBER_ILLEGAL"),
            ("black_key", Refused, "isv.BLACK_KEY_CONTROL_LIMIT"),
            ("limit", Later, "isv.BUSINESS_LIMIT_CONTROL"),
            ("stopped", Trouble, "isv.OUT_OF_SERVICE"),
            ("day_limit", Trouble, "isv.DAY_LIMIT_CONTROL"),
            ("template", Trouble, "isv.SMS_TEMPLATE_ILLEGAL"),
            ("throttled", Trouble, "Throttling.User"),
            ("signature", Trouble, "SignatureDoesNotMatch"),
            ("key", Trouble, "InvalidAccessKeyId.NotFound"),
            ("broken", Trouble, "broken_answer"),
            ("not_an_object", Trouble, "broken_answer"),
            ("away", Trouble, "http:503"),
        ],
    )
    def test_tells_the_number_from_the_provider(self, shop, name, kind, code):
        with provider(ALIYUN[name]) as here:
            shop(here)
            found = outcome(lambda: Aliyun().send(PHONE, text("message", title="x")))
        assert found == (kind, code)

    @pytest.mark.parametrize("answer", [{"seconds": 2}, {"drip": 0.3}])
    def test_waits_no_longer_than_it_said(self, shop, answer):
        """Neither for a silent provider nor for one that drips a byte at a time."""
        with provider({**ALIYUN["ok"], **answer}) as here:
            shop(here)
            begun = time.monotonic()
            found = outcome(lambda: Aliyun().send(PHONE, text("message", title="x")))
        assert found == (Trouble, "timeout")
        assert time.monotonic() - begun < 2.5

    def test_nobody_there_is_trouble(self, shop):
        with provider(ALIYUN["ok"]) as here:
            pass
        shop(here)
        kind, code = outcome(lambda: Aliyun().send(PHONE, text("message", title="x")))
        assert kind is Trouble
        assert code == "network:ConnectionRefusedError"

    def test_logs_neither_number_nor_secret_nor_code(self, shop, caplog, capfd):
        caplog.set_level(logging.DEBUG)
        for name in ("ok", "limit", "signature", "broken"):
            with provider(ALIYUN[name]) as here:
                shop(here)
                kind_code = outcome(lambda: Aliyun().send(PHONE, text("code", code="654321")))
            for hidden in (PHONE, SECRET, "654321"):
                assert hidden not in str(kind_code)
        out = capfd.readouterr()
        for hidden in (PHONE, SECRET, "654321"):
            assert hidden not in caplog.text + out.out + out.err

    def test_says_what_is_not_set(self, shop, settings):
        assert Aliyun.missing() == []
        settings.ALIYUN_KEY_SECRET = ""
        settings.SMS_TEMPLATES = {"code": "SMS_1"}
        said = "、".join(Aliyun.missing())
        assert "YIHE_ALIYUN_KEY_SECRET" in said
        assert "message" in said
        assert SECRET not in said

    def test_without_a_template_for_messages_is_no_channel_for_them(self, shop, settings):
        assert Sms().ready()
        settings.SMS_TEMPLATES = {"code": "SMS_1"}
        assert not Sms().ready()

    def test_takes_messages_by_the_common_way(self, shop):
        with provider(ALIYUN["ok"]) as here:
            shop(here)
            assert Sms().send(Destination(SMS, PHONE), LETTER) == "900619746936498440^0"
        assert here.asked[0].query["OutId"] == LETTER.key


class TestTexts:
    def test_fit_the_holes(self):
        said = text("message", title="很长" * 40)
        assert len(said.holes["title"]) == LONGEST
        assert said.holes["title"] in said

    def test_read_as_sentences(self):
        assert text("code", code="123456").startswith("123456 是您登录一核的验证码")


@pytest.fixture
def account(settings):
    settings.WECHAT_APP_ID, settings.WECHAT_APP_SECRET = "wx-test", SECRET
    settings.WECHAT_TEMPLATE, settings.WECHAT_FIELD = "TEMPLATE", "thing1"
    wechat._token.update(value="", until=0.0, of="")

    def against(here: Provider) -> None:
        settings.WECHAT_HOST = here.url

    yield against
    wechat._token.update(value="", until=0.0, of="")


TO = Destination(WECHAT, "OPENID-OF-SOMEBODY")


class TestWechat:
    def test_asks_as_documented(self, account):
        with provider(WEIXIN["token"], WEIXIN["ok"]) as here:
            account(here)
            assert Wechat().send(TO, LETTER) == "200228332"
        token, sent = here.asked
        assert token.path == "/cgi-bin/stable_token"
        assert json.loads(token.body) == {
            "grant_type": "client_credential", "appid": "wx-test", "secret": SECRET,
            "force_refresh": False,
        }  # fmt: skip
        assert sent.path == "/cgi-bin/message/template/send"
        assert sent.query == {"access_token": "FIRST_TOKEN"}
        assert json.loads(sent.body) == {
            "touser": "OPENID-OF-SOMEBODY",
            "template_id": "TEMPLATE",
            "url": LETTER.link,
            "client_msg_id": LETTER.key,
            "data": {"thing1": {"value": "社区答复了"}},
        }

    def test_keeps_the_token(self, account):
        with provider(WEIXIN["token"], WEIXIN["ok"]) as here:
            account(here)
            for _ in range(3):
                Wechat().send(TO, LETTER)
        assert [one.path for one in here.asked].count("/cgi-bin/stable_token") == 1

    @pytest.mark.parametrize("stale", ["stale", "expired"])
    def test_asks_for_a_fresh_token_once_when_it_is_stale(self, account, stale):
        with provider(WEIXIN["token"], WEIXIN[stale], WEIXIN["token_again"], WEIXIN["ok"]) as here:
            account(here)
            assert Wechat().send(TO, LETTER) == "200228332"
        assert json.loads(here.asked[2].body)["force_refresh"] is True
        assert here.asked[3].query == {"access_token": "SECOND_TOKEN"}

    def test_does_not_go_round_in_circles(self, account):
        with provider(
            WEIXIN["token"], WEIXIN["stale"], WEIXIN["token_again"], WEIXIN["stale"]
        ) as here:
            account(here)
            assert outcome(lambda: Wechat().send(TO, LETTER)) == (Trouble, "wechat:40001")
        assert len(here.asked) == 4

    @pytest.mark.parametrize(
        ("name", "kind", "code"),
        [
            ("not_following", Refused, "wechat:43004"),
            ("no_openid", Refused, "wechat:40003"),
            ("day_limit", Trouble, "wechat:45009"),
            ("template", Trouble, "wechat:40037"),
            ("not_opened", Trouble, "wechat:48001"),
            ("busy", Trouble, "wechat:-1"),
            ("broken", Trouble, "broken_answer"),
            ("away", Trouble, "http:502"),
        ],
    )
    def test_tells_the_person_from_the_provider(self, account, name, kind, code):
        with provider(WEIXIN["token"], WEIXIN[name]) as here:
            account(here)
            assert outcome(lambda: Wechat().send(TO, LETTER)) == (kind, code)

    def test_a_wrong_secret_is_trouble_without_the_secret(self, account):
        with provider(WEIXIN["token_refused"]) as here:
            account(here)
            assert outcome(lambda: Wechat().send(TO, LETTER)) == (Trouble, "token:40125")

    def test_a_long_title_fits_the_field(self, account):
        with provider(WEIXIN["token"], WEIXIN["ok"]) as here:
            account(here)
            Wechat().send(TO, Letter("k", "长" * 60, "https://yihe.example/"))
        assert len(json.loads(here.asked[1].body)["data"]["thing1"]["value"]) == 20

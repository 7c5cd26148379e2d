"""Notifications sealed as RFC 8291 says, for known push services only; mail with a way to stop it."""

import json
import smtplib
import stat
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.core.mail import EmailMessage

from yihe.outbox.channels import push
from yihe.outbox.channels.mail import Mail
from yihe.outbox.channels.push import (
    CURVE,
    Push,
    house_key,
    introduced,
    known_service,
    plain,
    point,
    public_key,
    raw,
    sealed,
)
from yihe.outbox.channels.wire import Reply
from yihe.outbox.rules import (
    EMAIL,
    PUSH,
    Destination,
    Later,
    Letter,
    NotSent,
    Refused,
    Trouble,
)

LETTER = Letter(
    "m7d9", "社区答复了", "https://yihe.example/calls/1/", "https://yihe.example/me/messages/"
)
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def test_seals_as_the_example_of_rfc_8291():
    """Appendix A, byte for byte."""
    sender = ec.derive_private_key(
        int.from_bytes(raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), CURVE
    )
    receiver = raw(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    )
    body = sealed(
        b"When I grow up, I want to be a watermelon",
        receiver=receiver,
        auth=raw("BTBZMqHH6r4Tts7J_aSIgg"),
        sender=sender,
        salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert plain(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_introduces_the_house_to_the_service_it_asks(settings):
    settings.PUSH_CONTACT = "mailto:office@yihe.example"
    token = introduced(ENDPOINT, 1_000_000).removeprefix("vapid t=").split(", k=")
    head, said, signature = token[0].split(".")
    assert json.loads(raw(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(raw(said)) == {
        "aud": "https://updates.push.services.mozilla.com",
        "exp": 1_000_000 + 12 * 60 * 60,
        "sub": "mailto:office@yihe.example",
    }
    made = raw(signature)
    halves = (int.from_bytes(made[:32], "big"), int.from_bytes(made[32:], "big"))
    house_key().public_key().verify(
        encode_dss_signature(*halves), f"{head}.{said}".encode(), ec.ECDSA(hashes.SHA256())
    )
    assert token[1] == public_key()


def test_the_key_is_made_once_and_only_ours(settings):
    first = public_key()
    assert public_key() == first
    path = settings.YIHE_HOME / "keys" / "push.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["push.key"]


@pytest.mark.parametrize(
    ("address", "known"),
    [
        (ENDPOINT, True),
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://web.push.apple.com/abc", True),
        ("https://wns2-par02p.notify.windows.com/w/?token=a", True),
        ("https://push.example.cn/abc", False),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com:8443/abc", False),
        ("https://fcm.googleapis.com@169.254.169.254/", False),
        ("https://fcm.googleapis.com.evil.example/", False),
        ("https://evilpush.services.mozilla.com/", False),
        ("https://127.0.0.1/", False),
        ("https://[::1/", False),
        ("", False),
    ],
)
def test_asks_known_services_only(address, known):
    assert known_service(address) is known


def test_a_house_may_name_others(settings):
    settings.PUSH_HOSTS = ["push.example.cn"]
    assert known_service("https://push.example.cn/abc")


class TestPush:
    @pytest.fixture
    def device(self):
        key = ec.generate_private_key(CURVE)
        keys = {"p256dh": plain(point(key.public_key())), "auth": plain(b"0123456789abcdef")}
        return Destination(PUSH, ENDPOINT, keys)

    @pytest.mark.parametrize(
        ("status", "kind", "gone"),
        [
            (201, None, False),
            (200, None, False),
            (410, Refused, True),
            (404, Refused, True),
            (413, Refused, False),
            (403, Trouble, False),
            (429, Later, False),
            (503, Later, False),
        ],
    )
    def test_reads_the_answer(self, device, monkeypatch, status, kind, gone):
        asked: list[Any] = []

        def answer(*what: object) -> Reply:
            asked.append(what)
            return Reply(status, b"")

        monkeypatch.setattr(push, "post", answer)
        if kind is None:
            assert Push().send(device, LETTER) == ""
        else:
            with pytest.raises(kind) as found:
                Push().send(device, LETTER)
            assert getattr(found.value, "gone", False) is gone
        (url, body, headers) = asked[0]
        assert url == ENDPOINT
        assert headers["Topic"] == LETTER.key
        assert headers["Content-Encoding"] == "aes128gcm"
        assert "社区".encode() not in body

    def test_a_service_that_is_away_does_not_close_the_channel(self, device, monkeypatch):
        def away(*rest: object) -> Reply:
            raise Trouble("timeout")

        monkeypatch.setattr(push, "post", away)
        with pytest.raises(Later):
            Push().send(device, LETTER)

    @pytest.mark.parametrize("keys", [{}, {"p256dh": "AAAA", "auth": "AAAA"}])
    def test_keys_that_are_none_are_refused(self, keys):
        with pytest.raises(Refused):
            Push().send(Destination(PUSH, ENDPOINT, keys), LETTER)


TO = Destination(EMAIL, "somebody@mail.example")


class TestMail:
    def test_is_short_and_can_be_stopped(self, mailoutbox, settings):
        settings.PUBLIC_URL = "https://yihe.example"
        Mail().send(TO, LETTER)
        (mail,) = mailoutbox
        assert (mail.to, mail.subject) == ([TO.value], LETTER.title)
        assert LETTER.link in mail.body
        assert mail.extra_headers["List-Unsubscribe"] == f"<{LETTER.settings_link}>"
        assert mail.extra_headers["Message-ID"] == "<delivery-m7d9@yihe.example>"

    @pytest.mark.parametrize(
        ("error", "kind", "code"),
        [
            (smtplib.SMTPRecipientsRefused({TO.value: (550, b"no")}), Refused, "smtp:550"),
            (smtplib.SMTPRecipientsRefused({TO.value: (451, b"later")}), Later, "smtp:451"),
            (smtplib.SMTPDataError(554, b"spam"), Refused, "smtp:554"),
            (smtplib.SMTPAuthenticationError(535, b"no"), Trouble, "smtp:SMTPAuthenticationError"),
            (smtplib.SMTPServerDisconnected("x"), Trouble, "smtp:SMTPServerDisconnected"),
            (TimeoutError(), Trouble, "timeout"),
            (ConnectionRefusedError(), Trouble, "network:ConnectionRefusedError"),
        ],
    )
    def test_tells_the_address_from_the_server(self, monkeypatch, error, kind, code):
        def fail(self: object) -> None:
            raise error

        monkeypatch.setattr(EmailMessage, "send", fail)
        with pytest.raises(NotSent) as found:
            Mail().send(TO, LETTER)
        assert (type(found.value), found.value.code) == (kind, code)

    def test_a_title_cannot_add_a_header(self, mailoutbox):
        with pytest.raises(ValueError, match="newlines"):
            Mail().send(TO, Letter("k", "a\nBcc: x@mail.example", "l"))

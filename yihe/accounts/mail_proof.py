"""A mail address waits in the session, with its code, until the code comes back: nothing is kept before."""

import secrets
import time

from allauth.core import ratelimit
from django.http import HttpRequest

from yihe.outbox.channels.mail import send_mail
from yihe.outbox.rules import NotSent
from yihe.refusal import Refusal

KEY = "mail_proof"
SECONDS, TRIES = 15 * 60, 5


def begin(request: HttpRequest, address: str) -> None:
    """A code to that address; asked for too often, or not taken there, is said in words."""
    if not ratelimit.consume(request, action="email_code", key=address.lower()):
        raise Refusal("验证码要得太勤了，请过 5 分钟再试。")
    code = f"{secrets.randbelow(10**6):06d}"
    body = f"{code} 是您在一核确认邮箱的验证码，15 分钟内有效。不是您要的，不用理会。\n"
    try:
        send_mail(address, "一核：确认您的邮箱", body)
    except NotSent as error:
        raise Refusal("这封信没有发出去。请核对邮箱，或者过几分钟再试。") from error
    request.session[KEY] = {"address": address, "code": code, "at": time.time(), "tries": 0}


def waiting(request: HttpRequest) -> str:
    """The address whose code is waited for, or ""."""
    kept = request.session.get(KEY) or {}
    return str(kept["address"]) if kept and 0 <= time.time() - kept["at"] <= SECONDS else ""


def finish(request: HttpRequest, code: str) -> str:
    """The address, once its code is right. Five wrong ones end it."""
    address = waiting(request)
    if not address:
        request.session.pop(KEY, None)
        raise Refusal("验证码过了 15 分钟，不能用了。请再要一个。")
    kept = request.session[KEY]
    if not secrets.compare_digest(kept["code"].encode(), code.strip().encode()):
        if kept["tries"] + 1 >= TRIES:
            del request.session[KEY]
            raise Refusal("连着 5 次不对，这个验证码作废了。请再要一个。")
        request.session[KEY] = {**kept, "tries": kept["tries"] + 1}
        raise Refusal("这 6 位数字不对，请看看是不是最近一封信。")
    del request.session[KEY]
    return address

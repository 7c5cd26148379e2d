"""A sign-in by code. Nobody is made known and no consent is kept before the number is proven."""

import secrets
import time

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import ratelimit
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from yihe.accounts.actions import prove_number
from yihe.accounts.channels import send_text
from yihe.accounts.pending import join_wechat, take
from yihe.accounts.queries import person_by_phone, signs_in_by_password
from yihe.refusal import Refusal
from yihe.trail.acting import VISITOR

PENDING = 20 * 60  # seconds that a number which was only typed stays in a session
TOO_OFTEN = (
    "验证码要得太勤了，请过 5 分钟再试。今天要过 10 次的，明天再来；"
    "等不及就打社区电话，有人替您记。"
)


def new_code() -> str:
    return f"{secrets.randbelow(10**6):06d}"


class Proof(LoginCodeVerificationProcess):  # type: ignore[misc]
    """allauth's process with two differences: a number that nobody has yet gets a code like any other,
    and the version of the notice that was agreed to waits in the session with it.
    """

    @classmethod
    def begin(cls, *, request: HttpRequest, phone: str, version: str) -> None:
        user = person_by_phone(phone)
        login = Login(user=user, phone=phone)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=user, phone=phone))
        stage.state.update(initiated_by_user=True, consent=version)
        process = cls(stage)
        process.send()
        process.persist()
        request.session.set_expiry(PENDING)

    @classmethod
    def resume(cls, stage: LoginByCodeStage) -> "Proof | None":
        found: Proof | None = cls(stage).abort_if_invalid()
        return found

    def send(self, skip_enumeration_mails: bool = False) -> None:
        """A fresh code with its own time to run. Who signs in by password is told so instead."""
        phone = self.state["phone"]
        if not ratelimit.consume(self.request, action="request_login_code", key=phone):
            raise Refusal(TOO_OFTEN)
        self.state.update(code="", at=time.time())
        if self.user is not None and signs_in_by_password(self.user):
            send_text(phone, "password")
            return
        code = new_code()
        send_text(phone, "code", code=code)
        self.state["code"] = code

    def resend(self) -> None:
        self.record_resend()
        self.send()
        self.persist()

    def finish(self, redirect_url: str | None) -> HttpResponse:
        phone, version = self.state["phone"], self.state["consent"]
        openid = take(self.request.session)
        with transaction.atomic():
            user = prove_number(phone=phone, version=version, acting=VISITOR, at=timezone.now())
            join_wechat(user=user, openid=openid, at=timezone.now())
        self.request.session.set_expiry(None)
        record_authentication(self.request, user, method="code")
        answer: HttpResponse = perform_login(
            self.request, Login(user=user, redirect_url=redirect_url)
        )
        return answer

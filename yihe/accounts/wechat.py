"""Signing in from inside WeChat, by allauth's provider. Whom WeChat names is known here only once they
have proven a phone number: until then what it said waits in the session, and nothing is kept.

Only the account's own number for somebody (openid) is asked for; neither name nor picture.
"""

import time
from typing import Any

import requests
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from yihe.accounts.actions import as_oneself
from yihe.accounts.choices import add_address
from yihe.accounts.models import Address, User
from yihe.accounts.pending import WECHAT_KEY, WECHAT_SECONDS
from yihe.accounts.queries import signs_in_by_password
from yihe.outbox.rules import WECHAT


class _Session(requests.Session):
    """WeChat answers within eight seconds, or the sign-in has failed."""

    def request(self, *args: Any, **more: Any) -> requests.Response:
        more.setdefault("timeout", 8)
        more.setdefault("allow_redirects", False)
        return super().request(*args, **more)


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def get_requests_session(self) -> requests.Session:
        return _Session()

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Always the last word: allauth's own table of accounts stays empty."""
        raise ImmediateHttpResponse(proven(request, sociallogin.account.uid))

    def on_authentication_error(self, request: HttpRequest, *args: Any, **more: Any) -> None:
        messages.error(request, "微信这次没有让您登录。请再试一次，或者用手机号登录。")
        there = (
            "accounts:messages" if request.user.is_authenticated else "account_request_login_code"
        )
        raise ImmediateHttpResponse(redirect(there))


def proven(request: HttpRequest, openid: str) -> HttpResponse:
    """WeChat says who it is: joined to who is signed in, signed in, or led on to prove a number."""
    me = request.user
    if me.is_authenticated:
        assert isinstance(me, User)  # noqa: S101  for the type checker
        at = timezone.now()
        add_address(user=me, channel=WECHAT, value=openid, acting=as_oneself(me), at=at)
        messages.success(request, "微信连上了。")
        return redirect("accounts:messages")
    known = Address.objects.select_related("user").filter(channel=WECHAT, value=openid).first()
    if known is None:
        request.session[WECHAT_KEY] = {"openid": openid, "at": time.time()}
        request.session.set_expiry(WECHAT_SECONDS)
        messages.success(request, "第一次用微信来，请再证明一次手机号。以后从微信点一下就能登录。")
        return redirect("account_request_login_code")
    if known.user.works or signs_in_by_password(known.user):
        messages.error(request, "您在岗位上，请用密码和动态码登录。")
        return redirect("account_login")
    record_authentication(request, known.user, method="wechat")
    answer: HttpResponse = perform_login(request, Login(user=known.user))
    return answer


class Weixin(WeixinOAuth2Adapter):  # type: ignore[misc]
    def complete_login(
        self, request: HttpRequest, app: Any, token: Any, **more: Any
    ) -> SocialLogin:
        openid = (more.get("response") or {}).get("openid")
        if not openid:
            raise OAuth2Error("no openid")
        return self.get_provider().sociallogin_from_response(request, {"openid": openid})


login = OAuth2LoginView.adapter_view(Weixin)
callback = OAuth2CallbackView.adapter_view(Weixin)

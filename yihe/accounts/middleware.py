import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from yihe.accounts.queries import has_consented, has_second_factor
from yihe.web.demo_mode import is_demo


class SignInFirst(LoginRequiredMiddleware):
    """Leads to the sign-in and back to the page, without its query: what was searched for stays out of it."""

    def process_view(
        self, request: HttpRequest, view_func: Any, *given: Any
    ) -> HttpResponseBase | None:
        """What is open to everybody asks nobody's name: Django's own looks first."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, *given)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        return redirect_to_login(request.path, self.get_login_url(view_func))


Next = Callable[[HttpRequest], HttpResponse]
SECOND_FACTOR_KEY = "second_factor_set_up"
OPEN = (
    "/account/",
    "/me/consent/",
    "/privacy/",
    "/look/",
    "/static/",
    "/healthz",
    "/readyz",
    "/api/",
    "/sw.js",
    "/manifest.webmanifest",
    "/offline/",
)
# Without consent one may read the notice, leave, and take or delete what is one's own; a call that is open
# is in the way of that, so it can be read and withdrawn.
WITHOUT_CONSENT = re.compile(
    r"/account/logout/|/(look|static|api)/|/(healthz|readyz)$|/(privacy|help)/$|/demo/sign-in/$"
    r"|/(sw\.js|manifest\.webmanifest|offline/)$"
    r"|/me/(consent|erase|export|data)/$"
)
OWN_CALLS = re.compile(r"/calls/(\d[\d-]*/(withdraw/)?)?$")


def _own_call(request: HttpRequest) -> bool:
    return OWN_CALLS.match(request.path) is not None and not request.user.works  # type: ignore[union-attr]


def consent_first(get_response: Next) -> Next:
    """Whoever has not agreed to the notice as it reads today is asked before going on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if WITHOUT_CONSENT.match(request.path):
            return get_response(request)  # nobody is looked up for that
        user = request.user
        if not user.is_authenticated or _own_call(request):
            return get_response(request)
        agreed = getattr(user, "consented", None)  # the sign-in's backend brings it along
        if has_consented(user) if agreed is None else agreed:
            return get_response(request)
        back = request.path if request.method == "GET" else "/"
        return redirect(f"{reverse('accounts:consent')}?{urlencode({'next': back})}")

    return middleware


def second_factor(get_response: Next) -> Next:
    """Who sits in an office sets a password and a second factor before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN):
            return get_response(request)
        user = request.user
        if (
            user.is_authenticated
            and user.works
            and not request.session.get(SECOND_FACTOR_KEY)
            and not is_demo()
        ):
            if not user.has_usable_password():
                return redirect(reverse("account_set_password"))
            if not has_second_factor(user):
                return redirect(reverse("mfa_activate_totp"))
            request.session[SECOND_FACTOR_KEY] = True
        return get_response(request)

    return middleware

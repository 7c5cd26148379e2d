from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from yihe.web.demo_mode import is_demo


class SignInFirst(LoginRequiredMiddleware):
    """Leads to the sign-in and back to the page, without its query: what was searched for stays out of it."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        return redirect_to_login(request.path, self.get_login_url(view_func))


Next = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "second_factor_set_up"
OPEN = ("/account/", "/look/", "/static/", "/healthz", "/readyz", "/api/")


def second_factor(get_response: Next) -> Next:
    """Who sits in an office sets a password and a second factor before anything else."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            user.is_authenticated
            and user.works
            and not request.session.get(SESSION_KEY)
            and not request.path.startswith(OPEN)
            and not is_demo()
        ):
            if not user.has_usable_password():
                return redirect(reverse("account_set_password"))
            if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
                return redirect(reverse("mfa_activate_totp"))
            request.session[SESSION_KEY] = True
        return get_response(request)

    return middleware

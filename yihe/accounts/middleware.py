from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yihe.web.demo_mode import is_demo

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

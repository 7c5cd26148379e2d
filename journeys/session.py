"""The cookie of somebody who is signed in."""

from typing import Any

from django.test import Client

from yihe.accounts.models import User


def session_cookie(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user)
    session = client.session
    session["second_factor_set_up"] = True
    session.save()
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}

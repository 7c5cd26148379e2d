from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from yihe.outbox.queries import unread
from yihe.people.access import is_home_clerk
from yihe.people.queries import requests_waiting
from yihe.portal import ways
from yihe.portal.ways import Way
from yihe.trail.acting import Acting


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Where somebody can go in this capacity; for signed-out people only the way in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        login = reverse("account_request_login_code")
        return {"nav": [_item(request, "登录", login, icon="me", always=True)]}
    acting = request.acting  # type: ignore[attr-defined]
    numbers = {ways.INBOX: user.unread if hasattr(user, "unread") else unread(user.pk)}
    # How many wait is counted in the doorways, not on each call's page.
    if is_home_clerk(acting) and not request.path.startswith("/calls/"):
        numbers[ways.CHECKS] = requests_waiting(acting).count()

    def item(way: Way, **more: Any) -> dict[str, Any]:
        number = numbers.get(way)
        return _item(request, f"{way.title} {number}" if number else way.title, way.url, **more)

    nav = [item(way) for way in (*ways.of_post(acting), ways.INBOX)]
    nav.append(item(ways.ME, icon="me", always=True))
    tabs = [item(way, icon=way.icon) for way in ways.tabs(acting)]
    for items in (nav, tabs):
        _keep_nearest(items)
    return {
        "foot": _foot(acting),
        "nav": nav,
        "tabs": tabs,
        "capacity": _capacity_words(acting),
        "capacity_key": _capacity_key(acting),
        "capacities": list(request.capacities),  # type: ignore[attr-defined]
    }


def _capacity_words(acting: Acting) -> str:
    if acting.kind == "seat":
        return f"您以“{acting.words}”的身份在办事"
    if acting.kind == "home":
        return f"您登记的是{acting.words.replace('·', '')}"
    return ""


def _capacity_key(acting: Acting) -> str:
    return f"{acting.kind}:{acting.seat_id if acting.kind == 'seat' else acting.home_id}"


def _foot(acting: Acting) -> list[dict[str, str]]:
    foot = [ways.ACTS]
    if acting.kind == "seat":
        foot += [ways.ALL, ways.INQUIRIES]
    return [{"title": way.title, "url": way.url} for way in foot]


def _keep_nearest(items: list[dict[str, Any]]) -> None:
    """Of several addresses that the page lies under only the longest is where one is."""
    here = max(
        (item for item in items if item["current"]), key=lambda item: len(item["url"]), default=None
    )
    for item in items:
        item["current"] = item is here


def _item(
    request: HttpRequest, title: str, url: str, *, icon: str = "", always: bool = False
) -> dict[str, Any]:
    current = request.path == url or (url != "/" and request.path.startswith(url))
    return {"title": title, "url": url, "icon": icon, "always": always, "current": current}

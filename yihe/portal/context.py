from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from yihe.bodies.access import keeps_bodies
from yihe.bodies.models import BodyKind
from yihe.calls.access import may_handle, may_raise
from yihe.outbox.queries import unread
from yihe.people.access import is_home_clerk
from yihe.people.queries import requests_waiting
from yihe.trail.acting import Acting


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Where somebody can go in this capacity; for signed-out people only the way in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        login = {"title": "登录", "url": reverse("account_request_login_code"), "icon": "me"}
        return {"nav": [_item(request, **login, always=True)]}
    acting = request.acting  # type: ignore[attr-defined]
    waiting = user.unread if hasattr(user, "unread") else unread(user.pk)
    inbox = _counted("消息", waiting)
    checks = ""
    if is_home_clerk(acting):  # how many wait is counted in the doorways, not on each call's page
        counted = not request.path.startswith("/calls/")
        checks = _counted("核实住处", requests_waiting(acting).count() if counted else 0)
    nav = []
    if may_handle(acting):
        nav.append(_item(request, "受理台", "calls:desk"))
    if acting.kind == "seat":
        nav.append(_item(request, "小区", "places:compounds"))
        if acting.body_kind in (BodyKind.DISTRICT, BodyKind.CONFERENCE, BodyKind.DEPARTMENT):
            nav.append(_item(request, "联席会议", "calls:conference"))
        if checks:
            nav.append(_item(request, checks, "people:requests"))
        nav.append(_item(request, "组织", "bodies:bodies"))
        nav.append(_item(request, "类别", "topics:topics"))
        if keeps_bodies(acting):
            nav.append(_item(request, "管理", "portal:house"))
    nav.append(_item(request, inbox, "outbox:inbox", always=True))
    nav.append(_item(request, "我的", "accounts:me", icon="me", always=True))
    tabs = [
        _item(request, "首页", "portal:home", icon="home"),
        _item(request, "呼叫", "calls:raise", icon="call"),
        _item(request, "我的呼叫", "calls:mine", icon="clock"),
        _item(request, inbox, "outbox:inbox", icon="notice"),
    ]
    if acting.kind == "seat" and not may_raise(acting):
        del tabs[1]
    if keeps_bodies(acting):
        tabs[-2] = _item(request, "管理", "portal:house", icon="people")
    elif may_handle(acting):
        tabs[-2] = _item(request, "受理台", "calls:desk", icon="clock")
    if checks:  # the doorway of these is the desk
        tabs[0], tabs[-2] = tabs[-2], _item(request, checks, "people:requests", icon="home")
    for items in (nav, tabs):
        _keep_nearest(items)
    return {
        "foot": _foot(acting),
        "nav": nav,
        "tabs": tabs,
        "capacity": acting.words if acting.kind in ("seat", "home") else "",
        "capacities": list(request.capacities),  # type: ignore[attr-defined]
    }


def _foot(acting: Acting) -> list[dict[str, str]]:
    foot = [("我的操作记录", "portal:acts")]
    if acting.kind == "seat":
        foot += [("全部呼叫", "calls:all"), ("问到我们的情况", "calls:inquiries")]
    return [{"title": title, "url": reverse(name)} for title, name in foot]


def _counted(title: str, number: int) -> str:
    return f"{title} {number}" if number else title


def _keep_nearest(items: list[dict[str, Any]]) -> None:
    """Of several addresses that the page lies under only the longest is where one is."""
    here = max(
        (item for item in items if item["current"]), key=lambda item: len(item["url"]), default=None
    )
    for item in items:
        item["current"] = item is here


def _item(
    request: HttpRequest,
    title: str,
    name: str = "",
    *,
    url: str = "",
    icon: str = "",
    always: bool = False,
) -> dict[str, Any]:
    url = url or reverse(name)
    current = request.path == url or (url != "/" and request.path.startswith(url))
    return {"title": title, "url": url, "icon": icon, "always": always, "current": current}

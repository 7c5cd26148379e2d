from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from yihe.bodies.access import keeps_bodies
from yihe.bodies.models import BodyKind
from yihe.calls.access import may_handle, may_raise
from yihe.outbox.queries import unread


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Where somebody can go in this capacity; for signed-out people only the way in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        login = {"title": "登录", "url": reverse("account_request_login_code"), "icon": "me"}
        return {"nav": [_item(request, **login, always=True)]}
    acting = request.acting  # type: ignore[attr-defined]
    waiting = user.unread if hasattr(user, "unread") else unread(user.pk)
    inbox = f"消息 {waiting}" if waiting else "消息"
    nav = []
    if may_handle(acting):
        nav.append(_item(request, "受理台", "calls:desk"))
    if acting.kind == "seat":
        nav.append(_item(request, "小区", "places:compounds"))
        if acting.body_kind in (BodyKind.DISTRICT, BodyKind.CONFERENCE, BodyKind.DEPARTMENT):
            nav.append(_item(request, "联席会议", "calls:conference"))
        if acting.body_kind == BodyKind.COMMUNITY:
            nav.append(_item(request, "核实住处", "people:requests"))
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
    for items in (nav, tabs):
        _keep_nearest(items)
    return {
        "foot": [{"title": "我的操作记录", "url": reverse("portal:acts")}],
        "nav": nav,
        "tabs": tabs,
        "capacity": acting.words if acting.kind in ("seat", "home") else "",
        "capacities": list(request.capacities),  # type: ignore[attr-defined]
    }


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

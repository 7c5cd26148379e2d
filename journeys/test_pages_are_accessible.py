"""axe finds nothing, and nothing scrolls sideways, on the pages of each role, in each look."""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from journeys.session import session_cookie
from yihe.calls.tests.builders import acting_as, make_person
from yihe.checkup.examples import EXAMPLES
from yihe.checkup.excerpts import pack
from yihe.checkup.reading import read_text
from yihe.people.actions import move_in
from yihe.server.tests.everyone import EVERYBODY, Everyone, routes
from yihe.web import demo_mode
from yihe.web.models import Mark

TEXT = "共有业主620户，面积71300.50平方米；参与表决468户，收回470张。同意302户，占64.53%。\n2025年3月10日"
OF_RESIDENTS = [
    ("resident", "/"), ("resident", "/calls/new/"), ("resident", "/calls/"), ("resident", "CALL"),
    ("resident", "/me/"), ("resident", "/home/"), ("resident", "/home/join/"), ("resident", "BOARD"),
    ("resident", "/inbox/"), ("secretary", "/"), ("secretary", "/calls/new/"), ("", "/"),
    ("", "/account/code/"), ("", "/account/login/"), ("", "/privacy/"), ("", "/help/"),
    ("", "/checkup/"), ("", "PASTED"), ("", "CARRIED"), ("", "OPEN"), ("", "FAILED"),
    ("", "/checkup/law/"), ("", "/checkup/law/cn-civil-code-2021/"),
]  # fmt: skip
MAIN = [
    ("resident", "/"), ("resident", "/calls/new/"), ("resident", "CALL"), ("resident", "BOARD"),
    ("community_clerk", "/desk/"), ("community_clerk", "CALL"), ("district_clerk", "/"), ("", "/"),
    ("", "/checkup/"), ("", "CARRIED"), ("", "OPEN"), ("", "FAILED"),
]  # fmt: skip
# The check-up of a notice: read from a pasted text; the three examples as results.
CHECKUPS = {
    "PASTED": "/checkup/?"
    + urlencode({**read_text(TEXT).values, "read": pack(read_text(TEXT).taken, 3000)}),
    **{
        name: "/checkup/result/?" + one.link
        for name, one in zip(("CARRIED", "OPEN", "FAILED"), EXAMPLES, strict=True)
    },
}
SMALLEST, PHONE, DESK = 320, 390, 1280
LOOKS = {"plain": {}, "elder": {"y_elder": "1"}, "dark": {"y_dark": "1"}}


@pytest.fixture
def place(place):
    """With the demo's mark."""
    Mark.objects.create(pk="demo", at=timezone.now())
    demo_mode.forget()
    return place


def opened(page: Page, live_server, sign_in, place, who, url, *, width, look="plain"):
    call = place.raised()
    if who:
        sign_in(getattr(place, who))
    page.context.add_cookies(
        [{"name": name, "value": on, "url": live_server.url} for name, on in LOOKS[look].items()]
    )
    page.set_viewport_size({"width": width, "height": 900})
    url = url.replace("CALL", f"/calls/{call.number}/")
    url = CHECKUPS.get(url, url)
    url = url.replace("BOARD", f"/compounds/{place.compound.code}/board/")
    response = page.goto(live_server.url + url)
    assert response is not None
    assert response.status == 200


def nothing_scrolls_sideways(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def axe_finds_nothing(page: Page) -> None:
    found = violations(page)
    assert not found, found


def violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page).response["violations"]
    return [(one["id"], one["nodes"][0]["html"][:120]) for one in found]


def shape(page: str) -> str:
    """A page without its words, numbers and repeated rows: what axe would find the same in."""
    tags = re.findall(r"<(/?\w+)([^>]*)>", page)
    kept = re.compile(r'\b(?:class|role|type|aria-(?!current)[a-z]+)(?:="[^"]*")?')
    drawn = [(tag, *sorted(kept.findall(more))) for tag, more in tags if not tag.startswith("/")]
    return str(sorted(set(drawn)))


def more_addresses(everyone: Everyone) -> dict[str, list[str]]:
    """Where a route has pages of more than one shape."""
    place = everyone.place
    tenant = move_in(
        person=make_person("田租客"), unit=place.unit, standing="tenant", way="clerk",
        acting=acting_as(place.community_clerk), at=everyone.at,
    )  # fmt: skip
    homes = [
        {"compound": place.compound.code, "home": home} for home in (place.unit.label, "9栋999")
    ]
    return {
        "all/": ["/all/?q=9999-0000"],
        "calls/<slug:number>/": [f"/calls/{call.number}/" for call in everyone.calls.values()],
        "checkup/": [CHECKUPS["PASTED"]],
        "checkup/result/": [CHECKUPS[name] for name in ("CARRIED", "OPEN", "FAILED")],
        "home/registered/": [f"/home/registered/?{urlencode(home)}" for home in homes],
        "home/registered/<int:residency_id>/out/": [f"/home/registered/{tenant.pk}/out/"],
    }


def pages_of_everyone(everyone: Everyone) -> Iterator[tuple[str, str]]:
    """Role and address of every page that anybody can open; each shape of one, and each frame, once."""
    seen: set[tuple[str, str]] = set()
    more = more_addresses(everyone)
    for route in routes():
        if route.startswith("api/"):
            continue
        for address in [everyone.address(route), *more.get(route, [])]:
            for role in EVERYBODY:
                answer = everyone.client(role).get(address)
                html = answer.headers.get("Content-Type", "").startswith("text/html")
                if answer.status_code != 200 or not html:
                    continue
                before, inside, after = re.split(r"<main|</main>", answer.text)
                marks = {(route, shape(inside)), ("frame", shape(before + after))}
                if not marks <= seen:
                    seen |= marks
                    yield role, address


def test_every_page_of_every_role(page: Page, live_server, transactional_db):
    """In the demo, so that its mark is looked at too. A new page is here by itself."""
    everyone = Everyone()
    wrong, looked_at = {}, set()
    for role, address in list(pages_of_everyone(everyone)):
        page.context.clear_cookies()
        user = everyone.people[role]
        if user is not None:
            page.context.add_cookies([session_cookie(user, live_server.url)])
        answer = page.goto(live_server.url + address)
        assert answer is not None
        assert answer.status == 200, (role, address)
        looked_at.add(address)
        for width in (PHONE, DESK):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth") > width
            found = [*violations(page), *([("scrolls sideways", "")] if wide else [])]
            if found:
                wrong[f"{role} {address} {width}"] = found
    assert not wrong, "\n".join(f"{where}: {what}" for where, what in wrong.items())
    assert len(looked_at) > 50


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_notice_before_it_is_agreed_to(page: Page, live_server, sign_in, place, width):
    place.resident.consents.all().delete()
    opened(page, live_server, sign_in, place, "resident", "/me/consent/", width=width)
    nothing_scrolls_sideways(page, width)
    axe_finds_nothing(page)


@pytest.mark.parametrize("look", ["elder", "dark"])
@pytest.mark.parametrize(("who", "url"), MAIN)
def test_page_in_another_look(page: Page, live_server, sign_in, place, who, url, look):
    opened(page, live_server, sign_in, place, who, url, width=PHONE, look=look)
    root = page.locator("html")
    shown = {"elder": "data-elder", "dark": "data-bs-theme"}[look]
    assert root.get_attribute(shown) is not None
    nothing_scrolls_sideways(page, PHONE)
    axe_finds_nothing(page)


@pytest.mark.parametrize("look", ["plain", "elder"])
def test_residents_pages_fit_the_smallest_phone(page: Page, live_server, sign_in, place, look):
    """One after the other in one window: only their width is looked at."""
    wide = {}
    for who, url in OF_RESIDENTS:
        opened(page, live_server, sign_in, place, who, url, width=SMALLEST, look=look)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > SMALLEST:
            wide[url] = width
        page.context.clear_cookies()
    assert not wide

"""axe finds nothing, and nothing scrolls sideways, on the pages of each role, in each look."""

from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from yihe.checkup.examples import EXAMPLES
from yihe.checkup.excerpts import pack
from yihe.checkup.reading import read_text

TEXT = "共有业主620户，面积71300.50平方米；参与表决468户，收回470张。同意302户，占64.53%。\n2025年3月10日"

PAGES = [
    ("resident", "/"), ("resident", "/calls/new/"), ("resident", "/calls/"), ("resident", "CALL"),
    ("resident", "/me/"), ("resident", "/home/"), ("resident", "/home/join/"), ("resident", "BOARD"),
    ("resident", "/inbox/"), ("community_clerk", "/desk/"), ("community_clerk", "CALL"),
    ("community_clerk", "/home/requests/"), ("community_clerk", "/home/registered/"),
    ("community_clerk", "/home/paper/"), ("district_clerk", "/"), ("district_clerk", "/conference/"),
    ("district_clerk", "/compounds/"), ("district_clerk", "/topics/"), ("district_clerk", "/bodies/"),
    ("secretary", "/"), ("secretary", "/calls/new/"), ("", "/"), ("", "/account/code/"),
    ("", "/account/login/"), ("", "/privacy/"), ("", "/help/"), ("", "/checkup/"), ("", "PASTED"),
    ("", "CARRIED"), ("", "OPEN"), ("", "FAILED"), ("", "/checkup/law/"),
    ("", "/checkup/law/cn-civil-code-2021/"),
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
OF_RESIDENTS = [page for page in PAGES if page[0] in ("resident", "secretary", "")]
SMALLEST, PHONE, DESK = 320, 390, 1280
LOOKS = {"plain": {}, "elder": {"y_elder": "1"}, "dark": {"y_dark": "1"}}


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
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"][:120]) for one in found]


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize(("who", "url"), PAGES)
def test_page(page: Page, live_server, sign_in, place, who, url, width):
    opened(page, live_server, sign_in, place, who, url, width=width)
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

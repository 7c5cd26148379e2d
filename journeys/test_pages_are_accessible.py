"""axe finds nothing, and nothing scrolls sideways, on the pages of each role."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PAGES = [
    ("resident", "/"), ("resident", "/calls/new/"), ("resident", "/calls/"), ("resident", "CALL"),
    ("resident", "/me/"), ("resident", "/home/"), ("resident", "/home/join/"), ("resident", "BOARD"),
    ("resident", "/inbox/"), ("community_clerk", "/desk/"), ("community_clerk", "CALL"),
    ("community_clerk", "/home/requests/"), ("district_clerk", "/"), ("district_clerk", "/conference/"),
    ("district_clerk", "/compounds/"), ("district_clerk", "/topics/"), ("district_clerk", "/bodies/"),
    ("secretary", "/"), ("secretary", "/calls/new/"), ("", "/"), ("", "/account/code/"),
    ("", "/account/login/"), ("", "/privacy/"), ("", "/help/"),
]  # fmt: skip


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize(("who", "url"), PAGES)
def test_page(page: Page, live_server, sign_in, place, who, url, width):
    call = place.raised()
    if who:
        sign_in(getattr(place, who))
    page.set_viewport_size({"width": width, "height": 900})
    url = url.replace("CALL", f"/calls/{call.number}/")
    url = url.replace("BOARD", f"/compounds/{place.compound.code}/board/")
    response = page.goto(live_server.url + url)
    assert response is not None
    assert response.status == 200
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"][:120]) for one in found]

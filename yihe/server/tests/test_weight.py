"""What a resident's phone has to load, as it is sent: compressed."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders

from yihe.server.tests.everyone import Everyone

KB = 1024
CSS, SCRIPT, PAGE = 40 * KB, 60 * KB, 30 * KB
MAP = "/static/places/"  # only the page with the map loads these, when it is opened
PAGES = [
    ("v", "/"), ("v", "/account/code/"), ("v", "/help/"), ("r", "/"), ("r", "/calls/"),
    ("r", "/calls/new/"), ("r", "CALL"), ("r", "BOARD"), ("r", "/home/"), ("r", "/me/"),
    ("r", "/inbox/"), ("r", "COMPOUND"),
]  # fmt: skip


def weight(addresses: list[str]) -> int:
    total = 0
    for address in addresses:
        path = finders.find(address.removeprefix("/static/"))
        assert isinstance(path, str), address
        with open(path, "rb") as file:
            total += len(gzip.compress(file.read(), 9))
    return total


@pytest.mark.django_db
def test_a_residents_page_is_light():
    everyone = Everyone()
    call, board = everyone.call.number, f"/compounds/{everyone.place.compound.code}/board/"
    for role, address in PAGES:
        address = address.replace("CALL", f"/calls/{call}/").replace("BOARD", board)
        address = address.replace("COMPOUND", board.removesuffix("board/"))
        page = everyone.client(role).get(address)
        assert page.status_code == 200, address
        css = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)
        scripts = re.findall(r'<script src="([^"]+)"', page.text)
        assert css, address
        assert not [one for one in css + scripts if not one.startswith("/static/")]
        assert not [one for one in css + scripts if one.startswith(MAP)], address
        assert weight(css) <= CSS, address
        assert weight(scripts) <= SCRIPT, address
        assert len(gzip.compress(page.content, 9)) <= PAGE, address

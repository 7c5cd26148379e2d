"""Every part of the look that a page uses stands on the page of parts, and is drawn by the theme."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from yihe.web import demo_mode
from yihe.web.models import Mark

ROOT = Path(__file__).resolve().parents[2]
# Whole names; none that a value is put behind, as in y-d{{ depth }}.
NAME = re.compile(r"(?<![\w-])y-[a-z0-9-]*[a-z0-9](?![\w-]|\{(?!%))")
# Where things stand on a page, not what they look like; and what only one page can show.
LAYOUT = {
    "y-first", "y-has-tabs", "y-less", "y-pc", "y-two", "y-wide",  # columns, spaces, widths
    "y-in-browser",  # not where it was opened from the home screen
    "y-leaflet",  # the map, which needs its script
    "y-scene", "y-sky",  # the skyline, which needs buildings
    "y-tabs",  # shown to whoever is signed in
}  # fmt: skip


def used() -> dict[str, set[str]]:
    """Each name and the files that use it."""
    found: dict[str, set[str]] = {}
    files = [*ROOT.glob("*/templates/**/*.html"), *ROOT.glob("*/templatetags/*.py")]
    for file in [*files, ROOT / "portal" / "skyline.py"]:
        if file.name != "style.html":
            for name in NAME.findall(file.read_text(encoding="utf-8")):
                found.setdefault(name, set()).add(file.name)
    return found


@pytest.fixture
def shown(db: None) -> str:
    Mark.objects.create(pk="demo", at=timezone.now())
    demo_mode.forget()
    return Client().get("/style/").text


def test_every_part_stands_on_the_page_of_parts(shown):
    there = {name for part in re.findall(r'class="([^"]*)"', shown) for name in part.split()}
    missing = {name: files for name, files in used().items() if name not in there | LAYOUT}
    assert missing == {}


def test_the_list_of_layout_is_no_longer_than_it_needs_to_be():
    assert set(used()) >= LAYOUT


def test_every_part_is_drawn_by_the_theme(shown):
    theme = (ROOT / "web" / "static" / "web" / "theme.css").read_text(encoding="utf-8")
    drawn = set(re.findall(r"\.(y-[a-z0-9-]+)", theme))
    assert {name: files for name, files in used().items() if name not in drawn} == {}

"""What a phone keeps of the house: looks and words, nothing of a person."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from django.utils import timezone

from yihe.web import demo_mode, shell

pytestmark = pytest.mark.django_db
ADDRESSES = ("/sw.js", "/offline/", "/manifest.webmanifest")


@pytest.fixture(autouse=True)
def _fresh():
    demo_mode.forget()


@pytest.fixture
def person() -> Any:
    return get_user_model().objects.create(
        phone="13800000001", name="林某", joined_at=timezone.now()
    )


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


class TestTheShell:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_is_the_same_for_everybody_and_looks_nobody_up(
        self, person, address, django_assert_num_queries
    ):
        browser = signed_in(person)
        with django_assert_num_queries(0):
            mine = browser.get(address)
        assert mine.content == Client().get(address).content
        assert person.phone not in mine.text
        assert "private" not in mine.headers["Cache-Control"]
        assert not mine.cookies

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_comes_before_consent_and_second_factor(self, person, address):
        person.works = True
        person.save()
        assert signed_in(person).get(address).status_code == 200


class TestTheWorker:
    def test_is_a_script_that_is_asked_for_anew(self):
        answer = Client().get("/sw.js")
        assert answer.headers["Content-Type"].startswith("text/javascript")
        assert answer.headers["Cache-Control"] == "no-cache"
        assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]

    def test_keeps_the_page_without_a_network_and_what_that_page_loads(self):
        listed = re.search(r"KEPT = \[(.*)\]", Client().get("/sw.js").text)
        assert listed is not None
        kept = re.findall(r'"([^"]+)"', listed[1])
        page = Client().get("/offline/").text
        loaded = re.findall(r'(?:<link[^>]* href|src)="(/static/[^"]+)"', page)
        assert kept[0] == "/offline/"
        assert set(kept[1:]) == set(loaded)
        assert len(loaded) > 3

    def test_is_another_one_when_the_files_or_the_page_changed(self, monkeypatch):
        first = Client().get("/sw.js").text
        assert Client().get("/sw.js").text == first
        monkeypatch.setattr(staticfiles_storage, "manifest_hash", "abc", raising=False)
        second = Client().get("/sw.js").text
        monkeypatch.setattr(shell, "_offline", lambda: "other words")
        third = Client().get("/sw.js").text
        assert len({first, second, third}) == 3

    def test_leaves_messages_to_the_worker_for_messages(self):
        script = Client().get("/sw.js").text
        assert not re.search(r'addEventListener\("(push|notificationclick)"', script)


class TestTheManifest:
    def test_names_the_house_and_its_icons(self):
        answer = Client().get("/manifest.webmanifest")
        assert answer.headers["Content-Type"] == "application/manifest+json"
        said = answer.json()
        assert (said["name"], said["start_url"], said["display"]) == ("一核", "/", "standalone")
        sizes = {(one["sizes"], one["purpose"]) for one in said["icons"]}
        assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes

    def test_each_icon_is_as_large_as_it_says(self):
        for one in Client().get("/manifest.webmanifest").json()["icons"]:
            path = finders.find(one["src"].removeprefix("/static/"))
            assert isinstance(path, str), one["src"]
            if one["type"] == "image/png":
                head = Path(path).read_bytes()[:24]
                pixels = [int.from_bytes(head[at : at + 4]) for at in (16, 20)]
                assert "x".join(map(str, pixels)) == one["sizes"]

    def test_is_linked_from_each_page_the_worker_only_where_somebody_is_signed_in(self, person):
        out, there = Client().get("/help/").text, signed_in(person).get("/help/").text
        for page in (out, there):
            assert '<link rel="manifest" href="/manifest.webmanifest">' in page
        assert "install.js" in there
        assert "install.js" not in out


@pytest.mark.parametrize(
    ("browser", "kind"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1", "apple"),
        ("Mozilla/5.0 (Linux; Android 9; V1813A) Chrome/70 Mobile Safari/537.36", "android"),
        ("Mozilla/5.0 (Linux; Android 9) MicroMessenger/8.0", "wechat"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/120", "desk"),
        ("", "desk"),
    ],
)
def test_what_a_page_is_read_on(rf, browser, kind):
    assert shell.device(rf.get("/", headers={"User-Agent": browser})) == kind

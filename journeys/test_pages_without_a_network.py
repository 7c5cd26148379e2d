"""Without a network a page says so in words; the device keeps that page and nothing of a person."""

import pytest
from playwright.sync_api import Page, expect

from yihe.calls.models import Call

TYPED = "东门到3栋的路灯坏了 5 盏，台阶看不清。"
TEXT, SEND = "说说是什么事", "发出呼叫"
READY = """() => new Promise((ready) => {
    const now = () => navigator.serviceWorker.controller && ready();
    navigator.serviceWorker.addEventListener("controllerchange", now);
    now();
})"""
GONE = """async () => {
    while ((await caches.keys()).includes("yihe-old")) {
        await new Promise((later) => setTimeout(later, 50));
    }
}"""
KEPT = """async () => {
    const found = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const text = await (await cache.match(request)).text();
            found.push([name, new URL(request.url).pathname, text]);
        }
    }
    return found;
}"""


@pytest.fixture
def phone(page: Page, live_server, sign_in, place) -> Page:
    """Signed in, with the worker at work."""
    sign_in(place.resident)
    page.goto(f"{live_server.url}/")
    page.evaluate(READY)
    return page


def test_a_page_that_cannot_be_opened_says_so_and_can_be_tried_again(phone: Page, live_server):
    phone.context.set_offline(True)
    phone.goto(f"{live_server.url}/calls/")
    expect(phone.get_by_role("heading", level=1)).to_contain_text("现在没有网络")
    expect(phone.get_by_text("都在这台设备上")).to_be_hidden()
    colour = phone.evaluate("getComputedStyle(document.body).backgroundColor")
    assert colour == "rgb(246, 242, 233)"  # it is drawn as ours, from what was kept
    phone.context.set_offline(False)
    phone.get_by_role("link", name="再试一次").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("我的呼叫")


def test_what_could_not_be_sent_is_said_to_be_safe_and_is_sent_later(phone: Page, live_server):
    phone.goto(f"{live_server.url}/calls/new/")
    phone.get_by_label(TEXT).fill(TYPED)
    phone.context.set_offline(True)
    phone.get_by_role("button", name=SEND).click()
    phone.get_by_role("button", name="再发一次").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("现在没有网络")
    expect(phone.get_by_text("都在这台设备上")).to_be_visible()
    assert phone.url == f"{live_server.url}/calls/new/"
    phone.context.set_offline(False)
    phone.get_by_role("link", name="再试一次").click()
    expect(phone.get_by_label(TEXT)).to_have_value(TYPED)
    phone.get_by_role("button", name=SEND).click()
    expect(phone.get_by_role("status")).to_contain_text("发出去了")
    assert Call.objects.count() == 1


def test_the_device_keeps_no_page_of_a_person(phone: Page, live_server, place):
    call = place.raised()
    for address in ("/", "/me/", "/calls/", f"/calls/{call.number}/", "/inbox/", "/me/data/"):
        phone.goto(f"{live_server.url}{address}")
    phone.evaluate("fetch('/api/v1/compounds')")
    kept = phone.evaluate(KEPT)
    assert {name for name, _, _ in kept} == {kept[0][0]}
    paths = {path for _, path, _ in kept}
    assert "/offline/" in paths
    assert {path for path in paths if not path.startswith("/static/")} == {"/offline/"}
    for secret in (place.resident.phone, place.resident.name, call.number, place.compound.name):
        assert not [path for _, path, text in kept if secret in text]


def test_what_an_older_worker_kept_is_thrown_away(phone: Page, live_server):
    phone.evaluate("caches.open('yihe-old').then((cache) => cache.add('/offline/'))")
    phone.evaluate("caches.open('somebody-elses')")
    phone.evaluate("navigator.serviceWorker.getRegistration('/').then((one) => one.unregister())")
    phone.goto(f"{live_server.url}/help/")
    phone.evaluate(GONE)
    assert "somebody-elses" in phone.evaluate("caches.keys()")


def test_the_worker_for_messages_stays_another_one(phone: Page, live_server):
    scopes = phone.evaluate(
        """async () => {
            await navigator.serviceWorker.register("/static/outbox/push-sw.js", {scope: "/static/outbox/"});
            const all = await navigator.serviceWorker.getRegistrations();
            return all.map((one) => new URL(one.scope).pathname).sort();
        }"""
    )
    assert scopes == ["/", "/static/outbox/"]


def test_a_browser_without_workers_works_as_before(page: Page, live_server, sign_in, place):
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    sign_in(place.resident)
    page.goto(f"{live_server.url}/calls/new/")
    page.get_by_label(TEXT).fill(TYPED)
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("status")).to_contain_text("发出去了")
    assert said == []

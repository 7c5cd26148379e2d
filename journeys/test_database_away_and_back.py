"""The database goes away while a call is being written: words instead of a blank, and nothing is lost."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from journeys.house import House, children

AWAY = "系统正在恢复"


@pytest.fixture
def form(context: BrowserContext, house: House) -> Page:
    """The demo's resident, in front of an empty form."""
    house.wait_until_ready(60)
    page = context.new_page()
    page.set_default_timeout(30_000)
    for _ in range(60):  # `ready` was said by one of the processes that serve pages
        answer = page.goto(house.url)
        if answer is not None and answer.ok:
            break
        page.wait_for_timeout(500)
    page.get_by_role("button", name="居民（业主）").click()
    page.get_by_role("link", name="小区呼叫").first.click()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("说说是什么事").fill(text)
    page.get_by_label("具体位置").fill("东门步道")
    page.get_by_role("radio", name="小区外").check()


@contextlib.contextmanager
def frozen(house: House) -> Iterator[None]:
    """The database answers nobody and takes nobody in; whoever was inside is thrown out."""
    pid = house.cluster.pid()
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        for inside in children(pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(inside, signal.SIGKILL)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@contextlib.contextmanager
def held_down(house: House) -> Iterator[None]:
    """Killed again as often as the supervisor starts it."""
    over = threading.Event()

    def hold() -> None:
        while not over.wait(0.1):
            house.kill_database()

    holding = threading.Thread(target=hold)
    house.kill_database()
    holding.start()
    try:
        yield
    finally:
        over.set()
        holding.join()


def the_call_stands_once(page: Page, house: House, text: str) -> None:
    expect(page.get_by_label("现在的状态")).to_be_visible()
    expect(page.locator("main")).to_contain_text(text)
    found = house.rows(f"SELECT number FROM calls_call WHERE text = '{text}'")  # noqa: S608
    assert len(found) == 1


def send(page: Page) -> None:
    page.get_by_role("button", name="发出呼叫").click()


@pytest.mark.parametrize("away", [frozen, held_down], ids=["frozen", "killed"])
def test_what_was_written_can_be_sent_when_it_is_back(form, house, away):
    text = f"东门到 3 栋的路灯坏了，{away.__name__}，{time.time_ns()}"
    write(form, text)
    with away(house):
        send(form)
        expect(form.get_by_role("heading", name=AWAY)).to_be_visible()
        expect(form.get_by_text("119").first).to_be_visible()
    house.wait_until_ready(60)
    form.go_back()
    assert form.get_by_label("说说是什么事").input_value() == text
    assert form.get_by_label("具体位置").input_value() == "东门步道"
    assert form.get_by_role("radio", name="小区外").is_checked()
    send(form)
    the_call_stands_once(form, house, text)


def test_the_same_form_sent_again_by_reloading_makes_one_call(form, house):
    """Sent, no answer seen, sent again: both times the same form."""
    text = f"东门的台阶松了，{time.time_ns()}"
    write(form, text)
    with frozen(house):
        send(form)
        expect(form.get_by_role("heading", name=AWAY)).to_be_visible()
    house.wait_until_ready(60)
    form.reload()  # sends the same form once more
    the_call_stands_once(form, house, text)


def test_pages_and_programs_are_told_while_it_is_away_and_wait_not_for_ever(form, house):
    token = house.token("resident")
    with frozen(house):
        begun = time.monotonic()
        answer = form.goto(house.url)
        assert answer is not None
        assert answer.status == 503
        assert time.monotonic() - begun < 15
        expect(form.get_by_role("heading", name=AWAY)).to_be_visible()
        assert house.call(token, "GET", "/calls").status == 503
        assert not house.ready
    house.wait_until_ready(60)

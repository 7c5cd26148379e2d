"""Two clerks of one desk, one call: the second is told in words and loses nothing that was typed."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from journeys.house import Answer, call_api
from journeys.session import session_cookie
from yihe.accounts.actions import issue_token
from yihe.accounts.models import User
from yihe.calls.actions import add_evidence
from yihe.calls.models import Call, Step
from yihe.calls.tests.builders import District, acting_as, make_seat
from yihe.trail.acting import SYSTEM
from yihe.trail.models import Entry

TYPED = "5 盏灯昨晚都换了灯头，试亮正常，\n以后每月 15 日查一次。"


@pytest.fixture
def clerks(place: District) -> tuple[User, User]:
    return place.community_clerk, make_seat(place.community_desk, "clerk", "第二位经办人")


@pytest.fixture
def window(browser: Browser, browser_context_args: dict[str, Any], live_server: Any) -> Any:
    """A browser of its own for each person."""
    opened = []

    def open_for(user: User) -> Page:
        context = browser.new_context(**browser_context_args)
        context.set_default_timeout(5000)
        opened.append(context)
        context.add_cookies([session_cookie(user, live_server.url)])
        return context.new_page()

    yield open_for
    for context in opened:
        context.close()


@pytest.fixture
def call(place: District) -> Call:
    call = place.raised(at=timezone.now())
    clerk = acting_as(place.community_clerk)
    add_evidence(
        call=call, text="换了灯头", met_whom="物业杜师傅", met_at=timezone.now(),
        acting=clerk, at=timezone.now(),
    )  # fmt: skip
    return call


def test_one_extends_the_other_answers_from_the_old_page(live_server, clerks, window, call):
    address = f"{live_server.url}/calls/{call.number}/"
    first, second = (window(clerk) for clerk in clerks)
    first.goto(address)
    second.goto(address)
    first.get_by_label("谁来办").select_option(label="第二位经办人")
    first.get_by_role("button", name="定下来").click()
    expect(first.get_by_role("status")).to_contain_text("定好了")

    second.get_by_label("给发出人的答复").fill(TYPED)
    second.get_by_role("button", name="发出答复").click()
    expect(second.get_by_role("alert")).to_contain_text("刚才有人办过了")
    expect(second.locator("#tl + ol, #tl ~ ol").first).to_contain_text("定下经办人")
    expect(second.get_by_label("给发出人的答复")).to_have_value(TYPED)

    second.get_by_role("button", name="发出答复").click()  # now from what it says today
    expect(second.get_by_label("现在的状态")).to_contain_text("等反映人确认")
    assert Step.objects.filter(call=call, kind="answer").count() == 1
    assert Step.objects.get(call=call, kind="answer").text == TYPED


def test_both_answer_and_the_second_text_is_still_there(live_server, clerks, window, call):
    address = f"{live_server.url}/calls/{call.number}/"
    first, second = (window(clerk) for clerk in clerks)
    first.goto(address)
    second.goto(address)
    first.get_by_label("给发出人的答复").fill("修好了。")
    first.get_by_role("button", name="发出答复").click()
    expect(first.get_by_label("现在的状态")).to_contain_text("等反映人确认")

    second.get_by_label("给发出人的答复").fill(TYPED)
    second.get_by_role("button", name="发出答复").click()
    expect(second.get_by_role("alert")).to_contain_text("没有办成")
    expect(second.get_by_label("现在的状态")).to_contain_text("等反映人确认")  # what changed
    shown = second.locator("textarea").evaluate_all("all => all.map(one => one.value)")
    assert TYPED in shown or TYPED in second.locator("main").inner_text()
    assert Step.objects.filter(call=call, kind="answer").count() == 1


def test_one_passes_it_up_and_the_others_text_is_still_there(live_server, clerks, window, call):
    address = f"{live_server.url}/calls/{call.number}/"
    first, second = (window(clerk) for clerk in clerks)
    first.goto(address)
    second.goto(address)
    first.get_by_label("上交的原因").fill("要街道来定。")
    first.get_by_role("button", name="上交").click()
    expect(first.get_by_role("status")).to_contain_text("交给龙田街道办事处了")

    second.get_by_label("给发出人的答复").fill(TYPED)
    second.get_by_role("button", name="发出答复").click()
    expect(second.get_by_role("alert")).to_contain_text("没有办成")
    expect(second.get_by_label("现在的状态")).to_contain_text("龙田街道办事处")
    shown = second.locator("textarea").evaluate_all("all => all.map(one => one.value)")
    assert TYPED in shown
    assert not Step.objects.filter(call=call, kind="answer").exists()


def test_both_take_it_up(live_server, clerks, window, call, place):
    other = place.raised(at=timezone.now())
    address = f"{live_server.url}/calls/{other.number}/"
    first, second = (window(clerk) for clerk in clerks)
    first.goto(address)
    second.goto(address)
    first.get_by_role("button", name="我来办").click()
    expect(first.get_by_role("status")).to_contain_text("您来办")
    second.get_by_role("button", name="我来办").click()
    expect(second.get_by_role("alert")).to_contain_text("刚才有人办过了")
    other.refresh_from_db()
    assert other.assignee == clerks[0]


def at_once(url: str, tokens: list[str], path: str, body: Any, keys: list[str]) -> list[Answer]:
    """The same request from several programs at the same moment."""
    gate, answers = threading.Barrier(len(tokens)), []

    def send(token: str, key: str) -> None:
        gate.wait(10)
        answers.append(call_api(url, token, "POST", path, body, key))

    threads = [threading.Thread(target=send, args=pair) for pair in zip(tokens, keys, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


@pytest.fixture
def token() -> Callable[[User], str]:
    return lambda user: issue_token(user=user, label="程序", acting=SYSTEM, at=timezone.now())[1]


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("accept", {}),
        ("first_contact", {"text": "打了电话"}),
        ("answer", {"text": "修好了。"}),
        ("pass_up", {"reason": "不归社区管", "version": 2}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_of_many_programs_exactly_one_succeeds(live_server, clerks, token, call, place, act, body):
    if act == "accept":  # evidence takes a call up
        call = place.raised(at=timezone.now())
    tokens = [token(clerk) for clerk in clerks] * 3
    answers = at_once(live_server.url, tokens, f"/calls/{call.number}/{act}", body, [""] * 6)
    assert sorted(one.status for one in answers) in ([200] + [409] * 5, [200] + [404] * 5)
    assert all(one.body["detail"] for one in answers if one.status != 200)
    assert Step.objects.filter(call=call, kind=act).count() == 1
    assert Entry.objects.filter(subject_key=call.number, act=f"call.{act}").count() == 1


def test_the_same_request_sent_twice_at_once_is_done_once_and_both_are_told(
    live_server, clerks, token, place, call
):
    """A client that lost patience sends again while the first still runs: same key, same answer."""
    mine, key = token(clerks[0]), uuid.uuid4().hex
    fresh = place.raised(at=timezone.now())
    for path, body in (
        (f"/calls/{fresh.number}/accept", {}),
        (f"/calls/{fresh.number}/note", {"text": "一次"}),
    ):
        answers = at_once(live_server.url, [mine] * 4, path, body, [key + path[-4:]] * 4)
        assert [one.status for one in answers] == [200] * 4, answers
        assert Step.objects.filter(call=fresh, kind=path.rsplit("/", 1)[1]).count() == 1
    before = Call.objects.count()
    raised = at_once(
        live_server.url, [token(place.resident)] * 4, "/calls",
        {"compound": place.compound.code, "text": "东门路灯坏了"}, [key] * 4,
    )  # fmt: skip
    assert [one.status for one in raised] == [201] * 4, raised
    assert len({one.body["number"] for one in raised}) == 1
    assert Call.objects.count() == before + 1

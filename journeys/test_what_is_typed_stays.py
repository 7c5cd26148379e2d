"""What is written stays on the device until it was sent, and for nobody else."""

import re

from playwright.sync_api import Page, expect

from journeys.session import session_cookie
from yihe.calls.models import Call, Step

TYPED = "东门到3栋的路灯坏了 5 盏，台阶看不清。"
LEFT = "Object.keys(localStorage).length"
TEXT, SEND = "说说是什么事", "发出呼叫"
RESTORED = "已恢复上次没有发出的内容"


def write(page: Page, url: str) -> None:
    page.goto(f"{url}/calls/new/")
    page.get_by_label(TEXT).fill(TYPED)
    page.get_by_role("radio", name="小区外").check()


def test_a_text_survives_another_look_and_is_forgotten_once_sent(
    page: Page, live_server, sign_in, place
):
    sign_in(place.resident)
    write(page, live_server.url)
    page.get_by_role("button", name="长辈版").first.click()
    expect(page.get_by_label(TEXT)).to_have_value(TYPED)
    expect(page.locator("[name=spot_kind][value=outside]")).to_be_checked()
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("status")).to_contain_text("发出去了")
    page.goto(f"{live_server.url}/calls/new/")
    expect(page.get_by_label(TEXT)).to_have_value("")
    assert page.evaluate(LEFT) == 0


def test_a_text_survives_a_closed_tab_and_can_be_put_away_and_found_again(
    page: Page, live_server, sign_in, place
):
    sign_in(place.resident)
    write(page, live_server.url)
    again = page.context.new_page()
    page.close()
    again.goto(f"{live_server.url}/calls/new/")
    expect(again.get_by_text(RESTORED)).to_be_visible()
    expect(again.get_by_label(TEXT)).to_have_value(TYPED)
    expect(again.locator("[name=spot_kind][value=outside]")).to_be_checked()
    again.get_by_role("button", name="清空").click()
    expect(again.get_by_label(TEXT)).to_have_value("")
    assert again.evaluate(LEFT) == 0
    again.get_by_role("button", name="找回来").click()
    expect(again.get_by_label(TEXT)).to_have_value(TYPED)
    again.reload()
    expect(again.get_by_label(TEXT)).to_have_value(TYPED)


def test_a_text_survives_the_end_of_the_session(page: Page, live_server, sign_in, place):
    sign_in(place.resident)
    write(page, live_server.url)
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url(re.compile(r"/account/code/\?next=/calls/new/"))
    expect(page.get_by_text("登录以后接着发")).to_be_visible()
    page.context.add_cookies([session_cookie(place.resident, live_server.url)])
    page.goto(f"{live_server.url}/calls/new/")
    expect(page.get_by_label(TEXT)).to_have_value(TYPED)


def test_what_could_not_be_sent_is_sent_again_and_makes_one_call(
    page: Page, live_server, sign_in, place
):
    sign_in(place.resident)
    write(page, live_server.url)
    page.context.set_offline(True)
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("alert")).to_contain_text("没有网络")
    expect(page.get_by_label(TEXT)).to_have_value(TYPED)
    page.context.set_offline(False)
    expect(page.get_by_role("alert")).to_contain_text("网络好了")
    page.get_by_role("button", name="再发一次").click()
    expect(page.get_by_role("status")).to_contain_text("发出去了")
    assert Call.objects.count() == 1
    assert page.evaluate(LEFT) == 0


def test_a_call_whose_answer_was_lost_is_not_made_twice(page: Page, live_server, sign_in, place):
    # A worker's requests do not pass through the test's hands.
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    sign_in(place.resident)
    write(page, live_server.url)

    def lose_the_answer(route):
        route.fetch(max_redirects=0)
        route.abort("internetdisconnected")

    page.context.route("**/calls/new/", lose_the_answer, times=1)
    page.get_by_role("button", name=SEND).click()
    page.wait_for_timeout(500)
    assert Call.objects.count() == 1
    again = page.context.new_page()
    page.close()
    again.goto(f"{live_server.url}/calls/new/")
    expect(again.get_by_label(TEXT)).to_have_value(TYPED)
    again.get_by_role("button", name=SEND).click()
    again.wait_for_url(f"{live_server.url}/calls/{Call.objects.get().number}/")
    assert Call.objects.count() == 1
    assert again.evaluate(LEFT) == 0


def test_nothing_is_left_for_another_person(page: Page, live_server, sign_in, place):
    sign_in(place.resident)
    write(page, live_server.url)
    assert page.evaluate(LEFT) == 1
    sign_in(place.neighbour)
    page.goto(f"{live_server.url}/calls/new/")
    expect(page.get_by_label(TEXT)).to_have_value("")
    assert page.evaluate(LEFT) == 0
    page.get_by_label(TEXT).fill(TYPED)
    page.goto(f"{live_server.url}/account/logout/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(f"{live_server.url}/")
    assert page.evaluate(LEFT) == 0


def test_after_a_week_it_is_gone(page: Page, live_server, sign_in, place):
    sign_in(place.resident)
    write(page, live_server.url)
    page.evaluate(
        """for (const [key, value] of Object.entries(localStorage)) {
            const draft = JSON.parse(value);
            draft.at -= 8 * 24 * 3600 * 1000;
            localStorage.setItem(key, JSON.stringify(draft));
        }"""
    )
    page.goto(f"{live_server.url}/help/")
    assert page.evaluate(LEFT) == 0


def test_a_clerks_note_survives_another_page(page: Page, live_server, sign_in, place):
    call = place.raised()
    sign_in(place.community_clerk)
    address = f"{live_server.url}/calls/{call.number}/"
    page.goto(address)
    page.get_by_label("写一条备注").fill("约了周二下午上门。")
    page.goto(f"{live_server.url}/desk/")
    page.goto(address)
    expect(page.get_by_label("写一条备注")).to_have_value("约了周二下午上门。")
    page.get_by_role("button", name="记下", exact=True).click()
    expect(page.locator("[data-done]")).to_be_visible()
    assert Step.objects.filter(call=call, text="约了周二下午上门。").count() == 1
    assert page.evaluate(LEFT) == 0

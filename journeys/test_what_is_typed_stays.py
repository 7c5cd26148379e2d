"""What is typed stays in the tab until it was sent, and for nobody else."""

from playwright.sync_api import Page, expect

TYPED = "东门到3栋的路灯坏了 5 盏，台阶看不清。"
LEFT = "Object.keys(sessionStorage).length"


def test_a_text_survives_another_look_and_is_forgotten_once_sent(
    page: Page, live_server, sign_in, place
):
    sign_in(place.resident)
    page.goto(f"{live_server.url}/calls/new/")
    page.get_by_label("说说是什么事").fill(TYPED)
    page.get_by_role("radio", name="小区外").check()
    page.get_by_role("button", name="长辈版").first.click()
    expect(page.get_by_label("说说是什么事")).to_have_value(TYPED)
    expect(page.locator("[name=spot_kind][value=outside]")).to_be_checked()
    page.get_by_role("button", name="发出呼叫").click()
    expect(page.get_by_role("status")).to_contain_text("发出去了")
    page.goto(f"{live_server.url}/calls/new/")
    expect(page.get_by_label("说说是什么事")).to_have_value("")


def test_nothing_is_left_for_another_person(page: Page, live_server, sign_in, place):
    sign_in(place.resident)
    page.goto(f"{live_server.url}/calls/new/")
    page.get_by_label("说说是什么事").fill(TYPED)
    assert page.evaluate(LEFT) == 1
    sign_in(place.neighbour)
    page.goto(f"{live_server.url}/calls/new/")
    expect(page.get_by_label("说说是什么事")).to_have_value("")
    assert page.evaluate(LEFT) == 0
    page.get_by_label("说说是什么事").fill(TYPED)
    page.goto(f"{live_server.url}/account/logout/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(f"{live_server.url}/")
    assert page.evaluate(LEFT) == 0

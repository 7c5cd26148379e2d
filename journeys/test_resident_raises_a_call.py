"""A resident raises a call on a phone, a clerk answers it, the resident confirms."""

from playwright.sync_api import Page, expect

from yihe.calls.models import Call


def test_resident_raises_and_confirms(page: Page, live_server, sign_in, place):
    sign_in(place.resident)
    page.goto(live_server.url)
    page.get_by_role("link", name="小区呼叫").first.click()
    page.get_by_label("说说是什么事").fill("东门到3栋的路灯坏了 5 盏，台阶看不清。")
    page.get_by_label("具体位置").fill("东门步道")
    page.get_by_role("button", name="发出呼叫").click()
    expect(page.get_by_role("status")).to_contain_text("发出去了")
    expect(page.get_by_label("现在的状态")).to_contain_text("龙田社区党委")
    call = Call.objects.get()

    sign_in(place.community_clerk)
    page.goto(live_server.url)
    page.get_by_role("link", name="东门到3栋的路灯坏了").click()
    page.get_by_role("button", name="我来办").click()
    page.get_by_role("button", name="已经联系了").click()
    page.get_by_label("见了谁").fill("物业杜师傅")
    page.get_by_label("做了什么").fill("5 盏灯换了灯头，试亮正常")
    page.get_by_role("button", name="记下来").click()
    page.get_by_label("给发出人的答复").fill("5 盏灯昨晚修好了，今后每月查一次。")
    page.get_by_role("button", name="发出答复").click()
    expect(page.get_by_label("现在的状态")).to_contain_text("等反映人确认")

    sign_in(place.resident)
    page.goto(f"{live_server.url}/calls/{call.number}/")
    expect(page.get_by_label("现在的状态")).to_contain_text("等您确认")
    page.get_by_role("button", name="解决了").click()
    expect(page.get_by_label("现在的状态")).to_contain_text("办完了")
    call.refresh_from_db()
    assert (call.status, call.closed_how) == ("closed", "confirmed")


def test_a_stranger_sees_nothing(page: Page, live_server, sign_in, place):
    call = place.raised()
    page.goto(f"{live_server.url}/calls/{call.number}/")
    expect(page.get_by_role("heading", name="用手机号登录")).to_be_visible()
    sign_in(place.outsider)
    page.goto(f"{live_server.url}/calls/{call.number}/")
    expect(page.get_by_role("heading", name="找不到这一页")).to_be_visible()
    assert call.text not in page.content()

"""Nobody acts: the call climbs by itself, level by level, and the conference decides."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from yihe.calls.work import do_due


def test_call_climbs_to_the_conference(page: Page, live_server, sign_in, place):
    call = place.raised(at=timezone.now())
    for level in (2, 3, 4):
        call.refresh_from_db()
        do_due(at=call.due_at + timedelta(minutes=1))
        call.refresh_from_db()
        assert call.level == level

    sign_in(place.resident)
    page.goto(f"{live_server.url}/calls/{call.number}/")
    expect(page.get_by_text("到期没有办，自动升级")).to_have_count(3)

    sign_in(place.convener)
    page.goto(f"{live_server.url}/conference/")
    page.get_by_role("link", name="3栋电梯夜里有异响").click()
    sitting = (timezone.localdate() + timedelta(days=7)).isoformat()
    page.get_by_label("哪一天").fill(sitting)
    page.get_by_label("区住房和建设局").first.check()
    page.get_by_role("button", name="列入议程").click()
    page.get_by_label("牵头部门").select_option(label="区住房和建设局")
    page.get_by_label("会议的决定").fill("住建局牵头，月底前办好。")
    page.get_by_role("button", name="记下决定").click()
    call.refresh_from_db()
    assert (call.level, call.desk) == (3, place.housing) or call.level == 3


def test_a_secretary_calls_for_the_compound(page: Page, live_server, sign_in, place):
    sign_in(place.secretary)
    page.goto(live_server.url)
    page.get_by_role("link", name="替小区呼叫").click()
    page.get_by_label("说说是什么事").fill("北门外没有公交站，老人要走两里路。")
    page.get_by_role("button", name="发出呼叫").click()
    expect(page.get_by_label("现在的状态")).to_contain_text("龙田社区党委")

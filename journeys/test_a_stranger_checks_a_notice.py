"""A stranger pastes a notice, checks what was read, sees the result, sends the link: without JavaScript."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from yihe.checkup.examples import EXAMPLES

NOTICE = """关于选聘物业服务企业的表决结果公告
本小区共有业主620户，专有部分总面积71,300.50平方米；参与表决业主468户，面积52816.20平方米，分别占75.48%、74.08%。
同意302户，33904.75平方米；反对131户；弃权28户；无效7户。
本议题表决通过。
业主委员会
2025年3月10日"""
pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture(scope="module")
def browser_context_args(browser_context_args):
    """A phone on which scripts are off."""
    return {**browser_context_args, "java_script_enabled": False}


def test_paste_check_result_and_the_link_shows_the_same(page: Page, browser: Browser, live_server):
    page.goto(live_server.url + "/checkup/")
    page.get_by_label("从微信、网页里复制公告").fill(NOTICE)
    page.get_by_role("button", name="读出数字").click()

    expect(page.get_by_role("heading", name="读到 14 处")).to_be_visible()
    expect(page.get_by_label("全体业主，面积", exact=True).first).to_have_value("71300.50")
    expect(page.get_by_label("决定的是什么事")).to_have_value("service_company")
    page.get_by_label("反对，面积", exact=True).fill("１５，２６０.３０平方米")
    page.get_by_role("button", name="看结果").click()

    result = page.get_by_label("结果", exact=True)
    expect(result).to_contain_text("通过")
    expect(result).to_contain_text("2025年3月10日的公告，按《民法典》算")
    expect(page.get_by_role("cell", name="15,260.30")).to_be_visible()
    shown, link = page.locator("main").inner_text(), page.locator("#link").input_value()

    fresh = browser.new_context(java_script_enabled=False)
    other = fresh.new_page()
    other.goto(link)
    assert other.locator("main").inner_text() == shown
    assert fresh.cookies() == []
    assert page.context.cookies() == []
    fresh.close()


def test_a_missing_number_is_named_and_settles_it(page: Page, live_server):
    page.goto(live_server.url + "/checkup/")
    page.get_by_role("link", name="使用维修资金，面积没有写全").click()
    page.get_by_role("button", name="看结果").click()
    expect(page.get_by_label("结果", exact=True)).to_contain_text("凭这些数字定不了")

    page.get_by_role("link", name="参与表决的面积").click()
    page.get_by_label("参与表决，面积", exact=True).first.fill("17600")
    page.get_by_role("button", name="看结果").click()
    expect(page.get_by_label("结果", exact=True)).to_contain_text("通过")
    expect(page.get_by_text("正好是 26,400 平方米的三分之二")).to_be_visible()


def test_a_second_motion_and_what_was_typed_wrong(page: Page, live_server):
    page.goto(live_server.url + "/checkup/?" + EXAMPLES[0].link)
    page.get_by_role("button", name="再加一个议题").click()
    expect(page.get_by_role("group", name="议题二")).to_be_visible()
    page.locator("#yes2").fill("很多")
    page.get_by_role("button", name="看结果").click()

    wrong = page.get_by_role("alert")
    expect(wrong).to_contain_text("有 2 处要改一下")
    expect(wrong.get_by_role("link", name="议题二，同意，人数")).to_be_visible()
    page.locator("#yes2").fill("200")
    page.locator("#what2").select_option("other")
    page.get_by_role("button", name="看结果").click()
    expect(page.get_by_label("结果", exact=True)).to_contain_text(
        "2 个议题：1 个通过，1 个没有通过"
    )


@pytest.mark.parametrize("one", EXAMPLES, ids=lambda one: one.title)
def test_one_motion_fits_one_sheet(page: Page, live_server, one):
    if "what2" in one.values:
        pytest.skip("two motions, more than one sheet")
    page.goto(f"{live_server.url}/checkup/result/?{urlencode(one.values)}")
    paper = page.pdf(prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") == 1

"""What the pages of a call say and offer: to the reporter, to who wrote it down, to the desk."""

import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import time_machine

from yihe.calls.actions import (
    accept,
    add_evidence,
    answer,
    ask,
    confirm,
    first_contact,
    list_for_conference,
    pass_up,
    rate,
    send_back,
)
from yihe.calls.models import Call, DocketItem
from yihe.calls.rules import DONE, WORDS, stays
from yihe.calls.tests.builders import MONDAY, District, acting_as, make_district
from yihe.calls.tests.test_budgets import climbed_to
from yihe.calls.tests.test_pages import FORM, client
from yihe.calls.views.acts import READS

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> District:
    return make_district()


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def page(user, call: Call, *, elder: bool = False) -> str:
    browser = client(user)
    if elder:
        browser.cookies["y_elder"] = "1"
    return browser.get(f"/calls/{call.number}/").text


def answered(place: District) -> Call:
    call, clerk = place.raised(), acting_as(place.community_clerk)
    accept(call=call, acting=clerk, at=MONDAY)
    add_evidence(
        call=call, text="换了灯头", met_whom="杜师傅", met_at=MONDAY, acting=clerk, at=MONDAY
    )
    return answer(call=call, text="修好了。", acting=clerk, at=MONDAY)


class TestReporter:
    @pytest.mark.parametrize("elder", [False, True])
    def test_can_withdraw_and_is_asked_once(self, place, elder):
        shown = page(place.resident, place.raised(), elder=elder)
        question = shown.index("撤回以后不再办，可以重新发。")
        less = [at for at in range(len(shown)) if shown.startswith("y-less", at)]
        assert all(shown.find("</section>", at) < question for at in less)
        assert shown.rindex("<details", 0, question) < question

    def test_is_offered_to_urge_only_when_half_of_the_time_is_gone(self, place):
        call = place.raised()
        assert "催一催" not in page(place.resident, call)
        assert 'href="#add"' in page(place.resident, call)
        assert call.due_at is not None
        with time_machine.travel(call.due_at - timedelta(minutes=30), tick=False):
            assert "催一催" in page(place.resident, call)

    def test_reads_the_timeline_as_its_own(self, place):
        call, clerk = place.raised(), acting_as(place.community_clerk)
        first_contact(call=call, acting=clerk, at=MONDAY)
        ask(call=call, text="几点？", acting=clerk, at=MONDAY)
        mine, theirs = page(place.resident, call), page(place.community_clerk, call)
        assert "联系了您" in mine
        assert "请您补充" in mine
        assert "联系了反映人" in theirs
        assert "请反映人补充" in theirs

    def test_reads_that_the_desk_got_it_and_the_desk_that_nobody_deals_with_it(self, place):
        call = place.raised()
        assert "龙田社区党委收到了" in page(place.resident, call)
        assert "还没有人办" in page(place.community_clerk, call)

    def test_reads_how_each_level_was_left_and_what_is_still_to_come(self, place):
        call = place.raised()
        clerk = acting_as(place.community_clerk)
        pass_up(call=call, reason="定不了。", acting=clerk, at=MONDAY + timedelta(days=2))
        shown = page(place.resident, call)
        assert "用了 2 天，上交" in shown
        assert "还没到" in shown
        assert "没有用到" not in shown

    def test_sees_what_is_never_needed_only_when_it_is_closed(self, place):
        call = answered(place)
        confirm(call=call, acting=acting_as(place.resident), at=MONDAY)
        assert "没有用到" in page(place.resident, call)

    def test_is_asked_to_rate_first_once_it_is_closed(self, place):
        call, me = answered(place), acting_as(place.resident)
        confirm(call=call, acting=me, at=MONDAY)
        shown = page(place.resident, call)
        assert '<a class="btn btn-primary" href="#rate">' in shown
        assert shown.index('id="rate"') < shown.index('id="ans"')
        rate(call=call, stars=4, acting=me, at=MONDAY)
        assert "您评价了：满意（4 星）" in page(place.resident, call)
        assert 'href="#rate"' not in page(place.resident, call)

    def test_elder_reads_the_history_last(self, place):
        shown = page(place.resident, answered(place), elder=True)
        assert shown.index('id="reopen"') < shown.index('id="tl"')
        assert "还没好" in shown

    def test_a_complaint_says_who_sees_it_and_whom_it_is_about(self, place):
        browser = client(place.resident)
        sent = {**FORM, "about": place.company.pk}
        shown = browser.post("/calls/new/", sent, follow=True).text
        assert "这是投诉，只给办事的人看，邻居看不到。" in shown
        assert f"投诉{place.company.name}" in shown
        assert f"投诉{place.company.name}" in page(place.community_clerk, Call.objects.get())


class TestWrittenDownForAnother:
    def sent(self, place: District, **more: str) -> str:
        form = {**FORM, "compound": place.compound.pk, **more}
        return client(place.secretary).post("/calls/new/", form, follow=True).text

    def test_with_a_known_number_the_answer_goes_to_them(self, place):
        shown = self.sent(place, contact_name="王阿姨", contact_phone=place.resident.phone)
        assert "替王阿姨记下了，进展会发给本人。" in shown
        assert "前联系反映人" in shown
        assert "联系您" not in shown

    def test_without_an_account_who_wrote_it_down_carries_the_answer(self, place):
        shown = self.sent(place, contact_name="张叔", contact_phone="13711112222")
        assert "张叔没有登录过，有了答复请您告诉他。" in shown
        call = Call.objects.get()
        clerk = acting_as(place.community_clerk)
        ask(call=call, text="几点？", acting=clerk, at=MONDAY)
        assert "请您问问张叔" in page(place.secretary, call)

    def test_the_form_speaks_of_them(self, place):
        shown = client(place.secretary).get("/calls/new/").text
        assert "他家里" in shown
        assert "不让别人知道是他" in shown
        assert "我家" not in shown


class TestDesk:
    def test_contact_comes_first_until_it_was_made(self, place):
        call = place.raised()
        shown = page(place.community_clerk, call)
        acts = shown[shown.index("y-acts") : shown.index('id="t1"')]
        assert f'btn-primary" href="tel:{place.resident.phone}"' in acts
        assert "已经联系了" in acts
        assert shown.index('id="contact"') < shown.index('id="t3"')
        first_contact(call=call, acting=acting_as(place.community_clerk), at=MONDAY)
        assert "已经联系了" not in page(place.community_clerk, call)

    def test_who_does_not_know_the_reporter_is_offered_no_number(self, place):
        call = climbed_to(place, 2, visibility="desk")
        shown = page(place.subdistrict_clerk, call)
        assert "tel:1" not in shown
        assert "已经联系了" in shown

    def test_is_led_to_the_next_call_when_done_with_one(self, place):
        call, other = place.raised(), place.raised(text="门关不上，很吵。")
        browser = client(place.community_clerk)
        browser.post(f"/calls/{call.number}/pass_up/", {"reason": "定不了。"})
        shown = browser.get(f"/calls/{call.number}/").text
        assert "交给龙田街道办事处了。" in shown
        assert "下一件：门关不上" in shown
        assert f"/calls/{other.number}/" in shown
        assert "回受理台" in shown

    def test_no_heading_stands_over_nothing(self, place):
        call = climbed_to(place, 4)
        assert 'id="move"' not in page(place.convener, call)

    def test_a_call_without_a_topic_says_so_and_shows_who_can_take_it(self, place):
        shown = page(place.community_clerk, place.raised(topic=None))
        assert "还没有定类别，先到小区所在的社区。" in shown
        assert "按类别和地点分派" not in shown
        details = shown[: shown.index("分错了，改类别或改派")].rindex("<details")
        assert " open>" in shown[details : details + 120]

    def test_nothing_found_leads_to_all_calls(self, place):
        shown = client(place.community_clerk).get("/desk/?q=电梯").text
        assert "/all/?q=%E7%94%B5%E6%A2%AF&amp;state=any" in shown
        assert "g-done" not in shown[shown.index("y-empty") :]


class TestConference:
    def test_first_lists_then_decides_and_the_lead_is_chosen(self, place):
        call = climbed_to(place, 4)
        shown = page(place.convener, call)
        assert "还没有列入议程" in shown
        assert "我来办" not in shown
        day = MONDAY.date() + timedelta(days=4)
        list_for_conference(
            call=call, sitting_on=day, departments=[place.fire, place.housing],
            acting=acting_as(place.convener), at=MONDAY,
        )  # fmt: skip
        browser = client(place.convener)
        shown = browser.get(f"/calls/{call.number}/").text
        assert "11月27日上联席会议" in shown
        assert "请选牵头部门" in shown
        assert " selected" not in shown[shown.index('id="dl"') : shown.index("一起办的部门")]
        sent = {"departments": [place.fire.pk, place.housing.pk], "decision": "月底前办好。"}
        refused = browser.post(f"/calls/{call.number}/decide/", sent)
        assert refused.status_code == 409
        assert "请选牵头部门。您写的都还在。" in refused.text
        browser.post(f"/calls/{call.number}/decide/", {**sent, "lead": place.housing.pk})
        assert DocketItem.objects.get().lead == place.housing


class TestActs:
    def test_every_act_of_the_page_has_its_words(self):
        assert set(READS) == set(DONE)
        assert not any("记下了。" in said for said in DONE.values())
        assert set(DONE) <= set(WORDS)

    def test_what_came_of_it_is_said(self, place):
        call = place.raised()
        browser = client(place.community_clerk)
        shown = browser.post(f"/calls/{call.number}/accept/", follow=True).text
        assert "您来办。今天 15:30 前联系反映人。" in shown

    def test_the_address_of_an_act_leads_to_the_call(self, place):
        call = place.raised()
        response = client(place.resident).get(f"/calls/{call.number}/urge/")
        assert response.headers["Location"] == f"/calls/{call.number}/"
        assert client(place.resident).get(f"/calls/{call.number}/nonsense/").status_code == 404
        assert client(place.manager).get("/inquiries/7/").headers["Location"] == "/inquiries/"

    def test_a_refusal_says_that_words_are_kept_only_when_there_were_any(self, place):
        call = place.raised()
        browser = client(place.resident)
        browser.post(f"/calls/{call.number}/urge/")
        refused = browser.post(f"/calls/{call.number}/urge/")
        assert refused.status_code == 409
        assert "您写的都还在" not in refused.text


class TestDrafts:
    def test_are_kept_under_a_token_of_this_account(self, place):
        def token(browser) -> str:
            shown = str(browser.get("/calls/new/").text)
            return shown.split('data-keeper="')[1].split('"')[0]

        first, second = client(place.resident), client(place.resident)
        assert len(token(first)) == 16
        assert token(first) == token(second) != token(client(place.neighbour))
        assert place.resident.phone not in token(first)

    def test_belong_to_nobody_where_nobody_is_signed_in(self, client):
        assert 'data-keeper=""' in client.get("/account/login/", follow=True).text

    def test_each_form_with_a_long_text_is_kept_and_its_key_comes_once(self, place):
        call = place.raised()
        page = client(place.community_clerk).get(f"/calls/{call.number}/").text
        forms = [
            form for form in page.split("<form")[1:] if "<textarea" in form.split("</form>")[0]
        ]
        assert len(forms) > 4
        assert [form for form in forms if "data-keep=" not in form.split(">")[0]] == []
        keys = re.findall(r'name="once" value="(\w+)"', page)
        assert len(set(keys)) == len(keys) == len(forms)


def test_a_stay_counts_each_time_on_a_level():
    hour = timedelta(hours=1)
    moves = [
        (MONDAY + hour, "pass_up", 1, 2),
        (MONDAY + 3 * hour, "send_back", 2, 1),
        (MONDAY + 4 * hour, "hand_over", 1, 1),
        (MONDAY + 6 * hour, "climb", 1, 2),
    ]
    found = stays(moves, raised_at=MONDAY, level=1, end=MONDAY + 7 * hour)
    assert (found[1].seconds, found[1].left) == (4 * 3600, "到期没办，自动升级")
    assert (found[2].seconds, found[2].left) == (3 * 3600, "")


# paper -----------------------------------------------------------------------------------------

VOID = {"input", "br", "hr", "meta", "link", "img", "use"}


class Paper(HTMLParser):
    """Sections as they print: without forms and without what is hidden on paper."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool, bool]] = []  # tag, printed, heading
        self.sections: list[list[str]] = []

    def handle_starttag(self, tag, attrs):
        if tag in VOID:
            return
        css = dict(attrs).get("class") or ""
        outer = self.open[-1] if self.open else ("", True, False)
        printed = outer[1] and tag not in ("form", "script") and "d-print-none" not in css
        printed = printed and not {"y-acts", "y-bar", "y-foot", "y-where"} & set(css.split())
        self.open.append((tag, printed, outer[2] or tag == "h2"))
        if tag == "section" and printed:
            self.sections.append([])

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.open and data.strip() and self.open[-1][1] and not self.open[-1][2]:
            if any(tag == "section" for tag, _, _ in self.open):
                self.sections[-1].append(data.strip())
            if self.open[-1][0] == "summary":
                raise AssertionError(f"a closed fold prints: {data}")


class TestPaper:
    @pytest.mark.parametrize("level", [1, 2, 3, 4])
    def test_no_empty_section_prints(self, place, level):
        call = climbed_to(place, level)
        desks = (
            place.community_clerk, place.subdistrict_clerk, place.department_clerk, place.convener
        )  # fmt: skip
        for who in (*desks, place.district_clerk, place.resident):
            paper = Paper()
            paper.feed(page(who, call))
            assert paper.sections
            assert all(paper.sections), paper.sections

    def test_no_empty_section_prints_of_an_answered_call(self, place):
        call = answered(place)
        for who in (place.community_clerk, place.resident, place.neighbour):
            paper = Paper()
            paper.feed(page(who, call))
            assert all(paper.sections), paper.sections

    def test_a_known_reporters_number_is_masked_and_a_hidden_one_is_not_there(self, place):
        shown = page(place.community_clerk, place.raised())
        masked = f"{place.resident.phone[:3]}****{place.resident.phone[-4:]}"
        assert f'd-print-inline">{masked}' in shown
        call = climbed_to(place, 2, visibility="desk")
        assert masked not in page(place.subdistrict_clerk, call)
        assert "2026年11月23日 9:30 打印" in shown

    def test_a_call_sent_back_prints_too(self, place):
        call = climbed_to(place, 2)
        send_back(
            call=call, reason="可以办。", acting=acting_as(place.subdistrict_clerk), at=MONDAY
        )
        paper = Paper()
        paper.feed(page(place.subdistrict_clerk, call))
        assert all(paper.sections)

"""The pages, as strangers and their browsers ask for them."""

import logging
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils.html import escape

from yihe.checkup.examples import EXAMPLES
from yihe.checkup.excerpts import Mark, Taken, pack, unpack
from yihe.checkup.query import LONGEST
from yihe.checkup.reading import LONGEST_TEXT, read_text
from yihe.law import compose, shelf
from yihe.law.reading import KIND_WORDS, numbers_in_words
from yihe.law.values import HouseRules
from yihe.web import demo_mode

CARRIED, OPEN, FAILED = (one.values for one in EXAMPLES)
FORM, RESULT, PASTE, LAW = "/checkup/", "/checkup/result/", "/checkup/paste/", "/checkup/law/"
TEXT = "本小区共有业主620户，面积71300.50平方米；参与表决468户。同意302户。\n2025年3月10日"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _known_to_be_no_demo(monkeypatch):
    """Whether the house holds the demo is looked up once a minute; not in these tests."""
    monkeypatch.setattr("yihe.web.context.is_demo", lambda: False)


def result(values, **headers):
    return Client().get(f"{RESULT}?{urlencode(values)}", **headers)


# No fixture of the database: a query would be an error, so none of these pages asks one.


class TestTheForm:
    def test_opens_without_signing_in(self):
        assert Client().get(FORM).status_code == 200

    def test_holds_what_the_link_holds(self):
        page = Client().get(f"{FORM}?{urlencode(FAILED)}").text
        for name, value in FAILED.items():
            if name.startswith(("what", "said", "side")):
                assert f'value="{value}" selected' in page
            else:
                assert f'value="{value}"' in page

    def test_one_more_motion_keeps_what_was_typed(self):
        page = Client().get(FORM, {"all": "８１７户", "yes1": "411", "more": "2"}).text
        assert 'id="what2"' in page
        assert 'id="what3"' not in page
        assert 'value="817"' in page

    @pytest.mark.parametrize("more", ["11", "99", "-1", "x", "1e3", "９"])
    def test_no_more_than_ten(self, more):
        page = Client().get(FORM, {"more": more})
        assert page.status_code == 200
        assert 'id="what11"' not in page.text

    def test_says_what_is_wrong_beside_the_field_and_on_top(self):
        page = result({"all": "很多", "yes1": "3.5"})
        assert page.status_code == 400
        assert '<a class="y-late" href="#all">全体业主，人数：' in page.text
        assert 'id="all_e"' in page.text
        assert 'aria-describedby="all_e"' in page.text
        assert 'value="很多"' in page.text
        assert "有 4 处要改一下" in page.text


class TestTheResult:
    @pytest.mark.parametrize(
        ("values", "words"),
        [
            (CARRIED, ["通过", "多出 54 人", "公告说通过，和算出来的一样"]),
            (OPEN, ["凭这些数字定不了", "参与表决的面积", "补上这个数就能定。", "#came_m2"]),
            (
                FAILED,
                ["参与的人不够", "没有通过", "公告说的，和算出来的不一样", "不等于决定了相反的事",
                 "按全体业主算的", "一张“视为”的票都不算", "减掉了"],
            ),
        ],
    )  # fmt: skip
    def test_says_in_words_what_came_out(self, values, words):
        page = result(values)
        assert page.status_code == 200
        for one in words:
            assert one in page.text

    def test_quotes_the_article_and_names_the_book(self):
        page = result(CARRIED).text
        assert "<mark>三分之二以上</mark>" in page
        assert "民法典第二百七十八条第二款" in page
        assert "/checkup/law/cn-civil-code-2021/" in page
        assert "不是法律意见" in page

    def test_by_the_law_of_its_day(self):
        page = result({**CARRIED, "date": "2019-03-10"}).text
        assert "按《物权法》算" in page
        assert "占全体 620 人" in page

    def test_a_day_before_any_book(self):
        page = result({**CARRIED, "date": "1999-03-10"})
        assert page.status_code == 200
        assert "没有收录这一天" in page.text

    def test_a_local_book_that_decides_nothing_is_named(self):
        assert (
            "没有用的：深圳" in result({"date": CARRIED["date"], "place": "4403", **CARRIED}).text
        )

    def test_numbers_as_typed_lead_to_the_clean_link(self):
        page = result({**CARRIED, "all": "６２０户", "no1": "", "extra": "1"})
        assert page.status_code == 302
        clean = {name: value for name, value in CARRIED.items() if name != "no1"}
        assert page.headers["Location"] == f"{RESULT}?{urlencode(clean)}"

    def test_the_link_on_the_page_is_the_page(self):
        page = result(CARRIED).text
        assert (
            f'value="http://testserver{RESULT}?{urlencode(CARRIED).replace("&", "&amp;")}"' in page
        )


class TestPasting:
    def test_leads_to_the_form_with_what_was_read(self):
        answer = Client(enforce_csrf_checks=True).post(PASTE, {"text": TEXT})
        assert answer.status_code == 302
        page = Client().get(answer.headers["Location"].split("#")[0])
        assert page.status_code == 200
        assert 'value="620" id="all" name="all"' in " ".join(page.text.split())
        assert "读到 5 处" in page.text
        assert "<mark>620户</mark>" in page.text
        assert "读自“本小区共有业主620户”" in page.text

    def test_nothing_certain_is_said(self):
        answer = Client().post(PASTE, {"text": "今天天气很好。"})
        assert "没有读到有把握的数" in Client().get(answer.headers["Location"].split("#")[0]).text

    def test_too_long_is_refused_in_words(self):
        answer = Client().post(PASTE, {"text": "同意1户。" * LONGEST_TEXT})
        assert answer.status_code == 400
        assert "太长" in answer.text

    def test_a_long_notice_still_fits_into_the_link(self):
        rows = [
            f"第{n}项议题：修改管理规约第{n}条。同意{n}11户，{n}8729.34平方米；反对{n}户。"
            for n in range(1, 11)
        ]
        answer = Client().post(PASTE, {"text": TEXT + "\n".join(rows) + "其他说明。" * 900})
        assert len(answer.headers["Location"]) < LONGEST + 40
        assert Client().get(answer.headers["Location"].split("#")[0]).status_code == 200

    def test_empty_goes_back(self):
        assert Client().post(PASTE, {"text": "  "}).status_code == 302
        assert Client().get(PASTE).status_code == 405


class TestWhatWasLeft:
    def test_stands_open_on_the_form_with_the_reason(self):
        text = "参与表决646户。" * 12 + "收回表决票646张。同意票411票。"
        page = Client().post(PASTE, {"text": text}, follow=True)
        assert [one.text for one in page.context["left"]] == ["收回表决票646张", "同意票411票"]
        before, _, details = page.text.partition("<details")
        assert before.count("一票不一定是一人") == 2
        assert "一票不一定是一人" not in details.partition("</details>")[0]

    def test_is_kept_where_not_all_fits_into_the_link(self):
        text = "\n".join(
            f"参与表决业主六百四十六户中的第{n}批说明文字，参与表决646户" for n in range(300)
        )
        page = Client().post(PASTE, {"text": f"{text}\n同意票411票"}, follow=True)
        assert [one.text for one in page.context["left"]] == ["同意票411票"]


class TestExcerpts:
    def test_there_and_back(self):
        taken = read_text(TEXT).taken
        assert unpack(pack(taken, 4000)) == taken

    @pytest.mark.parametrize(
        "packed", ["x", "!!", "A" * 5000, "eJwDAAAAAAE", "中", pack([Taken("a")], 99)[:-3]]
    )
    def test_what_is_not_ours_is_nothing(self, packed):
        assert unpack(packed) == []

    def test_marks_outside_of_the_sentence_are_nothing(self):
        assert unpack(pack([Taken("短", (Mark(0, 99, "all"),))], 999)) == []

    def test_a_bomb_does_not_go_off(self):
        assert unpack(pack([Taken("同意" * 70)] * 60, 9_999_999)) == [Taken("同意" * 70)] * 60
        assert unpack(pack([Taken("", (), "0" * 500_000)], 9_999_999)) == []


class TestTheLaw:
    def test_all_books_are_listed_and_printed(self):
        page = Client().get("/checkup/law/").text
        for book in shelf():
            assert f"/checkup/law/{book.id}/" in page
            printed = Client().get(f"/checkup/law/{book.id}/")
            assert printed.status_code == 200
            for rule in book.rules:
                for said in (rule.id, rule.article, rule.text, numbers_in_words(rule)):
                    assert escape(said) in printed.text
                assert f"管什么：{KIND_WORDS[rule.kind]}" in printed.text
            assert ("关着" in printed.text) == any(not rule.on for rule in book.rules)

    @pytest.mark.parametrize(
        ("query", "decides", "books"),
        [
            ({"date": "2024-07-29", "place": "4403"}, "cn-civil-code-2021", 6),
            ({"date": "2024-07-29"}, "cn-civil-code-2021", 5),
            ({"date": "2020年12月31日", "place": "440310"}, "cn-property-law-2007", 5),
        ],
    )
    def test_what_applies_on_a_day_at_a_place(self, query, decides, books):
        page = Client().get(f"{LAW}?{urlencode(query)}")
        law = page.context["law"]
        assert page.status_code == 200
        assert law.deciding.id == decides
        assert len(law.books) == books
        for book in law.books:
            assert escape(book.title) in page.text
            for rule in book.rules:
                assert escape(rule.text) in page.text

    def test_its_fingerprint_is_the_one_on_the_result(self):
        for rules in ({}, {"rule_came": "1"}, {"rule_came": "1", "rule_most": "1"}):
            query = urlencode({**CARRIED, "place": "4403", **rules})
            shown = Client().get(f"{RESULT}?{query}", follow=True).context["page"]
            law = Client().get(shown.law_link).context["law"]
            composed = compose(
                "4403", law.day, HouseRules("rule_came" in rules, "rule_most" in rules)
            )
            assert law.hash.replace(" ", "") == composed.hash
            assert law.hash.replace(" ", "").startswith(shown.hash.replace(" ", ""))

    def test_a_day_of_which_nothing_is_known(self):
        assert "没有收录" in Client().get(f"{LAW}?date=2000-01-01").text

    @pytest.mark.parametrize("query", [{"date": "昨天"}, {"date": "2024-07-29", "place": "深圳"}])
    def test_what_is_no_day_or_place_is_said_in_words(self, query):
        page = Client().get(f"{LAW}?{urlencode(query)}")
        assert page.status_code == 400
        assert "invalid-feedback" in page.text

    def test_a_day_is_enough_and_a_place_alone_is_not(self):
        page = Client().get(f"{LAW}?place=4403")
        assert (page.status_code, "law" in page.context) == (200, False)


class TestNothingIsKept:
    @pytest.mark.parametrize("address", [FORM, f"{RESULT}?{urlencode(CARRIED)}", "/checkup/law/"])
    def test_no_cookie_and_a_page_to_go_back_to(self, address):
        page = Client().get(address)
        assert page.cookies == {}
        assert page.headers["Cache-Control"] == "private, no-cache"
        assert "Cookie" in page.headers["Vary"]

    def test_results_are_not_for_search_engines(self):
        assert result(CARRIED).headers["X-Robots-Tag"] == "noindex"
        assert "X-Robots-Tag" not in Client().get(FORM).headers

    def test_no_number_in_the_log(self, caplog, monkeypatch):
        with caplog.at_level(logging.DEBUG):
            result({**CARRIED, "all": "61234567"})
            Client().post(PASTE, {"text": "本小区共有业主61234567户"})
        assert "61234567" not in caplog.text


class TestHostileInput:
    @pytest.mark.parametrize(
        "values",
        [
            {"all": "9" * 6000},
            {"all": "9" * 18, "yes1": "1" * 30},
            {"text1": SCRIPT, "what1": SCRIPT, "place": SCRIPT, "date": SCRIPT},
            {**CARRIED, "text1": SCRIPT},
            {**CARRIED, "text1": "\u202e通过\u2066", "quote": "\ufffd\u200b"},
            {f"what{n}": "other" for n in range(1, 201)},
            {f"x{n}": "1" for n in range(900)},
            {"read": "A" * 6000},
            {"what1": "other", "date": "2024-01-01", "all": "0", "came": "0", "yes1": "0"},
        ],
    )
    def test_words_and_never_a_failure(self, values):
        for address in (FORM, RESULT):
            page = Client().get(address, values)
            assert page.status_code in (200, 302, 400)
            if page.status_code == 302:
                page = Client().get(page.headers["Location"])
            assert SCRIPT not in page.text
            assert "\u202e" not in page.text

    def test_nul_is_refused(self):
        assert Client().get(f"{RESULT}?all=%00").status_code == 400
        assert Client().post(PASTE, {"text": "a\x00b"}).status_code == 400

    def test_a_query_that_is_too_long(self):
        page = Client().get(f"{RESULT}?all={'1' * LONGEST}")
        assert page.status_code == 400
        assert "链接太长了" in page.text

    def test_bytes_that_are_no_text(self):
        assert Client().get(f"{RESULT}?text1=%ff%fe&all=%d0").status_code == 400

    def test_only_reading(self):
        assert Client().post(RESULT, CARRIED).status_code == 405
        assert Client().post(FORM, CARRIED).status_code == 405


@pytest.mark.django_db
class TestTheFrame:
    def test_the_same_in_the_demo_house(self, monkeypatch):
        monkeypatch.setattr("yihe.web.context.is_demo", lambda: True)
        demo_mode.forget()
        page = result(CARRIED)
        assert page.status_code == 200
        assert "演示数据" not in page.text  # the numbers are the reader's own

    def test_the_look_comes_back_to_the_numbers(self):
        address = f"{RESULT}?{urlencode(CARRIED)}"
        answer = Client(enforce_csrf_checks=True).post("/look/elder/", {"next": address})
        assert answer.headers["Location"] == address

    def test_one_finds_the_way(self):
        assert 'href="/checkup/"' in Client().get("/").text
        assert Client().get("/help/").text.count('href="/checkup/"') == 2

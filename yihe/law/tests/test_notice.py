"""What cannot be read is refused by field, in one Chinese sentence."""

import json
from decimal import Decimal

import pytest

from yihe.law import Unreadable, in_words, parse, read, tally, to_json
from yihe.law.tests.builders import count, document, outcome


def errors(**fields):
    with pytest.raises(Unreadable) as refused:
        read(document(**fields))
    return [error.path for error in refused.value.errors]


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "exact"),
        [
            ("115344.34", Decimal("115344.34")),
            ("226421.0857", Decimal("226421.0857")),  # four places
            (" 4079 ", Decimal(4079)),
            (4079, Decimal(4079)),
            (Decimal("3508.53"), Decimal("3508.53")),  # as JSON's numbers are read
            ("0.000000000000000000000000000001", Decimal("1E-30")),
            (None, None),
        ],
    )
    def test_areas_are_exact(self, value, exact):
        motion = read(document(totals=count(900, value))).motions[0]
        assert motion.totals.area == exact

    @pytest.mark.parametrize(
        "value",
        ["-1", -1, Decimal(-1), "1,000", "1，000", "约100", "100㎡", "", "NaN", "1e5", "１２", True,
         Decimal("NaN"), Decimal("Infinity"), Decimal("1E+40"), Decimal("1E-40"), "9" * 40, 10**30,
         3508.53, [], {}, "0x10"],
    )  # fmt: skip
    def test_nonsense_is_refused_with_the_path_of_the_field(self, value):
        assert errors(agree=count(400, value)) == ["motions[0].agree.area"]

    @pytest.mark.parametrize(
        "value", [-1, "-1", "4.5", Decimal("4.5"), True, "四", 1.0, "", [], 10**30]
    )
    def test_heads_are_whole(self, value):
        assert errors(agree=count(value, "1")) == ["motions[0].agree.heads"]

    @pytest.mark.parametrize("value", [400, "400", Decimal("400.0"), Decimal("4E+2")])
    def test_heads_may_be_written_in_any_exact_way(self, value):
        assert read(document(agree=count(value, "1"))).motions[0].agree.heads == 400

    def test_numbers_too_long_to_reckon_with_are_refused_at_once(self):
        for text in (b'{"notice_on": 1e999999999}', b"[" * 100_000, b"9" * 5000):
            with pytest.raises(Unreadable):
                read(parse(text))


class TestFields:
    @pytest.mark.parametrize(
        ("fields", "path"),
        [
            ({"notice_on": None}, "notice_on"),
            ({"notice_on": "2024年7月29日"}, "notice_on"),
            ({"notice_on": "2024-02-30"}, "notice_on"),
            ({"notice_on": "2024-7-29"}, "notice_on"),
            ({"notice_on": 20240729}, "notice_on"),
            ({"closed_on": "2024-07-28"}, "closed_on"),  # before the notice
            ({"jurisdiction": "深圳市"}, "jurisdiction"),
            ({"jurisdiction": "999999"}, "jurisdiction"),
            ({"jurisdiction": "440"}, "jurisdiction"),
            ({"jurisdiction": []}, "jurisdiction"),
            ({"rules": {"deemed_participation": "true"}}, "rules.deemed_participation"),
            ({"rules": []}, "rules"),
            ({"id": ""}, "motions[0].id"),
            ({"id": None}, "motions[0].id"),
            ({"matter": "elevator"}, "motions[0].matter"),
            ({"matter": None}, "motions[0].matter"),
            ({"matter": ["other"]}, "motions[0].matter"),
            ({"agree": 400}, "motions[0].agree"),
            ({"agree": [400]}, "motions[0].agree"),
            ({"totals": "900"}, "motions[0].totals"),
            ({"text": 5}, "motions[0].text"),
            ({"deemed": {**count(1, "1"), "side": "majority"}}, "motions[0].deemed.side"),
        ],
    )
    def test_are_refused_by_name(self, fields, path):
        assert errors(**fields) == [path]

    @pytest.mark.parametrize("motions", [None, [], {}, "1", [5]])
    def test_a_notice_has_motions(self, motions):
        with pytest.raises(Unreadable, match="motions"):
            read({"notice_on": "2024-07-29", "motions": motions})

    def test_two_motions_of_one_number_are_refused(self):
        twice = document()
        twice["motions"] *= 2
        with pytest.raises(Unreadable, match="出现了两次"):
            read(twice)

    def test_all_errors_are_told_at_once(self):
        assert errors(matter="x", agree=count(-1, "x")) == [
            "motions[0].matter",
            "motions[0].agree.heads",
            "motions[0].agree.area",
        ]

    @pytest.mark.parametrize("empty", [None, {}, count()])
    def test_what_is_empty_is_not_printed(self, empty):
        assert outcome(agree=empty, against=empty, abstain=empty, invalid=empty) == "undetermined"

    def test_an_empty_form_of_deemed_votes_says_nothing(self):
        for form in (None, {}, {**count(), "side": None}, {**count(0, None), "side": "agree"}):
            assert read(document(deemed=form)).motions[0].deemed is None

    def test_unknown_fields_are_let_be(self):
        assert outcome(channel="邻礼通", rules={"quorum": "1/10"}) == "passed"  # and lower no share


class TestFiles:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"", "不是正确的 JSON"),
            (b"{", "不是正确的 JSON"),
            (b"[]", "要有一份公告"),
            (b"null", "要有一份公告"),
            (b'{"notice_on": NaN}', "NaN 不是数"),
            (b'{"a": 1, "a": 2}', "写了两次"),
            ("公告".encode("gb18030"), "不是 UTF-8"),
        ],
    )
    def test_what_is_no_notice_is_refused(self, content, words):
        with pytest.raises(Unreadable, match=words):
            parse(content)

    def test_numbers_keep_every_digit(self):
        text = json.dumps(document(agree=count(400, 0))).replace('"area": 0', '"area": 171755.2230')
        result = tally(read(parse(text.encode("utf-8-sig"))))
        assert to_json(result)["motions"][0]["approval"]["area"]["have"] == "171755.2230"


class TestAnswers:
    def test_the_schema_is_the_agreed_one(self):
        answer = to_json(tally(read(document())))
        assert set(answer) == {"rule_book", "motions"}
        assert set(answer["rule_book"]) == {"id", "in_force_from", "hash"}
        motion = answer["motions"][0]
        assert set(motion) == {
            "id", "outcome", "quorum", "approval", "law", "why", "missing", "findings",
            "without_deemed",
        }  # fmt: skip
        assert motion["quorum"]["heads"] == {"have": 600, "of": 900, "needed": ">=2/3", "met": True}
        assert motion["approval"]["area"] == {
            "have": "40000", "of": "60000", "needed": ">1/2", "met": True
        }  # fmt: skip
        assert motion["law"].startswith("民法典第二百七十八条")
        assert motion["without_deemed"]["outcome"] == "passed"
        assert json.loads(json.dumps(answer)) == answer

    def test_the_words_begin_with_the_result(self):
        said = in_words(tally(read(document(text="选聘物业服务企业")))).splitlines()
        assert said[:2] == ["议题 1：选聘物业服务企业", "结果：通过"]
        assert "参与表决的人数600人，总数900人，约占66.67%，达到三分之二" in said[2]

    def test_what_did_not_pass_is_no_decision_to_the_contrary(self):
        said = in_words(tally(read(document(agree=count(1, "1")))))
        assert "不等于作出了相反的决定" in said

    def test_what_is_missing_is_named_in_chinese(self):
        said = in_words(
            tally(read(document(participation=count(600, None), agree=count(400, None))))
        )
        assert "缺什么：参与表决的面积、同意的面积" in said

    def test_it_never_raises_its_voice(self):
        for fields in (
            {},
            {"agree": None},
            {"notice_on": "2000-01-01"},
            {"notice_on": "2018-01-01"},
        ):
            assert not set("!！") & set(in_words(tally(read(document(**fields)))))

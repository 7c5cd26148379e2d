"""Pasted notices, all invented; what the usual wordings give, and what stays empty."""

import pytest

from yihe.checkup.reading import LONGEST_TEXT, read_text

# text → the fields that must come out, and no others (`what`, `text`, `said`, `date` left aside)
NUMBERS = [
    # the plainest
    ("本小区共有业主817户，专有部分总面积115344.34平方米。", {"all": "817", "all_m2": "115344.34"}),
    ("业主总户数 1,428 户，总建筑面积 132,675.56 ㎡", {"all": "1428", "all_m2": "132675.56"}),
    ("应参加表决的业主９５０人，专有部分面积１２７３７８平方米", {"all": "950", "all_m2": "127378"}),
    ("全体业主620人，面积7.13万平方米", {"all": "620", "all_m2": "71300"}),
    # who took part, with shares in the order of the numbers
    (
        "参与表决业主646户，面积92508.76平方米，分别占79.07%、80.20%。",
        {"came": "646", "came_m2": "92508.76", "came_pct": "79.07", "came_m2_pct": "80.20"},
    ),
    (
        "实际参加表决646人，占总人数的79.07％；面积92508.76平方米，占总面积的80.20％",
        {"came": "646", "came_pct": "79.07", "came_m2": "92508.76", "came_m2_pct": "80.20"},
    ),
    (
        "参与表决646户（79.07%），92508.76平方米（80.20%）。",
        {"came": "646", "came_pct": "79.07", "came_m2": "92508.76", "came_m2_pct": "80.20"},
    ),
    ("共有646户业主参加投票", {"came": "646"}),
    ("参与表决业主的专有部分总面积92508.76平方米", {"came_m2": "92508.76"}),
    ("参会业主171户", {"came": "171"}),
    ("参与投票的业主人数：646，面积：92508.76", {"came": "646", "came_m2": "92508.76"}),
    # the sides
    (
        "同意411户，58729.34平方米；反对214户，31000.2平方米；弃权16户；无效5户",
        {"yes1": "411", "yes1_m2": "58729.34", "no1": "214", "no1_m2": "31000.2", "abs1": "16", "bad1": "5"},
    ),
    ("赞成：人数 411，面积 58,729.34", {"yes1": "411", "yes1_m2": "58729.34"}),
    ("411户业主表示同意，不同意的214户", {"yes1": "411", "no1": "214"}),
    ("参与表决646户同意411户", {"came": "646", "yes1": "411"}),
    (
        "同意411人,面积58729.34平方米,不同意214人,弃权16人",
        {"yes1": "411", "yes1_m2": "58729.34", "no1": "214", "abs1": "16"},
    ),
    (
        "同意411户，占参与表决业主人数的63.62%、面积的63.48%",
        {"yes1": "411", "yes1_pct": "63.62", "yes1_m2_pct": "63.48"},
    ),
    ("废票7户", {"bad1": "7"}),
    # silent owners
    ("其中视为同意41户", {"deem1": "41", "side1": "yes"}),
    ("未投票的84户视为同意已表决的多数意见", {"deem1": "84"}),
    (
        "同意428户，其中视为同意41户，面积5000.5平方米",
        {"yes1": "428", "deem1": "41", "deem1_m2": "5000.5", "side1": "yes"},
    ),
    ("应投票户数817户，实投646户", {"all": "817", "came": "646"}),
    ("有投票权的业主817户，已投票646户", {"all": "817", "came": "646"}),
    ("参与表决646户，其中住宅600户，面积80000平方米", {"came": "646"}),
    ("同意411户，反对和弃权合计230户", {"yes1": "411"}),
    # a table copied as text
    (
        "选项 户数 占比 面积 占比\n同意 411 63.62% 58729.34 63.48%\n反对 214 33.13% 31000.2 33.51%",
        {"yes1": "411", "yes1_pct": "63.62", "yes1_m2": "58729.34", "yes1_m2_pct": "63.48",
         "no1": "214", "no1_pct": "33.13", "no1_m2": "31000.2", "no1_m2_pct": "33.51"},
    ),
    (
        "表决意见\t人数\t面积（平方米）\n同意\t411\t58,729.34\n弃权\t16\t2000",
        {"yes1": "411", "yes1_m2": "58729.34", "abs1": "16", "abs1_m2": "2000"},
    ),
    # wrapped lines
    ("参与表决业主646户，\n面积92508.76平方米。", {"came": "646", "came_m2": "92508.76"}),
    ("本小区共有业主817户。专有部分面积115344.34平方米。", {"all": "817", "all_m2": "115344.34"}),
]  # fmt: skip

# Nothing is guessed: what is not certain stays empty.
NOTHING = [
    "发出表决票817张，收回646张",  # ballots are not owners
    "同意票411票，反对票214票",
    "有效表决票609户",
    "住宅800户，商铺17户，地下车位300个",
    "线上同意300户，线下同意111户",  # neither is the whole
    "未投票业主171户",
    "同意占63.62%",  # of what, heads or area
    "2024年7月29日至2024年8月12日，3栋2单元共召开5次会议，费用8450元",
    "电话0755-28881234，邮编518118",
    "六成多业主同意",
    "同意411户。经复核，同意412户。",  # two numbers for one field
    "面积58729.34平方米",
    "同意、反对、弃权分别为411户、214户、16户",
    "没有参与表决的171户",
    "业委会共有委员5人，监票人3名",
    "参加会议的委员5人",
    "业主：其中住宅367户",
    "",
    "\x00\u202e\ufffd",
]


def numbers(values: dict[str, str]) -> dict[str, str]:
    words = ("what", "text", "said", "date", "quote")
    return {name: value for name, value in values.items() if not name.startswith(words)}


@pytest.mark.parametrize(("text", "expected"), NUMBERS, ids=lambda value: str(value)[:24])
def test_a_usual_wording_is_read(text, expected):
    assert numbers(read_text(text).values) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_what_is_not_certain_stays_empty(text):
    assert numbers(read_text(text).values) == {}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("公告\n某小区业主委员会\n2024年7月29日", "2024-07-29"),
        ("公示期2024年7月1日至2024年7月8日。\n业委会\n2024年7月29日", "2024-07-29"),
        ("公告日期：2024.7.29", "2024-07-29"),
        ("业主委员会\n二〇二四年七月二十九日", "2024-07-29"),
        ("业主委员会\n二〇二四年十一月十日", "2024-11-10"),
        ("2024年7月1日开始投票，2024年7月15日截止，2024年7月20日计票", ""),  # which of them
        ("2024年7月29日\n公示期至2024年8月5日", "2024-07-29"),
        ("业主委员会\n二〇二四年一一月十十日", ""),
        ("2024年13月45日", ""),
        ("没有日期", ""),
    ],
)
def test_the_day_of_the_notice(text, day):
    assert read_text(text).values.get("date", "") == day


@pytest.mark.parametrize(
    ("text", "matter"),
    [
        ("关于选聘物业服务企业的表决结果公告", "service_company"),
        ("就是否续聘某物业公司进行表决", "service_company"),
        ("关于与原物业续签物业服务合同的公告", "service_company"),
        ("关于申请使用住宅专项维修资金的公告", "repair_fund_use"),
        ("关于续筹维修资金的公告", "repair_fund_raise"),
        ("关于修改管理规约的公告", "management_regulation"),
        ("关于修改业主大会议事规则的公告", "rules_of_procedure"),
        ("关于选举第二届业主委员会委员的公告", "committee_election"),
        ("关于罢免业委会主任的公告", "committee_recall"),
        ("关于改建停车场的公告", "rebuild"),
        ("关于利用小区共有部分开展经营的公告", "common_parts_use"),
        ("根据议事规则，现公布关于罢免委员的表决结果", "committee_recall"),
        ("关于修改管理规约和议事规则的公告", ""),  # two matters in one
        ("关于加装电梯的公告", ""),  # 改建 or not is for the person to say
        ("表决结果公告", ""),
    ],
)
def test_what_a_motion_is_about(text, matter):
    assert read_text(text).values.get("what1", "") == matter


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("该议题表决通过。", "passed"),
        ("表决结果：通过", "passed"),
        ("本次会议决议有效，获得通过", "passed"),
        ("该议题未获通过。", "failed"),
        ("未达到法定比例", "failed"),
        ("通过微信群进行投票", ""),
        ("同意411户", ""),
        ("议题获得通过。议题未通过。", ""),
    ],
)
def test_what_the_notice_says_came_out(text, said):
    assert read_text(text).values.get("said1", "") == said


SEVERAL = """云上小区业主大会表决结果公告
小区共有业主905户，总建筑面积98460平方米。参与表决655户，面积71022.40平方米。
议题一：修改管理规约。同意388户，41370.60平方米；反对251户。
议题二：在北门空地设收费车位。同意455户，反对180户，弃权20户。
以上议题均获通过。
2025年6月18日"""


class TestSeveralMotions:
    def test_each_gets_its_own_numbers(self):
        found = read_text(SEVERAL).values
        assert found["yes1"] == "388"
        assert found["no1"] == "251"
        assert found["yes2"] == "455"
        assert found["abs2"] == "20"
        assert found["what1"] == "management_regulation"
        assert "what2" not in found
        assert found["text2"] == "在北门空地设收费车位"
        assert found["said1"] == found["said2"] == "passed"

    def test_named_twice_is_one(self):
        named = "议题一：选聘物业公司\n议题二：修改管理规约\n"
        text = named + "议题一表决结果：同意300户\n议题二表决结果：同意200户"
        found = read_text(text).values
        assert (found["yes1"], found["yes2"]) == ("300", "200")

    def test_a_number_before_any_motion_belongs_to_none(self):
        found = read_text("同意300户。议题一：选聘物业公司，同意200户。议题二：修改管理规约。")
        assert numbers(found.values) == {"yes1": "200"}
        assert any("哪个议题" in one.note for one in found.taken)

    def test_headings_of_a_report_are_no_motions(self):
        text = "一、关于参与情况：参与表决646户。二、关于表决结果：同意411户。"
        assert numbers(read_text(text).values) == {"came": "646", "yes1": "411"}

    def test_more_than_ten_are_left(self):
        text = "\n".join(f"第{n}项议题：修改管理规约，同意{n}00户。" for n in range(1, 15))
        assert "yes10" in read_text(text).values
        assert not [name for name in read_text(text).values if name.startswith("yes11")]


class TestWhereANumberCameFrom:
    def test_every_number_shows_its_sentence(self):
        found = read_text(SEVERAL)
        shown = {
            mark.field: one.text[mark.start : mark.end] for one in found.taken for mark in one.marks
        }
        for name, value in numbers(found.values).items():
            assert value in shown[name].replace(",", "")

    def test_two_numbers_for_one_field_are_both_shown(self):
        found = read_text("同意411户。经复核，同意412户。")
        assert [one.note for one in found.taken] == [
            "同一个数读到几个不一样的，没有取，请对着公告填。"
        ] * 2

    def test_ballots_say_why_they_were_left(self):
        assert "一票不一定是一人" in read_text("同意票411票").taken[0].note


def test_words_of_another_regime_are_kept():
    text = "经占总面积过半数的业主同意，议题通过。\n2024年7月29日"
    assert "总面积过半数" in read_text(text).values["quote"]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 10_000,
        "同意" * 10_000,
        "，" * 20_000,
        "9,999" * 4000,
        "视为" * 9000,
        "占" * 20_000,
        "议题一" * 6000,
        "1户," * 5000,
        "同意1户，" * 4000,
        "共有" * 10_000 + "1户",
        "总面积1" * 5000,
        "\n" * 20_000,
        "占1%" * 6000,
        "达到全体的" * 4000,
        "1\n" * 10_000,
        "同意\n1\n" * 4000,
        "人数\n面积\n同意\n1\n2\n" * 1500,
        "同意1户（1户）" * 2000,
        "占全体1户" * 4000,
        "同意 反对 弃权\n户数 1 2 3\n" * 800,
        "1单元：同意1户\n" * 2000,
        "1户、" * 5000,
    ],
)
def test_a_hostile_text_is_read_in_no_time(text):
    read_text(text[:LONGEST_TEXT])

"""How notices are really worded, and what a careful person reads in them: wordings.toml."""

import tomllib
from pathlib import Path
from urllib.parse import urlencode

import pytest

from yihe.checkup.query import decision, read_query
from yihe.checkup.reading import read_text
from yihe.law import tally

WORDINGS = tomllib.loads(Path(__file__).with_name("wordings.toml").read_text())["notice"]
BY = {one["about"]: one for one in WORDINGS}


@pytest.mark.parametrize("one", WORDINGS, ids=[one["about"] for one in WORDINGS])
class TestAWording:
    def test_is_read_as_a_careful_person_reads_it(self, one):
        found = read_text(one["text"])
        assert found.values == one["read"]

    def test_says_what_was_left(self, one):
        notes = dict.fromkeys(taken.note for taken in read_text(one["text"]).taken if taken.note)
        assert list(notes) == one["notes"]

    def test_leads_to_a_form_without_errors(self, one):
        sheet = read_query(read_text(one["text"]).values)
        assert sheet.errors == {}
        assert sheet.link == urlencode(sheet.clean)

    def test_windows_lines_and_blank_lines_change_nothing(self, one):
        text = one["text"].replace("\n", "\r\n") + "\r\n\r\n"
        assert read_text(text).values == one["read"]


def test_there_are_as_many_as_it_takes():
    assert len(BY) == len(WORDINGS) >= 70


@pytest.mark.parametrize(
    ("about", "outcomes"),
    [
        # 24 × 3/4 = 18, and 19 agreed; the area is not printed
        ("lift of one entrance, numbers before their verbs", ["undetermined"]),
        ("recall, twenty of thousands", ["no_quorum"]),
        # each entrance by its own whole
        ("the fund, two entrances with owners of their own", ["passed", "passed"]),
        ("a sheet: 人数：817", ["passed"]),
        ("the whole of a share in brackets", ["not_passed"]),  # 69 % of three quarters
        ("nothing but percentages", ["undetermined"]),
    ],
)
def test_from_the_text_to_the_outcome(about, outcomes):
    """What the text does not say of the matter, a person picks."""
    values = read_text(BY[about]["text"]).values
    number = max((int(name[4:]) for name in values if name.startswith("what")), default=1)
    picked = {"date": "2024-07-29", **values}
    for n in range(1, number + 1):
        picked.setdefault(f"what{n}", "rebuild" if "lift" in about else "repair_fund_raise"
                          if "bracket" in about else "service_company")  # fmt: skip
    found = decision(read_query(picked))
    assert found is not None
    assert [one.outcome.value for one in tally(found).motions] == outcomes


@pytest.mark.parametrize(
    "text",
    [
        "姓名 同意户数 同意面积\n赵某一 355 40120.3\n钱某二 330 37200.1",
        "序号 候选人 同意户数 同意面积\n1 赵某一 355 40120.3\n2 钱某二 330 37200.1",
        "候选人赵某一：同意355户，反对40户。\n候选人钱某二：同意330户，反对65户。",
        "1、候选人赵某一，同意355户。\n2、候选人钱某二，同意330户。\n赵某一、钱某二当选为委员。",
    ],
)
def test_the_name_of_a_candidate_does_not_go_into_the_link(text):
    found = read_text(text)
    assert (found.values["yes1"], found.values["yes2"]) == ("355", "330")
    said = f"{found.values}{[one.text for one in found.taken]}"
    for name in ("某一", "某二", "赵", "钱"):
        assert name not in said
    for one in found.taken:
        for mark in one.marks:
            if mark.field.startswith("yes"):
                assert one.text[mark.start : mark.end].startswith(found.values[mark.field])


def test_the_words_beside_a_field_say_more_than_its_number():
    taken = read_text("参与表决人数：646，面积：92508.76。").taken[0]
    assert taken.clause("came") == "参与表决人数：646"

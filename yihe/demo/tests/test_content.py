"""What the demo says: invented names, texts that people could have written, answers in our voice."""

import csv
import re

from yihe.demo.content import COMPOUNDS, NAMED, rows, texts
from yihe.topics import starter
from yihe.topics.rules import best_guesses

LISTS = (
    "pingshan_compounds",
    "shenzhen_compounds_beike_2021",
    "shenzhen_official_reference_list_2021",
    "wuhan_compounds",
)


def test_invented_names_are_nobodys(shared):
    real = set()
    for name in LISTS:
        with shared(f"data/compounds/{name}.csv").open(encoding="utf-8-sig") as lines:
            real |= {row["name"] for row in csv.DictReader(lines)}
    for row in rows("divisions.csv"):
        real.add(re.sub("(社区)?(居委会|街道|区)?$", "", row["name"]))
    real |= {one.name for one in NAMED}
    assert len(set(COMPOUNDS)) == len(COMPOUNDS) >= 77
    assert [name for name in COMPOUNDS if any(name in one or one in name for one in real)] == []


def test_texts_are_many_and_distinct():
    written = [one.text for one in texts()]
    assert len(set(written)) == len(written) >= 260
    codes = {row["code"] for row in starter.rows()}
    assert {one.topic for one in texts()} <= codes
    assert len({one.topic for one in texts()}) > 60


def test_texts_are_of_all_sorts():
    written = [one.text for one in texts()]
    assert sum(len(one) <= 6 for one in written) >= 3
    assert sum(len(one) >= 590 for one in written) >= 3
    assert any(re.search(r"139\d{8}", one) for one in written)
    assert any(re.search("[\U0001f600-\U0001f64f]", one) for one in written)
    assert any(one.count("\n") >= 4 for one in written)
    assert {one.nature for one in texts()} == {
        "request", "complaint", "question", "suggestion", "thanks",
    }  # fmt: skip
    assert {one.voice for one in texts()} == {
        "", "secretary", "director", "company", "lead", "clerk",
    }  # fmt: skip


def test_answers_speak_as_the_look_asks():
    for one in texts():
        assert not re.search("谢谢|感谢|耐心等待|高度重视|妥善处理|[！!]", one.answer), one.answer
        assert one.evidence or one.nature in ("question", "suggestion", "thanks"), one.text


class TestGuesses:
    """Measured over the demo's own texts. Of 94 that were written after the first words and before the
    last, the guess was right in 63 (67 %) and found 8 of 9 emergencies, with one false alarm."""

    @staticmethod
    def guessed() -> list[tuple[str, str]]:
        above = {row["code"].rpartition("-")[0] for row in starter.rows()}
        leaves = [row for row in starter.rows() if row["code"] not in above]
        words = [(place, f"{row['name']} {row['words']}") for place, row in enumerate(leaves)]
        found = []
        for one in texts():
            best = best_guesses(one.text, words, most=1)
            found.append((one.topic, leaves[best[0]]["code"] if best else ""))
        return found

    def test_the_first_guess_is_mostly_right(self):
        right = sum(topic == guess for topic, guess in self.guessed())
        assert right / len(texts()) > 0.88

    def test_finds_all_emergencies_with_few_false_alarms(self):
        urgent = {row["code"] for row in starter.rows() if row["emergency"]}
        missed = [one for one in self.guessed() if one[0] in urgent and one[1] not in urgent]
        alarms = [one for one in self.guessed() if one[1] in urgent and one[0] not in urgent]
        assert missed == []
        assert len(alarms) <= 2

"""The books: what stands in them, which is chosen, what is on."""

import re
from datetime import date

import pytest

from yihe.law import book, compose, reading, shelf
from yihe.law.places import place_code
from yihe.law.shelf import State, read_book
from yihe.law.values import HouseRules, Matter
from yihe.refusal import Refusal

TODAY = date(2024, 7, 29)
RULES = [(one.id, rule) for one in shelf() for rule in one.rules]


class TestBooks:
    @pytest.mark.parametrize(("name", "rule"), RULES, ids=lambda x: getattr(x, "id", x))
    def test_every_rule_has_its_article_words_source_and_state(self, name, rule):
        assert rule.article
        assert rule.text.endswith("。")
        assert rule.source
        assert rule.state in State
        assert rule.on or rule.why_off

    def test_only_what_was_read_in_full_is_on(self):
        assert {rule.state for _, rule in RULES if rule.on} == {State.VERIFIED}

    def test_nothing_of_shenzhen_is_on(self):
        assert not any(rule.on for rule in book("cn-shenzhen-2020").rules)

    @pytest.mark.parametrize("name", ["cn-civil-code-2021", "cn-property-law-2007"])
    def test_every_matter_has_one_majority_and_an_item(self, name):
        rules = book(name).rules
        approvals = [rule for rule in rules if rule.kind == "approval"]
        listed = [matter for rule in approvals for matter in rule.numbers["matters"]]
        assert sorted(listed) == sorted(Matter)
        items = next(rule for rule in rules if rule.kind == "matters").numbers
        assert set(items) == set(Matter)

    def test_regimes_do_not_overlap(self):
        old, new = book("cn-property-law-2007"), book("cn-civil-code-2021")
        assert old.in_force_to == date(2020, 12, 31)
        assert new.in_force_from == date(2021, 1, 1)

    def test_marks_are_patterns(self):
        for one in shelf():
            for mark in one.marks:
                re.compile(mark)

    @pytest.mark.parametrize(
        "slip",
        [
            'share = "3/2"\ntest = "at_least"',
            'share = "2/3"\ntest = "about"',
            'share = "two thirds"\ntest = "at_least"',
        ],
    )
    def test_a_slip_in_a_share_keeps_a_book_from_loading(self, slip):
        text = f"""
id = "x"
title = "x"
layer = 1
jurisdiction = "CN"
in_force_from = 2021-01-01
source = "x"
[[rule]]
id = "x"
kind = "quorum"
article = "x"
text = "x"
source = "x"
state = "V"
[rule.numbers]
{slip}
"""
        with pytest.raises(ValueError, match=r".+"):
            read_book(text.encode())

    def test_an_unknown_book_is_refused_with_those_there_are(self):
        with pytest.raises(Refusal, match="cn-civil-code-2021"):
            book("nowhere")


class TestChoosing:
    @pytest.mark.parametrize(
        ("place", "on", "deciding"),
        [
            ("CN", date(2024, 7, 29), "cn-civil-code-2021"),
            ("440310", date(2024, 7, 29), "cn-civil-code-2021"),  # Shenzhen's own are off
            ("440310", date(2020, 7, 29), "cn-property-law-2007"),
            ("11", date(2007, 9, 30), None),
            ("8100", TODAY, None),  # mainland law is not the law of Hong Kong
        ],
    )
    def test_the_nearest_book_upwards_that_is_on(self, place, on, deciding):
        found = compose(place, on).deciding
        assert (found.id if found else None) == deciding

    def test_the_nearest_place_comes_first_and_house_rules_last(self):
        books = [one.id for one in compose("440310", TODAY).books]
        assert books[0] == "cn-shenzhen-2020"
        assert books[-1] == "house-rules"
        assert "cn-shenzhen-2020" not in [one.id for one in compose("4401", TODAY).books]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("CN", "CN"),
            ("cn", "CN"),
            ("44", "44"),
            ("440000", "44"),
            ("4403", "4403"),
            ("440300", "4403"),
            ("440310", "440310"),
            ("440310001000", "440310001"),
            ("440310001003", "440310001003"),
            ("99", None),
            ("4", None),
            ("44031", None),
            ("深圳", None),
            ("４４", None),
        ],
    )
    def test_a_place_is_a_code(self, text, code):
        assert place_code(text) == code


class TestHash:
    def test_is_the_same_for_the_same_rules(self):
        assert compose("CN", TODAY).hash == compose("CN", date(2022, 1, 1)).hash
        assert re.fullmatch(r"[0-9a-f]{64}", compose("CN", TODAY).hash)

    def test_changes_with_the_regime_and_the_house_rules(self):
        hashes = {
            compose("CN", TODAY).hash,
            compose("CN", date(2019, 1, 1)).hash,
            compose("CN", date(2010, 1, 1)).hash,
            compose("CN", TODAY, HouseRules(deemed_participation=True)).hash,
            compose("CN", TODAY, HouseRules(deemed_to_majority=True)).hash,
        }
        assert len(hashes) == 5

    def test_what_is_off_is_not_in_it(self):
        assert compose("4403", TODAY).hash == compose("CN", TODAY).hash


class TestReading:
    @pytest.mark.parametrize("one", shelf(), ids=lambda one: one.id)
    def test_a_lawyer_finds_article_words_source_and_state(self, one):
        said = reading.book_in_words(one)
        for rule in one.rules:
            assert rule.article in said
            assert rule.text in said
            assert rule.source in said
            assert rule.on or f"[关] {rule.id}" in said

    def test_what_applies_names_the_deciding_book_and_the_hash(self):
        law = compose("440310", TODAY)
        said = reading.composed_in_words(law)
        assert "cn-civil-code-2021" in said
        assert law.hash in said

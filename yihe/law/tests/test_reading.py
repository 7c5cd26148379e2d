"""What a lawyer reads of a book: every rule whole, its numbers in words."""

import pytest

from yihe.law import book, shelf
from yihe.law.reading import KIND_WORDS, book_in_words, numbers_in_words

RULES = [rule for one in shelf() for rule in one.rules]


@pytest.mark.parametrize("one", shelf(), ids=lambda one: one.id)
def test_every_rule_is_printed_whole(one):
    printed = book_in_words(one)
    for rule in one.rules:
        for said in (rule.id, rule.article, rule.text, rule.source, KIND_WORDS[rule.kind],
                     f"核对：{rule.state.value}", numbers_in_words(rule), rule.off, rule.note):  # fmt: skip
            assert said in printed


@pytest.mark.parametrize(
    ("book_id", "rule_id", "words"),
    [
        ("cn-civil-code-2021", "CC278.quorum", "全体业主的三分之二以上（>=2/3）"),
        ("cn-civil-code-2021", "CC278.ordinary", "参与表决的业主过半数（>1/2）"),
        ("cn-property-law-2007", "PL76.ordinary", "全体业主过半数（>1/2）"),
        ("cn-property-regulation-2018", "WYTL14.notice", "提前 15 日；两头的当日都不算，中间要满"),
        ("cn-property-regulation-2018", "WYTL16.filing",
         "事后 30 日；当日不算，次日起数；最后一日是休假日的，到休假结束的次日"),
        ("cn-civil-code-2021", "CC946.dismissal", "事后 60 日；当日不算，次日起数；合同可以另行约定"),
        ("cn-civil-code-2021", "CC947.refusal", "提前 90 日；从那一天往回数；合同可以另行约定"),
        ("cn-spc-strata-2020", "SPC-BD.12.suit",
         "事后 1 年；当日不算，次日起数；最后一日是休假日的，到休假结束的次日"),
        ("cn-shenzhen-2020", "SZ19.size", "5 至 17 人，单数"),
        ("cn-shenzhen-2020", "SZ19.19", "全体业主的五分之一以上（>=1/5）人数或者面积之一"),
    ],
)  # fmt: skip
def test_numbers_in_words(book_id, rule_id, words):
    rule = next(rule for rule in book(book_id).rules if rule.id == rule_id)
    assert numbers_in_words(rule) == words


def test_every_number_has_words_unless_the_text_is_the_list():
    silent = {rule.id for rule in RULES if rule.numbers and not numbers_in_words(rule)}
    assert silent == {"CC278.list", "PL76.list"}

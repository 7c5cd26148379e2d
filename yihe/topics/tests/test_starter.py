"""Our own catalogue: three levels, every leaf with words, routes of every kind named in it."""

from yihe.topics.rules import best_guesses
from yihe.topics.starter import EACH, NAMED, WITHIN, rows


def leaves() -> list[dict[str, str]]:
    above = {row["code"].rpartition("-")[0] for row in rows()}
    return [row for row in rows() if row["code"] not in above]


def test_three_levels_and_about_sixty_leaves():
    depths = {row["code"].count("-") + 1 for row in rows()}
    assert depths == {1, 2, 3}
    assert 58 <= len(leaves()) <= 68
    assert sum(row["code"].count("-") == 2 for row in leaves()) > 20
    codes = [row["code"] for row in rows()]
    assert len(set(codes)) == len(codes)
    assert all(row["code"].rpartition("-")[0] in {"", *codes} for row in rows())


def test_every_leaf_has_words_that_fit_its_field():
    assert all(len(row["words"].split()) >= 5 and len(row["words"]) <= 200 for row in leaves())


def test_names_desks_of_every_kind():
    named = {short for row in rows() for short in row["desks"].split()}
    assert {*EACH, *WITHIN} < named
    assert named <= {*EACH, *WITHIN, *NAMED}
    assert {row["starts_at"] for row in leaves()} == {"", "2", "3"}


class TestBestGuesses:
    def test_parts_joined_by_plus_must_all_stand(self):
        words = [(1, "电梯+困"), (2, "电梯")]
        assert best_guesses("人困在电梯里", words) == [1, 2]
        assert best_guesses("电梯有异响", words) == [2]

    def test_a_lone_plus_is_nothing(self):
        assert best_guesses("1+1", [(1, "+"), (2, "+ ++")]) == []

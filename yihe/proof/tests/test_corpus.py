"""Every manipulated bundle is found, at several sizes; every honest one holds; truth is counted twice."""

import json

import pytest

from yihe.proof.bundle import NotABundle, write_bundle
from yihe.proof.leaves import PRECEDENCE
from yihe.proof.tests.cases import CASES, Attempt, world
from yihe.proof.tests.corpus import write_corpus  # and every spoiler with it
from yihe.proof.tests.generator import make_vote
from yihe.proof.verify import verify


def failed(attempt: Attempt) -> list[str]:
    held = [text.encode() if text else None for text in (attempt.receipt, attempt.checkpoint)]
    try:
        report = verify(attempt.data(), receipt=held[0], checkpoint=held[1])
    except NotABundle:
        return ["bundle"]
    return [check.id for check in report.checks if not check.ok]


@pytest.mark.parametrize("ballots", [6, 60])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_finds(case, ballots):
    found = failed(case.make(world(ballots, ballots)))
    if case.must_fail is None:
        assert found == []
    else:
        assert case.must_fail in found


@pytest.mark.parametrize("name", ["no_result", "no_count", "a_count_that_is_no_note"])
def test_says_how_many_scrutineers_there_are_where_none_signed(name):
    case = next(case for case in CASES if case.name == name)
    assert verify(case.make(world(6, 6)).data()).attested == (0, 3)


def test_a_number_that_two_leaves_share_is_not_before():
    case = next(case for case in CASES if case.name == "a_correction_with_the_number_of_the_roll")
    assert "order" not in failed(case.make(world(6, 6)))


@pytest.mark.parametrize("precedence", PRECEDENCE)
@pytest.mark.parametrize("ballots", [1, 2, 3, 17, 64, 500])
def test_counts_what_is_true(ballots, precedence):
    for seed in range(6):
        sealed = make_vote(seed, ballots, late=seed % 3, precedence=precedence).sealed()
        assert failed(Attempt(sealed.files)) == []
        assert failed(Attempt(sealed.public())) == []


def test_counts_a_hundred_thousand(tmp_path):
    sealed = make_vote(5, 100_000, late=3).sealed()
    write_bundle(tmp_path / "large.zip", sealed.files)
    receipt = str(sealed.receipt(77_777)).encode()
    report = verify(tmp_path / "large.zip", receipt=receipt)
    assert report.ok
    assert report.recount == "recomputed"


def test_the_corpus_is_the_same_for_the_same_seed(tmp_path):
    numbers = [write_corpus(tmp_path / name, 4, 12) for name in "ab"]
    assert numbers == [len(CASES)] * 2
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()
    expected = json.loads((tmp_path / "a" / "expected.json").read_text())
    assert all(
        (tmp_path / "a" / name).exists() for row in expected for name in row["files"].values()
    )


def test_nothing_secret_is_in_the_public_bundle_or_the_receipt():
    vote = make_vote(3, 30)
    sealed = vote.sealed()
    shown = b"".join(sealed.public().values()) + str(sealed.receipt(10)).encode()
    for entry in vote.roll:
        assert f'"{entry.unit}"'.encode() not in shown
        assert f'"{entry.owner}"'.encode() not in shown
    for one in vote.cast:
        assert json.loads(one.opening)["salt"].encode() not in shown
    assert b"choices" not in shown

"""Ballots that may not count, or not twice, sealed by an operator who signs everything."""

from typing import Any

from yihe.proof import bundle
from yihe.proof.commitments import ballot_opening, commit
from yihe.proof.tests.cases import World, case
from yihe.proof.tests.generator import Sealed, Vote, truth
from yihe.proof.tests.truth import Cast


def reopened(vote: Vote, n: int, **changes: Any) -> Vote:
    """Another opening, and another commitment, for the ballot at leaf `n`."""
    place = sum(leaf["kind"] in ("ballot", "replacement") for leaf in vote.leaves[:n])
    one = vote.cast[place]
    value = {
        "decision": vote.decision, "unit": one.unit, "choices": one.choices,
        "channel": one.channel, "salt": vote.salt("again", n), **changes,
    }  # fmt: skip
    opening = ballot_opening(**value)
    vote.cast[place] = Cast(value["unit"], value["choices"], value["channel"], one.late, opening)
    vote.leaves[n]["commitment"] = commit(opening)
    return vote


@case("ballots")
def late_ballots_in_the_closing(world: World) -> Vote:
    world.vote.find("closing")["ballots"] += 2
    return world.vote


@case("ballots")
def two_valid_ballots_for_a_unit(world: World) -> Vote:
    vote = world.vote
    n = world.ballot()
    place = sum(leaf["kind"] in ("ballot", "replacement") for leaf in vote.leaves[:n])
    other = next(one for one in vote.cast if one.unit != vote.cast[place].unit)
    reopened(vote, n, unit=other.unit)
    vote.find("result")["motions"] = truth(vote)
    return vote


@case("ballots")
def a_ballot_of_no_home(world: World) -> Vote:
    return reopened(world.vote, world.ballot(), unit="nobody")


@case("ballots")
def a_ballot_on_a_motion_that_is_none(world: World) -> Vote:
    return reopened(world.vote, world.ballot(), choices={"1": "agree", "9": "agree"})


@case("ballots")
def a_ballot_outside_its_own_building(world: World) -> Vote:
    vote = world.vote
    scopes = {entry.unit: entry.scopes for entry in vote.roll}
    ballots = [leaf["n"] for leaf in vote.leaves if leaf["kind"] == "ballot"]
    units = dict(
        zip(
            [leaf["n"] for leaf in vote.leaves if leaf["kind"] in ("ballot", "replacement")],
            vote.cast,
            strict=True,
        )
    )
    n = next(n for n in ballots if "b1" not in scopes[units[n].unit])
    return reopened(vote, n, choices={"1": "agree", "3": "agree"})


@case("ballots")
def a_ballot_of_another_decision(world: World) -> Vote:
    return reopened(world.vote, world.ballot(), decision="d9")


@case("ballots")
def a_replacement_of_nothing(world: World) -> Vote:
    return reopened(world.vote, world.ballot(), replaces=0)


@case("ballots")
def a_proxy_that_is_none(world: World) -> Vote:
    return reopened(world.vote, world.ballot(), proxy=0)


@case("ballots")
def a_commitment_used_twice(world: World) -> Vote:
    vote, n = world.vote, world.ballot()
    vote.leaves[n]["commitment"] = vote.leaves[n - 1]["commitment"]
    return vote


@case("ballots")
def a_commitment_that_nobody_can_open(world: World) -> Vote:
    world.vote.leaves[world.ballot()]["commitment"] = "0" * 64
    return world.vote


@case("ballots")
def openings_of_two_ballots_exchanged_and_sealed(world: World) -> Sealed:
    sealed = world.vote.sealed()
    lines = sealed.files[bundle.BALLOTS][:-1].split(b"\n")
    sealed.files[bundle.BALLOTS] = b"".join(line + b"\n" for line in reversed(lines))
    return sealed

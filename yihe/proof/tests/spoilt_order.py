"""Leaves in the wrong place or of the wrong form, all signed again; ballots outside their hours."""

from typing import Any

from yihe.proof.canonical import digest
from yihe.proof.tests.cases import World, case
from yihe.proof.tests.generator import Sealed, Vote, at, roll_fields
from yihe.proof.tests.spoilt_logs import changed, renumbered


def moved(vote: Vote, kind: str, to: int) -> Vote:
    leaf = vote.find(kind)
    vote.leaves.remove(leaf)
    vote.leaves.insert(to, leaf)
    return renumbered(vote)


def inserted(vote: Vote, place: int, kind: str, **fields: Any) -> Vote:
    vote.leaf(kind, 25_000, **fields)
    vote.leaves.insert(place, vote.leaves.pop())
    return renumbered(vote)


@case("order")
def roll_corrected_during_the_vote(world: World) -> Vote:
    return inserted(world.vote, 20, "correction", objection=None, **roll_fields(world.vote))


@case("order")
def rules_written_during_the_vote(world: World) -> Vote:
    return inserted(world.vote, 20, "rules", hash=digest(world.vote.rules))


@case("order")
def notice_written_during_the_vote(world: World) -> Vote:
    notice = world.vote.find("notice")
    kept = (
        "closes_at",
        "digest",
        "motions",
        "opens_at",
        "precedence",
        "reported",
        "rules",
        "scrutineers",
        "title",
        "witnesses",
    )
    return inserted(world.vote, 20, "notice", **{name: notice[name] for name in kept})


@case("order")
def closed_twice(world: World) -> Vote:
    return inserted(world.vote, len(world.vote.leaves) - 3, "closing", ballots=1, replacements=0)


@case("order")
def never_closed(world: World) -> Vote:
    world.vote.leaves.remove(world.vote.find("closing"))
    return renumbered(world.vote)


@case("order")
def result_before_the_closing(world: World) -> Vote:
    return moved(world.vote, "result", world.vote.find("closing")["n"])


@case("order")
def no_notice(world: World) -> Vote:
    world.vote.leaves.remove(world.vote.find("notice"))
    return renumbered(world.vote)


@case("order")
def no_service(world: World) -> Vote:
    world.vote.leaves.remove(world.vote.find("service"))
    return renumbered(world.vote)


@case("order")
def correction_without_its_objection(world: World) -> Vote:
    world.vote.find("correction")["objection"] = 1
    return world.vote


@case("form")
def a_leaf_with_a_field_more(world: World) -> Vote:
    world.vote.leaves[0]["more"] = 1
    return world.vote


@case("form")
def a_leaf_of_unknown_kind(world: World) -> Vote:
    world.vote.leaves[-1]["kind"] = "secret"
    return world.vote


@case("form")
def a_leaf_of_another_version(world: World) -> Vote:
    world.vote.leaves[0]["v"] = 2
    return world.vote


@case("form")
def a_day_that_never_was(world: World) -> Vote:
    world.vote.find("notice")["closes_at"] = "2026-02-30T12:00:00+08:00"
    return world.vote


@case("form")
def a_moment_of_another_zone(world: World) -> Vote:
    world.vote.find("notice")["closes_at"] = "2026-11-30T12:00:00+00:00"
    return world.vote


@case("form")
def a_ballot_with_a_space(world: World) -> Sealed:
    n = world.ballot()
    return world.vote.sealed(lambda lines: changed(lines, n, lines[n].replace(b',"n"', b', "n"')))


@case("form")
def a_ballot_with_keys_out_of_order(world: World) -> Sealed:
    n = world.ballot()
    return world.vote.sealed(
        lambda lines: changed(lines, n, b'{"v":1,' + lines[n].replace(b',"v":1}', b"}")[1:])
    )


@case("leaves")
def leaves_of_two_decisions(world: World) -> Sealed:
    n = world.ballot()
    return world.vote.sealed(lambda lines: changed(lines, n, lines[n].replace(b'"d1"', b'"d9"')))


@case("times")
def a_ballot_after_the_hour(world: World) -> Vote:
    world.vote.leaves[world.ballot()]["at"] = at(30_001)
    return world.vote


@case("times")
def a_ballot_before_the_hour(world: World) -> Vote:
    world.vote.leaves[world.ballot()]["at"] = at(19_999)
    return world.vote


@case("times")
def closed_before_the_hour(world: World) -> Vote:
    world.vote.find("closing")["at"] = at(29_999)
    return world.vote


@case("times")
def opened_before_the_notice(world: World) -> Vote:
    world.vote.find("notice")["at"] = at(20_001)
    return world.vote

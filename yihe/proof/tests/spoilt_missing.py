"""Leaves that are not there, or that stand beside each other with one number: nothing follows from nothing."""

from yihe.proof.receipts import slip
from yihe.proof.tests.cases import Attempt, World, case
from yihe.proof.tests.generator import Vote, truth
from yihe.proof.tests.spoilt_logs import renumbered

BALLOTS = ("ballot", "replacement")


def without(vote: Vote, *kinds: str) -> Vote:
    vote.leaves = [leaf for leaf in vote.leaves if leaf["kind"] not in kinds]
    return renumbered(vote)


@case("scrutineers")
def no_result(world: World) -> Vote:
    return without(world.vote, "result", "count", "filing")


@case("scrutineers")
def no_count(world: World) -> Vote:
    return without(world.vote, "count", "filing")


@case("scrutineers")
def a_count_that_is_no_note(world: World) -> Vote:
    world.vote.find("count")["note"] = "监票人都签了"
    return world.vote


@case("paper")
def no_closing_and_no_paper(world: World) -> Vote:
    return without(world.vote, "closing", "paper_batch", "reconciliation")


@case("result")
def a_result_without_a_closing(world: World) -> Vote:
    kinds = [leaf["kind"] for leaf in world.vote.leaves]
    world.vote.find("result").update(
        units=kinds.count("ballot"), replaced=kinds.count("replacement")
    )
    return without(world.vote, "closing")


@case("recount")
def nobody_counted_and_no_closing(world: World) -> Vote:
    for one in world.vote.cast:
        one.late = True
    world.vote.find("result")["motions"] = truth(world.vote)
    return without(world.vote, "closing")


@case("ballots")
def no_notice_and_no_ballots(world: World) -> Vote:
    world.vote.cast = []
    world.vote.find("closing").update(ballots=0, replacements=0)
    return without(world.vote, "notice", *BALLOTS)


@case("order")
def a_filing_with_the_number_of_the_count(world: World) -> Vote:
    world.vote.find("filing")["n"] = world.vote.find("count")["n"]
    return world.vote


@case("order")
def a_count_with_the_number_of_the_result(world: World) -> Vote:
    world.vote.find("count")["n"] = world.vote.find("result")["n"]
    return world.vote


@case("order")
def a_result_with_the_number_of_the_closing(world: World) -> Vote:
    world.vote.find("result")["n"] = world.vote.find("closing")["n"]
    return world.vote


@case("leaves")
def a_correction_with_the_number_of_the_roll(world: World) -> Vote:
    """The same number is not before: `order` has nothing against it."""
    world.vote.find("correction").update(n=world.vote.find("roll")["n"], objection=None)
    return world.vote


def slip_of(world: World) -> str:
    receipt = world.honest.receipt(world.ballot())
    return slip(receipt, receipt.note.signatures[0])


@case(None)
def a_slip_with_white_space_around_it(world: World) -> Attempt:
    return Attempt(world.honest.files, receipt=" \t\r\n" + slip_of(world) + "\n\t ")


@case("receipt")
def a_slip_behind_a_wide_space(world: World) -> Attempt:
    """Only spaces, tabs, CR and LF are dropped."""
    return Attempt(world.honest.files, receipt="\u3000" + slip_of(world))


@case("receipt")
def a_slip_before_a_wide_space(world: World) -> Attempt:
    return Attempt(world.honest.files, receipt=slip_of(world) + "\u3000")

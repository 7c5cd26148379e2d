"""What an operator and all scrutineers together can do to the roll, the ballots and the count."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from yihe.proof.tests.cases import Files, World, case
from yihe.proof.tests.generator import Vote, roll_fields, truth
from yihe.proof.tests.spoilt_ballots import reopened
from yihe.proof.tests.truth import plain

Motion = dict[str, Any]


def first(vote: Vote) -> Motion:
    motion: Motion = vote.find("result")["motions"][0]
    return motion


def shares(vote: Vote, name: str) -> list[Motion]:
    return [motion[name] for motion in vote.find("result")["motions"]]


@case("recount")
def a_result_made_up(world: World) -> Vote:
    """One head and one square metre from against to agree; everything else follows, all sign."""
    motion = first(world.vote)
    if motion["against"]["heads"] == 0:
        motion["against"], motion["agree"] = motion["agree"], motion["against"]
    _move_head(motion)
    return world.vote


def _move_head(motion: Motion) -> None:
    motion["against"]["heads"] -= 1
    motion["agree"]["heads"] += 1
    motion["approval"]["heads"]["have"] += 1
    of = motion["approval"]["heads"]["of"]
    low, high = motion["agree"]["heads"], motion["agree"]["heads"] + motion["split"]["agree"]
    met = [2 * one > of for one in (low, high)]
    motion["approval"]["heads"]["met"] = met[0] if met[0] == met[1] else None


@case("result")
def an_outcome_turned_round(world: World) -> Vote:
    motion = first(world.vote)
    motion["outcome"] = "not_passed" if motion["outcome"] == "passed" else "passed"
    return world.vote


@case("result")
def an_outcome_turned_round_in_the_public_bundle(world: World) -> Files:
    vote: Vote = an_outcome_turned_round(world)
    return vote.sealed().public()


@case("result")
def a_smaller_electorate(world: World) -> Vote:
    first(world.vote)["totals"]["heads"] -= 1
    return world.vote


@case("result")
def approval_of_everybody_instead_of_participants(world: World) -> Vote:
    motion = first(world.vote)
    motion["approval"]["heads"]["of"] = motion["totals"]["heads"] + 1
    return world.vote


@case("result")
def a_quorum_of_half(world: World) -> Vote:
    for name in ("area", "heads"):
        first(world.vote)["quorum"][name]["needed"] = ">=1/2"
    return world.vote


@case("result")
def more_participants_than_owners(world: World) -> Vote:
    motion = first(world.vote)
    motion["agree"]["heads"] += motion["totals"]["heads"]
    return world.vote


@case("result")
def a_motion_left_out(world: World) -> Vote:
    del world.vote.find("result")["motions"][1]
    return world.vote


@case("result")
def two_motions_exchanged(world: World) -> Vote:
    motions = world.vote.find("result")["motions"]
    motions[0], motions[1] = motions[1], motions[0]
    return world.vote


@case("result")
def another_notice(world: World) -> Vote:
    world.vote.find("result")["notice"] = 0
    return world.vote


@case("recount")
def owner_of_k_units_counted_k_times(world: World) -> Vote:
    vote = world.vote
    honest = vote.roll
    vote.roll = [replace(entry, owner=entry.unit, kind="owned") for entry in honest]
    told = truth(vote)
    vote.roll = honest
    assert told != vote.find("result")["motions"]
    vote.find("result")["motions"] = told
    return vote


@case("roll")
def heads_of_the_roll_overstated(world: World) -> Vote:
    world.vote.find("correction")["heads"] += 1
    return world.vote


@case("roll")
def area_of_the_roll_understated(world: World) -> Vote:
    leaf = world.vote.find("correction")
    leaf["area"] = plain(Decimal(leaf["area"]) - 1)
    return world.vote


@case("roll")
def a_result_on_the_roll_before_its_correction(world: World) -> Vote:
    world.vote.find("result")["roll"] = world.vote.find("roll")["root"]
    return world.vote


@case("recount")
def an_area_changed_before_the_vote(world: World) -> Vote:
    """Roll, root and totals agree with each other; the result still has the old area."""
    vote = world.vote
    place = next(n for n, entry in enumerate(vote.roll) if entry.unit == vote.cast[0].unit)
    vote.roll[place] = replace(vote.roll[place], area="1.5")
    vote.roll_lines[place] = vote.roll[place].line(vote.salt("new"))
    vote.find("correction").update(roll_fields(vote))
    vote.find("result")["roll"] = vote.find("correction")["root"]
    return vote


@case("roll")
def roll_out_of_order(world: World) -> Vote:
    lines = world.vote.roll_lines
    lines[0], lines[1] = lines[1], lines[0]
    world.vote.find("correction").update(roll_fields(world.vote))
    world.vote.find("result")["roll"] = world.vote.find("correction")["root"]
    return world.vote


@case("recount")
def late_ballots_counted(world: World) -> Vote:
    vote = world.vote
    for one in vote.cast:
        one.late = False
    told = truth(vote)
    assert told != vote.find("result")["motions"]
    vote.find("result")["motions"] = told
    return vote


@case("result")
def late_ballots_in_the_number_of_ballots(world: World) -> Files:
    world.vote.find("result")["units"] += 1
    return world.vote.sealed().public()


@case("recount")
def paper_before_online_ignored(world: World) -> Vote:
    """The notice says that paper stands; the count took whatever came later."""
    vote = world.vote
    numbers = [leaf["n"] for leaf in vote.leaves if leaf["kind"] in ("ballot", "replacement")]
    held = dict(zip(numbers, vote.cast, strict=True))
    again = [m for m in numbers if vote.leaves[m]["kind"] == "replacement" and not held[m].late]
    n = again[0] if again else None
    pairs = [m for m in numbers if n is None and not held[m].late]
    if (
        n is None
    ):  # a small vote in which nobody changed a ballot: let the last ballot be a change of the first
        n = pairs[-1]
        vote.leaves[n]["kind"] = "replacement"
        reopened(vote, n, unit=held[pairs[0]].unit, replaces=pairs[0])
        for leaf, name in (
            (vote.find("closing"), "replacements"),
            (vote.find("result"), "replaced"),
        ):
            leaf[name] += 1
        vote.find("closing")["ballots"] -= 1
        vote.find("result")["units"] -= 1
        held = dict(zip(numbers, vote.cast, strict=True))
    unit = held[n].unit
    earlier = [m for m in numbers if m < n and held[m].unit == unit][-1]
    chain = [m for m in numbers if m < earlier and held[m].unit == unit]
    reopened(
        vote,
        earlier,
        channel="paper",
        choices={"1": "against"},
        **({"replaces": chain[-1]} if chain else {}),
    )
    reopened(vote, n, channel="online", choices={"1": "agree"}, replaces=earlier)
    paper = sum(one.channel != "online" and not one.late for one in vote.cast)
    vote.find("paper_batch")["ballots"] = paper
    vote.find("reconciliation").update(printed=paper + 9, returned=paper + 2, marked=paper)
    vote.find("result")["motions"] = truth(vote)
    vote.find("notice")["precedence"] = "paper"
    return vote


@case("recount")
def split_owners_counted_as_agreeing(world: World) -> Vote:
    motion = first(world.vote)
    motion["split"]["heads"] += 1
    motion["agree"]["heads"] -= 1
    motion["split"]["agree"] += 1
    motion["approval"]["heads"]["have"] -= 1
    return world.vote

"""What an operator and all scrutineers together can do to the roll, the ballots and the count."""

from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from yihe.proof import bundle
from yihe.proof.canonical import digest
from yihe.proof.commitments import ballot_opening, commit
from yihe.proof.keys import NOTE
from yihe.proof.notes import Note, sign_note
from yihe.proof.tests.cases import Files, World, case
from yihe.proof.tests.generator import Cast, Sealed, Vote, key, plain, roll_fields, truth

Motion = dict[str, Any]


def first(vote: Vote) -> Motion:
    motion: Motion = vote.find("result")["motions"][0]
    return motion


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


@case("rules")
def rules_rewritten_after_the_notice(world: World) -> Vote:
    """Rule leaf and result agree on a softer rule; the notice pinned the other."""
    vote = world.vote
    vote.rules = deepcopy(vote.rules)
    vote.rules["rules"][0]["needed"] = ">=1/2"
    vote.find("rules")["hash"] = vote.find("result")["rules"] = digest(vote.rules)
    return vote


@case("rules")
def rules_that_count_the_silent(world: World) -> Vote:
    vote = world.vote
    vote.rules = {**vote.rules, "deemed_to_majority": True}
    for kind, name in (("rules", "hash"), ("notice", "rules"), ("result", "rules")):
        vote.find(kind)[name] = digest(vote.rules)
    return vote


@case("rules")
def two_thresholds_for_one_matter(world: World) -> Vote:
    vote = world.vote
    vote.rules = deepcopy(vote.rules)
    vote.rules["rules"].append(vote.rules["rules"][2])
    for kind, name in (("rules", "hash"), ("notice", "rules"), ("result", "rules")):
        vote.find(kind)[name] = digest(vote.rules)
    return vote


@case("service")
def service_that_does_not_add_up(world: World) -> Vote:
    world.vote.find("service")["delivered"] += 1
    return world.vote


@case("paper")
def paper_that_does_not_add_up(world: World) -> Vote:
    world.vote.find("reconciliation")["missing"] += 1
    return world.vote


@case("paper")
def more_paper_in_the_log_than_keyed_in(world: World) -> Vote:
    for kind, name in (("paper_batch", "ballots"), ("reconciliation", "marked")):
        world.vote.find(kind)[name] -= 1
    return world.vote


@case("paper")
def paper_never_reconciled(world: World) -> Vote:
    world.vote.leaves.remove(world.vote.find("reconciliation"))
    for n, leaf in enumerate(world.vote.leaves):
        leaf["n"] = n
    return world.vote


def counted_by(vote: Vote, note: str) -> Vote:
    leaf = vote.find("count")
    leaf.update(note=note, result=vote.find("result")["n"])
    return vote


@case("scrutineers")
def one_scrutineer_too_few(world: World) -> Vote:
    world.vote.scrutineer_keys = world.vote.scrutineer_keys[:1]
    return world.vote


@case("scrutineers")
def scrutineers_nobody_named(world: World) -> Vote:
    world.vote.scrutineer_keys = [key(f"friend{n}", NOTE, 5) for n in range(3)]
    return world.vote


@case("scrutineers")
def a_count_of_another_result(world: World) -> Vote:
    text = "yihe/count/v1\nd1\n7\n" + "0" * 64 + "\n"
    signatures = tuple(sign_note(text, one) for one in world.vote.scrutineer_keys)
    return counted_by(world.vote, str(Note(text, signatures)))


@case("scrutineers")
def a_forged_scrutineer(world: World) -> Sealed:
    """Two signatures are enough and there; the third is under a known key and is none."""
    sealed = world.vote.sealed()
    leaf = next(line for line in sealed.lines if b'"kind":"count"' in line)
    text = "yihe/count/v1\nd1\n0\n" + "1" * 64 + "\n"
    wrong = sign_note(text, world.vote.scrutineer_keys[2]).line().encode()
    good = leaf.split(b"\\n")
    bad = b"\\n".join(
        wrong[:-1] if part.startswith("— scrutineer2 ".encode()) else part for part in good
    )
    return world.vote.sealed(lambda lines: [bad if line == leaf else line for line in lines])


@case("recount")
def split_owners_counted_as_agreeing(world: World) -> Vote:
    motion = first(world.vote)
    motion["split"]["heads"] += 1
    motion["agree"]["heads"] -= 1
    motion["split"]["agree"] += 1
    motion["approval"]["heads"]["have"] -= 1
    return world.vote


@case("ballots")
def openings_of_two_ballots_exchanged_and_sealed(world: World) -> Sealed:
    sealed = world.vote.sealed()
    lines = sealed.files[bundle.BALLOTS][:-1].split(b"\n")
    sealed.files[bundle.BALLOTS] = b"".join(line + b"\n" for line in reversed(lines))
    return sealed

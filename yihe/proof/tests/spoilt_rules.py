"""Other rules than the notice pinned, sums that do not add up, scrutineers who did not sign."""

from copy import deepcopy
from typing import Any

from yihe.proof.canonical import digest
from yihe.proof.keys import NOTE
from yihe.proof.notes import Note, sign_note
from yihe.proof.tests.cases import Files, World, case
from yihe.proof.tests.generator import Sealed, Vote, key
from yihe.proof.tests.truth import Cast, truth_of


@case("rules")
def rules_rewritten_after_the_notice(world: World) -> Vote:
    """Rule leaf and result agree on a softer rule; the notice pinned the other."""
    vote = world.vote
    vote.rules = deepcopy(vote.rules)
    vote.rules["rules"][0]["needed"] = ">=1/2"
    vote.find("rules")["hash"] = vote.find("result")["rules"] = digest(vote.rules)
    return vote


def ruled(vote: Vote, **changes: Any) -> Vote:
    """Other rules from the beginning: pinned, announced, applied."""
    vote.rules = {**vote.rules, **changes}
    for kind, name in (("rules", "hash"), ("notice", "rules"), ("result", "rules")):
        vote.find(kind)[name] = digest(vote.rules)
    return vote


@case("rules")
def rules_that_count_the_silent(world: World) -> Vote:
    return ruled(world.vote, deemed_to_majority=True)


@case("rules")
def rules_that_count_the_silent_as_present(world: World) -> Vote:
    return ruled(world.vote, deemed_participation=True)


@case("rules")
def rules_that_count_the_silent_in_the_public_bundle(world: World) -> Files:
    return ruled(world.vote, deemed_to_majority=True).sealed().public()


@case("rules")
def rules_that_say_deemed_in_another_way(world: World) -> Vote:
    """Neither false nor null is an answer that this version could go by."""
    return ruled(world.vote, deemed_participation=0)


@case("recount")
def the_silent_counted_with_the_majority(world: World) -> Vote:
    """The rules do not say so, the result does it: a home without a ballot is nobody's agreement."""
    vote, silent = world.vote, []
    voted = {one.unit for one in vote.cast if not one.late}
    for entry in vote.roll:
        if entry.unit not in voted:
            silent.append(Cast(entry.unit, {"1": "agree", "2": "agree"}, "online"))
    vote.find("result")["motions"] = truth_of(
        vote.roll, vote.motions, [*vote.cast, *silent], vote.precedence
    )
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

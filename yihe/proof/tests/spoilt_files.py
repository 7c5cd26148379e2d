"""What anybody can do to a bundle without a key: to its files, its bytes, its zip."""

import json

from yihe.proof import bundle
from yihe.proof.canonical import encode
from yihe.proof.tests.cases import Attempt, Files, World, case


def lines_of(files: Files, name: str) -> list[bytes]:
    return files[name][:-1].split(b"\n")


def joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def edited(world: World, name: str, old: bytes, new: bytes) -> Files:
    files = dict(world.honest.files)
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    return files


@case(None)
def honest_full(world: World) -> Attempt:
    honest = world.honest
    receipt, saved = str(honest.receipt(world.ballot())), str(honest.notes[0])
    return Attempt(honest.files, receipt=receipt, checkpoint=saved)


@case(None)
def honest_public(world: World) -> Attempt:
    honest = world.honest
    receipt, saved = str(honest.receipt(world.ballot())), str(honest.notes[-1])
    return Attempt(honest.public(), receipt=receipt, checkpoint=saved)


@case("leaves")
def leaf_dropped_from_the_file(world: World) -> Files:
    files = dict(world.honest.files)
    lines = lines_of(files, bundle.LEAVES)
    del lines[world.ballot()]
    return {**files, bundle.LEAVES: joined(lines)}


@case("leaves")
def leaves_swapped_in_the_file(world: World) -> Files:
    lines = lines_of(world.honest.files, bundle.LEAVES)
    n = world.ballot()
    lines[n], lines[n - 1] = lines[n - 1], lines[n]
    return {**world.honest.files, bundle.LEAVES: joined(lines)}


@case("leaves")
def leaf_doubled_in_the_file(world: World) -> Files:
    lines = lines_of(world.honest.files, bundle.LEAVES)
    lines.insert(world.ballot(), lines[world.ballot()])
    return {**world.honest.files, bundle.LEAVES: joined(lines)}


@case("log_root")
def a_hash_of_the_log_dropped(world: World) -> Files:
    log = world.honest.files[bundle.LOG]
    return {**world.honest.files, bundle.LOG: log[:-32]}


@case("log_root")
def two_hashes_of_the_log_swapped(world: World) -> Files:
    log = world.honest.files[bundle.LOG]
    return {**world.honest.files, bundle.LOG: log[32:64] + log[:32] + log[64:]}


@case("leaves")
def another_decision_in_the_manifest(world: World) -> Files:
    manifest = {"decision": "d2", "format": bundle.FORMAT, "kind": "full"}
    return {**world.honest.files, bundle.MANIFEST: encode(manifest)}


@case("roll")
def area_changed_on_the_opened_roll(world: World) -> Files:
    line = lines_of(world.honest.files, bundle.ROLL)[2]
    area = json.loads(line)["area"]
    return edited(world, bundle.ROLL, line, line.replace(area.encode(), b"999.99"))


@case("roll")
def a_home_left_off_the_opened_roll(world: World) -> Files:
    lines = lines_of(world.honest.files, bundle.ROLL)
    return {**world.honest.files, bundle.ROLL: joined(lines[:-1])}


@case("roll")
def a_home_twice_on_the_opened_roll(world: World) -> Files:
    lines = lines_of(world.honest.files, bundle.ROLL)
    return {**world.honest.files, bundle.ROLL: joined([*lines, lines[-1]])}


@case("ballots")
def a_choice_changed_in_an_opening(world: World) -> Files:
    files = dict(world.honest.files)
    if b'"1":"against"' in files[bundle.BALLOTS]:
        return edited(world, bundle.BALLOTS, b'"1":"against"', b'"1":"agree"')
    return edited(world, bundle.BALLOTS, b'"1":"agree"', b'"1":"against"')


@case("ballots")
def two_openings_swapped(world: World) -> Files:
    lines = lines_of(world.honest.files, bundle.BALLOTS)
    lines[0], lines[1] = lines[1], lines[0]
    return {**world.honest.files, bundle.BALLOTS: joined(lines)}


@case("ballots")
def an_opening_kept_back(world: World) -> Files:
    lines = lines_of(world.honest.files, bundle.BALLOTS)
    return {**world.honest.files, bundle.BALLOTS: joined(lines[:-1])}


@case("rules")
def a_threshold_rewritten(world: World) -> Files:
    return edited(world, bundle.RULES, b">1/2", b">1/3")


@case("rules")
def a_matter_moved_to_another_rule(world: World) -> Files:
    return edited(world, bundle.RULES, b'"repair_fund_raise",', b"")


@case("witnesses")
def other_witnesses_in_the_keys(world: World) -> Files:
    return edited(world, bundle.KEYS, b'"needed":2', b'"needed":1')


@case("log_signature")
def a_checkpoint_with_another_signature(world: World) -> Files:
    first, last = str(world.honest.notes[0]), str(world.honest.notes[-1])
    line = first.split("\n\n")[1].split("\n")[0]
    wrong = last.split("\n\n")[0] + "\n\n" + line + "\n" + last.split("\n\n")[1].partition("\n")[2]
    notes = [*map(str, world.honest.notes[:-1]), wrong]
    return {**world.honest.files, bundle.CHECKPOINTS: encode(notes)}


@case("growth")
def checkpoints_out_of_order(world: World) -> Files:
    notes = [str(note) for note in (*world.honest.notes[1:2], *world.honest.notes)]
    return {**world.honest.files, bundle.CHECKPOINTS: encode(notes)}


@case("log_root")
def the_last_checkpoint_left_out(world: World) -> Files:
    notes = [str(note) for note in world.honest.notes[:-1]]
    return {**world.honest.files, bundle.CHECKPOINTS: encode(notes)}

"""What anybody can do to a bundle without a key: to its files, its bytes, its zip."""

import json
import zipfile
from io import BytesIO

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


@case("form")
def a_log_of_31_bytes(world: World) -> Files:
    return {**world.honest.files, bundle.LOG: world.honest.files[bundle.LOG][:-1]}


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


@case("form")
def rules_with_a_space(world: World) -> Files:
    return edited(world, bundle.RULES, b'":', b'": ')


@case("form")
def rules_with_a_float(world: World) -> Files:
    return edited(world, bundle.RULES, b'"rules":[', b'"half":0.5,"rules":[')


@case("form")
def rules_with_keys_out_of_order(world: World) -> Files:
    return edited(
        world,
        bundle.RULES,
        b'"deemed_participation":false,"deemed_to_majority":false',
        b'"deemed_to_majority":false,"deemed_participation":false',
    )


@case("form")
def rules_with_a_key_twice(world: World) -> Files:
    return edited(world, bundle.RULES, b'{"deemed', b'{"deemed_participation":true,"deemed')


@case("form")
def rules_with_a_large_number(world: World) -> Files:
    return edited(world, bundle.RULES, b'"rules":[', b'"rule":9007199254740992,"rules":[')


@case("form")
def rules_with_minus_zero(world: World) -> Files:
    return edited(world, bundle.RULES, b'"rules":[', b'"rule":-0,"rules":[')


@case("form")
def rules_escaped_needlessly(world: World) -> Files:
    return edited(world, bundle.RULES, b'"id":"cn', b'"id":"\\u0063n')


@case("form")
def rules_with_a_byte_order_mark(world: World) -> Files:
    return {**world.honest.files, bundle.RULES: b"\xef\xbb\xbf" + world.honest.files[bundle.RULES]}


@case("form")
def rules_not_in_nfc(world: World) -> Files:
    return edited(world, bundle.RULES, b'"id":"cn', '"id":"e\u0301cn'.encode())


@case("form")
def rules_with_a_lone_surrogate(world: World) -> Files:
    return edited(world, bundle.RULES, b'"id":"cn', b'"id":"\\ud800cn')


@case("form")
def rules_nested_too_deep(world: World) -> Files:
    deep = b"[" * 3000 + b"]" * 3000
    return edited(world, bundle.RULES, b'"rules":[', b'"rule":' + deep + b',"rules":[')


@case("form")
def leaves_without_the_last_newline(world: World) -> Files:
    return {**world.honest.files, bundle.LEAVES: world.honest.files[bundle.LEAVES][:-1]}


@case("form")
def leaves_with_carriage_returns(world: World) -> Files:
    leaves = world.honest.files[bundle.LEAVES].replace(b"\n", b"\r\n")
    return {**world.honest.files, bundle.LEAVES: leaves}


@case("form")
def an_opening_across_two_lines(world: World) -> Files:
    return edited(world, bundle.BALLOTS, b',"decision"', b',\n"decision"')


@case("form")
def an_opening_with_a_choice_twice(world: World) -> Files:
    return edited(world, bundle.BALLOTS, b'"choices":{', b'"choices":{"1":"against",')


@case("form")
def a_roll_in_capital_hex(world: World) -> Files:
    line = lines_of(world.honest.files, bundle.ROLL)[0]
    salt = json.loads(line)["salt"].encode()
    return edited(world, bundle.ROLL, salt, salt.upper())


@case("form")
def an_area_with_a_leading_zero(world: World) -> Files:
    return edited(world, bundle.ROLL, b'{"area":"', b'{"area":"0')


@case("form")
def a_negative_area(world: World) -> Files:
    return edited(world, bundle.ROLL, b'{"area":"', b'{"area":"-')


@case("form")
def a_key_of_other_length(world: World) -> Files:
    return edited(
        world, bundle.KEYS, b"+AQ" if b"+AQ" in world.honest.files[bundle.KEYS] else b"+A", b"+AAAA"
    )


@case("witnesses")
def other_witnesses_in_the_keys(world: World) -> Files:
    return edited(world, bundle.KEYS, b'"needed":2', b'"needed":1')


@case("form")
def a_log_key_that_starts_late(world: World) -> Files:
    return edited(world, bundle.KEYS, b'"since":0', b'"since":1')


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


@case("bundle")
def a_file_too_many(world: World) -> Attempt:
    target = BytesIO(Attempt(world.honest.files).data())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("more.txt", b"")
    return Attempt(raw=target.getvalue())


@case("bundle")
def a_file_too_few(world: World) -> Attempt:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in world.honest.files.items():
            if name != bundle.RULES:
                archive.writestr(name, data)
    return Attempt(raw=target.getvalue())


@case("bundle")
def a_full_bundle_that_calls_itself_public(world: World) -> Attempt:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in world.honest.files.items():
            archive.writestr(name, data.replace(b'"kind":"full"', b'"kind":"public"'))
    return Attempt(raw=target.getvalue())


@case("bundle")
def a_zip_bomb(world: World) -> Attempt:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in world.honest.files.items():
            archive.writestr(name, data if name != bundle.RULES else bytes(5 << 20))
    return Attempt(raw=target.getvalue())


@case("bundle")
def a_zip_cut_short(world: World) -> Attempt:
    return Attempt(raw=Attempt(world.honest.files).data()[:-100])


@case("bundle")
def a_byte_of_the_zip_flipped(world: World) -> Attempt:
    data = bytearray(Attempt(world.honest.files).data())
    data[len(data) // 2] ^= 1
    return Attempt(raw=bytes(data))


@case("bundle")
def a_later_format(world: World) -> Files:
    return edited(world, bundle.MANIFEST, b"bundle/1", b"bundle/2")


@case("bundle")
def no_zip_at_all(world: World) -> Attempt:
    return Attempt(raw=b"%PDF-1.7\n")

"""Other spellings of the same values, and values that may not be: found by form alone."""

import json

from yihe.proof import bundle
from yihe.proof.tests.cases import Files, World, case
from yihe.proof.tests.spoilt_files import edited, lines_of


@case("form")
def a_log_of_31_bytes(world: World) -> Files:
    return {**world.honest.files, bundle.LOG: world.honest.files[bundle.LOG][:-1]}


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


@case("form")
def a_log_key_that_starts_late(world: World) -> Files:
    return edited(world, bundle.KEYS, b'"since":0', b'"since":1')

"""Bundles changed by chance, for two verifiers to disagree about: `mutants(seed)` never ends.

`python -m yihe.proof.tests.mutants DIRECTORY SEED NUMBER` writes them like a corpus; nothing is expected
of them but that all verifiers say the same.
"""

import copy
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from yihe.proof import bundle
from yihe.proof.canonical import Malformed, digest, encode
from yihe.proof.commitments import commit, roll_root
from yihe.proof.tests.cases import Attempt, Files, World, world
from yihe.proof.tests.generator import Vote, at
from yihe.proof.tests.spoilt_bytes import Zip

WORDS: tuple[tuple[Any, ...], ...] = (
    ("agree", "against", "abstain", "invalid"),
    ("online", "paper", "door", "later"),
    ("passed", "not_passed", "no_quorum", "undetermined"),
    ("owned", "developer_unsold"),
    (">1/2", ">=1/2", ">=2/3", ">2/3", ">=3/4", ">=1/1", ">1/1", ">0/1"),
    ("all", "participants"),
    ("ballot", "replacement", "proxy", "closing", "service", "result", "count", "filing"),
    ("service_company", "common_parts_use", "repair_fund_use", "rebuild", "other"),
    ("quorum", "approval"),
)
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**53 - 1, "", "0", "b1", "一", "e\u0301", "\ud800", "a\nb", "\x7f", [], {}, [[]], ["b1", "b2"],
    {"constructor": 1}, {"__proto__": 1}, "x" * 401, "0.10", "00", "1e3", "2026-02-30T00:00:00+08:00",
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for name in value:
            yield from places(value[name], (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


def other(chance: random.Random, old: Any) -> Any:
    """Near the old value mostly, now and then anything."""
    if chance.random() < 0.12:
        return chance.choice(STRANGE)
    if isinstance(old, bool):
        return not old
    if isinstance(old, int):
        return max(0, old + chance.choice((-2, -1, 1, 2, 10)))
    if isinstance(old, str):
        for words in WORDS:
            if old in words:
                return chance.choice(words)
        if old.startswith("2026-"):
            return at(chance.choice((0, 9, 10, 11, 19_999, 20_000, 30_000, 30_010, 40_000)))
        if old.startswith(("u0", "o0")):
            return f"{old[0]}{chance.randrange(9):06d}"
        if old.replace(".", "").isdigit():
            return chance.choice(("0", "100.5", "0.00000001", old + "1", "99999999999999999"))
        return old[:-1] + chance.choice("0ab1") if old else "x"
    if isinstance(old, list):
        return chance.choice((old[:-1], old + old[:1], old[::-1]))
    return chance.choice((None, old))


def poked(chance: random.Random, value: Any) -> Any:
    value = copy.deepcopy(value)
    found = list(places(value))
    if not found:
        return value
    path = chance.choice(found)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    if isinstance(inner, dict) and chance.random() < 0.06:
        del inner[path[-1]]
    elif isinstance(inner, dict) and chance.random() < 0.03:
        inner[chance.choice(("more", "__proto__", "10", "n"))] = 1
    else:
        inner[path[-1]] = other(chance, inner[path[-1]])
    return value


def signed_again(chance: random.Random, one: World) -> Files:
    """The operator changes the vote and signs all of it."""
    vote = one.vote
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice((_leaf, _leaf, _leaf, _leaf, _leaves, _leaves, _rules, _ballot, _roll))(
            chance, vote
        )
    files = vote.sealed().files
    return vote.sealed().public() if chance.random() < 0.2 else files


def _leaf(chance: random.Random, vote: Vote) -> None:
    n = chance.randrange(len(vote.leaves))
    vote.leaves[n] = poked(chance, vote.leaves[n])


def _leaves(chance: random.Random, vote: Vote) -> None:
    n = chance.randrange(len(vote.leaves))
    leaf = vote.leaves[n]
    what = chance.randrange(3)
    if what < 2:
        del vote.leaves[n]
    if what > 0:
        vote.leaves.insert(chance.randrange(len(vote.leaves) + 1), dict(leaf))
    if chance.random() < 0.6:
        for number, one in enumerate(vote.leaves):
            one["n"] = number


def _rules(chance: random.Random, vote: Vote) -> None:
    vote.rules = poked(chance, vote.rules)
    for leaf in vote.leaves:
        if leaf["kind"] in ("rules", "notice", "result"):
            leaf["hash" if leaf["kind"] == "rules" else "rules"] = digest(vote.rules)


def _ballot(chance: random.Random, vote: Vote) -> None:
    place = chance.randrange(len(vote.cast))
    line = encode(poked(chance, json.loads(vote.cast[place].opening)))
    if chance.random() < 0.05:
        line = line.replace(b":", b": ", 1)
    vote.cast[place] = replace(vote.cast[place], opening=line)
    ballots = [leaf for leaf in vote.leaves if leaf["kind"] in ("ballot", "replacement")]
    if place < len(ballots):
        ballots[place]["commitment"] = commit(line)


def _roll(chance: random.Random, vote: Vote) -> None:
    lines, place = vote.roll_lines, chance.randrange(len(vote.roll_lines))
    what = chance.randrange(6)
    if what == 0:
        del lines[place]
    elif what == 1:
        lines.insert(chance.randrange(len(lines)), lines[place])
    else:
        lines[place] = encode(poked(chance, json.loads(lines[place])))
    for leaf in vote.leaves:
        if leaf["kind"] == "correction" and "root" in leaf:
            leaf["root"] = roll_root(lines)
        if leaf["kind"] == "result" and "roll" in leaf:
            leaf["roll"] = roll_root(lines)


def by_others(chance: random.Random, one: World) -> Attempt:
    """Anybody changes the files, what is brought along, or the zip around them."""
    files = dict(one.honest.files)
    what = chance.randrange(6)
    name = chance.choice(bundle.FULL)
    if what == 0:
        data = bytearray(files[name])
        for _ in range(chance.randint(1, 3)):
            data[chance.randrange(len(data))] = chance.choice((chance.randrange(256), 10, 34, 48))
        return Attempt({**files, name: bytes(data)})
    if what == 1 and name.endswith(".json"):
        return Attempt({**files, name: encode(poked(chance, json.loads(files[name])))})
    if what == 2:
        cut = chance.randrange(len(files[name]))
        return Attempt(
            {**files, name: files[name][:cut] + files[name][cut + chance.randrange(40) :]}
        )
    if what == 3:
        receipt = str(one.honest.receipt(one.ballot()))
        return Attempt(files, receipt=_edited(chance, receipt))
    if what == 4:
        return Attempt(files, checkpoint=_edited(chance, str(chance.choice(one.honest.notes))))
    return Attempt(raw=_bytes(chance, Zip(files).data()))


def _edited(chance: random.Random, text: str) -> str:
    place = chance.randrange(len(text) + 1)
    more = chance.choice(("", " ", "\n", "\t", "0", "A", "=", "\u3000", "\ufeff", "\x85", "—"))
    return text[:place] + more + text[place + chance.randrange(2) :]


def _bytes(chance: random.Random, data: bytes) -> bytes:
    """The zip's own numbers more often than what is packed: those stand at its marks."""
    changed = bytearray(data)
    marks = [at for at in range(len(data) - 4) if data[at : at + 2] == b"PK"]
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(len(data))
        if chance.random() < 0.8:
            place = min(len(data) - 1, chance.choice(marks) + chance.randrange(46))
        changed[place] = chance.choice((0, 1, 255, chance.randrange(256), changed[place] ^ 1))
    return bytes(changed)


def mutants(seed: int, ballots: int = 6) -> Iterator[Attempt]:
    chance = random.Random(seed)
    while True:
        one = world(chance.randrange(40), ballots)
        try:
            if chance.random() < 0.6:
                yield Attempt(signed_again(chance, one))
            else:
                attempt = by_others(chance, one)
                attempt.data()
                yield attempt
        except (Malformed, KeyError, TypeError, ValueError, AttributeError):
            continue  # the generator signs no nonsense


def main() -> None:
    folder, seed, number = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for place, attempt in zip(range(number), mutants(seed), strict=False):
        files = {"bundle": f"{place}.zip"}
        (folder / files["bundle"]).write_bytes(attempt.data())
        for role, text in (("receipt", attempt.receipt), ("checkpoint", attempt.checkpoint)):
            if text is not None:
                files[role] = f"{place}.{role}.txt"
                (folder / files[role]).write_text(text, encoding="utf-8", newline="")
        rows.append({"name": str(place), "files": files})
    (folder / "expected.json").write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    main()

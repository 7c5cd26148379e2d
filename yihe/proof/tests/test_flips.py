"""Every value of every file is changed, one at a time: some check has to fail."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from yihe.proof import bundle
from yihe.proof.bundle import NotABundle, write_bundle
from yihe.proof.canonical import digest, encode
from yihe.proof.tests.cases import Attempt, Files
from yihe.proof.tests.generator import RULES, make_vote
from yihe.proof.verify import verify

SEALED = make_vote(11, 14, late=1).sealed()
FULL, PUBLIC = SEALED.files, SEALED.public()
Path = tuple[str | int, ...]


def holds(files: Files) -> bool:
    try:
        return verify(Attempt(files).data()).ok
    except NotABundle:
        return False


def values(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """All values that are not containers, and where they stand."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from values(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from values(inner, (*path, place))
    else:
        yield path, value


def other(value: Any) -> Any:
    """A neighbouring value of the same form."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if value is None:
        return 1
    if not value:
        return "x"
    if value in OTHER_WORDS:
        return OTHER_WORDS[value]
    last = value[-1]
    return value[:-1] + (
        ("1" if last != "1" else "2") if last in "0123456789abcdef" else last + "x"
    )


OTHER_WORDS = {
    "agree": "against", "against": "agree", "abstain": "agree", "invalid": "agree",
    "online": "paper", "paper": "online", "door": "online", "owned": "developer_unsold",
    "developer_unsold": "owned", "passed": "not_passed", "not_passed": "passed",
    "no_quorum": "passed", "undetermined": "passed", "later": "paper", "ballot": "replacement",
    "replacement": "ballot", "full": "public", "public": "full",
}  # fmt: skip


def changed(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def flips(files: Files) -> Iterator[tuple[str, Files]]:
    for name, data in files.items():
        if name == bundle.LOG:
            for at in range(0, len(data), 13):
                flipped = bytearray(data)
                flipped[at] ^= 0x10
                yield f"{name} {at}", {**files, name: bytes(flipped)}
            continue
        lines = data[:-1].split(b"\n") if name.endswith(".ndjson") else [data]
        for number, line in enumerate(lines):
            value = json.loads(line)
            for path, old in values(value):
                new = encode(changed(value, path, other(old)))
                text = [*lines[:number], new, *lines[number + 1 :]]
                joined = b"".join(one + b"\n" for one in text)
                yield f"{name} {number} {path}", {**files, name: joined if len(lines) > 1 else new}


@pytest.mark.parametrize("files", [FULL, PUBLIC], ids=["full", "public"])
def test_no_value_can_be_changed_unseen(files):
    assert holds(files)
    survived, tried = [], 0
    for words, spoilt in flips(files):
        tried += 1
        if set(spoilt) == set(files):
            try:
                if holds(spoilt):
                    survived.append(words)
            except ValueError:  # the writer refuses what calls itself another kind
                continue
    assert tried > 450
    assert survived == []


def test_no_byte_of_the_small_files_can_be_changed_unseen():
    """But for the lines of witnesses under earlier checkpoints: they are only asked not to be wrong."""
    survived = set()
    for name in (bundle.MANIFEST, bundle.KEYS, bundle.CHECKPOINTS):
        data = PUBLIC[name]
        for at in range(0, len(data), 1 if len(data) < 1000 else 3):
            flipped = bytearray(data)
            flipped[at] ^= 0x01
            if holds({**PUBLIC, name: bytes(flipped)}):
                assert name == bundle.CHECKPOINTS
                line = data[data.rfind(b"\\n", 0, at + 1) :]
                assert line.startswith("\\n— w".encode())
                survived.add(data.count(b'","', 0, at))
    assert survived <= {0, 1}  # the last checkpoint's lines all count


def resealed_flips() -> Iterator[tuple[str, str, Files]]:
    vote = make_vote(11, 14, late=1)
    kept = vote.leaves
    for n, leaf in enumerate(kept):
        for path, old in values(leaf):
            if path[0] in ("v", "kind", "n", "decision", "note") or (leaf["kind"], path[0]) == (
                "count",
                "result",
            ):
                continue
            vote.leaves = [*kept[:n], changed(leaf, path, other(old)), *kept[n + 1 :]]
            name = ".".join(str(part) for part in path if isinstance(part, str))
            yield leaf["kind"], name, vote.sealed().files


def test_what_an_operator_may_write_is_known():
    """All is signed again after each change, by log, witnesses and scrutineers: what is left to them
    is what only other evidence can tell. Everything that decides is held by another leaf or file."""
    free = set()
    for kind, name, files in resealed_flips():
        if holds(files):
            free.add((kind, name))
    words = {(kind, name) for kind, name in free if name not in ("at", "salt")}
    assert words == {
        ("filing", "digest"),
        ("filing", "office"),
        ("notice", "digest"),
        ("notice", "motions.title"),
        ("notice", "reported"),
        ("notice", "title"),
        ("objection", "digest"),
        ("paper_batch", "batch"),
        ("proxy", "commitment"),
        ("roll", "area"),  # the first roll: a correction stands in its place
        ("roll", "heads"),
        ("roll", "root"),
        ("roll", "units"),
        ("notice", "scrutineers.needed"),
        ("notice", "precedence"),  # where no home voted in two ways of handing in
    }


STRANGE: tuple[Any, ...] = (
    [],
    {},
    None,
    True,
    -1,
    2**53 - 1,
    "",
    "9" * 400,
    "一",
    [[]],
    {"a": []},
    "0",
    "\n\n",
    [1, "x"],
)


def test_strange_values_are_answered_in_words():
    """Whatever stands in a value, signed again or not: a failed check, never an exception."""
    chance = random.Random(7)
    for name in (bundle.KEYS, bundle.CHECKPOINTS):
        value = json.loads(FULL[name])
        for path, _ in [*values(value), ((), None)]:
            for strange in STRANGE:
                new = encode(changed(value, path, strange))
                assert new == FULL[name] or not holds({**FULL, name: new})
    vote = make_vote(11, 14, late=1)
    vote.cosigned_at = 1_900_000_000
    kept = list(vote.leaves)
    for _ in range(300):
        n = chance.randrange(len(kept))
        path, _old = chance.choice(list(values(kept[n])))
        strange = chance.choice(STRANGE)
        vote.leaves = [
            *kept[:n],
            changed(kept[n], path[: chance.randint(1, len(path))], strange),
            *kept[n + 1 :],
        ]
        try:
            files = vote.sealed().files
        except (TypeError, KeyError, ValueError):  # the generator signs no nonsense
            continue
        verify(Attempt(files).data())


def test_strange_rules_are_answered_in_words():
    vote = make_vote(11, 14)
    for path, _ in [*values(RULES), (("rules", 0), 0), (("rules",), 0)]:
        for strange in STRANGE:
            vote.rules = changed(RULES, path, strange)
            for kind, name in (("rules", "hash"), ("notice", "rules"), ("result", "rules")):
                vote.find(kind)[name] = digest(vote.rules)
            verify(Attempt(vote.sealed().files).data())


def test_a_broken_zip_is_no_bundle_and_no_exception():
    data, chance = Attempt(PUBLIC).data(), random.Random(3)
    for _ in range(1000):
        spoilt = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            spoilt[chance.randrange(len(data))] = chance.randrange(256)
        cut = bytes(spoilt[: chance.choice((len(data), chance.randrange(len(data))))])
        try:
            verify(cut)
        except NotABundle:
            continue


def test_the_writer_refuses_what_is_no_bundle(tmp_path):
    with pytest.raises(ValueError, match="exactly"):
        write_bundle(tmp_path / "x.zip", {bundle.MANIFEST: b""})

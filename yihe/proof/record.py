"""What the files of a bundle hold, read strictly: every byte has one spelling, or it is Malformed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from yihe.proof import bundle
from yihe.proof.canonical import Malformed, decode, digest
from yihe.proof.commitments import OPENING, ROLL_ENTRY
from yihe.proof.keys import COSIGNATURE, LogKeys, Witnesses, log_keys, quorum
from yihe.proof.leaves import BALLOT, Leaf, parse_leaf
from yihe.proof.notes import Checkpoint, Note, checkpoint_of, parse_note
from yihe.proof.recount import Roll, area_units, head_of

MOST_CHECKPOINTS = 256


class BallotLeaf(NamedTuple):
    """One ballot or replacement in the log."""

    at: str
    commitment: str
    decision: str
    kind: str
    n: int


class Opening(NamedTuple):
    """One ballot opened; `choices` is the text between the braces, read once for many ballots."""

    channel: str
    choices: str
    decision: str
    proxy: str
    replaces: str
    salt: str
    unit: str


@dataclass(frozen=True)
class OpenRoll:
    """The roll opened: its lines as bytes (for the root), units in order, columns for the count."""

    lines: list[bytes]
    units: list[str]
    columns: Roll


@dataclass(frozen=True)
class Record:
    """A bundle as values. `lines` are all leaves of the decision in order, as bytes."""

    kind: str
    decision: str
    keys: LogKeys
    witnesses: Witnesses
    witnesses_hash: str
    rules: Any
    rules_hash: str
    checkpoints: list[tuple[Note, Checkpoint]]
    hashes: list[bytes]
    lines: list[bytes]
    numbers: list[int]
    decisions: set[str]
    leaves: list[Leaf]
    ballots: list[BallotLeaf]
    roll: OpenRoll | None = None
    openings: list[Opening] | None = None
    opening_lines: list[bytes] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Leaf]:
        return [leaf for leaf in self.leaves if leaf.kind in kinds]


def read_record(kind: str, files: Mapping[str, bytes]) -> Record:
    """Reads all files. Malformed, naming the file, at the first byte that is not as it must be."""
    name = bundle.KEYS
    try:
        keys = decode(files[name])
        if not isinstance(keys, dict) or keys.keys() != {"log", "witnesses"}:
            raise Malformed("字段不对")
        log, witnesses = log_keys(keys["log"]), quorum(keys["witnesses"], COSIGNATURE)
        name = bundle.RULES
        rules = decode(files[name])
        name = bundle.CHECKPOINTS
        checkpoints = _checkpoints(decode(files[name]))
        name = bundle.LOG
        hashes = _hashes(files[name])
        name = bundle.LEAVES
        lines, numbers, decisions, leaves, ballots = _leaves(files[name])
        roll = openings = None
        opening_lines: list[bytes] = []
        if kind == "full":
            name = bundle.ROLL
            roll = _roll(files[name])
            name = bundle.BALLOTS
            openings, opening_lines = _openings(files[name])
    except Malformed as error:
        raise Malformed(f"{name}：{error}") from error
    return Record(
        kind=kind,
        decision=decode(files[bundle.MANIFEST])["decision"],
        keys=log,
        witnesses=witnesses,
        witnesses_hash=digest(keys["witnesses"]),
        rules=rules,
        rules_hash=digest(rules),
        checkpoints=checkpoints,
        hashes=hashes,
        lines=lines,
        numbers=numbers,
        decisions=decisions,
        leaves=leaves,
        ballots=ballots,
        roll=roll,
        openings=openings,
        opening_lines=opening_lines,
    )


def _checkpoints(value: Any) -> list[tuple[Note, Checkpoint]]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_CHECKPOINTS:
        raise Malformed("检查点的个数不对")
    found = []
    for text in value:
        if not isinstance(text, str):
            raise Malformed("检查点应当是文字")
        note = parse_note(text)
        found.append((note, checkpoint_of(note)))
    return found


def _hashes(data: bytes) -> list[bytes]:
    if len(data) % 32 or not data:
        raise Malformed("长度不是 32 的倍数")
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def _split(data: bytes) -> list[bytes]:
    if not data:
        return []
    if not data.endswith(b"\n"):
        raise Malformed("最后一行没有换行")
    return data[:-1].split(b"\n")


def _leaves(
    data: bytes,
) -> tuple[list[bytes], list[int], set[str], list[Leaf], list[BallotLeaf]]:
    lines = _split(data)
    if not lines:
        raise Malformed("没有条目")
    numbers: list[int] = []
    decisions: set[str] = set()
    leaves: list[Leaf] = []
    ballots: list[BallotLeaf] = []
    match = BALLOT.fullmatch
    for place, line in enumerate(lines):
        found = match(line.decode("latin-1"))  # the pattern is ASCII: nothing else can match
        if found:
            at, commitment, decision, kind, n = found.groups()
            numbers.append(int(n))
            decisions.add(decision)
            ballots.append(BallotLeaf(at, commitment, decision, kind, int(n)))
            continue
        try:
            leaf = parse_leaf(line)
        except Malformed as error:
            raise Malformed(f"第 {place + 1} 行{error}") from error
        numbers.append(leaf.n)
        decisions.add(leaf.decision)
        leaves.append(leaf)
    return lines, numbers, decisions, leaves, ballots


def _rows(data: bytes, pattern: re.Pattern[str]) -> tuple[list[bytes], list[tuple[str, ...]]]:
    """Lines, and their fields by a pattern that matches one whole line: as many matches as lines."""
    lines = _split(data)
    try:
        rows = pattern.findall(data.decode("ascii"))
    except UnicodeDecodeError as error:
        raise Malformed("有规定以外的字符") from error
    if len(rows) != len(lines):
        good = re.compile(pattern.pattern, re.ASCII)
        wrong = next(
            (n for n, line in enumerate(lines, 1) if not good.fullmatch(line.decode("ascii"))), 0
        )
        raise Malformed(f"第 {wrong} 行不合规定")
    return lines, rows


def _roll(data: bytes) -> OpenRoll:
    lines, rows = _rows(data, ROLL_ENTRY)
    units = [row[5] for row in rows]
    scopes: dict[str, frozenset[str]] = {}
    for text in {row[4] for row in rows}:
        names = text[1:-1].split('","') if text else []
        if any(left >= right for left, right in pairwise(names)):
            raise Malformed("范围没有按顺序")
        scopes[text] = frozenset(names)
    columns = Roll(
        [head_of(row[2], row[1]) for row in rows],
        [area_units(row[0]) for row in rows],
        [scopes[row[4]] for row in rows],
    )
    return OpenRoll(lines, units, columns)


def _openings(data: bytes) -> tuple[list[Opening], list[bytes]]:
    lines, rows = _rows(data, OPENING)
    for text in {row[1] for row in rows}:
        decode(b"{" + text.encode() + b"}")  # sorted keys, each once
    return [Opening(*row) for row in rows], lines

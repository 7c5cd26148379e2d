"""Votes with known truth, from a seed: a roll, ballots, a log around them, a count made another way.

What the verifier must find is made here by changing a vote before it is sealed (an operator who
signs whatever he likes) or its files afterwards (anybody).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from yihe.proof import bundle
from yihe.proof.canonical import digest, encode
from yihe.proof.checks_count import count_statement
from yihe.proof.commitments import RollEntry, ballot_opening, commit, roll_root
from yihe.proof.keys import COSIGNATURE, NOTE, KeyPeriod, LogKeys, SigningKey, Witnesses
from yihe.proof.leaves import CHOICES, MATTERS, posix
from yihe.proof.making import full_files, public_files
from yihe.proof.notes import Checkpoint, Note, cosignature, sign_checkpoint, sign_note
from yihe.proof.proofs import inclusion
from yihe.proof.receipts import Receipt, make_receipt
from yihe.proof.tests.truth import SPECIAL, Cast, plain, truth_of
from yihe.proof.tree import MemoryNodes, leaf_hash, root

ORIGIN = "yihe.example/440310/compound-1"
START = datetime.fromisoformat("2026-11-01T09:00:00+08:00")
RULES: dict[str, Any] = {
    "deemed_participation": False,
    "deemed_to_majority": False,
    "id": "cn-civil-code-2021",
    "in_force_from": "2021-01-01",
    "rules": [
        {
            "base": "all",
            "id": "CC278.quorum",
            "kind": "quorum",
            "law": "民法典第二百七十八条第二款",
            "matters": list(MATTERS),
            "needed": ">=2/3",
        },
        {
            "base": "participants",
            "id": "CC278.special",
            "kind": "approval",
            "law": "民法典第二百七十八条第二款",
            "matters": list(SPECIAL),
            "needed": ">=3/4",
        },
        {
            "base": "participants",
            "id": "CC278.ordinary",
            "kind": "approval",
            "law": "民法典第二百七十八条第二款",
            "matters": [matter for matter in MATTERS if matter not in SPECIAL],
            "needed": ">1/2",
        },
    ],
}


def key(name: str, kind: int, seed: object) -> SigningKey:
    return SigningKey(name, kind, sha256(f"{seed}/{name}".encode()).digest())


def ballot_line(leaf: dict[str, Any]) -> bytes:
    """What `encode` gives, quicker: there are a hundred thousand."""
    text = (
        f'{{"at":"{leaf["at"]}","commitment":"{leaf["commitment"]}","decision":"{leaf["decision"]}",'
        f'"kind":"{leaf["kind"]}","n":{leaf["n"]},"v":1}}'
    )
    return text.encode()


def at(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).isoformat()


@dataclass
class Sealed:
    """The files of a bundle, and what a voter or an owner of a saved checkpoint would hold."""

    files: dict[str, bytes]
    lines: list[bytes]
    nodes: MemoryNodes
    places: list[int]  # of the decision's leaves in the log
    notes: list[Note]

    def receipt(self, n: int) -> Receipt:
        note, size = self.notes[-1], len(self.files[bundle.LOG]) // 32
        proof = inclusion(self.nodes, self.places[n], size)
        return make_receipt(self.lines[n], self.places[n], proof, note)

    def public(self) -> dict[str, bytes]:
        return public(self.files)


def public(files: dict[str, bytes]) -> dict[str, bytes]:
    """The public bundle of a full one."""
    kept = {name: files[name] for name in bundle.PUBLIC}
    manifest = {"decision": "d1", "format": bundle.FORMAT, "kind": "public"}
    return {**kept, bundle.MANIFEST: encode(manifest)}


@dataclass
class Vote:
    """Everything a decision is made of, before it is sealed; tests change it at will."""

    seed: int
    log_key: SigningKey
    witness_keys: list[SigningKey]
    scrutineer_keys: list[SigningKey]
    needed: int = 2
    decision: str = "d1"
    rules: dict[str, Any] = field(default_factory=lambda: RULES)
    roll: list[RollEntry] = field(default_factory=list)
    roll_lines: list[bytes] = field(default_factory=list)
    motions: list[dict[str, Any]] = field(default_factory=list)
    precedence: str = "later"
    cast: list[Cast] = field(default_factory=list)
    leaves: list[dict[str, Any]] = field(default_factory=list)
    cosigned_at: int | None = None
    root: Callable[[MemoryNodes, int], bytes] = root
    foreign: int = 40

    def salt(self, *words: object) -> str:
        return sha256(repr((self.seed, words)).encode()).hexdigest()

    def witnesses(self) -> Witnesses:
        return Witnesses(tuple(one.verify_key for one in self.witness_keys), self.needed)

    def leaf(self, kind: str, minutes: int, **fields: Any) -> None:
        if kind not in ("ballot", "replacement"):
            fields["salt"] = self.salt("leaf", len(self.leaves))[:32]
        self.leaves.append(
            {
                "at": at(minutes),
                "decision": self.decision,
                "kind": kind,
                "n": len(self.leaves),
                "v": 1,
                **fields,
            }
        )

    def find(self, kind: str) -> dict[str, Any]:
        return next(leaf for leaf in self.leaves if leaf["kind"] == kind)

    def sealed(self, edit: Callable[[list[bytes]], list[bytes]] | None = None) -> Sealed:
        """The files. `edit` changes the lines of the leaves before the log takes them."""
        lines = self._signed_lines()
        if edit is not None:
            lines = edit(lines)
        hashes: list[bytes] = []
        places: list[int] = []
        marks: list[int] = []
        spread = max(1, len(lines) // self.foreign)
        for n, line in enumerate(lines):
            if n % spread == 0:
                hashes.append(sha256(f"foreign {self.seed} {n}".encode()).digest())
            places.append(len(hashes))
            hashes.append(leaf_hash(line))
            if b'"kind":"notice"' in line or b'"kind":"closing"' in line:
                marks.append(len(hashes))
        nodes = MemoryNodes(hashes)
        notes = [self.checkpoint(nodes, size) for size in sorted({*marks, len(hashes)})]
        files = full_files(
            public_files(
                decision=self.decision,
                log=LogKeys(ORIGIN, (KeyPeriod(self.log_key.verify_key, 0, None),)),
                witnesses=self.witnesses(),
                rules=self.rules,
                checkpoints=notes,
                hashes=hashes,
                leaves=lines,
            ),
            decision=self.decision,
            roll=self.roll_lines,
            openings=[one.opening for one in self.cast],
        )
        return Sealed(files, lines, nodes, places, notes)

    def checkpoint(self, nodes: MemoryNodes, size: int) -> Note:
        note = sign_checkpoint(Checkpoint(ORIGIN, size, self.root(nodes, size)), self.log_key)
        now = self.cosigned_at
        if now is None:
            now = posix(self.leaves[-1]["at"]) + 60
        signing = self.witness_keys[: self.needed]
        return note.with_signatures(cosignature(note.text, one, now) for one in signing)

    def _signed_lines(self) -> list[bytes]:
        lines, result, number = [], b"", -1
        for leaf in self.leaves:
            if leaf["kind"] == "count" and leaf["note"] is None:
                text = count_statement(self.decision, number, result)
                signatures = tuple(sign_note(text, one) for one in self.scrutineer_keys)
                leaf = {**leaf, "note": str(Note(text, signatures)), "result": number}
            line = ballot_line(leaf) if leaf["kind"] in ("ballot", "replacement") else encode(leaf)
            if leaf["kind"] == "result":
                result, number = line, leaf["n"]
            lines.append(line)
        return lines


def make_vote(
    seed: int = 1, ballots: int = 40, *, late: int = 0, precedence: str = "later"
) -> Vote:
    """A whole decision: `ballots` counted in time (changes of mind included), `late` after the closing."""
    rnd = random.Random(seed)
    vote = Vote(
        seed=seed,
        log_key=key(ORIGIN, NOTE, seed),
        witness_keys=[key(f"witness{n}.example/w", COSIGNATURE, seed) for n in range(3)],
        scrutineer_keys=[key(f"scrutineer{n}", NOTE, seed) for n in range(3)],
        precedence=precedence,
    )
    _make_roll(vote, rnd, max(6, ballots * 5 // 4))
    vote.motions = [
        {"id": "1", "matter": "service_company", "scope": None, "title": "选聘物业服务企业"},
        {"id": "2", "matter": "common_parts_use", "scope": None, "title": "利用共有部分经营"},
        {"id": "3", "matter": "repair_fund_use", "scope": "b1", "title": "一号楼电梯维修"},
    ]
    _before(vote)
    _ballots(vote, rnd, ballots, late=False)
    paper = sum(one.channel != "online" for one in vote.cast)
    vote.leaf("paper_batch", 30_000, batch="p1", ballots=paper)
    again = sum(leaf["kind"] == "replacement" for leaf in vote.leaves)
    vote.leaf("closing", 30_010, ballots=ballots - again, replacements=again)
    _ballots(vote, rnd, late, late=True)
    vote.leaf(
        "reconciliation", 30_100, printed=paper + 9, returned=paper + 2, spoiled=3, missing=4,
        marked=paper,
    )  # fmt: skip
    vote.leaf(
        "result", 30_200, motions=truth(vote), notice=vote.find("notice")["n"], replaced=again,
        roll=vote.find("correction")["root"], rules=digest(vote.rules), units=ballots - again,
    )  # fmt: skip
    vote.leaf("count", 30_300, note=None, result=0)
    vote.leaf("filing", 30_400, digest=vote.salt("filing"), office="龙田街道办事处")
    return vote


def _make_roll(vote: Vote, rnd: random.Random, units: int) -> None:
    owners = [f"o{number:06d}" for number in range(max(2, units * 9 // 10))]
    for number in range(units):
        kind = "developer_unsold" if rnd.random() < 0.03 else "owned"
        owner = owners[number] if number < len(owners) else rnd.choice(owners[: units // 5 + 1])
        area = f"{rnd.randrange(4000, 16000) / 100:.2f}"
        vote.roll.append(RollEntry(f"u{number:06d}", owner, area, kind, (f"b{number % 4 + 1}",)))
    vote.roll_lines = [
        entry.line(vote.salt("roll", place)) for place, entry in enumerate(vote.roll)
    ]


def truth(vote: Vote) -> list[dict[str, Any]]:
    """The motions of this vote's result, counted another way."""
    return truth_of(vote.roll, vote.motions, vote.cast, vote.precedence)


def roll_fields(vote: Vote, lines: list[bytes] | None = None) -> dict[str, Any]:
    heads = {"developer" if e.kind == "developer_unsold" else e.owner for e in vote.roll}
    return {
        "area": plain(sum((Decimal(entry.area) for entry in vote.roll), Decimal(0))),
        "heads": len(heads),
        "root": roll_root(vote.roll_lines if lines is None else lines),
        "units": len(vote.roll),
    }


def _before(vote: Vote) -> None:
    units = len(vote.roll)
    vote.leaf("rules", 0, hash=digest(vote.rules))
    vote.leaf("roll", 1, **roll_fields(vote, vote.roll_lines[:-1]))
    vote.leaf("objection", 2, digest=vote.salt("objection"))
    vote.leaf("correction", 3, objection=2, **roll_fields(vote))
    vote.leaf(
        "notice", 10, closes_at=at(30_000), digest=vote.salt("notice"), motions=vote.motions,
        opens_at=at(20_000), precedence=vote.precedence, reported=True, rules=digest(vote.rules),
        scrutineers={
            "keys": [str(one.verify_key) for one in vote.scrutineer_keys], "needed": 2,
        },
        title="关于选聘物业服务企业等事项的表决", witnesses=digest(vote.witnesses().as_json()),
    )  # fmt: skip
    vote.leaf("service", 19_000, delivered=units - 2, posted=1, unserved=1)
    vote.leaf("proxy", 19_500, commitment=vote.salt("proxy"))
    del vote.leaves[-1]["salt"]


def _ballots(vote: Vote, rnd: random.Random, number: int, *, late: bool) -> None:
    latest = {one.unit: leaf["n"] for one, leaf in zip(vote.cast, _cast_leaves(vote), strict=True)}
    fresh = [entry for entry in vote.roll if entry.unit not in latest]
    rnd.shuffle(fresh)
    by_unit = {entry.unit: entry for entry in vote.roll}
    voted = list(latest)
    for place in range(number):
        if voted and (rnd.random() < 0.04 or not fresh):
            unit = rnd.choice(voted)
        else:
            unit = fresh.pop().unit
            voted.append(unit)
        choices = {"1": rnd.choices(CHOICES, (70, 20, 8, 2))[0]}
        if rnd.random() < 0.97:
            choices["2"] = rnd.choices(CHOICES, (75, 20, 4, 1))[0]
        if "b1" in by_unit[unit].scopes:
            choices["3"] = rnd.choices(CHOICES, (60, 35, 4, 1))[0]
        channel = rnd.choices(("online", "paper", "door"), (70, 20, 10))[0]
        n = len(vote.leaves)
        before = latest.get(unit)
        opening = ballot_opening(
            decision=vote.decision, unit=unit, choices=choices, channel=channel,
            salt=vote.salt("ballot", n), replaces=before, proxy=6 if place == 3 else None,
        )  # fmt: skip
        minutes = 30_020 if late else 20_000 + place * 9_999 // max(1, number)
        vote.leaf(
            "ballot" if before is None else "replacement", minutes, commitment=commit(opening)
        )
        latest[unit] = n
        vote.cast.append(Cast(unit, choices, channel, late, opening))


def _cast_leaves(vote: Vote) -> list[dict[str, Any]]:
    return [leaf for leaf in vote.leaves if leaf["kind"] in ("ballot", "replacement")]

"""How a spoilt bundle is made, and the list of all spoilers (each module of `spoilt_…` adds its own)."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from yihe.proof.bundle import write_bundle
from yihe.proof.tests.generator import Sealed, Vote, make_vote

Files = dict[str, bytes]


@dataclass
class World:
    """A fresh vote to spoil, seeded chance, and what honest people hold."""

    vote: Vote
    chance: random.Random
    honest: Sealed

    def ballot(self) -> int:
        """The number of some ballot's leaf before the closing, with a ballot on both sides."""
        kinds = [leaf["kind"] in ("ballot", "replacement") for leaf in self.vote.leaves]
        numbers = [
            n
            for n in range(1, self.vote.find("closing")["n"])
            if all(kinds[n - 1 : n + 2]) and self.vote.leaves[n]["kind"] == "ballot"
        ]
        return self.chance.choice(numbers)


@dataclass
class Attempt:
    """A spoilt bundle: files, or the bytes of something that is no bundle; and what is held to it."""

    files: Files | None = None
    raw: bytes | None = None
    receipt: str | None = None
    checkpoint: str | None = None

    def data(self) -> bytes:
        if self.raw is not None:
            return self.raw
        target = BytesIO()
        write_bundle(target, self.files or {})
        return target.getvalue()


@dataclass(frozen=True)
class Case:
    name: str
    must_fail: str | None  # a check; "bundle" where the file is none
    make: Callable[[World], Attempt]

    @property
    def exit(self) -> int:
        return 0 if self.must_fail is None else 2 if self.must_fail == "bundle" else 1


CASES: list[Case] = []
Maker = Callable[[World], Any]


def case(must_fail: str | None) -> Callable[[Maker], Maker]:
    """Registers a spoiler under its name; it gives files, a sealed vote, a vote or an attempt."""

    def keep(make: Maker) -> Maker:
        def attempt(world: World) -> Attempt:
            made = make(world)
            if isinstance(made, Vote):
                made = made.sealed()
            if isinstance(made, Sealed):
                made = made.files
            return made if isinstance(made, Attempt) else Attempt(files=made)

        CASES.append(Case(make.__name__, must_fail, attempt))
        return make

    return keep


def world(seed: int, ballots: int) -> World:
    vote = make_vote(seed, ballots, late=2)
    return World(vote, random.Random(seed), vote.sealed())

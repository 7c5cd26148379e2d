"""Manipulated bundles, each with the check that must find it.

For a second verifier: `python -m yihe.proof.tests.corpus DIRECTORY [SEED [BALLOTS]]` writes
NAME.zip, NAME.receipt.txt, NAME.checkpoint.txt and expected.json, the same for the same seed.
`expected.json` is a list of {"name","files","exit","must_fail"}: `must_fail` has to be among the
checks that fail (all of them hold when it is null).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from yihe.proof.tests import (
    spoilt_ballots,
    spoilt_bytes,
    spoilt_counts,
    spoilt_files,
    spoilt_forms,
    spoilt_logs,
    spoilt_missing,
    spoilt_order,
    spoilt_rules,
    spoilt_zips,
)
from yihe.proof.tests.cases import CASES, Attempt, Case, world

SPOILERS = (
    spoilt_ballots,
    spoilt_bytes,
    spoilt_counts,
    spoilt_files,
    spoilt_forms,
    spoilt_logs,
    spoilt_missing,
    spoilt_order,
    spoilt_rules,
    spoilt_zips,
)  # they registered themselves in CASES


def attempts(seed: int, ballots: int) -> Iterator[tuple[Case, Attempt]]:
    for one in CASES:
        try:
            yield one, one.make(world(seed, ballots))
        except (
            AssertionError,
            StopIteration,
        ):  # a small vote may have nothing of the kind to spoil
            continue


def write_corpus(directory: Path, seed: int, ballots: int) -> int:
    directory.mkdir(parents=True, exist_ok=True)
    expected = []
    for one, attempt in attempts(seed, ballots):
        files = {"bundle": f"{one.name}.zip"}
        (directory / files["bundle"]).write_bytes(attempt.data())
        for role, text in (("receipt", attempt.receipt), ("checkpoint", attempt.checkpoint)):
            if text is not None:
                files[role] = f"{one.name}.{role}.txt"
                (directory / files[role]).write_text(text, encoding="utf-8", newline="\n")
        expected.append(
            {"name": one.name, "files": files, "exit": one.exit, "must_fail": one.must_fail}
        )
    text = json.dumps(expected, ensure_ascii=False, indent=1)
    (directory / "expected.json").write_text(text + "\n", encoding="utf-8")
    return len(expected)


def main() -> None:
    words = sys.argv[1:]
    number = write_corpus(
        Path(words[0]),
        int(words[1]) if len(words) > 1 else 1,
        int(words[2]) if len(words) > 2 else 40,
    )
    sys.stdout.write(f"{number}\n")


if __name__ == "__main__":
    main()

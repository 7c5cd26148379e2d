"""`yihe …` in a process of its own: this folder stands below the command line."""

import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


def yihe(*words: object) -> Said:
    command = [sys.executable, "-m", "yihe.cli", *map(str, words)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    return Said(done.returncode, done.stdout, done.stderr)

"""That a process is not stuck: it writes a byte into a pipe now and then, and its supervisor listens.

No file that a full disk could refuse, no wall clock that could be set.
"""

import contextlib
import os
import time

NAME = "YIHE_BEAT"  # in the child's environment: the number of the pipe's end to write to
HUNG = 600.0  # seconds of silence; no piece of work takes so long


def beat() -> None:
    """Says that this process goes on; nothing where nobody listens."""
    if number := os.environ.get(NAME):
        with contextlib.suppress(OSError, ValueError):  # a full pipe has been heard
            os.write(int(number), b".")


class Beats:
    """The supervisor's end."""

    def __init__(self, *, hung: float = HUNG) -> None:
        self.hung = hung
        self.heard = 0.0
        self.ends: tuple[int, ...] = ()

    def fresh(self) -> dict[str, str]:
        """A new pipe for a child that is about to start; what goes into its environment."""
        for end in self.ends:
            os.close(end)
        self.ends = os.pipe()
        for end in self.ends:
            os.set_blocking(end, False)
        self.heard = time.monotonic()
        return {NAME: str(self.ends[1])}

    def silent(self) -> bool:
        """Whether nothing was heard for too long."""
        with contextlib.suppress(BlockingIOError):
            while os.read(self.ends[0], 4096):
                self.heard = time.monotonic()
        return time.monotonic() - self.heard > self.hung

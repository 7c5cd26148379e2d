"""Whether somebody else keeps this house running."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from yihe.refusal import Refusal
from yihe.server.up import lock, prepare_home, release


@contextmanager
def alone() -> Iterator[None]:
    """Nobody starts the house meanwhile. Refusal when it runs; a server of one's own is for who runs it."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    try:
        handle = lock(prepare_home())
    except Refusal as error:
        raise Refusal("一核正在运行。请先停下（Ctrl-C），再恢复。") from error
    try:
        yield
    finally:
        release(handle)

"""How each kind of work goes: what fails waits longer and longer and holds up no other.

By the machine's monotonic clock: a wall clock that is set changes nothing here.
"""

import time
from dataclasses import dataclass, field
from threading import Lock

FIRST, LONGEST = 5.0, 600.0  # seconds until the next try
PATIENCE = 300.0  # seconds without a good turn, after which a kind of work counts as standing still
TOLD_AFTER = 3  # failures in a row, after which people hear of it
# What the kinds of work are called on pages; for the rest their own name.
WORDS = {
    "keep_alive": "演示的日常",
    "build_some": "装演示数据",
    "do_due": "到期提醒和升级",
    "recompute_provisional": "按新日历重算期限",
    "spread": "把消息分到各渠道",
    "make_checkpoints": "公开账本的检查点",
    "watch_lines": "看各渠道通不通",
    "watch_backup": "看备份停没停",
    "watch_put_off": "看有没有一直处理不了的",
    "fold": "计数",
    "learn_again": "统计常去的受理台",
    "drop_old_sessions": "清理过期的登录",
    "let_expire_in_turn": "到期清理",
    "publish_in_turn": "公布开放数据",
}


@dataclass
class Turn:
    """One kind of work. Times in seconds of the monotonic clock."""

    good: float = float("-inf")
    failures: int = 0
    again: float = 0.0
    error: str = ""


@dataclass
class Turns:
    """All kinds of work of one process; its threads share it."""

    known: dict[str, Turn] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def expect(self, name: str) -> Turn:
        with self.lock:
            return self.known.setdefault(name, Turn())

    def due(self, name: str) -> bool:
        return time.monotonic() >= self.expect(name).again

    def went_well(self, name: str) -> None:
        turn = self.expect(name)
        turn.good, turn.failures, turn.again, turn.error = time.monotonic(), 0, 0.0, ""

    def failed(self, name: str, error: BaseException) -> None:
        """Five seconds, ten, twenty … up to ten minutes."""
        turn = self.expect(name)
        turn.failures += 1
        turn.again = time.monotonic() + min(FIRST * 2 ** min(turn.failures - 1, 10), LONGEST)
        turn.error = type(error).__name__

    def failing(self) -> list[str]:
        """In words, what failed several times in a row."""
        with self.lock:
            bad = [name for name, turn in self.known.items() if turn.failures >= TOLD_AFTER]
        return [WORDS.get(name, name) for name in bad]

    def standing_still(self) -> list[str]:
        """What had no good turn for five minutes, whether it failed or was never come to."""
        end = time.monotonic() - PATIENCE
        with self.lock:
            return [name for name, turn in self.known.items() if turn.good < end]

"""What a verification found: one check a line, in a fixed order, each with words for people."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Check:
    """`id` is one of docs/format/bundle.md; `text` is Chinese and stands alone."""

    id: str
    ok: bool
    text: str

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "ok": self.ok, "text": self.text}


@dataclass
class Report:
    """All checks of one bundle. `attested` and `witnessed` are (how many did, how many may)."""

    kind: str
    decision: str
    title: str = ""
    size: int = 0
    root: str = ""
    log_key: str = ""
    attested: tuple[int, int] = (0, 0)
    witnessed: tuple[int, int] = (0, 0)
    motions: list[dict[str, Any]] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return bool(self.checks) and all(check.ok for check in self.checks)

    @property
    def recount(self) -> str:
        """`recomputed` when both majorities were counted again from the openings."""
        counted = any(check.id == "recount" for check in self.checks)
        return "recomputed" if counted else "attested"

    def add(self, id: str, faults: list[str], good: str) -> None:
        """One check: holds when there are no faults; else its words are the first three of them."""
        if faults:
            more = f"；另有 {len(faults) - 3} 处" if len(faults) > 3 else ""
            self.checks.append(Check(id, False, "；".join(faults[:3]) + more + "。"))
        else:
            self.checks.append(Check(id, True, good))

    def as_json(self) -> dict[str, Any]:
        return {
            "recount": self.recount,
            "ok": self.ok,
            "checks": [check.as_json() for check in self.checks],
            "kind": self.kind,
            "decision": self.decision,
            "size": self.size,
            "root": self.root,
            "log_key": self.log_key,
            "attested": {"k": self.attested[0], "n": self.attested[1]},
            "witnessed": {"k": self.witnessed[0], "n": self.witnessed[1]},
        }

from dataclasses import dataclass, field


@dataclass
class Report:
    """What became of a file, row by row. `refused` are (line, reason)."""

    read: int = 0
    created: int = 0
    unchanged: int = 0
    updated: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kept: bool = False  # whether anything was written
    system: str = ""  # which system the file is from, as the map says
    digest: str = ""  # of the file

    def refuse(self, line: int, reason: str) -> None:
        self.refused.append((line, reason.rstrip("。") + "。"))

    def note(self, words: str) -> None:
        if words not in self.notes:
            self.notes.append(words)

    def as_json(self) -> dict[str, object]:
        """As `yihe import --json` prints it."""
        return {
            "read": self.read,
            "created": self.created,
            "unchanged": self.unchanged,
            "updated": self.updated,
            "refused": [{"line": line, "reason": reason} for line, reason in self.refused],
            "notes": self.notes,
        }

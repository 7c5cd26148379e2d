"""What a piece of the worker's work reports back."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Done:
    """One thing that was done: its kind (“climb”) and its subject (“2611-0837”)."""

    kind: str
    subject: str


@dataclass(frozen=True)
class WorkDone:
    done: list[Done] = field(default_factory=list)
    failed: list[Done] = field(default_factory=list)
    more: bool = False
    hold: bool = False  # what comes after it waits

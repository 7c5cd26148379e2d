"""One round of the worker: what must come first holds back the rest."""

from typing import Any

from yihe.server import worker
from yihe.web.work import WorkDone


def test_what_holds_is_done_before_the_rest(monkeypatch: Any) -> None:
    seen: list[str] = []

    def first(*, at: Any, limit: int) -> WorkDone:
        seen.append("first")
        return WorkDone(more=True, hold=len(seen) < 3)

    def second(*, at: Any, limit: int) -> WorkDone:
        seen.append("second")
        return WorkDone()

    monkeypatch.setattr(worker, "DUE_WORK", (first, second))
    monkeypatch.setattr(worker.Worker, "_beat", lambda self: None)
    monkeypatch.setattr(worker, "look_back", lambda **_: [])
    one = worker.Worker()
    assert [one.look(), one.look(), one.look()] == [True, True, True]
    assert seen == ["first", "first", "first", "second"]

"""Over HTTP: what the house does in a second, and in turn with it what a bare view does."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from bench.calls.crowd import PHRASES, Crowd
from bench.calls.load import Load, get, in_turn, middle, run

ROUNDS, SECONDS = 4, 2.5
Asks = Callable[[], Iterator[bytes]]


def pairs(port: int) -> list[dict[str, Any]]:
    crowd = Crowd()
    head = ("", "each s", "p50 ms", "p95 ms", "bare s", "ratio", "alone ms")
    print(f"{head[0]:<34}" + "".join(f"{word:>10}" for word in head[1:]))
    pages: list[tuple[str, Asks, Asks | None, int]] = [
        ("queue of 50", lambda: crowd.pages("/desk/"), lambda: crowd.pages("/bare/queue/"), 200),
        ("district page", lambda: crowd.page("/", crowd.district), None, 200),
        ("board", lambda: crowd.page(f"/compounds/{crowd.board}/board/", crowd.residents[0][0]),
         None, 200),
        ("a resident's home", lambda: crowd.page("/", crowd.resident), None, 200),
        ("create, form", lambda: crowd.create("/calls/new/"),
         lambda: crowd.create("/bare/create/"), 302),
        ("create, API", lambda: crowd.create_api("/api/v1/calls"),
         lambda: crowd.create_api("/bare/api/calls"), 201),
        ("state change (accept)", lambda: crowd.accept("/calls/{}/accept/"),
         lambda: crowd.accept("/bare/{}/accept/"), 302),
    ]  # fmt: skip
    figures = [searches(port, crowd)]
    for name, ours, bare, status in pages:
        ways = {"ours": (ours, status)}
        if bare is not None:
            ways["bare"] = (bare, status)
        found = in_turn(port, ways, rounds=ROUNDS, seconds=SECONDS)
        alone = run(port, ours(), status=status, seconds=SECONDS, connections=1)
        figures.append(_figure(name, found, alone))
        _tell(figures[-1])
    return figures


def _figure(name: str, found: dict[str, list[Load]], alone: Load) -> dict[str, Any]:
    ours = found["ours"]
    figure: dict[str, Any] = {
        "name": name,
        "per_second": round(middle([one.per_second for one in ours]), 1),
        "p50_ms": round(middle([one.at(0.5) for one in ours]), 1),
        "p95_ms": round(middle([one.at(0.95) for one in ours]), 1),
        "alone_ms": round(alone.at(0.5), 1),  # one connection, nobody else
    }
    if "bare" in found:
        bare = found["bare"]
        ratios = [a.per_second / b.per_second for a, b in zip(ours, bare, strict=True)]
        figure["bare_per_second"] = round(middle([one.per_second for one in bare]), 1)
        figure["ratio"] = round(middle(ratios), 2)
        figure["ratios"] = [round(one, 2) for one in ratios]
    return figure


def searches(port: int, crowd: Crowd) -> dict[str, Any]:
    """Phrases one after the other, on the queue, on all calls and through the API."""

    def asks() -> Iterator[bytes]:
        clerk = next(iter(crowd.clerks.values()))
        for _ in range(10):
            for phrase in PHRASES:
                said = quote(phrase)
                yield get(f"/desk/?q={said}", cookie=clerk)
                yield get(f"/all/?state=any&q={said}", cookie=clerk)
                yield get(f"/all/?state=any&q={said}", cookie=crowd.district)
                yield get(f"/api/v1/calls?q={said}", bearer=crowd.program)

    load = run(port, asks(), status=200, seconds=60, connections=1)
    figure = {"name": "phrase search", "p50_ms": round(load.at(0.5), 1),
              "p95_ms": round(load.at(0.95), 1), "times": len(load.took)}  # fmt: skip
    print(f"{'phrase search':<34}{'':>10}{figure['p50_ms']:>10}{figure['p95_ms']:>10}", flush=True)
    return figure


def _tell(figure: dict[str, Any]) -> None:
    columns = ("per_second", "p50_ms", "p95_ms", "bare_per_second", "ratio", "alone_ms")
    print(f"{figure['name']:<34}" + "".join(f"{figure.get(one, ''):>10}" for one in columns),
          flush=True)  # fmt: skip

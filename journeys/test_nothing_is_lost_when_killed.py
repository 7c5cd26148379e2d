"""Web, worker and database are killed in the middle of the work: no act is lost, none is doubled."""

import random
import sys
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from journeys.house import Answer, House

LOAD_SECONDS, TELLERS = 28.0, 4
ANSWER_WITHIN = 60.0  # a client gives up trying after that, and the test fails
ACTS: tuple[tuple[str, dict[str, str]], ...] = (
    ("accept", {}),
    ("first_contact", {"text": "打了电话，约下午去看。"}),
    ("note", {"text": "第一条备注"}),
    ("note", {"text": "第二条备注"}),
    ("answer", {"text": "修好了，今后每月查一次。", "evidence": "和物业一起到现场试了灯。"}),
)


@dataclass
class Told:
    """What the clients were told: the only thing that counts afterwards."""

    acts: dict[str, Counter[str]] = field(default_factory=dict)  # number of the call -> its acts
    refused: list[tuple[str, Answer]] = field(default_factory=list)
    retries: Counter[int] = field(default_factory=Counter)  # status of what had to be sent again


def insist(house: House, told: Told, token: str, path: str, body: dict[str, Any]) -> Answer:
    """The same request with the same key, until there is an answer."""
    key, deadline = uuid.uuid4().hex, time.monotonic() + ANSWER_WITHIN
    while True:
        answer = house.call(token, "POST", path, body, key)
        if answer.status in (200, 201):
            return answer
        if 400 <= answer.status < 500:
            told.refused.append((path, answer))
            return answer
        assert time.monotonic() < deadline, f"{path} got no answer: {answer}"
        told.retries[answer.status] += 1
        time.sleep(0.2)


def tell_stories(
    house: House, told: Told, tokens: dict[str, str], compound: str, until: float
) -> None:
    """Calls from the first word to the answer, one after the other."""
    while time.monotonic() < until:
        raised = insist(
            house, told, tokens["resident"], "/calls",
            {"compound": compound, "text": f"东门路灯坏了 5 盏，{uuid.uuid4().hex}"},
        )  # fmt: skip
        if raised.status != 201:
            return
        number = raised.body["number"]
        done = told.acts.setdefault(number, Counter())
        done["raise"] += 1
        for act, body in ACTS:
            answer = insist(house, told, tokens["community"], f"/calls/{number}/{act}", body)
            if answer.status != 200:
                return
            done[act] += 1
            if act == "answer":
                done["evidence"] += 1


def do_harm(house: House, until: float, killed: Counter[str]) -> None:
    """One after the other in a random order, at random moments.

    The web's master seldom: each time the supervisor waits longer before it starts it again.
    """
    chance = random.Random()  # noqa: S311
    parts = ["database", "web", "web worker", "web worker", "worker"]
    while time.monotonic() < until:
        for part in chance.sample(parts, len(parts)):
            if part == "web" and killed[part] >= 3:
                continue
            time.sleep(chance.uniform(0.5, 2.0))
            if part == "database":
                house.kill_database()
            elif part == "web":
                house.kill("gunicorn")
            elif part == "web worker":
                house.kill("gunicorn", "worker")
            else:
                house.kill("work")
            killed[part] += 1


def test_every_act_that_was_acknowledged_exists_exactly_once(house: House) -> None:
    tokens = {role: house.token(role) for role in ("resident", "community")}
    found = house.call(tokens["resident"], "GET", "/compounds")
    assert found.status == 200, found
    compounds = found.body["items"]
    told, killed = Told(), Counter[str]()
    until = time.monotonic() + LOAD_SECONDS
    threads = [
        threading.Thread(
            target=tell_stories, args=(house, told, tokens, compounds[0]["code"], until)
        )
        for _ in range(TELLERS)
    ]
    harm = threading.Thread(target=do_harm, args=(house, until - 3, killed))
    for thread in [*threads, harm]:
        thread.start()
    for thread in [harm, *threads]:
        thread.join(LOAD_SECONDS + ANSWER_WITHIN)
        assert not thread.is_alive()
    house.wait_until_ready(30)

    sys.stdout.write(
        f"{sum(map(Counter.total, told.acts.values()))} acts on {len(told.acts)} calls,"
        f" killed {dict(killed)}, sent again {dict(told.retries)}\n"
    )
    assert not told.refused, "a request that was sent again was refused"
    assert all(killed[part] >= 2 for part in ("database", "web", "web worker", "worker")), killed
    assert len(told.acts) >= 5
    everything_once(house, told)


def everything_once(house: House, told: Told) -> None:
    held: dict[str, Counter[str]] = {number: Counter() for number in told.acts}
    for row in house.rows("SELECT c.number, s.kind, count(*) AS n FROM calls_step s"
                          " JOIN calls_call c ON c.id = s.call_id GROUP BY 1, 2"):  # fmt: skip
        if row["number"] in held:
            held[row["number"]][row["kind"]] = row["n"]
    assert held == told.acts
    # What nobody was told of does not exist either: a text stands once, with its first step.
    assert house.rows("SELECT text FROM calls_call WHERE text LIKE '东门路灯坏了 5 盏，%'"
                      " GROUP BY text HAVING count(*) > 1") == []  # fmt: skip
    assert house.rows("SELECT c.number FROM calls_call c LEFT JOIN calls_step s"
                      " ON s.call_id = c.id AND s.kind = 'raise'"
                      " GROUP BY 1 HAVING count(s.id) <> 1") == []  # fmt: skip
    # Of the whole house, the demo that the worker builds meanwhile included:
    # one entry in the trail for each step,
    assert house.rows("SELECT s.id FROM calls_step s LEFT JOIN trail_entry e"
                      " ON e.subject_kind = 'call' AND (e.numbers->>'step')::bigint = s.id"
                      " AND e.act = 'call.' || s.kind"
                      " GROUP BY 1 HAVING count(e.id) <> 1") == []  # fmt: skip
    assert house.rows("SELECT e.id FROM trail_entry e WHERE e.act LIKE 'call.%' AND NOT EXISTS"
                      " (SELECT 1 FROM calls_step s WHERE s.id = (e.numbers->>'step')::bigint)"
                      " AND e.numbers ? 'step'") == []  # fmt: skip
    # each log without a gap and as long as it says,
    assert house.rows("SELECT l.key FROM trail_log l JOIN trail_entry e ON e.log_id = l.number"
                      " GROUP BY 1, l.size HAVING count(*) <> l.size OR min(e.sequence) <> 1"
                      " OR max(e.sequence) <> l.size") == []  # fmt: skip
    # numbers of calls without a gap,
    assert house.rows("SELECT n.month FROM calls_numbering n LEFT JOIN calls_call c"
                      " ON c.number LIKE n.month || '-%'"
                      " GROUP BY 1, n.last HAVING count(c.id) <> n.last") == []  # fmt: skip
    # each call leads at one desk until it is over, and nowhere afterwards.
    assert house.rows("SELECT c.number FROM calls_call c LEFT JOIN calls_placement p"
                      " ON p.call_id = c.id AND p.until IS NULL AND p.lead AND p.desk_id = c.desk_id"
                      " GROUP BY 1, c.status HAVING count(p.id)"
                      " <> (c.status NOT IN ('closed', 'withdrawn'))::int") == []  # fmt: skip

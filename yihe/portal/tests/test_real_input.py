"""Real appeals as live calls, the clock moving with them; real messages through the API."""

import csv
import gzip
import heapq
import json
import random
import re
from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from yihe.accounts.actions import issue_token
from yihe.bodies.capacities import of_seat
from yihe.bodies.founding import begin_house
from yihe.bodies.models import Body, Seat
from yihe.calls import actions
from yihe.calls.models import OPEN, Call, Placement, Step
from yihe.calls.tests.builders import make_district
from yihe.calls.work import do_due
from yihe.places.models import Division
from yihe.portal.tables import TABLES
from yihe.sheets.importing import import_table
from yihe.sheets.reading import read_file
from yihe.topics.models import Topic, TopicAlias
from yihe.trail.acting import SYSTEM, VISITOR, Acting
from yihe.trail.models import Entry
from yihe.worktime import SHANGHAI

pytestmark = pytest.mark.django_db(
    transaction=True
)  # one long transaction would crawl over its own dead rows
BEGUN = datetime(2018, 1, 2, 9, 0, tzinfo=SHANGHAI)


def _house(shared) -> None:
    for kind, name in (
        ("divisions", "data/divisions/shenzhen_divisions_2023.csv"),
        ("desks", "data/pingshan/dispose_units.csv"),
        ("catalogue", "data/pingshan/category_catalogue.csv"),
    ):
        import_table(TABLES[kind], read_file(shared(name)), acting=SYSTEM, at=BEGUN)
    begin_house(
        code="440310", administrator="管理员", phone="13800000001", offices=True,
        acting=SYSTEM, at=BEGUN,
    )  # fmt: skip


def _at_desk(call: Call, person_id: int) -> Acting:
    """Somebody who sits at the desk where the call lies."""
    desk = call.desk
    seat, _ = Seat.objects.get_or_create(
        body=desk, person_id=person_id, post="clerk", until=None, defaults={"since": BEGUN}
    )
    return of_seat(seat).acting


class Replay:
    """Appeals come in the order of their times; desks answer some, leave some, pass some up."""

    def __init__(self) -> None:
        ours = Division.objects.filter(level=5).exclude(path="-")
        self.communities = {one.name: one for one in ours}
        self.topics = {one.code: one for one in Topic.objects.filter(depth=3)}
        for alias in TopicAlias.objects.select_related("topic"):
            self.topics.setdefault(alias.code, alias.topic)
        self.chance = random.Random(20180208)  # noqa: S311  a story, no secret
        self.person = Seat.objects.get().person_id
        self.plans: list[tuple[datetime, int, str]] = []
        self.did: Counter[str] = Counter()

    def raise_call(self, row: dict[str, str], at: datetime) -> Call:
        code = "-".join(row[name] for name in ("EVENT_TYPE_ID", "MAIN_TYPE_ID", "SUB_TYPE_ID"))
        call = actions.raise_call(
            acting=VISITOR,
            at=at,
            text=f"{row['SUB_TYPE_NAME']}（{row['EVENT_PROPERTY_NAME']}）",
            community=self.communities[row["COMMUNITY_NAME"]],
            topic=self.topics.get(code),
            channel="phone",
        )
        for hours, act in self._plan():
            heapq.heappush(self.plans, (at + timedelta(hours=hours), call.pk, act))
        return call

    def _plan(self) -> list[tuple[float, str]]:
        kind = self.chance.random()
        if kind < 0.55:  # taken up within minutes, answered after a while, mostly in time
            return [(0.1, "first_contact"), (self.chance.uniform(2, 150), "answer")]
        if kind < 0.70:
            return [(0.1, "first_contact"), (3, "pass_up"), (30, "first_contact"), (60, "answer")]
        if kind < 0.80:
            return [(0.1, "first_contact"), (5, "ask"), (300, "answer")]
        return []  # nobody moves: it climbs

    def run_to(self, at: datetime) -> None:
        """All that is due and all that desks do, in the order of time, up to `at`."""
        while True:
            planned = self.plans[0][0] if self.plans else at
            wake = (
                Call.objects.filter(wake_at__isnull=False)
                .order_by("wake_at")
                .values_list("wake_at", flat=True)
                .first()
                or at
            )
            now = min(planned, wake)
            if now >= at:
                return
            if wake <= planned:
                done = do_due(at=wake)
                assert not done.failed
                self.did.update(one.kind for one in done.done)
                continue
            now, pk, act = heapq.heappop(self.plans)
            call = Call.objects.get(pk=pk)
            if call.status in ("new", "doing"):
                self._act(call, act, now)

    def _act(self, call: Call, act: str, now: datetime) -> None:
        acting = _at_desk(call, self.person)
        if act in ("pass_up", "ask", "answer") and call.contacted_at is None:
            actions.first_contact(call=call, acting=acting, at=now)
            call.refresh_from_db()
        if act == "first_contact" and call.contacted_at is None:
            actions.first_contact(call=call, acting=acting, at=now)
        elif act == "pass_up" and call.level < 4:
            actions.pass_up(call=call, reason="这里办不了。", acting=acting, at=now)
        elif act == "ask":
            actions.ask(call=call, text="请说具体位置。", acting=acting, at=now)
        elif act == "answer":
            actions.answer(
                call=call, text="办好了。", evidence="到现场看过。", acting=acting, at=now
            )
        self.did[act] += 1


def test_a_thousand_real_appeals_as_live_calls(shared):
    _house(shared)
    replay = Replay()
    with gzip.open(
        shared("data/pingshan/routing_train.csv.gz"), "rt", encoding="utf-8-sig"
    ) as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["CREATE_TIME"], row["REC_ID"]))
    rows = [row for row in rows if row["COMMUNITY_NAME"] in replay.communities][:1000]
    assert len(rows) == 1000
    numbers = []
    for row in rows:
        at = datetime.fromisoformat(row["CREATE_TIME"]).replace(tzinfo=SHANGHAI)
        replay.run_to(at)
        call = replay.raise_call(row, at)
        assert call.topic is not None
        numbers.append(call.number)
    last = at
    replay.run_to(last + timedelta(days=100))

    # none lost
    assert len(set(numbers)) == Call.objects.count() == 1000
    assert Step.objects.filter(kind="raise").count() == 1000
    # none without a desk or, while it is open, a due time
    open_calls = Call.objects.filter(status__in=OPEN)
    assert not open_calls.filter(due_at=None).exists()
    leads = Counter(Placement.objects.filter(until=None, lead=True).values_list("call", flat=True))
    assert set(leads.values()) == {1}
    assert set(open_calls.values_list("pk", flat=True)) <= set(leads)
    # after three months of nobody moving further, what is open stands at the top
    assert set(open_calls.values_list("level", flat=True)) <= {4}
    # every climb has its step and its entry, and goes exactly as far as the levels say
    climbs = Step.objects.filter(kind="climb")
    assert climbs.count() == replay.did["climb"] > 100
    assert Entry.objects.filter(act="call.climb").count() == climbs.count()
    for call in Call.objects.prefetch_related("steps").all():
        moves = [
            step for step in sorted(call.steps.all(), key=lambda step: step.pk) if step.to_level
        ]
        for before, after in pairwise(moves):
            assert (after.from_level or after.to_level) == before.to_level, call.number
        assert not moves or moves[-1].to_level == call.level
        times = [step.at for step in sorted(call.steps.all(), key=lambda step: step.pk)]
        assert times == sorted(times)
    # what was answered was answered, and what nobody confirmed closed after its time
    assert replay.did["answer"] > 500
    assert Call.objects.filter(status="closed").count() == replay.did["close"] > 500
    assert not Call.objects.filter(status="closed", answered_at=None).exists()
    # it went to many desks by topic and place, not to one
    first = Placement.objects.filter(way="routed")
    assert len(set(first.values_list("desk", flat=True))) > 40
    assert not Body.objects.filter(level=None, placements__isnull=False).exists()


COMPOUND_WORDS = re.compile("小区|物业|业主|业委会")


def _messages(shared) -> list[dict[str, str]]:
    with gzip.open(shared("data/messages/hot_messages.jsonl.gz"), "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [row for row in rows if COMPOUND_WORDS.search(row["title"] + row["body"])]


def test_all_real_messages_about_compounds_through_the_api(shared):
    place = make_district()
    _, raw = issue_token(user=place.resident, label="test", acting=SYSTEM, at=timezone.now())
    api = Client(headers={"Authorization": f"Bearer {raw}"})
    messages = _messages(shared)
    assert 1600 < len(messages) < 1800
    numbers: dict[str, str] = {}
    for message in messages:
        text = f"{message['title']}\n{message['body']}"
        body = {"compound": place.compound.code, "text": text, "visibility": "compound"}
        response = api.post("/api/v1/calls", json.dumps(body), content_type="application/json")
        assert response.status_code == 201, (message["msg_id"], response.content)
        numbers[response.json()["number"]] = text
    # taken whole
    assert len(numbers) == len(messages)
    for call in Call.objects.all():
        assert call.text == numbers[call.number].replace("\r\n", "\n").strip()
    # searched: any run of Chinese from any of them finds it
    chance = random.Random(1)  # noqa: S311
    for number in chance.sample(sorted(numbers), 30):
        runs = re.findall(r"[\u4e00-\u9fff]{4,8}", numbers[number])
        found = [
            item["number"]
            for page in _pages(api, f"/api/v1/calls?q={chance.choice(runs)}&limit=100")
            for item in page
        ]
        assert number in found
    # shown: the longest, the shortest and the oddest, whole, on the reporter's page
    browser = Client()
    browser.force_login(place.resident)
    by_length = sorted(numbers, key=lambda number: len(numbers[number]))
    odd = sorted(
        numbers, key=lambda number: -len(re.sub(r"[\u4e00-\u9fff\w，。、\s]", "", numbers[number]))
    )
    for number in {*by_length[:5], *by_length[-5:], *odd[:10]}:
        page = browser.get(f"/calls/{number}/").text
        for line in numbers[number].splitlines():
            assert escape(line.strip()) in page, number


def _pages(api: Client, path: str):
    cursor = ""
    while True:
        answer = api.get(path + (f"&cursor={cursor}" if cursor else "")).json()
        yield answer["items"]
        cursor = answer["next"] or ""
        if not cursor:
            return

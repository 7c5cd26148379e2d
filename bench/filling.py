"""Very many calls, written past the acts: texts, placements, steps, entries, messages as they would be."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from yihe.accounts.models import User
from yihe.bodies.models import Body
from yihe.bodies.queries import departments, desk_for
from yihe.calls.actions.counting import recount
from yihe.calls.models import Call, Numbering
from yihe.demo.actions import build_first
from yihe.demo.content import texts
from yihe.places.models import Compound
from yihe.topics.models import Topic
from yihe.trail.digests import new_salt
from yihe.web.text import bigrams

YEARS, OPEN_PART, REPORTERS = 3, 0.03, 5000
LEVELS = (1,) * 80 + (2,) * 12 + (3,) * 7 + (4,)
PLACES = ("东门", "西门", "南门", "北门", "地库", "中心花园", "会所", "幼儿园", "快递柜", "垃圾房")


def fill(rows: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    now = timezone.now()
    build_first(at=now)
    last = Call.objects.order_by("-pk").values_list("pk", flat=True)[0]
    index = next(one for one in Call._meta.indexes if one.name == "call_by_text")
    with connection.schema_editor() as schema:
        schema.remove_index(Call, index)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL session_replication_role = replica")  # no check row by row
        batch: list[Call] = []
        for call in _calls(rows, now):
            batch.append(call)
            if len(batch) == 2000:
                Call.objects.bulk_create(batch)
                batch = []
        Call.objects.bulk_create(batch)
        for sql in REST:
            cursor.execute(sql, {"last": last})
    with connection.schema_editor() as schema:
        schema.add_index(Call, index)
    for _ in recount(mend=True):  # no trigger ran
        pass
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _reporters(now: datetime) -> list[int]:
    made = User.objects.bulk_create(
        User(phone=f"137{number:08d}", name="", joined_at=now, password="!")  # noqa: S106
        for number in range(REPORTERS)
    )
    return [one.pk for one in made]


def _calls(rows: int, now: datetime) -> Iterator[Call]:
    chance = random.Random(7)  # noqa: S311  the same calls every time
    written = texts()
    compounds = list(Compound.objects.select_related("community").order_by("pk")[:58])
    topics = list(Topic.objects.filter(children=None, active=True))
    reporters = _reporters(now)
    offices = list(departments())
    desks: dict[tuple[int, str], Body | None] = {}
    months: Counter[str] = Counter(dict(Numbering.objects.values_list("month", "last")))
    for _ in range(rows):
        compound = compounds[int(len(compounds) * chance.random() ** 2)]  # the first have most
        level = chance.choice(LEVELS)
        key = (level, compound.path)
        if key not in desks:
            desks[key] = desk_for(level, compound.path)
        desk = chance.choice(offices) if level == 3 else desks[key]
        assert desk is not None
        is_open = chance.random() < OPEN_PART
        raised = now - timedelta(days=(3 if is_open else 365 * YEARS) * chance.random())
        month = timezone.localtime(raised).strftime("%y%m")
        months[month] += 1
        first, second = chance.choice(written), chance.choice(written)
        text = (
            f"{chance.choice(PLACES)}{chance.randrange(1, 30)}栋{first.text}{second.text}"
            f"已经第{chance.randrange(1, 60)}天了。"
        )
        yield Call(
            number=f"{month}-{months[month]:04d}",
            community=compound.community,
            compound=compound,
            path=compound.path,
            text=text,
            salt=new_salt(),
            grams=bigrams(f"{text} {compound.name}"),
            topic=chance.choice(topics),
            visibility="compound" if chance.random() < 0.8 else "handlers",
            reporter_id=chance.choice(reporters),
            raised_at=raised,
            level=level,
            desk=desk,
            intake=desk,
            clock_from=raised,
            contact_amount=4,
            contact_unit="workhours",
            answer_amount=5,
            answer_unit="workdays",
            **(_running(raised, chance) if is_open else _done(raised, chance)),
        )
    for month, count in months.items():
        Numbering.objects.update_or_create(month=month, defaults={"last": count})


def _running(raised: datetime, chance: random.Random) -> dict[str, Any]:
    due = raised + timedelta(hours=24 + 96 * chance.random())
    status = chance.choice(("new", "doing", "doing", "answered"))
    answered = raised + timedelta(hours=1) if status == "answered" else None
    # Nothing of this is due for the sweep: that is measured apart.
    wake = timezone.now() + timedelta(days=30 + 30 * chance.random())
    kind = {"answered": "silence", "new": "contact", "doing": "answer"}[status]
    return {
        "status": status,
        "due_kind": kind,
        "due_at": due,
        "wake_at": wake,
        "answered_at": answered,
    }


def _done(raised: datetime, chance: random.Random) -> dict[str, Any]:
    if chance.random() < 0.02:
        return {"status": "withdrawn", "closed_at": raised, "closed_how": "withdrawn"}
    answered = raised + timedelta(hours=100 * chance.random())
    return {
        "status": "closed", "answered_at": answered, "answered_in_time": chance.random() < 0.9,
        "closed_at": answered + timedelta(days=2), "closed_how": "confirmed",
        "contacted_at": raised + timedelta(hours=2),
        "contact_minutes": int(chance.expovariate(1 / 90)),
        "answer_minutes": int(chance.expovariate(1 / 700)),
        "reopened": int(chance.random() < 0.04),
        "stars": chance.choice((None, None, 5, 5, 4, 3, 1)),
    }  # fmt: skip


_STEP = """
INSERT INTO calls_step (call_id, kind, at, person_id, by_reporter, desk_id, words, to_desk_id, text,
                        salt, met_whom, audience)
SELECT id, '{kind}', {at}, {person}, {mine}, {desk}, '{words}', NULL, {text}, '', '', '{audience}'
FROM calls_call WHERE id > %(last)s {which} ORDER BY id
"""
_ANSWER = "'已经到现场看过，当天修好了，今后由物业每月查一次，记录贴在公告栏。编号 ' || number"


def _step(kind: str, at: str, *, mine: bool = False, text: str = "''", which: str = "",
          audience: str = "everyone") -> str:  # fmt: skip
    return _STEP.format(
        kind=kind, at=at, mine="true" if mine else "false", text=text, which=which,
        audience=audience, person="reporter_id" if mine else "NULL",
        desk="NULL" if mine else "desk_id", words="反映人" if mine else "受理台·经办人",
    )  # fmt: skip


DONE = "AND answered_at IS NOT NULL"
REST = (
    """
    INSERT INTO calls_placement (call_id, desk_id, level, lead, way, reason, since, until)
    SELECT id, desk_id, level, true, CASE WHEN level = 1 THEN 'routed' ELSE 'climbed' END,
           '所在地方的受理台', raised_at, closed_at
    FROM calls_call WHERE id > %(last)s
    """,
    """
    INSERT INTO calls_placement (call_id, desk_id, level, lead, way, reason, since, until)
    SELECT c.id, b.id, 1, true, 'routed', '所在地方的受理台', c.raised_at,
           c.raised_at + interval '1 hour'
    FROM calls_call c
    JOIN bodies_body b ON b.division_id = c.community_id AND b.level = 1 AND b.until IS NULL
    WHERE c.id > %(last)s AND c.level > 1
    """,
    _step("raise", "raised_at", mine=True),
    _step("accept", "raised_at + interval '1 hour'", which="AND status <> 'new'"),
    _step(
        "first_contact", "raised_at + interval '2 hour'", text="'打过电话，约好下午看。'",
        audience="reporter", which=DONE,
    ),
    _step(
        "evidence", "answered_at - interval '1 minute'", text="'和物业一起到现场看了，换了零件。'",
        audience="reporter", which=DONE,
    ),
    _step("answer", "answered_at", text=_ANSWER, which=DONE),
    _step("confirm", "closed_at", mine=True, which="AND status = 'closed'"),
    """
    INSERT INTO trail_log (key, size) SELECT DISTINCT code, 0 FROM places_compound
    ON CONFLICT (key) DO NOTHING
    """,
    """
    INSERT INTO trail_entry (log_id, sequence, act, subject_kind, subject_key, acting_kind, person_id,
        seat_id, capacity, numbers, kinds, digests, published, salt, at)
    SELECT l.number, l.size + row_number() OVER (PARTITION BY l.number ORDER BY s.id),
        'call.' || s.kind, 'call', c.number, CASE WHEN s.by_reporter THEN 'home' ELSE 'seat' END,
        s.person_id, NULL, s.words, jsonb_build_object('step', s.id, 'level', c.level),
        jsonb_build_object('status', c.status), '{}', s.kind = 'answer', md5(s.id::text), s.at
    FROM calls_step s JOIN calls_call c ON c.id = s.call_id
    JOIN places_compound p ON p.id = c.compound_id JOIN trail_log l ON l.key = p.code
    WHERE c.id > %(last)s
    """,
    """
    UPDATE trail_log SET size = found.size
    FROM (SELECT log_id, max(sequence) AS size FROM trail_entry GROUP BY log_id) found
    WHERE found.log_id = trail_log.number
    """,
    """
    INSERT INTO outbox_message (person_id, title, body, link, subject_kind, subject_key, at, read_at)
    SELECT reporter_id, '社区受理了您的呼叫', '', '/calls/' || number || '/', 'call', number,
           raised_at, CASE WHEN raised_at < now() - interval '7 day' THEN raised_at END
    FROM calls_call WHERE id > %(last)s
    """,
)  # fmt: skip

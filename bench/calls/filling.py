"""Very many calls, written past the acts: texts, placements, steps, entries, messages as they would be."""

import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Any

from django.db import connection
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
from yihe.web.text import bigrams

YEARS, REPORTERS = 3, 5000
OPEN_PART, OPEN_AT_LEAST = 0.03, 3000  # a queue of fifty is full with few calls too
LEVELS = (1,) * 80 + (2,) * 12 + (3,) * 7 + (4,)
PLACES = ("东门", "西门", "南门", "北门", "地库", "中心花园", "会所", "幼儿园", "快递柜", "垃圾房")
TABLES = ("calls_call", "calls_placement", "calls_step", "trail_entry", "outbox_message")
PIECE, WRITTEN = 5000, 50_000  # so many calls are written by hand, all others are like one of these


def fill(rows: int) -> None:
    """Into an empty database, as its owner: COPY, then copies of these within it, and indexes last."""
    now = timezone.now()
    build_first(at=now)
    last = Call.objects.order_by("-pk").values_list("pk", flat=True)[0]
    _reporters(now)
    indexes = _without_indexes()
    connection.close()  # before the processes part
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        first = min(rows, WRITTEN)
        pieces = range(0, first, PIECE)
        for _ in pool.map(_piece, ((at, min(PIECE, first - at), rows, now) for at in pieces)):
            pass
    _quickly()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE calls_call")
        if rows > first:
            cursor.execute(_alike(), {"last": last, "first": first, "more": rows - first})
        for sql in REST:
            cursor.execute(sql, {"last": last})
    month = timezone.localtime(now).strftime("%y%m")
    Numbering.objects.update_or_create(month=month, defaults={"last": rows + 9999})
    with connection.cursor() as cursor:
        for sql in indexes:
            cursor.execute(sql)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
    connection.close()
    for _ in recount(mend=True):  # no trigger ran
        pass
    connection.close()


def _quickly() -> None:
    with connection.cursor() as cursor:
        for setting in ("synchronous_commit = off", "session_replication_role = replica",
                        "work_mem = '512MB'", "maintenance_work_mem = '1GB'"):  # fmt: skip
            cursor.execute(f"SET {setting}")


def _without_indexes() -> list[str]:
    """They are made again at the end, all at once; those that hold a constraint stay."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i WHERE tablename = ANY(%s) AND NOT"
            " EXISTS (SELECT FROM pg_constraint c WHERE c.conname = i.indexname)", [list(TABLES)]
        )  # fmt: skip
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return [sql for _, sql in found]


def _reporters(now: datetime) -> None:
    User.objects.bulk_create(
        User(phone=f"137{number:08d}", name="", joined_at=now, password="!")  # noqa: S106
        for number in range(REPORTERS)
    )


def _piece(of: tuple[int, int, int, datetime]) -> None:
    at, count, rows, now = of
    fields = [field for field in Call._meta.concrete_fields if not field.primary_key]
    names = ", ".join(str(field.column) for field in fields)
    lines = []
    for call in _calls(at, count, rows, now):
        lines.append("\t".join(_written(getattr(call, field.attname)) for field in fields))
    _quickly()
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY calls_call ({names}) FROM STDIN") as copy,
    ):
        copy.write("\n".join(lines) + "\n")


def _alike() -> str:
    """More calls, each with the words and the course of one of the first, of somebody else, days away."""
    names = [str(one.column) for one in Call._meta.concrete_fields if not one.primary_key]
    moments = ("raised_at", "clock_from", "answered_at", "closed_at", "contacted_at")
    anew = {
        "number": "to_char((c.raised_at + d.days) AT TIME ZONE 'Asia/Shanghai', 'YYMM')"
        " || '-' || (10000 + %(first)s + n)",
        "salt": "md5(n::text)",
        "reporter_id": "(SELECT min(id) FROM accounts_user WHERE phone LIKE '1370%%') + n %% 5000",
    } | {one: f"c.{one} + d.days" for one in moments}
    return f"""
    INSERT INTO calls_call ({", ".join(names)})
    SELECT {", ".join(anew.get(name, f"c.{name}") for name in names)}
    FROM generate_series(0, %(more)s - 1) n
    JOIN (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM calls_call
      WHERE id > %(last)s) c ON c.place = n %% %(first)s
    CROSS JOIN LATERAL (SELECT CASE WHEN c.closed_at IS NULL THEN interval '0'
      ELSE - (n %% 97) * interval '7 hours' END AS days) d"""  # noqa: S608  our own constants


def _written(value: Any) -> str:
    """As COPY reads it; the grams hold no quote."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return "{" + ",".join(f'"{one}"' for one in value) + "}"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")


def _calls(at: int, count: int, rows: int, now: datetime) -> Iterator[Call]:
    chance = random.Random(at)  # noqa: S311  the same calls every time
    written = texts()
    compounds = list(Compound.objects.select_related("community").order_by("pk")[:58])
    topics = list(Topic.objects.filter(children=None, active=True))
    reporters = list(User.objects.filter(phone__startswith="1370").values_list("pk", flat=True))
    offices = list(departments())
    desks: dict[tuple[int, str], Body | None] = {}
    open_part = max(OPEN_PART, OPEN_AT_LEAST / rows)
    for number in range(at, at + count):
        compound = compounds[int(len(compounds) * chance.random() ** 2)]  # the first have most
        level = chance.choice(LEVELS)
        key = (level, compound.path)
        if key not in desks:
            desks[key] = desk_for(level, compound.path)
        desk = chance.choice(offices) if level == 3 else desks[key]
        assert desk is not None
        is_open = chance.random() < open_part
        raised = now - timedelta(days=(3 if is_open else 365 * YEARS) * chance.random())
        month = timezone.localtime(raised).strftime("%y%m")
        first, second = chance.choice(written), chance.choice(written)
        text = (
            f"{chance.choice(PLACES)}{chance.randrange(1, 30)}栋{first.text}{second.text}"
            f"已经第{chance.randrange(1, 60)}天了。"
        )
        yield Call(
            number=f"{month}-{number + 10000}",
            community=compound.community,
            compound=compound,
            path=compound.path,
            text=text,
            salt=f"{chance.getrandbits(128):032x}",
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


def _running(raised: datetime, chance: random.Random) -> dict[str, Any]:
    due = raised + timedelta(hours=24 + 96 * chance.random())
    status = chance.choice(("new", "doing", "doing", "answered"))
    answered = raised + timedelta(hours=1) if status == "answered" else None
    # Nothing of this is due for the sweep: that is measured apart.
    wake = timezone.now() + timedelta(days=300 + 30 * chance.random())
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
    INSERT INTO outbox_message (person_id, title, body, link, subject_kind, subject_key, at, read_at,
      urgency, spread_at)
    SELECT reporter_id, '社区受理了您的呼叫', '', '/calls/' || number || '/', 'call', number,
           raised_at, CASE WHEN raised_at < now() - interval '7 day' THEN raised_at END,
           'news', raised_at
    FROM calls_call WHERE id > %(last)s
    """,
)  # fmt: skip

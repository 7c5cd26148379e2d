"""The measure that the house is held against: the same addresses' work with nothing around it.

A bare view goes through the same server, the same middleware and the same sign-in. It then writes the
rows that the house writes, with one plain statement for each and in one transaction as durable, or it
puts the rows that the page reads into a bare table. It asks for no right, routes nothing, reckons no
deadline and forms no leaf.
"""

import itertools
import json
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template import engines
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from yihe.accounts.queries import token_for
from yihe.bodies.queries import desk_for, persons_at
from yihe.calls.access import handled, visible
from yihe.calls.models import Call
from yihe.calls.queries import at_desk, listed
from yihe.places.models import Compound
from yihe.urls import urlpatterns as ours

TABLE = """<!doctype html><meta charset="utf-8"><table>{% for c in calls %}<tr><td>{{ c.due_at }}</td>
<td><a href="/calls/{{ c.number }}/">{{ c.text|truncatechars:28 }}</a> {{ c.topic.name }} {{ c.number }}</td>
<td>{{ c.compound.name }}</td><td>{{ c.level }}</td><td>{{ c.get_status_display }}</td>
<td>{{ c.assignee.name }}</td></tr>{% endfor %}</table>"""
GRAMS = None
COUNT = itertools.count()


@cache
def bare_table() -> Any:
    return engines["django"].from_string(TABLE)


@cache
def place(code: str) -> tuple[Any, ...]:
    compound = Compound.objects.select_related("community").get(code=code)
    desk = desk_for(1, compound.path)
    assert desk is not None
    return compound, desk, persons_at([desk.pk]).get(desk.pk, [])


@cache
def grams() -> list[str]:
    return list(Call.objects.order_by("-pk").values_list("grams", flat=True)[0])


CALL = """INSERT INTO calls_call (number, community_id, compound_id, path, spot_kind, spot, text, salt, grams,
 nature, channel, visibility, emergency, reporter_id, contact_name, contact_phone, raised_words, raised_at,
 status, level, desk_id, intake_id, sent_back, reopened, urged, clock_from, contact_amount, contact_unit,
 answer_amount, answer_unit, extended_amount, extended_unit, paused_minutes, due_kind, due_at,
 due_provisional, wake_at, failures, closed_how, stars_text, version)
 VALUES (%s, %s, %s, %s, 'compound', '', %s, %s, %s, 'request', 'web', 'compound', false, %s, '', '', '', %s,
 'new', 1, %s, %s, false, 0, 0, %s, 4, 'workhours', 5, 'workdays', 0, 'workdays', 0, 'contact', %s, false,
 %s, 0, '', '', 1) RETURNING id"""
STEP = """INSERT INTO calls_step (call_id, kind, at, person_id, by_reporter, words, text, salt, met_whom,
 audience) VALUES (%s, %s, %s, %s, true, '反映人', '', '', '', 'everyone') RETURNING id"""
TRAIL = """WITH place AS (UPDATE trail_log SET size = size + 1 WHERE key = %s RETURNING number, size)
 INSERT INTO trail_entry (log_id, sequence, act, subject_kind, subject_key, acting_kind, person_id, capacity,
 numbers, kinds, digests, published, salt, at, leaf)
 SELECT number, size, %s, 'call', %s, 'home', %s, '', '{"level": 1}', '{"status": "new"}', '{}', false, %s,
 %s, %s FROM place"""
MESSAGE = """INSERT INTO outbox_message (person_id, title, body, link, subject_kind, subject_key, at, urgency)
 SELECT unnest(%s::bigint[]), %s, %s, %s, 'call', %s, %s, 'yours'"""
REPLAY = """INSERT INTO calls_replay (person_id, key, body_digest, status, answer, at)
 VALUES (%s, %s, '', 201, '{}', %s)"""
NUMBER = """INSERT INTO calls_numbering (month, last) VALUES (%s, 1)
 ON CONFLICT (month) DO UPDATE SET last = calls_numbering.last + 1 RETURNING last"""


def _disk() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_logical_emit_message(true, 'yihe', '')")


def _write(person: int, text: str, code: str, key: str) -> str:
    now = timezone.now()
    compound, desk, people = place(code)
    with transaction.atomic(), connection.cursor() as cursor:
        # as the house commits: the locks free before the disk, the answer after it (record 0009)
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(NUMBER, ["2099"])
        number = f"bare-{cursor.fetchone()[0]}"
        cursor.execute(CALL, [
            number, compound.community_id, compound.pk, compound.path, text, "0" * 32, grams(), person,
            now, desk.pk, desk.pk, now, now, now,
        ])  # fmt: skip
        call = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO calls_placement (call_id, desk_id, level, lead, way, reason, since)"
            " VALUES (%s, %s, 1, true, 'routed', '', %s)", [call, desk.pk, now],
        )  # fmt: skip
        cursor.execute(STEP, [call, "raise", now, person])
        cursor.execute(
            TRAIL, [compound.code, "call.raise", number, person, "0" * 32, now, b"0" * 32]
        )
        cursor.execute(MESSAGE, [people, "来了一件新呼叫", text[:24], "/", number, now])
        cursor.execute(REPLAY, [person, key, now])
        transaction.on_commit(_disk)
    return number


def create(request: HttpRequest) -> HttpResponse:
    number = _write(
        int(str(request.user.pk)), request.POST["text"], request.POST["code"], request.POST["once"]
    )
    return HttpResponseRedirect(f"/calls/{number}/")


@csrf_exempt
@login_not_required
def create_api(request: HttpRequest) -> HttpResponse:
    token = token_for(request.headers["Authorization"].removeprefix("Bearer "))
    assert token is not None
    sent = json.loads(request.body)
    number = _write(
        token.user_id, sent["text"], sent["compound"], request.headers["Idempotency-Key"]
    )
    return JsonResponse({"number": number}, status=201)


def accept(request: HttpRequest, number: str) -> HttpResponse:
    now, person = timezone.now(), int(str(request.user.pk))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute(
            "UPDATE calls_call SET status = 'doing', assignee_id = %s, version = version + 1"
            " WHERE number = %s RETURNING id, reporter_id, path", [person, number],
        )  # fmt: skip
        call, reporter, where = cursor.fetchone()
        cursor.execute(STEP, [call, "accept", now, person])
        cursor.execute(
            TRAIL,
            [where.rsplit("/", 1)[1], "call.accept", number, person, "0" * 32, now, b"0" * 32],
        )
        cursor.execute(MESSAGE, [[reporter], "受理了您的呼叫", "", "/", number, now])
        transaction.on_commit(_disk)
    return HttpResponseRedirect(f"/calls/{number}/")


def queue(request: Any) -> HttpResponse:
    """The fifty rows of the page, by its very query."""
    acting = request.acting
    rows = listed(at_desk(handled(acting), acting.body_id)).order_by("due_at", "pk")[:50]
    return HttpResponse(bare_table().render({"calls": rows}))


def everything(request: Any) -> HttpResponse:
    """The newest fifty of the district."""
    rows = listed(visible(request.acting)).order_by("-raised_at")[:50]
    return HttpResponse(bare_table().render({"calls": rows}))


urlpatterns = [
    path("bare/create/", create),
    path("bare/api/calls", create_api),
    path("bare/queue/", queue),
    path("bare/all/", everything),
    path("bare/<str:number>/accept/", accept),
    *ours,
]

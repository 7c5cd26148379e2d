"""A call whose time is up: first the persons go, later the words; that it was, and how it counted, stays.

Each function is an act by the system on one call that ended. Striking names and numbers is the same code
as when a person has everything of theirs deleted (`forgetting`). Nothing by which a call counts is touched.
"""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from yihe.calls.actions.attaching import erase_attached
from yihe.calls.actions.forgetting import regram, rewrite, without
from yihe.calls.models import Call, DocketItem, Inquiry, Source
from yihe.outbox.actions import empty, forget_about
from yihe.trail.acting import SYSTEM
from yihe.trail.actions import record
from yihe.web.text import bigrams

PERSONS, WORDS = "persons", "words"


@transaction.atomic
def forget_persons(*, call: Call, at: datetime) -> None:
    """Who reported it, from which door, by which number: gone from the call and from all that was said in it.

    What the words tell otherwise stays until the words go. The trail keeps the number of a person who
    acted, never a name; it cannot be unwritten.
    """
    reporter = call.reporter
    names = ("" if reporter is None else reporter.name, call.contact_name)
    phones = ((reporter.phone or "") if reporter is not None else "", call.contact_phone)
    words = without(names, phones, own=True)
    rewrite(call, ("text", "stars_text"), words)
    call.steps.exclude(met_whom="").update(met_whom="")
    for step in call.steps.exclude(text="").order_by("pk"):
        rewrite(step, ("text",), words)
    call.steps.filter(by_reporter=True).exclude(person=None).update(person=None)
    for inquiry in call.inquiries.order_by("pk"):
        rewrite(inquiry, ("question", "answer"), words)
    for item in call.docket.order_by("pk"):
        rewrite(item, ("decision",), words)
    Source.objects.filter(call=call).update(place="")
    if reporter is not None:
        forget_about(person_id=reporter.pk, kind="call", key=call.number)
    _empty_messages(call)
    erase_attached(calls=[call.pk], brought_only=True, at=at)
    _ask_others(call, PERSONS)
    if call.raised_by_id == call.reporter_id:
        call.raised_by = None
    call.reporter = call.unit = call.building = call.assignee = None
    call.contact_name = call.contact_phone = call.spot = ""
    call.persons_erased_at = at
    call.save(
        update_fields=[
            "reporter", "raised_by", "unit", "building", "assignee", "contact_name", "contact_phone",
            "spot", "persons_erased_at",
        ]
    )  # fmt: skip
    regram(call)
    _record(call, "call.persons_erased", at)


@transaction.atomic
def forget_words(*, call: Call, at: datetime) -> None:
    """All that anybody wrote. What stays: number, topic, place, moments, desks, how it ended, stars."""
    call.steps.exclude(text="", met_whom="", salt="").update(text="", met_whom="", salt="")
    Inquiry.objects.filter(call=call).update(question="", answer="")
    DocketItem.objects.filter(call=call).update(decision="")
    Source.objects.filter(call=call).update(place="")
    _empty_messages(call)
    erase_attached(calls=[call.pk], brought_only=False, at=at)
    _ask_others(call, WORDS)
    call.text = call.spot = call.stars_text = call.salt = ""
    place = call.compound.name if call.compound else call.community.name
    call.grams = bigrams(f"{call.topic.name if call.topic else ''} {place}")
    call.words_erased_at = at
    call.save(update_fields=["text", "spot", "stars_text", "salt", "grams", "words_erased_at"])
    _record(call, "call.words_erased", at)


def _empty_messages(call: Call) -> None:
    asked = call.inquiries.values_list("pk", flat=True)
    empty(kind="call", keys=[call.number])
    empty(kind="inquiry", keys=[str(pk) for pk in asked])


def _ask_others(call: Call, what: str) -> None:
    """What other parts keep with a call, on whatever floor: (call's key, “persons” or “words”) -> None."""
    for name in settings.FORGET_WITH_A_CALL:
        import_string(name)(call.pk, what)


def _record(call: Call, act: str, at: datetime) -> None:
    record(
        acting=SYSTEM,
        act=act,
        on=("call", call.number),
        at=at,
        log=call.compound.code if call.compound else "",
    )

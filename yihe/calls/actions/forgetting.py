"""A reporter who wants to be forgotten: the calls stay, without a name or number in any of their texts."""

from typing import Any

from django.db.models import Model, Q, QuerySet

from yihe.accounts.models import User
from yihe.calls.models import Call, DocketItem, Inquiry, Step
from yihe.outbox.models import Message
from yihe.web.text import bigrams, phone_form, strike


def forget_reporter(*, user: User) -> None:
    """Part of the act of deleting a person. The name goes out of the texts of their own calls, the number
    out of everybody's: it is nobody else's. A step's words go as a whole or stay as they were: the database
    allows nothing between.
    """
    phone, name = user.phone or "", user.name
    own = Call.objects.filter(reporter=user)
    if phone:
        own = own | Call.objects.filter(contact_phone=phone)
    mine = dict(own.values_list("pk", "number"))
    Call.objects.filter(pk__in=mine).update(contact_name="", contact_phone="")
    changed: set[int] = set()
    for rows, key, texts in (
        (Call.objects.all(), "id", ("text", "spot", "stars_text")),
        (Step.objects.all(), "call_id", ("text", "met_whom")),
        (Inquiry.objects.all(), "call_id", ("question", "answer")),
        (DocketItem.objects.all(), "call_id", ("decision",)),
    ):
        for row in _concerned(rows, key, texts, set(mine), phone):
            call = getattr(row, key)
            if _strike(row, texts, phone, name if call in mine else ""):
                changed.add(call)
    for call in Call.objects.filter(pk__in=changed).select_related("compound", "community"):
        _regram(call)
    asked = Inquiry.objects.filter(call_id__in=mine).values_list("pk", flat=True)
    _forget_in_messages({"call": set(mine.values()), "inquiry": set(map(str, asked))}, phone, name)


def _forget_in_messages(own: dict[str, set[str]], phone: str, name: str) -> None:
    """`own`: the calls and inquiries whose messages may hold the name."""
    found = Q()
    for kind, keys in own.items():
        found |= Q(subject_kind=kind, subject_key__in=keys)
    if phone:
        found |= Q(title__regex=phone_form(phone)) | Q(body__regex=phone_form(phone))
    for message in Message.objects.filter(found).order_by("pk"):
        theirs = message.subject_key in own.get(message.subject_kind, ())
        _strike(message, ("title", "body"), phone, name if theirs else "")


def _concerned(
    rows: QuerySet[Any], key: str, texts: tuple[str, ...], mine: set[int], phone: str
) -> QuerySet[Any]:
    """What belongs to one's own calls, and whatever else holds the number."""
    found = Q(**{f"{key}__in": mine})
    for text in texts if phone else ():
        found |= Q(**{f"{text}__regex": phone_form(phone)})
    return rows.filter(found).select_for_update(of=("self",)).order_by("pk")


def _strike(row: Model, texts: tuple[str, ...], phone: str, name: str) -> bool:
    """A text that changed has no salt any more: from then on its digest in the trail says nothing."""
    before = [getattr(row, text) for text in texts]
    after = [strike(text, phone, name) for text in before]
    if before == after:
        return False
    for text, words in zip(texts, after, strict=True):
        setattr(row, text, words)
    if isinstance(row, Step):
        row.text = ""
        row.met_whom = row.met_whom if row.met_whom == before[1] else ""
    if isinstance(row, Call | Step):
        row.salt = ""
        texts = (*texts, "salt")
    row.save(update_fields=texts)
    return True


def _regram(call: Call) -> None:
    """What it is found by, made anew of what is left."""
    place = call.compound.name if call.compound else call.community.name
    said = call.steps.filter(by_reporter=True).order_by("pk").values_list("text", flat=True)
    call.grams = bigrams(" ".join([call.text, call.spot, place, *said]))
    call.save(update_fields=["grams"])

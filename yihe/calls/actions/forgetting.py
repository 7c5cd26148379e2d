"""A reporter who wants to be forgotten: the calls stay, and nothing in them says whose they are."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Model, Q, QuerySet

from yihe.accounts.models import User
from yihe.calls.actions.attaching import erase_attached
from yihe.calls.models import Call, DocketItem, Inquiry, Step
from yihe.files.actions import drop_untaken
from yihe.outbox.actions import empty
from yihe.outbox.models import Message
from yihe.web.text import bigrams, mask, phone_form, strike

Words = Callable[[str], str]


def forget_reporter(*, user: User, at: datetime) -> None:
    """Part of the act of deleting a person. Names and numbers go out of the texts of their own calls, their
    number out of everybody's: it is nobody else's. A step that holds either can be emptied, never rewritten.
    """
    phone = user.phone or ""
    own = Call.objects.filter(reporter=user)
    if phone:  # written down for them before they had an account
        own = own | Call.objects.filter(contact_phone=phone)
    mine = {call.pk: call for call in own.select_for_update(of=("self",)).order_by("pk")}
    changed: set[int] = set()
    for rows, key, texts in (
        (Call.objects.all(), "id", ("text", "spot", "stars_text")),
        (Step.objects.all(), "call_id", ("text", "met_whom")),
        (Inquiry.objects.all(), "call_id", ("question", "answer")),
        (DocketItem.objects.all(), "call_id", ("decision",)),
    ):
        for row in _concerned(rows, key, texts, set(mine), phone):
            call = mine.get(getattr(row, key))
            names = (user.name, call.contact_name) if call else ()
            if rewrite(row, texts, without(names, (phone,), own=call is not None)):
                changed.add(getattr(row, key))
    Call.objects.filter(pk__in=mine).update(contact_name="", contact_phone="", unit=None)
    erase_attached(calls=mine, brought_only=True, at=at)
    drop_untaken(person_id=user.pk)
    for call in Call.objects.filter(pk__in=changed).select_related("compound", "community"):
        regram(call)
    asked = Inquiry.objects.filter(call_id__in=mine).values_list("pk", flat=True)
    empty(kind="call", keys=[call.number for call in mine.values()])
    empty(kind="inquiry", keys=[str(pk) for pk in asked])
    _strike_messages(phone)


def without(names: Iterable[str], phones: Iterable[str], *, own: bool) -> Words:
    """How a text reads afterwards: in a call of one's own, and in anybody's."""

    def words(text: str) -> str:
        for phone in filter(None, phones):
            text = strike(text, phone)
        for name in names:
            if len(name) > 1:
                text = text.replace(name, "反映人")
        return mask(text) if own else text

    return words


def _concerned(
    rows: QuerySet[Any], key: str, texts: tuple[str, ...], mine: set[int], phone: str
) -> QuerySet[Any]:
    """What belongs to one's own calls, and whatever else holds the number."""
    found = Q(**{f"{key}__in": mine})
    for text in texts if phone else ():
        found |= Q(**{f"{text}__regex": phone_form(phone)})
    return rows.filter(found).select_for_update(of=("self",)).order_by("pk")


def rewrite(row: Model, texts: tuple[str, ...], words: Words) -> bool:
    """A text that changed has no salt any more: from then on its digest in the trail says nothing."""
    before = [getattr(row, text) for text in texts]
    after = [words(said) for said in before]
    if before == after:
        return False
    for text, said in zip(texts, after, strict=True):
        setattr(row, text, said)
    if isinstance(row, Step):
        row.text = row.met_whom = ""
    if isinstance(row, Call | Step):
        row.salt = ""
        texts = (*texts, "salt")
    row.save(update_fields=texts)
    return True


def regram(call: Call) -> None:
    """What it is found by, made anew of what is left."""
    place = call.compound.name if call.compound else call.community.name
    said = call.steps.filter(by_reporter=True).order_by("pk").values_list("text", flat=True)
    call.grams = bigrams(" ".join([call.text, call.spot, place, *said]))
    call.save(update_fields=["grams"])


def _strike_messages(phone: str) -> None:
    if not phone:
        return
    held = Q(title__regex=phone_form(phone)) | Q(body__regex=phone_form(phone))
    for message in Message.objects.filter(held).order_by("pk"):
        message.title, message.body = strike(message.title, phone), strike(message.body, phone)
        message.save(update_fields=["title", "body"])

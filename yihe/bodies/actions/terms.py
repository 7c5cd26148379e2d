"""The terms of a body: a committee's first, second, third."""

from datetime import date, datetime

from django.db import transaction

from yihe.bodies.actions.common import after, locked, log_of, meanwhile, tell_person
from yihe.bodies.composition import refuse, size_remarks
from yihe.bodies.models import Body, Term
from yihe.bodies.rules import SELF_GOVERNING
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record


@transaction.atomic
def begin_term(
    *,
    body: Body,
    since: date,
    until: date,
    acting: Acting,
    at: datetime,
    size: int | None = None,
    number: int | None = None,
) -> Term:
    """A term of a body, from a day to a day, both in it; the next number when none is said.

    `size`: how many seats were elected, from now on.
    """
    body = locked(body)
    if body.kind not in SELF_GOVERNING:
        raise Refusal("这类组织不分届。")
    if until <= since:
        raise Refusal("任期结束要晚于开始。")
    last = body.terms.order_by("-number").first()
    number = number or (last.number + 1 if last else 1)
    with meanwhile():
        term = Term.objects.create(body=body, number=number, since=since, until=until)
    if size is not None:
        refuse(size_remarks(body.kind, size, place=body.scope[:6], on=since))
        body.size = size
        body.save(update_fields=["size"])
    record(
        acting=acting,
        act="term.begin",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        kinds={"since": f"{since}", "until": f"{until}"},
        numbers={"term": number, "size": body.size or 0},
    )
    return term


@transaction.atomic
def extend_term(*, term: Term, until: date, acting: Acting, at: datetime) -> Term:
    """A term lasts longer than was said, and with it every seat that would have ended with it."""
    body = locked(term.body)
    term = Term.objects.select_for_update().get(pk=term.pk)
    if until <= term.until:
        raise Refusal("新的最后一天要晚于原来的。")
    if after(term.until) <= at:
        raise Refusal("这一届已经届满，不能再延。")
    ending = list(term.seats.filter(until=after(term.until)).select_related("body"))
    term.until = until
    with meanwhile():
        term.save(update_fields=["until"])
        term.seats.filter(pk__in=[one.pk for one in ending]).update(until=after(until))
    for seat in ending:
        tell_person(seat, "您的一个职务延长了", acting=acting, at=at)
    record(
        acting=acting,
        act="term.extend",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        kinds={"until": f"{until}"},
        numbers={"term": term.number, "seats": len(ending)},
    )
    return term

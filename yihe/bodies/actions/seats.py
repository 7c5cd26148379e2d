"""Who takes, keeps and leaves a post."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from yihe.accounts.actions import register_person, revoke_token
from yihe.accounts.models import User
from yihe.bodies.actions.common import after, locked, log_of, meanwhile, tell_person
from yihe.bodies.composition import Remark, prepared_it, refuse
from yihe.bodies.models import Body, BodyKind, Ending, Post, Seat, Secondment, Term
from yihe.bodies.queries import chain_above, overlapping, prepared_for_owners, term_on
from yihe.bodies.rules import OFFICES, SECONDED, SINGLE, counted, next_number, posts_of
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.web.text import as_name


@transaction.atomic
def seat_person(
    *,
    body: Body,
    person: User,
    post: str,
    acting: Acting,
    at: datetime,
    area: str = "",
    number: int | None = None,
    side: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Seat:
    """A person takes a post. Who sits in an office signs in with a second factor from then on.

    `since`: the moment it begins, now when not said. `until`: the first moment after its end; of a seat
    in a body's term the end of that term when not said.
    """
    body = locked(body)
    if post not in posts_of(body.kind, body.group):
        raise Refusal("这类组织没有这个职务。")
    begin = since or at
    term = term_on(body, timezone.localdate(begin)) if _in_terms(post) else None
    if until is None and term is not None:
        until = after(term.until)
    if until is not None and until <= begin:
        raise Refusal("任期结束要晚于开始。")
    seats = overlapping(body, begin, until)
    if any((one.person_id, one.post, one.area) == (person.pk, post, area) for one in seats):
        raise Refusal("这个人已经担任这个职务。")
    number = _free(post, number, seats)
    if counted(post) and body.size is not None and _fullest(seats, begin) >= body.size:
        raise Refusal(f"席位一共 {body.size} 个，都有人了。请先办卸任，或者改席位数。")
    refuse(_reminders(body, person, term, begin))
    with meanwhile():
        seat = Seat.objects.create(
            body=body, person=person, post=post, number=number, area=area, side=side, term=term,
            since=begin, until=until,
        )  # fmt: skip
    if body.kind in OFFICES and not person.works:
        person.works = True
        person.save(update_fields=["works"])
        for token in person.tokens.filter(revoked_at=None):  # given out without a second factor
            revoke_token(token=token, acting=acting, at=at)
    tell_person(seat, "您有了一个新的职务", acting=acting, at=at)
    record(
        acting=acting,
        act="seat.taken",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        kinds={"post": post, "side": side, **_days(seat)},
        numbers={"person": person.pk, "seat": seat.pk, "number": number or 0},
    )
    return seat


def _in_terms(post: str) -> bool:
    return counted(post) or post == Post.ALTERNATE


def _days(seat: Seat) -> dict[str, str]:
    """First and last day, as the trail keeps them."""
    last = seat.last_day
    return {"since": f"{timezone.localdate(seat.since)}", "until": f"{last}" if last else ""}


def _free(post: str, number: int | None, seats: list[Seat]) -> int | None:
    """The seat's number, checked that nobody else sits on it in that time."""
    taken = {one.number for one in seats if one.post == post and one.number is not None}
    if post in SINGLE:
        if taken:
            raise Refusal(f"{Post(post).label}已经有人担任，请先办卸任。")
        return 1
    if number is not None:
        if number < 1 or number > 999:
            raise Refusal("席位号从 1 写起。")
        if number in taken:
            raise Refusal(f"第 {number} 席已经有人担任了。")
        return number
    return next_number(post, taken)


def _fullest(seats: list[Seat], begin: datetime) -> int:
    """How many counted seats are held at once, at most, from that moment on."""
    sitting = [one for one in seats if counted(one.post)]
    moments = [begin, *(one.since for one in sitting if one.since > begin)]
    return max(
        sum(one.since <= moment and (one.until is None or one.until > moment) for one in sitting)
        for moment in moments
    )


def _reminders(body: Body, person: User, term: Term | None, begin: datetime) -> list[Remark]:
    if body.kind != BodyKind.COMMITTEE or body.compound_id is None:
        return []
    return list(
        prepared_it(
            body.kind,
            term.number if term else None,
            stood_for_owners=prepared_for_owners(person.pk, body.compound_id),
            place=body.scope[:6],
            on=timezone.localdate(begin),
        )
    )


@transaction.atomic
def seat_by_phone(
    *,
    body: Body,
    post: str,
    name: str,
    phone: str,
    acting: Acting,
    at: datetime,
    area: str = "",
    number: int | None = None,
    side: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Seat:
    """Whoever has that number takes a post; made known here if nobody has it yet."""
    person = known_by_phone(name=name, phone=phone, acting=acting, at=at)
    return seat_person(
        body=body, person=person, post=post, area=area, number=number, side=side, since=since,
        until=until, acting=acting, at=at,
    )  # fmt: skip


@transaction.atomic
def known_by_phone(*, name: str, phone: str, acting: Acting, at: datetime) -> User:
    """The person of that number, made known here if nobody has it; refuses one of another name."""
    person = register_person(phone=phone, name=name, acting=acting, at=at)
    name = as_name(name)
    if person.name and person.name != name:
        raise Refusal("这个手机号已经登记给另一个姓名，请核对。")
    if not person.name:
        person.name = name[:30]
        person.save(update_fields=["name"])
    return person


def _held(seat: Seat, at: datetime) -> Seat:
    """The seat, locked and not over yet, with its body locked first: the same order everywhere."""
    locked(seat.body)
    rows = Seat.objects.select_for_update(of=("self",)).select_related("body", "body__compound")
    seat = rows.get(pk=seat.pk)
    if seat.until is not None and seat.until <= at:
        raise Refusal("这个职务已经卸任了。")
    return seat


@transaction.atomic
def end_seat(
    *,
    seat: Seat,
    acting: Acting,
    at: datetime,
    ending: str = Ending.OTHER,
    last_day: date | None = None,
) -> Seat:
    """A person leaves a post, now or with the end of `last_day`; the row stays as history."""
    seat = _held(seat, at)
    until = at if last_day is None else after(last_day)
    if until < at:
        raise Refusal("最后一天不能早于今天。")
    seat.until, seat.ending = max(until, seat.since), ending
    seat.save(update_fields=["until", "ending"])
    offices = Seat.objects.unended(max(at, seat.until)).filter(
        person_id=seat.person_id, body__kind__in=OFFICES
    )
    if not offices.exists() and seat.until <= at:
        User.objects.filter(pk=seat.person_id).update(works=False)
    tell_person(seat, "您的一个职务办了卸任", acting=acting, at=at)
    record(
        acting=acting,
        act="seat.left",
        on=("body", seat.body_id),
        at=at,
        log=log_of(seat.body),
        kinds={"post": seat.post, "ending": ending, **_days(seat)},
        numbers={"person": seat.person_id, "seat": seat.pk},
    )
    return seat


@transaction.atomic
def extend_seat(*, seat: Seat, last_day: date, acting: Acting, at: datetime) -> Seat:
    """A post is held longer than was said, up to the end of `last_day`."""
    seat = _held(seat, at)
    until = after(last_day)
    if seat.until is None:
        raise Refusal("这个职务没有写结束的日期，不用延。")
    if until <= seat.until:
        raise Refusal("新的最后一天要晚于原来的。")
    later = [one for one in overlapping(seat.body, seat.until, until) if one.pk != seat.pk]
    if seat.number is not None and any(
        (one.post, one.number) == (seat.post, seat.number) for one in later
    ):
        raise Refusal("这个席位在那段时间里已经有人接任。")
    seat.until, seat.ending = until, ""
    with meanwhile():
        seat.save(update_fields=["until", "ending"])
    tell_person(seat, "您的一个职务延长了", acting=acting, at=at)
    record(
        acting=acting,
        act="seat.extend",
        on=("body", seat.body_id),
        at=at,
        log=log_of(seat.body),
        kinds={"post": seat.post, **_days(seat)},
        numbers={"person": seat.person_id, "seat": seat.pk},
    )
    return seat


@transaction.atomic
def second_person(
    *,
    body: Body,
    person: User,
    post: str,
    sent_by: Body,
    task: str,
    acting: Acting,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Seat:
    """An office sends somebody into a branch for a time, with a task: first secretary or deputy."""
    if post not in SECONDED:
        raise Refusal("派驻的是第一书记或者副书记。")
    if not task.strip():
        raise Refusal("请写派来做什么。")
    if sent_by.kind not in OFFICES or sent_by.until is not None:
        raise Refusal("派出单位是机关：区、街道、社区或者部门。")
    if sent_by.kind != BodyKind.DEPARTMENT and sent_by.pk not in {
        one.pk for one in chain_above(body)
    }:
        raise Refusal("派出单位要在这个组织的上面，或者是区的部门。")
    seat = seat_person(
        body=body, person=person, post=post, since=since, until=until, acting=acting, at=at
    )
    Secondment.objects.create(seat=seat, sent_by=sent_by, task=task.strip()[:300])
    record(
        acting=acting,
        act="seat.second",
        on=("body", body.pk),
        at=at,
        log=log_of(seat.body),
        kinds={"post": post, **_days(seat)},
        numbers={"person": person.pk, "seat": seat.pk, "sent_by": sent_by.pk},
    )
    return seat


@transaction.atomic
def second_by_phone(
    *,
    body: Body,
    post: str,
    name: str,
    phone: str,
    sent_by: Body,
    task: str,
    acting: Acting,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Seat:
    """Whoever has that number is sent; made known here if nobody has it yet."""
    person = known_by_phone(name=name, phone=phone, acting=acting, at=at)
    return second_person(
        body=body, person=person, post=post, sent_by=sent_by, task=task, since=since, until=until,
        acting=acting, at=at,
    )  # fmt: skip


@transaction.atomic
def substitute(*, body: Body, acting: Acting, at: datetime) -> Seat:
    """A seat fell vacant: the next alternate, in the order they were elected, sits on it from now on.

    What follows is a member's seat; who is director the members choose among themselves (物业管理条例
    第十六条). Ends with the term, as the seat that fell vacant would have.
    """
    body = locked(body)
    if body.size is None:
        raise Refusal("请先写上席位数，才知道空了几席。")
    held = list(body.seats.held(at).order_by("number", "pk"))
    members = [one for one in held if counted(one.post)]
    if len(members) >= body.size:
        raise Refusal("现在没有空缺的席位。")
    next_up = next((one for one in held if one.post == Post.ALTERNATE), None)
    if next_up is None:
        raise Refusal("没有候补委员可以递补了。")
    end_seat(seat=next_up, ending=Ending.MOVED_UP, acting=acting, at=at)
    seat = seat_person(
        body=body, person=next_up.person, post=Post.MEMBER, side=next_up.side, since=at,
        until=next_up.until, acting=acting, at=at,
    )  # fmt: skip
    record(
        acting=acting,
        act="seat.substitute",
        on=("body", body.pk),
        at=at,
        log=log_of(body),
        numbers={"person": seat.person_id, "seat": seat.pk, "alternate": next_up.number or 0},
    )
    return seat

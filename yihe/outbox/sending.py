"""Deliveries go out: taken in small batches, each try its own, one that fails holds up nothing.

No transaction is open while the network is asked. A row that is taken gets a new `wake_at`, three minutes
on: whoever dies in between has lost it, and it is taken again. So a message may go out twice when a worker
dies between the provider's yes and ours; never while all goes well. The key of a delivery is the same at
every try: providers that know repetitions see one.
"""

import time
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from secrets import token_hex

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, Q
from django.utils.module_loading import import_string

from yihe.outbox.channels import ALL, open_channels
from yihe.outbox.models import Delivery, Line
from yihe.outbox.rules import (
    ASTRAY,
    AT_ONCE,
    DOWN_AFTER,
    EMERGENCY,
    FAILED,
    GIVEN_UP,
    LEASE,
    LONGEST_REST,
    MOST_A_DAY,
    MOST_TRIES,
    NEXT_AFTER,
    RESERVE,
    SENT,
    SKIPPED,
    TOO_OLD,
    WAITING,
    Destination,
    Later,
    Letter,
    Refused,
    Trouble,
    back_off,
    rings,
)
from yihe.web.away import is_away
from yihe.web.logs import frames
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)


def destinations(keys: Collection[int]) -> dict[int, Destination]:
    ask: Callable[[Collection[int]], dict[int, Destination]] = import_string(settings.DESTINATIONS)
    return ask(keys)


def send_all(*, at: datetime, limit: int = AT_ONCE) -> WorkDone:
    """One look at every channel, one after the other: for a command; the worker has a thread for each."""
    total = WorkDone()
    more = False
    for channel in open_channels():
        part = send_out(channel=channel, at=at, limit=min(limit, AT_ONCE))
        total.done.extend(part.done)
        total.failed.extend(part.failed)
        more = more or part.more
    return WorkDone(done=total.done, failed=total.failed, more=more)


def send_out(*, channel: str, at: datetime, limit: int = AT_ONCE) -> WorkDone:
    """One look at one channel. While it is down one row is tried now and then, all others wait."""
    line = Line.objects.filter(pk=channel).first() or Line(channel=channel)
    down = line.troubles >= DOWN_AFTER
    if down:
        _fall_back(channel, at)
        if _rests(line, at):
            return WorkDone()
    took = claim(channel=channel, at=at, limit=1 if down else limit)
    if not took:
        return WorkDone()
    begun = time.monotonic()
    to = destinations({row.address_key for row in took})
    counts = _sent_today(channel, {row.person_id for row in took}, at)
    done: list[Done] = []
    failed: list[Done] = []
    for index, row in enumerate(took):
        if time.monotonic() - begun > LEASE.total_seconds() / 2:
            _give_back(took[index:], at)
            break
        try:
            sent = _deal_with(row, to.get(row.address_key), counts, at)
        except Exception as error:
            if is_away(error):
                raise  # nothing is wrong with the row
            sent = _broke(row, error, at)
        if sent is not None:
            (done if sent else failed).append(Done("send", row.message.subject_key))
        if not sent and sent is not None and _is_down(channel):
            _give_back(took[index + 1 :], at)
            return WorkDone(done=done, failed=failed)
    return WorkDone(done=done, failed=failed, more=len(took) == limit)


def claim(*, channel: str, at: datetime, limit: int) -> list[Delivery]:
    """Due rows that nobody else holds, emergencies first; ours until the lease runs out."""
    Delivery.objects.filter(state=WAITING, channel=channel, set_at__gt=at + ASTRAY).update(
        wake_at=at, set_at=at
    )  # a clock that ran ahead set them; no index entry, no work
    mine = token_hex(16)
    with transaction.atomic():
        found = (
            Delivery.objects.select_for_update(skip_locked=True)
            .filter(state=WAITING, channel=channel, wake_at__lte=at)
            .order_by("-urgent", "wake_at")
            .values_list("pk", flat=True)[:limit]
        )
        keys = list(found)
        if not keys:
            return []
        Delivery.objects.filter(pk__in=keys).update(
            claim=mine, tries=F("tries") + 1, wake_at=at + LEASE, set_at=at
        )
    return list(
        Delivery.objects.filter(pk__in=keys, claim=mine)
        .select_related("message")
        .order_by("-urgent", "pk")
    )


def _rests(line: Line, at: datetime) -> bool:
    """Longer than a rest can last: a clock that ran ahead has set it."""
    return line.hold_until is not None and at < line.hold_until <= at + 2 * LONGEST_REST


def _is_down(channel: str) -> bool:
    return Line.objects.filter(pk=channel, troubles__gte=DOWN_AFTER).exists()


def _sent_today(channel: str, persons: Collection[int], at: datetime) -> dict[int, int]:
    """How many each of them got by this channel in a day; asked only where there is a limit."""
    if channel not in MOST_A_DAY:
        return {}
    sent = Delivery.objects.filter(
        channel=channel, person_id__in=persons, state=SENT, done_at__gt=at - timedelta(days=1)
    )
    return dict(sent.values_list("person_id").annotate(n=Count("pk")))


def _deal_with(
    row: Delivery, to: Destination | None, counts: dict[int, int], at: datetime
) -> bool | None:
    """True: it went out; False: it did not; None: nothing was tried."""
    message = row.message
    if message.read_at is not None and message.urgency != EMERGENCY:
        return _end(row, SKIPPED, "read", at)
    if at - message.at > TOO_OLD:
        return _end(row, GIVEN_UP, row.error or "too_old", at)
    if to is None or to.channel != row.channel:
        return _end(row, SKIPPED, "gone", at)
    if not rings(message.urgency, works=to.works) and (then := to.quiet.over_at(at)) > at:
        _put_off(row, then, at, tried=False)
        return None
    if not row.urgent and counts.get(row.person_id, 0) >= MOST_A_DAY.get(row.channel, 10**6):
        return _end(row, SKIPPED, "limit", at)
    sent = _try(row, to, at)
    if sent:
        counts[row.person_id] = counts.get(row.person_id, 0) + 1
    return sent


def letter_of(row: Delivery) -> Letter:
    message = row.message
    public = settings.PUBLIC_URL
    return Letter(
        key=f"m{message.pk}d{row.pk}",
        title=message.title,
        link=f"{public}{message.link or '/inbox/'}",
        settings_link=f"{public}{settings.MESSAGE_SETTINGS}",
        urgent=row.urgent,
    )


def _try(row: Delivery, to: Destination, at: datetime) -> bool:
    try:
        receipt = ALL[row.channel].send(to, letter_of(row))
    except Trouble as trouble:
        _in_trouble(row, trouble, at)
    except Refused as refused:
        _end(row, FAILED, refused.code, at)
        if refused.gone:
            import_string(settings.ADDRESS_GONE)(row.address_key)
    except Later as later:
        _later(row, later, at)
    except Exception as error:
        if is_away(error):
            raise
        _broke(row, error, at)
    else:
        _arrived(row, receipt, at)
        return True
    return False


def _broke(row: Delivery, error: Exception, at: datetime) -> bool:
    """A mistake of ours, or a row that cannot be dealt with: put off like any other, given up in the end."""
    log.error("delivery.broke", delivery=row.pk, error=type(error).__name__, at=frames(error))
    _later(row, Later(type(error).__name__), at)
    return False


def _mine(row: Delivery) -> Q:
    return Q(pk=row.pk, claim=row.claim, state=WAITING)


def _arrived(row: Delivery, receipt: str, at: datetime) -> None:
    """What went out went out, whoever holds the row by now."""
    with transaction.atomic():
        Delivery.objects.filter(pk=row.pk, state__in=(WAITING, SKIPPED)).update(
            state=SENT, done_at=at, receipt=receipt[:120], error="", claim=""
        )
        if row.message.urgency != EMERGENCY:  # the others are not needed any more
            Delivery.objects.filter(
                Q(state=RESERVE) | Q(state=WAITING, tries__gt=0),
                ~Q(channel=row.channel),
                message_id=row.message_id,
            ).update(state=SKIPPED, error="not_needed", done_at=at)
    log.info("delivery.sent", delivery=row.pk, channel=row.channel, tries=row.tries)
    was = Line.objects.filter(pk=row.channel).first()
    if was is not None and was.troubles >= DOWN_AFTER:  # up again: what was put off goes now
        Delivery.objects.filter(state=WAITING, channel=row.channel, tries__gt=0, claim="").update(
            wake_at=at, set_at=at
        )
        log.warning("line.up", channel=row.channel)
    Line.objects.update_or_create(
        pk=row.channel,
        defaults={"troubles": 0, "hold_until": None, "held_at": None, "error": "", "sent_at": at},
    )


def _in_trouble(row: Delivery, trouble: Trouble, at: datetime) -> None:
    """The provider's fault: the row keeps its chances, and after some in a row the channel rests."""
    _put_off(row, at + back_off(row.tries), at, tried=True, error=trouble.code)
    log.warning("delivery.trouble", delivery=row.pk, channel=row.channel, error=trouble.code)
    line, _ = Line.objects.get_or_create(pk=row.channel)
    troubles = min(line.troubles + 1, 100)
    rest = at + min(back_off(troubles - DOWN_AFTER + 1), LONGEST_REST)
    down = troubles >= DOWN_AFTER
    Line.objects.filter(pk=row.channel).update(
        troubles=troubles,
        error=trouble.code,
        hold_until=rest if down else None,
        held_at=(line.held_at or at) if down else None,
    )
    if troubles == DOWN_AFTER:
        log.error("line.down", channel=row.channel, error=trouble.code)
    if row.tries >= NEXT_AFTER:
        _next(row.message_id, at)


def _later(row: Delivery, later: Later, at: datetime) -> None:
    if row.tries >= MOST_TRIES:
        _end(row, GIVEN_UP, later.code, at)
        return
    _put_off(row, at + back_off(row.tries), at, tried=True, error=later.code)
    log.info("delivery.later", delivery=row.pk, channel=row.channel, error=later.code)
    if row.tries >= NEXT_AFTER:
        _next(row.message_id, at)


def _put_off(row: Delivery, until: datetime, at: datetime, *, tried: bool, error: str = "") -> None:
    Delivery.objects.filter(_mine(row)).update(
        wake_at=until,
        set_at=at,
        claim="",
        error=error,
        tries=F("tries") if tried else F("tries") - 1,
    )


def _give_back(rows: Collection[Delivery], at: datetime) -> None:
    for row in rows:
        _put_off(row, at, at, tried=False, error=row.error)


def _end(row: Delivery, state: str, code: str, at: datetime) -> bool | None:
    """It will not go out here: the next chosen channel takes over, unless it was read."""
    with transaction.atomic():
        Delivery.objects.filter(_mine(row)).update(
            state=state, error=code[:60], done_at=at, claim=""
        )
        if code == "read" or (state == GIVEN_UP and at - row.message.at > TOO_OLD):
            Delivery.objects.filter(message_id=row.message_id, state=RESERVE).update(
                state=SKIPPED, error="not_needed", done_at=at
            )
        else:
            _next(row.message_id, at)
    log.info("delivery.ended", delivery=row.pk, channel=row.channel, state=state, error=code)
    return None if state == SKIPPED else False


def _next(message_id: int, at: datetime) -> None:
    """The reserves of the lowest rank begin, if nothing before them has arrived or still has its chances."""
    rows = list(Delivery.objects.filter(message_id=message_id).order_by("rank"))
    reserves = [row for row in rows if row.state == RESERVE]
    hopeful = [
        row
        for row in rows
        if row.state == SENT or (row.state == WAITING and row.tries < NEXT_AFTER)
    ]
    if reserves and not hopeful:
        lowest = [row.pk for row in reserves if row.rank == reserves[0].rank]
        Delivery.objects.filter(pk__in=lowest, state=RESERVE).update(
            state=WAITING, wake_at=at, set_at=at
        )


def _fall_back(channel: str, at: datetime, limit: int = 100) -> None:
    """While a channel is down, what waits for it and has another one begins there."""
    stuck = Delivery.objects.filter(
        state=WAITING, channel=channel, wake_at__lte=at, message__deliveries__state=RESERVE
    )
    for message_id in set(stuck.values_list("message_id", flat=True)[:limit]):
        with transaction.atomic():
            reserves = Delivery.objects.select_for_update().filter(
                message_id=message_id, state=RESERVE
            )
            first = reserves.order_by("rank").first()
            others = Delivery.objects.filter(message_id=message_id, state=WAITING).exclude(
                channel=channel
            )
            if first is not None and not others.exists():
                reserves.filter(rank=first.rank).update(state=WAITING, wake_at=at, set_at=at)

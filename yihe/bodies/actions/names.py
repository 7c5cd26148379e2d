"""Whether residents read a name beside an office: said by the person, taken back by the person."""

from datetime import datetime

from django.db import transaction

from yihe.bodies.actions.common import log_of
from yihe.bodies.models import Seat
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record


@transaction.atomic
def show_name(*, seat: Seat, shown: bool, acting: Acting, at: datetime) -> Seat:
    """From now on the name stands beside the office, or no longer. Nobody says it for another."""
    rows = Seat.objects.select_for_update(of=("self",)).select_related("body__compound")
    seat = rows.get(pk=seat.pk)
    if acting.person_id != seat.person_id:
        raise Refusal("写不写姓名，只由本人决定。")
    if seat.until is not None and seat.until <= at and shown:
        raise Refusal("这个职务已经卸任了。")
    if shown == (seat.named_at is not None):
        return seat
    seat.named_at = at if shown else None
    seat.save(update_fields=["named_at"])
    record(
        acting=acting,
        act="seat.named" if shown else "seat.unnamed",
        on=("body", seat.body_id),
        at=at,
        log=log_of(seat.body),
        numbers={"seat": seat.pk},
    )
    return seat

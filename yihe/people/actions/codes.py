import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction

from yihe.accounts.models import User
from yihe.people.actions.homes import home_record, move_in, one_at_a_time
from yihe.people.models import HomeCode, Residency, Standing, Way
from yihe.people.queries import open_codes
from yihe.places.models import Unit
from yihe.refusal import Refusal
from yihe.trail.acting import Acting

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike on paper
VALID = {Way.INVITATION: timedelta(days=7), Way.PAPER: timedelta(days=60)}
TRIES = 8  # codes that a person may try in an hour
HOUR = timedelta(hours=1)
INVITATIONS = 5  # that lie open for a home at once


def _digest(code: str) -> str:
    plain = "".join(char for char in code.upper() if char in LETTERS)
    return hashlib.sha256(b"home-code:" + plain.encode()).hexdigest()


@transaction.atomic
def make_code(
    *, unit: Unit, way: str, standing: str, acting: Acting, at: datetime
) -> tuple[HomeCode, str]:
    """A code for a home, to send to family or to print; it is shown once and only its digest kept."""
    if way == Way.INVITATION:
        lying = open_codes(at).filter(unit=unit, way=way).count()
        if lying >= INVITATIONS:
            raise Refusal(f"这一户有 {lying} 个码还没有人用。请先停用不要的，再做新的。")
    plain = "".join(secrets.choice(LETTERS) for _ in range(10))
    code = HomeCode.objects.create(
        unit=unit,
        digest=_digest(plain),
        way=way,
        standing=standing,
        made_by_id=acting.person_id,
        made_at=at,
        expires_at=at + VALID[Way(way)],
    )
    home_record("home.code_made", unit, acting, at, code=code.pk)
    return code, f"{plain[:5]}-{plain[5:]}"


@transaction.atomic
def print_codes(*, units: Iterable[Unit], acting: Acting, at: datetime) -> list[tuple[Unit, str]]:
    """A sheet of codes on paper, one for each home's owner: all of them or none."""
    return [
        (
            unit,
            make_code(unit=unit, way=Way.PAPER, standing=Standing.OWNER, acting=acting, at=at)[1],
        )
        for unit in units
    ]


@transaction.atomic
def count_try(*, person: User, at: datetime) -> None:
    """Who guesses is stopped. The person's row is held, so that tries sent at once are all counted."""
    one_at_a_time(person.pk)
    key = f"home-code-tries:{person.pk}"
    tries = [moment for moment in cache.get(key, []) if moment > at - HOUR]
    if len(tries) >= TRIES:
        raise Refusal("试得太多了，请过一小时再试，或者请社区核实。")
    cache.set(key, [*tries, at], HOUR.total_seconds())


@transaction.atomic
def use_code(*, code: str, person: User, acting: Acting, at: datetime) -> Residency:
    """Join the home that a code was made for. What is wrong with a code is never told apart."""
    one_at_a_time(person.pk)
    found = (
        open_codes(at)
        .select_for_update(of=("self",))
        .select_related("unit", "unit__compound")
        .filter(digest=_digest(code))
        .first()
    )
    if found is None:
        raise Refusal("这个码不对，或者已经用过、过期了。请向家里人或社区再要一个。")
    found.used_at = at
    found.save(update_fields=["used_at"])
    return move_in(
        person=person, unit=found.unit, standing=found.standing, way=found.way, acting=acting, at=at
    )


@transaction.atomic
def revoke_code(*, code: HomeCode, acting: Acting, at: datetime) -> HomeCode:
    """A code that nobody used yet opens nothing any more."""
    held = (
        HomeCode.objects.select_for_update(of=("self",))
        .select_related("unit", "unit__compound")
        .get(pk=code.pk)
    )
    if held.used_at is not None:
        raise Refusal("这个码已经有人用了，不能再停用。")
    if held.revoked_at is not None:
        raise Refusal("这个码已经停用了。")
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    home_record("home.code_revoked", held.unit, acting, at, code=held.pk)
    return held

"""What the messages' floor asks about people: what they chose, and where they can be found right now."""

from collections.abc import Collection

from yihe.accounts.models import Address, User
from yihe.outbox.rules import SMS, Destination, Quiet, Reader
from yihe.outbox.rules import Address as Where


def _quiet(user: User) -> Quiet:
    choice = getattr(user, "message_choice", None)
    return Quiet(choice.quiet_from, choice.quiet_until) if choice else Quiet()


def readers(person_ids: Collection[int]) -> dict[int, Reader]:
    """Only those who have an address outside the app. Two queries, however many are asked about."""
    found = (
        User.objects.filter(pk__in=person_ids, is_active=True, addresses__isnull=False)
        .select_related("message_choice")
        .prefetch_related("addresses")
        .distinct()
    )
    people = {}
    for user in found:
        choice = getattr(user, "message_choice", None)
        people[user.pk] = Reader(
            addresses=tuple(
                Where(one.pk, one.channel)
                for one in sorted(user.addresses.all(), key=lambda one: (one.rank, one.pk))
            ),
            **({"what": choice.what} if choice else {}),
            quiet=_quiet(user),
            works=user.works,
        )
    return people


def destinations(keys: Collection[int]) -> dict[int, Destination]:
    """As they are now: who changed the number is found under the new one. One query."""
    found = Address.objects.filter(pk__in=keys, user__is_active=True).select_related(
        "user__message_choice"
    )
    return {
        one.pk: Destination(
            channel=one.channel,
            value=value,
            keys=one.keys,
            quiet=_quiet(one.user),
            works=one.user.works,
        )
        for one in found
        if (value := (one.user.phone or "") if one.channel == SMS else one.value)
    }


def gone(key: int) -> None:
    """A browser that was reset, a WeChat account that is no more: nothing will ever arrive there."""
    Address.objects.filter(pk=key).delete()

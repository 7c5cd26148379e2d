"""Acts on how somebody is told outside the app: which channels, which messages, which hours are quiet."""

from datetime import datetime, time

from django.db import transaction
from django.db.models import Max

from yihe.accounts.models import Address, MessageChoice, User
from yihe.outbox.rules import ALL, EMAIL, MINE, ONLY_EMERGENCY, PUSH, SMS, WECHAT
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.web.text import as_name

MOST = 12  # addresses of one person: phones, computers, mail


@transaction.atomic
def choose_messages(
    *,
    user: User,
    what: str,
    quiet_from: time,
    quiet_until: time,
    first: str,
    acting: Acting,
    at: datetime,
) -> MessageChoice:
    """`first`: the channel that is tried before the others, or ""."""
    if what not in (ALL, MINE, ONLY_EMERGENCY):
        raise Refusal("请选一选哪些消息要告诉您。")
    choice, _ = MessageChoice.objects.update_or_create(
        user=user, defaults={"what": what, "quiet_from": quiet_from, "quiet_until": quiet_until}
    )
    if first and user.addresses.filter(channel=first).exists():
        user.addresses.filter(channel=first).update(rank=0)
        user.addresses.exclude(channel=first).filter(rank=0).update(rank=1)
    record(
        acting=acting,
        act="person.messages",
        on=("person", user.pk),
        at=at,
        kinds={"what": what, "first": first},
    )
    return choice


@transaction.atomic
def add_address(
    *,
    user: User,
    channel: str,
    value: str = "",
    keys: dict[str, str] | None = None,
    label: str = "",
    acting: Acting,
    at: datetime,
) -> Address:
    """Proven before: a mail by its code, a browser or WeChat by itself, the phone by the sign-in."""
    User.objects.select_for_update().filter(pk=user.pk).first()
    if channel == SMS and not user.phone:
        raise Refusal("还没有手机号，发不了短信。")
    if channel in (PUSH, WECHAT):  # a device, an account belongs to who uses it last
        Address.objects.filter(channel=channel, value=value).exclude(user=user).delete()
    if channel in (EMAIL, WECHAT):  # one of each: a new one takes the old one's place
        user.addresses.filter(channel=channel).exclude(value=value).delete()
    if user.addresses.count() >= MOST:
        raise Refusal(f"最多记 {MOST} 处，请先去掉不用的。")
    last = user.addresses.exclude(channel=channel).aggregate(last=Max("rank"))["last"]
    found, made = Address.objects.update_or_create(
        user=user,
        channel=channel,
        value=value,
        defaults={"keys": keys or {}, "label": as_name(label)[:60]},
        create_defaults={
            "keys": keys or {},
            "label": as_name(label)[:60],
            "rank": 0 if last is None else last + 1,
            "added_at": at,
        },
    )
    if made:
        record(
            acting=acting,
            act="person.address",
            on=("person", user.pk),
            at=at,
            kinds={"channel": channel},
        )
    return found


@transaction.atomic
def drop_address(*, address: Address, acting: Acting, at: datetime) -> None:
    channel, user_id = address.channel, address.user_id
    address.delete()
    record(
        acting=acting,
        act="person.drop_address",
        on=("person", user_id),
        at=at,
        kinds={"channel": channel},
    )

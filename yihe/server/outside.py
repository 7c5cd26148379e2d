"""`yihe outbox`: how the channels are, and one letter to try a set-up."""

from secrets import token_hex
from typing import Any

from django.conf import settings
from django.utils import timezone

from yihe.accounts.models import Address
from yihe.accounts.reach import destinations
from yihe.accounts.rules import normalise_phone
from yihe.outbox.channels import ALL, open_channels
from yihe.outbox.queries import lines
from yihe.outbox.rules import EMAIL, NAMES, SMS, Destination, Letter, NotSent
from yihe.portal.outside import why
from yihe.refusal import Refusal


def states() -> list[dict[str, Any]]:
    """Numbers and codes, no addresses."""
    now, usable = timezone.now(), open_channels()
    return [
        {
            "channel": one.channel,
            "open": one.channel in usable,
            "down": one.down,
            "error": one.error,
            "waiting": one.waiting,
            "oldest": one.oldest.isoformat() if one.oldest else None,
            "sent": one.sent,
            "failed": one.failed,
        }
        for one in lines(at=now)
    ]


def in_words(found: list[dict[str, Any]]) -> str:
    """A line for each channel."""
    said = []
    for one in found:
        state = "没有开通"
        if one["open"]:
            state = f"不通：{why(one['error'])}（{one['error']}）" if one["down"] else "通"
        counts = f"等着发 {one['waiting']}，一天里发出 {one['sent']}，没送到 {one['failed']}"
        said.append(f"{NAMES[one['channel']]}（{one['channel']}）：{state}；{counts}")
    return "\n".join(said)


def try_out(channel: str, address: str) -> str:
    """Sends one letter at once, outside of everything that waits; what became of it, in a sentence."""
    if channel not in ALL:
        raise Refusal(f"没有这个渠道，请写 {'、'.join(ALL)}。")
    if not ALL[channel].ready():
        raise Refusal(f"{NAMES[channel]}还没有开通，请看 docs/operations.md 里要设哪些。")
    letter = Letter(
        key=f"test{token_hex(6)}",
        title="一核试发一条消息",
        link=f"{settings.PUBLIC_URL}/inbox/",
        settings_link=f"{settings.PUBLIC_URL}{settings.MESSAGE_SETTINGS}",
    )
    receipts = []
    for to in _where(channel, address):
        try:
            receipts.append(ALL[channel].send(to, letter))
        except NotSent as error:
            raise Refusal(f"没有发出去：{why(error.code)}（{error.code}）。") from error
    given = "、".join(one for one in receipts if one)
    return f"{NAMES[channel]}发出了{f'，对方的编号 {given}' if given else ''}。请看看收到没有。"


def _where(channel: str, address: str) -> list[Destination]:
    if channel == EMAIL:
        return [Destination(EMAIL, address)]
    phone = normalise_phone(address)
    if channel == SMS:
        return [Destination(SMS, phone)]
    own = Address.objects.filter(user__phone=phone, channel=channel).values_list("pk", flat=True)
    found = list(destinations(list(own)).values())
    if not found:
        raise Refusal(f"这个人还没有打开{NAMES[channel]}。请先登录，在“我的消息设置”里打开。")
    return found

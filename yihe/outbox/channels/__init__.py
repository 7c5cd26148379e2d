"""Which channels there are. Each is one file; each says itself whether this house can use it."""

from yihe.outbox.channels.base import Channel
from yihe.outbox.channels.mail import Mail
from yihe.outbox.channels.push import Push
from yihe.outbox.channels.sms import Sms
from yihe.outbox.channels.wechat import Wechat

ALL: dict[str, Channel] = {one.name: one for one in (Push(), Wechat(), Mail(), Sms())}


def open_channels() -> list[str]:
    """Those by which something can go out of this house."""
    return [name for name, channel in ALL.items() if channel.ready()]

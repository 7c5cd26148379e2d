"""What WeChat said about somebody who is not known yet: it waits in the session for a proven number."""

import time
from datetime import datetime
from typing import Any

from yihe.accounts.actions import as_oneself
from yihe.accounts.choices import add_address
from yihe.accounts.models import User
from yihe.outbox.rules import WECHAT

WECHAT_KEY, WECHAT_SECONDS = "wechat_proof", 20 * 60


def take(session: Any) -> str:
    """The WeChat number that waits, once; "" where none does or it waited too long."""
    kept = session.pop(WECHAT_KEY, None)
    if not kept or not 0 <= time.time() - kept["at"] <= WECHAT_SECONDS:
        return ""
    return str(kept["openid"])


def join_wechat(*, user: User, openid: str, at: datetime) -> None:
    """The number was proven in the same session: now both belong to one person."""
    if openid and not user.works:
        add_address(user=user, channel=WECHAT, value=openid, acting=as_oneself(user), at=at)

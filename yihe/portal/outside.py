"""Messages that leave the house: how the channels are, for whoever keeps it, and a word when one is stuck."""

from datetime import datetime, timedelta

import structlog
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from yihe.bodies.access import keeps_bodies
from yihe.outbox.channels import open_channels
from yihe.outbox.queries import LineState, lines
from yihe.outbox.rules import CHANNELS
from yihe.portal.keeping import tell_keepers
from yihe.web.models import Mark
from yihe.web.requests import PersonRequest, Response
from yihe.web.turns import my_turn
from yihe.web.words import when
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)
EVERY = timedelta(minutes=5)
LOOKED, SAID = "outbox_looked", "outbox_stuck"
WHY = {
    "timeout": "对方没有回音",
    "broken_answer": "对方的回答看不懂",
    "long_answer": "对方的回答看不懂",
    "isv.OUT_OF_SERVICE": "短信账户欠费停机",
    "isv.AMOUNT_NOT_ENOUGH": "短信账户余额不足",
    "isv.DAY_LIMIT_CONTROL": "到了自己设的每日限额",
    "isv.MONTH_LIMIT_CONTROL": "到了自己设的每月限额",
    "isv.SMS_SIGNATURE_ILLEGAL": "短信签名没有通过",
    "isv.SMS_TEMPLATE_ILLEGAL": "短信模板没有通过",
    "isp.RAM_PERMISSION_DENY": "密钥没有发短信的权限",
    "SignatureDoesNotMatch": "短信的密钥不对",
    "InvalidAccessKeyId.NotFound": "短信的密钥不对",
    "wechat:45009": "公众号今天的次数用完了",
    "wechat:48001": "公众号没有开通模板消息",
    "wechat:40037": "公众号的模板编号不对",
    "smtp:SMTPAuthenticationError": "邮箱的用户名或密码不对",
}


def why(code: str) -> str:
    """A provider's code in words; the code itself stays beside it for who has to look it up."""
    if code.startswith("network:"):
        return "连不上对方"
    if code.startswith("http:5"):
        return "对方出了故障"
    return WHY.get(code, "对方没有接受" if code else "")


def _state(line: LineState, usable: bool, now: datetime) -> str:
    if not usable:
        return "没有开通"
    if not line.down or line.since is None:
        return "通"
    return f"不通，{when(line.since, now)}起：{why(line.error)}（{line.error}）"


@require_GET
def outside(request: PersonRequest) -> Response:
    """Each channel: waiting, sent and failed in a day, how long the oldest has waited."""
    if not keeps_bodies(request.acting):
        raise Http404
    now, usable = timezone.now(), open_channels()
    rows = [
        {
            "line": one,
            "open": one.channel in usable,
            "stuck": one.channel in usable and one.stuck(now),
            "state": _state(one, one.channel in usable, now),
        }
        for one in lines(at=now)
    ]
    page = {
        "rows": rows,
        "stuck": [row for row in rows if row["stuck"]],
        "trail": [("管理", reverse("portal:house")), ("发到应用外面的消息", "")],
    }
    return render(request, "portal/outside.html", page)


def watch_lines(*, at: datetime, limit: int = 1) -> WorkDone:
    """Every five minutes: whoever keeps the house is told once when a channel is stuck, once when it runs."""
    if not my_turn(LOOKED, every=EVERY, at=at):
        return WorkDone()
    before = Mark.objects.filter(pk=SAID).first()
    known = set(before.value.get("channels", [])) if before else set()
    usable = [channel for channel in CHANNELS if channel in open_channels()]
    if not usable:
        return WorkDone()
    states = {one.channel: one for one in lines(channels=usable, at=at)}
    stuck = {channel for channel, one in states.items() if one.stuck(at)}
    if stuck == known:
        return WorkDone()
    Mark.objects.update_or_create(
        pk=SAID, defaults={"value": {"channels": sorted(stuck)}, "at": at}
    )
    for channel in sorted(stuck - known):
        log.error("outbox.stuck", channel=channel, error=states[channel].error)
        _tell_keepers(states[channel], "发不出去", at)
    for channel in sorted(known - stuck):
        log.warning("outbox.runs", channel=channel)
        if channel in states:
            _tell_keepers(states[channel], "又通了", at)
    return WorkDone(done=[Done("watch", channel) for channel in sorted(stuck ^ known)])


def _tell_keepers(line: LineState, what: str, at: datetime) -> None:
    tell_keepers(
        title=f"{line.name}{what}",
        body=f"还有 {line.waiting} 条等着发。" if what == "发不出去" else "",
        link=reverse("portal:outside"),
        on=("channel", line.channel),
        at=at,
    )

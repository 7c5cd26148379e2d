"""微信：a template message of the house's own official account (公众号) to somebody who follows it.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html
The token is the “stable” one: several workers that ask get the same, and none ends another's.
"""

import json
import time
from typing import Any

from django.conf import settings

from yihe.outbox.channels.wire import post
from yihe.outbox.rules import WECHAT, Destination, Letter, Refused, Trouble

HOST = "https://api.weixin.qq.com"
STALE = {40001, 40014, 42001}  # the token is not, or no longer, valid
REFUSED = {
    40003: "not an openid of this account",
    43004: "does not follow the account",
    43019: "is on the account's black list",
    43101: "refuses messages",
    47003: "what stands in the holes does not fit",
}
THING = 20  # characters that a field of the kind “thing” takes
_token: dict[str, Any] = {"value": "", "until": 0.0, "of": ""}


def token(*, fresh: bool = False) -> str:
    """The access token, asked for when it runs out within five minutes; kept in this process only."""
    now, app = time.monotonic(), settings.WECHAT_APP_ID
    if not fresh and _token["of"] == app and _token["until"] - now > 300:
        return str(_token["value"])
    said = _ask(
        "/cgi-bin/stable_token",
        {
            "grant_type": "client_credential",
            "appid": app,
            "secret": settings.WECHAT_APP_SECRET,
            "force_refresh": fresh,
        },
    )
    if not said.get("access_token"):
        raise Trouble(f"token:{said.get('errcode', '')}")
    try:
        span = float(said.get("expires_in", 0))
    except (TypeError, ValueError) as error:
        raise Trouble("broken_answer") from error
    _token.update(value=str(said["access_token"]), until=now + span, of=app)
    return str(_token["value"])


def _ask(path: str, body: dict[str, Any]) -> dict[str, Any]:
    data = json.dumps(body, ensure_ascii=False).encode()
    reply = post((settings.WECHAT_HOST or HOST) + path, data, {"Content-Type": "application/json"})
    if reply.status != 200:
        raise Trouble(f"http:{reply.status}")
    return reply.json()


class Wechat:
    name = WECHAT

    def ready(self) -> bool:
        return bool(
            settings.WECHAT_APP_ID and settings.WECHAT_APP_SECRET and settings.WECHAT_TEMPLATE
        )

    def send(self, to: Destination, letter: Letter) -> str:
        title = letter.title
        body = {
            "touser": to.value,
            "template_id": settings.WECHAT_TEMPLATE,
            "url": letter.link,
            "client_msg_id": letter.key,  # the same within ten minutes: sent once
            "data": {
                settings.WECHAT_FIELD: {
                    "value": title if len(title) <= THING else title[: THING - 2] + "……"
                }
            },
        }
        said = _ask(f"/cgi-bin/message/template/send?access_token={token()}", body)
        if said.get("errcode") in STALE:
            said = _ask(f"/cgi-bin/message/template/send?access_token={token(fresh=True)}", body)
        code = said.get("errcode")
        if code == 0:
            return str(said.get("msgid", ""))
        if code in REFUSED:
            raise Refused(f"wechat:{code}")
        raise Trouble(f"wechat:{code}")

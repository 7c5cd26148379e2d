"""阿里云短信服务：SendSms of dysmsapi, version 2017-05-25, signed by ACS3-HMAC-SHA256.

Named by `YIHE_SMS_CHANNEL=yihe.outbox.channels.aliyun.Aliyun`. One request in sixty lines needs no SDK.
https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
https://help.aliyun.com/zh/sms/developer-reference/api-error-codes
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from django.conf import settings

from yihe.outbox.channels.wire import post
from yihe.outbox.rules import Later, Refused, Trouble
from yihe.outbox.texts import TEMPLATES, Text

HOST, ACTION, VERSION = "dysmsapi.aliyuncs.com", "SendSms", "2017-05-25"
# The number, or what stands in the holes: no other try will change it.
REFUSED = {
    "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.DOMESTIC_NUMBER_NOT_SUPPORTED",
    "isv.BLACK_KEY_CONTROL_LIMIT",
    "isv.SMS_CONTENT_ILLEGAL",
    "isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE",
    "isv.TEMPLATE_MISSING_PARAMETERS",
    "isv.TEMPLATE_PARAMS_ILLEGAL",
    "isv.INVALID_JSON_PARAM",
    "isv.PARAM_LENGTH_LIMIT",
    "isv.PARAM_NOT_SUPPORT_URL",
}
LIMIT = "isv.BUSINESS_LIMIT_CONTROL"  # too many to this one number


def canonical(query: Mapping[str, str]) -> str:
    return "&".join(
        f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(query.items())
    )


def authorization(
    *, key_id: str, secret: str, method: str, path: str, query: str, headers: Mapping[str, str]
) -> str:
    """The header that signs a request; `headers` are all that are signed, names in small letters."""
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    asked = "\n".join([method, path, query, lines, names, headers["x-acs-content-sha256"]])
    signed = f"ACS3-HMAC-SHA256\n{hashlib.sha256(asked.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"


class Aliyun:
    @staticmethod
    def can_send(template: str) -> bool:
        return bool(settings.SMS_TEMPLATES.get(template))

    @staticmethod
    def missing() -> list[str]:
        """What a house that chose this still has to set, by the names of the variables."""
        wanted = {
            "YIHE_ALIYUN_KEY_ID": settings.ALIYUN_KEY_ID,
            "YIHE_ALIYUN_KEY_SECRET": settings.ALIYUN_KEY_SECRET,
            "YIHE_SMS_SIGN": settings.SMS_SIGN,
        }
        lacking = [name for name, value in wanted.items() if not value]
        lacking += [
            f"YIHE_SMS_TEMPLATES 里的 {name}" for name in TEMPLATES if not Aliyun.can_send(name)
        ]
        return lacking

    def send(self, phone: str, text: Text) -> str:
        """The number that the provider gave it. That it was taken is not yet that it was read."""
        code = settings.SMS_TEMPLATES.get(text.template)
        if not code:
            raise Trouble(f"no_template:{text.template}")
        query = {
            "PhoneNumbers": phone,
            "SignName": settings.SMS_SIGN,
            "TemplateCode": code,
            "TemplateParam": json.dumps(text.holes, ensure_ascii=False, separators=(",", ":")),
        }
        if text.key:
            query["OutId"] = text.key
        return self._ask(query)

    def _ask(self, query: Mapping[str, str]) -> str:
        asked = canonical(query)
        headers = {
            "host": settings.ALIYUN_HOST or HOST,
            "x-acs-action": ACTION,
            "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
            "x-acs-date": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "x-acs-signature-nonce": secrets.token_hex(16),
            "x-acs-version": VERSION,
        }
        signed = authorization(
            key_id=settings.ALIYUN_KEY_ID,
            secret=settings.ALIYUN_KEY_SECRET,
            method="POST",
            path="/",
            query=asked,
            headers=headers,
        )
        url = f"https://{headers['host']}/?{asked}"
        reply = post(url, b"", {**headers, "Accept": "application/json", "Authorization": signed})
        if reply.status >= 500:
            raise Trouble(f"http:{reply.status}")
        said = reply.json()
        return self._outcome(str(said.get("Code", "")), str(said.get("BizId", "")), reply.status)

    @staticmethod
    def _outcome(code: str, receipt: str, status: int) -> str:
        if code == "OK" and status == 200:
            return receipt
        if code in REFUSED:
            raise Refused(code)
        if code == LIMIT:
            raise Later(code)
        # Our account, our signature, their load: no number is to blame.
        raise Trouble(code or f"http:{status}")

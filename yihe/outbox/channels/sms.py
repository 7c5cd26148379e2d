"""短信：through the class that also sends the codes (`SMS_CHANNEL`): any with `send(phone, text)`."""

from django.conf import settings
from django.utils.module_loading import import_string

from yihe.outbox.rules import SMS, Destination, Letter
from yihe.outbox.texts import text


class Sms:
    name = SMS

    def ready(self) -> bool:
        if not settings.SMS_CHANNEL:
            return False
        asks = getattr(import_string(settings.SMS_CHANNEL), "can_send", None)
        return bool(asks("message")) if asks else True

    def send(self, to: Destination, letter: Letter) -> str:
        way = import_string(settings.SMS_CHANNEL)()
        said = text("message", title=letter.title)
        said.key = letter.key
        return str(way.send(to.value, said) or "")

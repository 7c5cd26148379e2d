"""邮件：through Django's mail backend. Short, without personal data, with a way to stop it."""

import smtplib
from email.utils import formatdate
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from yihe.outbox.rules import EMAIL, Destination, Later, Letter, NotSent, Refused, Trouble

END = "——\n一核 · 物业小区治理平台\n这封信是自动发的，请不要回复。少收、不收，请到“我的消息设置”：\n{}\n"


def send_mail(to: str, subject: str, body: str, *, key: str = "", stop: str = "") -> None:
    """One mail to one address; the same `key` gives the same Message-ID at every try."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    headers = {"Auto-Submitted": "auto-generated", "Date": formatdate(localtime=True)}
    if key:
        headers["Message-ID"] = f"<{key}@{host}>"
    if stop:
        headers["List-Unsubscribe"] = f"<{stop}>"
    mail = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [to], headers=headers)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code = next(iter(error.recipients.values()))[0] if error.recipients else 0
        raise _by_number(code) from error
    except smtplib.SMTPDataError as error:
        raise _by_number(error.smtp_code) from error
    except smtplib.SMTPException as error:
        raise Trouble(f"smtp:{type(error).__name__}") from error
    except TimeoutError as error:
        raise Trouble("timeout") from error
    except OSError as error:
        raise Trouble(f"network:{type(error).__name__}") from error


def _by_number(code: int) -> NotSent:
    """5xx: this address will not take it; 4xx: perhaps later."""
    return Refused(f"smtp:{code}") if code >= 500 else Later(f"smtp:{code}")


class Mail:
    name = EMAIL

    def ready(self) -> bool:
        return bool(settings.MAIL_ON)

    def send(self, to: Destination, letter: Letter) -> str:
        body = (
            f"{letter.title}\n\n请打开这里看：\n{letter.link}\n\n{END.format(letter.settings_link)}"
        )
        send_mail(
            to.value, letter.title, body, key=f"delivery-{letter.key}", stop=letter.settings_link
        )
        return ""

"""What must not be in production: as Django's system checks, for `yihe up`, and for gunicorn by hand."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.utils.module_loading import import_string

from yihe.server.ping import unfit

SHORTEST_SECRET = 40


def _lacks(channel: str) -> list[str]:
    """What the chosen way of sending texts still wants; a name that leads nowhere wants itself."""
    try:
        ask = getattr(import_string(channel), "missing", None) if channel else None
    except ImportError:
        return []  # a class of the house's own, perhaps only there where it runs
    return list(ask()) if ask else []


@register(Tags.security)
def settings_fit_for_production(
    app_configs: Sequence[Any] | None = None, **more: Any
) -> list[CheckMessage]:
    """Debug, codes that reach nobody's phone, a secret that everybody knows or can guess."""
    if not settings.PRODUCTION:
        return []
    channel = settings.SMS_CHANNEL
    wrong = (
        ("E001", settings.DEBUG, "正式运行不能开 YIHE_DEBUG。"),
        (
            "E002",
            not channel or channel.startswith("yihe.accounts.channels."),
            "正式运行要用 YIHE_SMS_CHANNEL 指定真的短信通道。",
        ),
        (
            "E003",
            settings.SECRET_KEY == settings.DEFAULT_SECRET,
            "正式运行要有自己的密钥：请用 yihe up 启动一次，或者设 YIHE_SECRET_KEY。",
        ),
        (
            "E004",
            len(settings.SECRET_KEY) < SHORTEST_SECRET,
            f"正式运行的 YIHE_SECRET_KEY 至少要 {SHORTEST_SECRET} 个字符。",
        ),
        (
            "E005",
            "*" in settings.ALLOWED_HOSTS,
            "正式运行的 YIHE_HOSTS 要写明自己的域名，不能写 *。",
        ),
        ("E007", bool(lacking := _lacks(channel)), f"短信通道还没有设好：{'、'.join(lacking)}。"),
        (
            "E008",
            settings.WECHAT_SIGN_IN and not (settings.WECHAT_APP_ID and settings.WECHAT_APP_SECRET),
            "用微信登录要设 YIHE_WECHAT_APP_ID 和 YIHE_WECHAT_APP_SECRET。",
        ),
        (
            "E009",
            bool(settings.WECHAT_TEMPLATE) and not settings.WECHAT_APP_SECRET,
            "发微信消息要设 YIHE_WECHAT_APP_ID 和 YIHE_WECHAT_APP_SECRET。",
        ),
        (
            "E010",
            settings.MAIL_ON and settings.DEFAULT_FROM_EMAIL.endswith("@localhost"),
            "发邮件要用 YIHE_EMAIL_FROM 写明从哪个邮箱发。",
        ),
        *(
            (
                "E011",
                bool(url) and unfit(url),
                f"{name} 要以 https:// 开头，不带用户名和密码；本机的可以用 http://127.0.0.1。",
            )
            for name, url in (
                ("YIHE_PING_URL", settings.PING_URL),
                ("YIHE_BACKUP_PING_URL", settings.BACKUP_PING_URL),
            )
        ),
    )
    return [Error(words, id=f"yihe.{number}") for number, holds, words in wrong if holds]


@register(Tags.database)
def no_demo_in_production(
    app_configs: Sequence[Any] | None = None, databases: Sequence[str] | None = None, **more: Any
) -> list[CheckMessage]:
    """Asked where the database may be asked; while it is away nothing is claimed."""
    if not settings.PRODUCTION or not databases:
        return []
    from yihe.web.models import Mark  # noqa: PLC0415  when the apps are ready

    try:
        demo = Mark.objects.filter(pk="demo").exists()
    except DatabaseError:
        return []
    words = "这里装的是演示数据，不能正式运行。请换一个 YIHE_HOME，用 --no-demo 启动。"
    return [Error(words, id="yihe.E006")] if demo else []


def unsafe(*, ask_database: bool) -> str:
    """The first thing that must not be in production, in words; "" when there is none."""
    found = settings_fit_for_production()
    if ask_database and not found:
        found = no_demo_in_production(databases=["default"])
    return str(found[0].msg) if found else ""


def refuse_unsafe() -> None:
    """For a web server that was started by hand: no request is served."""
    if words := unsafe(ask_database=True):
        raise ImproperlyConfigured(words)

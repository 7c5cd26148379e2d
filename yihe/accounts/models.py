from datetime import time
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from yihe.accounts.sessions import SessionStore
from yihe.outbox.rules import ALL, CHANNELS, MINE, NAMES, ONLY_EMERGENCY


class UserManager(BaseUserManager["User"]):
    """allauth and Django look people up by phone number."""

    def get_by_natural_key(self, phone: str | None) -> "User":
        return self.get(phone=phone)


class User(AbstractBaseUser):
    """人：凭手机号登录。能看什么、能做什么，由任职和住处决定，不在这里。"""

    phone = models.CharField("手机号", max_length=20, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField(null=True, blank=True)
    name = models.CharField("姓名", max_length=30, blank=True)
    works = models.BooleanField("在岗：须密码和动态码", default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return f"人 {self.pk}"


class Consent(models.Model):
    """同意：谁在什么时候同意了哪一版告知。"""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    notice = models.CharField(max_length=30, default="privacy")
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "notice", "version"],
                condition=models.Q(withdrawn_at=None),
                name="one_standing_consent_per_notice_version",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.notice} {self.version}"


class Token(models.Model):
    """接口令牌：只存摘要，明文只显示一次。"""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=8)
    label = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.hint}…"


class Address(models.Model):
    """联系方式：应用之外能找到一个人的地方。短信用登录的手机号，号码不再存一遍。"""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="addresses")
    channel = models.CharField(max_length=10, choices=[(name, NAMES[name]) for name in CHANNELS])
    value = models.CharField(max_length=600, blank=True)
    keys = models.JSONField(
        default=dict, blank=True
    )  # what a browser gave to write to it in secret
    label = models.CharField(max_length=60, blank=True)
    rank = models.SmallIntegerField(default=0)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "channel", "value"], name="one_address_once_per_person"
            ),
            models.UniqueConstraint(
                fields=["channel", "value"],
                condition=models.Q(channel__in=["push", "wechat"]),
                name="one_device_or_wechat_one_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel}"


class MessageChoice(models.Model):
    """消息设置：哪些消息要在应用之外告诉，几点到几点安静。"""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="message_choice")
    what = models.CharField(
        max_length=10,
        default=MINE,
        choices=[(ALL, "全部"), (MINE, "等我的"), (ONLY_EMERGENCY, "紧急的")],
    )
    quiet_from = models.TimeField(default=time(22))
    quiet_until = models.TimeField(default=time(7))

    def __str__(self) -> str:
        return f"{self.user_id} {self.what}"


class Session(AbstractBaseSession):
    """登录状态：一台设备上的一次登录。人是编号，不是外键：没登录的也有一行。"""

    person_id = models.BigIntegerField(null=True, db_index=True)

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        return SessionStore

    def __str__(self) -> str:
        return f"{self.person_id} {self.expire_date}"

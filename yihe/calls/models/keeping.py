"""Numbers of calls, and requests that are sent again."""

from django.conf import settings
from django.db import models


class Numbering(models.Model):
    """编号：每个月从 0001 数起。"""

    month = models.CharField(max_length=4, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.month} {self.last}"


class Replay(models.Model):
    """接口的重复请求：同一个键只做一次，再来就给同样的回答。"""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_answer_per_idempotency_key")
        ]
        indexes = [models.Index(fields=["at"], name="replay_by_age")]

    def __str__(self) -> str:
        return self.key

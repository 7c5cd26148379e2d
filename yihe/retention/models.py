from django.conf import settings
from django.db import models

from yihe.calls.models import Call
from yihe.retention.rules import KINDS


class Period(models.Model):
    """保存期限：一类东西留多少个月；没有这一行、或没有打开的，一直留着。"""

    kind = models.CharField(
        max_length=20, primary_key=True, choices=[(kind.key, kind.title) for kind in KINDS]
    )
    months = models.PositiveSmallIntegerField()
    on = models.BooleanField(default=False)
    starts_at = models.DateTimeField()  # nothing goes by it before

    def __str__(self) -> str:
        return f"{self.kind} {self.months}"


class Hold(models.Model):
    """暂留：有争议没有了结的呼叫，期限到了也不删；为什么、从何时到何时。"""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=200)
    since = models.DateTimeField()
    look_on = models.DateField()  # when somebody asks whether it is still needed
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=models.Q(until=None), name="one_hold_on_a_call"
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id}"


class Stuck(models.Model):
    """没删成：一行出了错，隔一阵再试，不挡着别的。只记代码。"""

    kind = models.CharField(max_length=20)
    row = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField(default=1)
    error = models.CharField(max_length=60)
    wake_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "row"], name="a_row_is_stuck_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}"

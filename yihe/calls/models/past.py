"""Where a call of another system came from, in the words there."""

from django.db import models

from yihe.calls.models.call import Call


class Outcome(models.TextChoices):
    """How a call of another system ended, as that system says."""

    IN_TIME = "in_time", "按期办结"
    LATE = "late", "超期办结"
    UNKNOWN = "unknown", "结果不明"


class Source(models.Model):
    """来源：一件导入的呼叫在原来的系统里的编号和原文；那里没有写的是 "-"。"""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="source")
    system = models.CharField(max_length=40)  # as the map calls it
    key = models.CharField(max_length=60)  # its number there
    # where it is known here, as the source writes it; else "-", and its words stand in `place`
    subdistrict = models.CharField(max_length=60, default="-")
    community = models.CharField(max_length=60, default="-")  # without a trailing 居委会
    compound = models.CharField(max_length=80, default="-")
    place = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=60, default="-")
    nature = models.CharField(max_length=60, default="-")
    topic = models.CharField(max_length=200, default="-")  # of the first level
    unit = models.CharField(max_length=200, default="-")
    outcome = models.CharField(max_length=10, choices=Outcome)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "key"], name="a_call_comes_once_from_a_system"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.key}"

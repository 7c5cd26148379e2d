"""The counters: what acts changed, and what is folded (calls/counted.py)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class Delta(models.Model):
    """计数的变动：一件呼叫怎么算，从前的减一，现在的加一。由触发器写，后台并进 `Cell`。"""

    id = models.BigAutoField(primary_key=True)
    call_id = models.BigIntegerField()
    n = models.SmallIntegerField()
    path = models.CharField(max_length=70)
    topic_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=10)
    nature = models.CharField(max_length=10)
    level = models.PositiveSmallIntegerField()
    desk_id = models.BigIntegerField()
    month = models.DateField()
    outcome = models.CharField(max_length=10)  # open, in_time, late, unknown, withdrawn
    contested = models.BooleanField()
    contact = models.PositiveSmallIntegerField(null=True)  # bucket of working minutes
    answer = models.PositiveSmallIntegerField(null=True)
    said_subdistrict = models.CharField(max_length=60, null=True)  # noqa: DJ001  as in Source, if any
    said_community = models.CharField(max_length=60, null=True)  # noqa: DJ001
    said_compound = models.CharField(max_length=80, null=True)  # noqa: DJ001
    said_topic = models.CharField(max_length=200, null=True)  # noqa: DJ001
    said_channel = models.CharField(max_length=60, null=True)  # noqa: DJ001
    said_nature = models.CharField(max_length=60, null=True)  # noqa: DJ001
    # one that could not be folded: how often, and when it is tried again
    failures = models.PositiveSmallIntegerField(db_default=0)
    again_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.call_id} {self.n:+d}"


class Cell(models.Model):
    """计数：某地某月，按某一项（`dim`）的某一值（`key`）有多少件。见 `counted`。"""

    id = models.BigAutoField(primary_key=True)
    place = models.CharField(max_length=70)
    dim = models.CharField(max_length=12)
    key = models.CharField(max_length=210)
    month = models.DateField()
    total = models.IntegerField()
    open = models.IntegerField()
    in_time = models.IntegerField()
    late = models.IntegerField()
    unknown = models.IntegerField()
    withdrawn = models.IntegerField()  # in no other number
    contested = models.IntegerField()  # reopened, or rated one or two stars
    disputed = models.IntegerField()  # of these what was closed in time
    contact = ArrayField(models.IntegerField(), null=True)
    answer = ArrayField(models.IntegerField(), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "dim", "month", "key"], name="one_cell_for_a_place_key_and_month"
            )
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.dim} {self.key} {self.month}"

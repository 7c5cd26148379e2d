from django.db import models


class Month(models.Model):
    """公布过的一个月：一次算好，以后不变，两次下载比不出谁来。件数不够的月没有行。"""

    month = models.DateField(primary_key=True)
    built_at = models.DateTimeField()
    least = models.PositiveSmallIntegerField()  # how many persons a row needed

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Row(models.Model):
    """公布的一行：这样的呼叫有多少件。没有人，没有字，没有编号。"""

    month = models.ForeignKey(Month, on_delete=models.CASCADE, related_name="rows")
    subdistrict = models.CharField(max_length=60)
    community = models.CharField(max_length=60)
    compound = models.CharField(max_length=80)
    topic = models.CharField(max_length=200)
    channel = models.CharField(max_length=60)
    level = models.CharField(max_length=20)
    outcome = models.CharField(max_length=20)
    contact = models.CharField(max_length=20)
    answer = models.CharField(max_length=20)
    calls = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "month", "subdistrict", "community", "compound", "topic", "channel", "level",
                    "outcome", "contact", "answer",
                ],
                name="a_row_says_what_no_other_does",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.month_id} {self.calls}"

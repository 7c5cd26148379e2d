from django.db import models

from yihe.bodies.models.body import Body
from yihe.bodies.models.seat import Seat


class Handover(models.Model):
    """移交：一个组织换人或者停用时，印章、档案和账目一样一样交出去。"""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="handovers")
    reason = models.CharField(max_length=200)
    begun_on = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body"],
                condition=models.Q(done_at=None),
                name="one_handover_of_a_body_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.begun_on}"


class HandoverItem(models.Model):
    """移交的一样东西：哪天交的，谁交，谁接。都没有时还没有交。"""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    given_on = models.DateField(null=True, blank=True)
    gave = models.ForeignKey(
        Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="gave"
    )
    took = models.ForeignKey(
        Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="took"
    )
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "name"], name="a_thing_is_handed_over_once"
            ),
            models.CheckConstraint(
                condition=models.Q(given_on=None, gave=None, took=None)
                | models.Q(given_on__isnull=False, gave__isnull=False, took__isnull=False),
                name="what_was_given_has_a_giver_and_a_taker",
            ),
        ]

    def __str__(self) -> str:
        return self.name

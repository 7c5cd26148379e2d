from django.db import models

from yihe.bodies.models import Body
from yihe.party.rules import CHECKS, FORMS, UNSTATED
from yihe.places.models import Compound


class Branch(models.Model):
    """小区党支部：一个支部组织，现在是临时的还是正式的。"""

    body = models.OneToOneField(
        Body, on_delete=models.PROTECT, primary_key=True, related_name="branch"
    )
    form = models.CharField(max_length=12, choices=FORMS.items(), default=UNSTATED)
    form_since = models.DateField()

    def __str__(self) -> str:
        return f"{self.body_id} {self.form}"


class Intent(models.Model):
    """组建意向：小区还在售的时候，社区党委登记什么时候、打算怎样成立支部。"""

    compound = models.OneToOneField(Compound, on_delete=models.PROTECT, related_name="intent")
    words = models.CharField(max_length=200)
    planned_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.compound_id}"


class FormChange(models.Model):
    """支部的变更：哪天成为临时的、正式的，凭哪一份批复。只增不改。"""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="changes")
    form = models.CharField(max_length=12, choices=FORMS.items())
    since = models.DateField()
    reference = models.CharField(max_length=80, blank=True)

    def __str__(self) -> str:
        return f"{self.branch_id} {self.form}"


class Check(models.Model):
    """转正清单的一项：哪天办好的，凭什么。"""

    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="checks")
    item = models.CharField(max_length=12, choices=CHECKS.items())
    done_on = models.DateField()
    evidence = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["branch", "item"], name="one_check_of_an_item")
        ]

    def __str__(self) -> str:
        return f"{self.branch_id} {self.item}"


class Mandate(models.Model):
    """支代业授权：没有业委会的小区，业主让支部做哪几件不具约束力的事，到哪天为止。"""

    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="mandates")
    compound = models.ForeignKey(Compound, on_delete=models.PROTECT, related_name="mandates")
    tasks = models.JSONField()
    vote = models.CharField(max_length=120)  # the owners' decision, where it is to be found
    decided_on = models.DateField()
    since = models.DateField()
    until = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    why_ended = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")),
                name="a_mandate_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.compound_id} {self.since}"

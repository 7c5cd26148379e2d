from uuid import uuid4

from django.db import models

from yihe.bodies.models import Body
from yihe.party.ledger.rules import WAYS


class Member(models.Model):
    """党员台账的一行：只凭本人同意。是谁、写了什么，都封着，库里读不出来。

    Deliberately no foreign key to a person: `mark` is a keyed hash. See `sealing`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    mark = models.BinaryField(max_length=32, unique=True)
    branch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    notice = models.CharField(max_length=30)  # the version that was consented to
    way = models.CharField(max_length=10, choices=WAYS.items())
    given_on = models.DateField()  # the day of the consent
    confirmed_on = models.DateField(null=True, blank=True)  # by the branch

    def __str__(self) -> str:
        return str(self.pk)


class Reading(models.Model):
    """查阅记录：谁为了什么打开过这一行。本人看得到。"""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="readings")
    seat_id = models.BigIntegerField()
    words = models.CharField(max_length=120)  # the capacity, never a name
    purpose = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["member", "-at"], name="reading_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.purpose}"

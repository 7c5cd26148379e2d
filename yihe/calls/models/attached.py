"""Photographs and PDFs on a call."""

from django.db import models

from yihe.calls.models.call import Call
from yihe.calls.models.course import Step
from yihe.files.models import File


class Looked(models.TextChoices):
    """What the desk found when it looked whether somebody can be recognised."""

    NOT_YET = "", "还没看"
    CLEAR = "clear", "没有人可认出"
    COVERED = "covered", "遮过了"
    HIDDEN = "hidden", "不给邻居看"


class Attachment(models.Model):
    """附件：哪一步带来的第几个文件；受理台看过以后，邻居才看得到。"""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="attachments")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="attachments")
    file = models.OneToOneField(File, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    looked = models.CharField(max_length=10, choices=Looked, default=Looked.NOT_YET, blank=True)
    covered = models.OneToOneField(
        File, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(looked="covered", covered__isnull=False)
                | ~models.Q(looked="covered") & models.Q(covered=None),
                name="a_covered_picture_has_its_covered_version",
            )
        ]
        indexes = [models.Index(fields=["call", "id"], name="attachment_of_a_call")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.position}"

"""What happens to a call: where it lay, each step, questions of fact, the docket."""

from django.conf import settings
from django.db import models

from yihe.bodies.models import Body
from yihe.calls.models.call import Call
from yihe.topics.models import Topic


class Way(models.TextChoices):
    """How a call came to a desk."""

    ROUTED = "routed", "按类别和地点分派"
    EMERGENCY = "emergency", "紧急，同时送到"
    CLIMBED = "climbed", "到期自动升级"
    PASSED_UP = "passed_up", "上交"
    SENT_BACK = "sent_back", "退回"
    HANDED_OVER = "handed_over", "转办"
    CORRECTED = "corrected", "改正类别后重新分派"
    REOPENED = "reopened", "居民重开，高一级办"
    CONFERENCE = "conference", "联席会议交办"


class Placement(models.Model):
    """在台：呼叫从何时到何时在哪个受理台，主办还是协办。"""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="placements")
    desk = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="placements")
    level = models.PositiveSmallIntegerField()
    lead = models.BooleanField()
    way = models.CharField(max_length=12, choices=Way)
    reason = models.CharField(
        max_length=300, blank=True
    )  # in our words: topic × place, rule; a person's reason is in the step
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=models.Q(until=None, lead=True), name="one_desk_leads"
            ),
            models.UniqueConstraint(
                fields=["call", "desk"],
                condition=models.Q(until=None),
                name="a_call_lies_once_at_a_desk",
            ),
        ]
        indexes = [
            models.Index(
                fields=["desk", "call"],
                condition=models.Q(until=None),
                name="placement_now_by_desk",
            ),
            models.Index(
                fields=["desk", "since"], include=["lead", "way"], name="placement_by_desk"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} @ {self.desk_id}"


class Audience(models.TextChoices):
    EVERYONE = "everyone", "看得到这件呼叫的人"
    REPORTER = "reporter", "反映人和办事的人"
    HANDLERS = "handlers", "办事的人"


class Step(models.Model):
    """经过：一件呼叫上发生的每一步。只增不改；写错了，再写一条。"""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=20)  # rules.Act
    at = models.DateTimeField()
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    by_reporter = models.BooleanField(default=False)
    desk = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=120)  # capacity at the time
    from_level = models.PositiveSmallIntegerField(null=True)
    to_level = models.PositiveSmallIntegerField(null=True)
    to_desk = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    met_whom = models.CharField(max_length=120, blank=True)
    met_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # the moment that was missed, set or moved
    from_topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    to_topic = models.ForeignKey(Topic, null=True, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=10, choices=Audience)

    class Meta:
        indexes = [
            models.Index(fields=["call", "id"], name="step_of_a_call"),
            models.Index(
                fields=["-at"], condition=models.Q(kind="correct_topic"), name="step_that_corrects"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.kind}"


class Inquiry(models.Model):
    """问事实：投诉牵涉的单位可以被问情况，但看不到是谁投诉、怎么说的。"""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="inquiries")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="inquiries")
    question = models.TextField()
    asked_by = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.call_id} → {self.body_id}"


class DocketItem(models.Model):
    """上会：一件呼叫列入哪天的区级联席会议、请哪些部门、定了什么。"""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="docket")
    sitting_on = models.DateField()
    departments = models.ManyToManyField(Body, related_name="+")
    listed_at = models.DateTimeField()
    lead = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call"],
                condition=models.Q(decided_at=None),
                name="a_call_stands_once_on_the_docket",
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.sitting_on}"

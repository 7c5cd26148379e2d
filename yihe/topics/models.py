from django.db import models

from yihe.bodies.models import Body


class Topic(models.Model):
    """诉求类别：大类、小类、细类三级。"""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    depth = models.PositiveSmallIntegerField()  # 1 to 3
    position = models.PositiveIntegerField(default=0)
    emergency = models.BooleanField("紧急", default=False)
    starts_at = models.PositiveSmallIntegerField("从哪一级开始", default=1)
    words = models.CharField(
        "居民常说的话", max_length=200, blank=True
    )  # space-separated, for a first guess
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(depth__range=(1, 3)), name="topics_have_three_levels"
            ),
            models.CheckConstraint(
                condition=models.Q(starts_at__range=(1, 3)),
                name="a_call_starts_on_one_of_three_levels",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TopicAlias(models.Model):
    """类别的别名：同一个类别在别的系统里的代码和写法。"""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="aliases")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "code", "name"], name="one_alias_once_per_topic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class TopicVersion(models.Model):
    """类别的历史：改过什么，从什么时候到什么时候。"""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="versions")
    name = models.CharField(max_length=60)
    emergency = models.BooleanField()
    starts_at = models.PositiveSmallIntegerField()
    active = models.BooleanField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    changed_by = models.CharField(max_length=120)  # capacity in words

    def __str__(self) -> str:
        return f"{self.topic_id} {self.since}"


class Route(models.Model):
    """分派：某类诉求在某地某级，平常由哪个受理台办。"""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="routes")
    place = models.CharField(max_length=70, blank=True)  # code path; "" everywhere in the district
    level = models.PositiveSmallIntegerField()
    desk = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="routes")
    lead = models.BooleanField(default=True)  # of several departments one leads
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "place", "level", "desk"],
                condition=models.Q(until=None),
                name="a_desk_stands_once_for_a_topic_and_place",
            ),
            models.UniqueConstraint(
                fields=["topic", "place", "level"],
                condition=models.Q(until=None, lead=True),
                name="one_lead_desk_for_a_topic_and_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.place} {self.level} → {self.desk_id}"


class Habit(models.Model):
    """习惯：某类诉求在某地，以往由哪个受理台办过多少件。只供参考，不改分派。"""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="habits")
    place = models.CharField(max_length=40)  # code path of the lowest division that is known
    desk = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="habits")
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "place", "desk"], name="one_count_of_a_habit")
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.place} → {self.desk_id}: {self.n}"


class Unit(models.TextChoices):
    HOURS = "hours", "小时"
    WORKHOURS = "workhours", "个工作小时"
    WORKDAYS = "workdays", "个工作日"


class Clock(models.TextChoices):
    CONTACT = "contact", "首次联系"
    ANSWER = "answer", "答复"
    EXTENSION = "extension", "延期"
    ASKED = "asked", "等居民补充"
    SILENCE = "silence", "等居民确认"


class Term(models.Model):
    """期限：某级某类的首次联系、答复、延期各给多少时间。`topic` 空的是通例。"""

    level = models.PositiveSmallIntegerField()
    clock = models.CharField(max_length=10, choices=Clock)
    emergency = models.BooleanField(default=False)
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.CASCADE, related_name="terms"
    )
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, choices=Unit)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["level", "clock", "emergency", "topic"],
                condition=models.Q(until=None),
                name="one_term_for_a_clock_level_and_topic",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.clock} {self.amount} {self.unit}"

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from yihe.bodies.models import Body, Seat
from yihe.places.models import Building, Compound, Division, Unit
from yihe.topics.models import Topic
from yihe.topics.models import Unit as TimeUnit


class Status(models.TextChoices):
    NEW = "new", "待受理"
    DOING = "doing", "正在办"
    ASKED = "asked", "等居民补充"
    ANSWERED = "answered", "已答复，等确认"
    CLOSED = "closed", "办完了"
    WITHDRAWN = "withdrawn", "已撤回"
    PAST = "past", "往年导入，结果不明"  # neither open nor closed: nobody knows how it ended


OPEN = (Status.NEW, Status.DOING, Status.ASKED, Status.ANSWERED)


class Visibility(models.TextChoices):
    COMPOUND = "compound", "邻居也能看到"
    HANDLERS = "handlers", "只给办事的人看"
    DESK = "desk", "不让别人知道是我"


class Nature(models.TextChoices):
    REQUEST = "request", "求助"
    COMPLAINT = "complaint", "投诉"
    QUESTION = "question", "咨询"
    SUGGESTION = "suggestion", "建议"
    THANKS = "thanks", "感谢"


class Channel(models.TextChoices):
    WEB = "web", "网页"
    DESK = "desk", "受理台代记"
    PHONE = "phone", "电话"
    BODY = "body", "组织呼叫"
    API = "api", "接口"
    IMPORT = "import", "导入"


class Spot(models.TextChoices):
    HOME = "home", "家里"
    BUILDING = "building", "本楼公共处"
    COMPOUND = "compound", "小区里"
    OUTSIDE = "outside", "小区外"


class Due(models.TextChoices):
    """What the next due moment is."""

    CONTACT = "contact", "联系"
    ANSWER = "answer", "答复"
    ASKED = "asked", "等居民补充"
    SILENCE = "silence", "等居民确认"


class CallQuerySet(models.QuerySet["Call"]):
    def open(self) -> "CallQuerySet":
        return self.filter(status__in=OPEN)

    def late(self, at: object) -> "CallQuerySet":
        """Overdue on the desk's side; waiting for the reporter is nobody's lateness."""
        return self.filter(status__in=(Status.NEW, Status.DOING), due_at__lt=at)

    def due_for_work(self, at: object) -> "CallQuerySet":
        return self.filter(wake_at__lte=at).order_by("wake_at", "pk")


class Call(models.Model):
    """小区呼叫（诉求）：居民或组织提出的一件事。"""

    number = models.CharField(max_length=16, unique=True)
    # where
    community = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="calls")
    compound = models.ForeignKey(
        Compound, null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    building = models.ForeignKey(
        Building, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    path = models.CharField(max_length=70)
    spot_kind = models.CharField(max_length=10, choices=Spot, default=Spot.COMPOUND)
    spot = models.CharField("具体位置", max_length=80, blank=True)
    # what
    text = models.TextField()
    salt = models.CharField(max_length=32)
    grams = ArrayField(models.TextField(), default=list)
    topic = models.ForeignKey(
        Topic, null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    nature = models.CharField(max_length=10, choices=Nature, default=Nature.REQUEST)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.WEB)
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.COMPOUND)
    emergency = models.BooleanField(default=False)
    about = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="complaints"
    )
    # who
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    contact_name = models.CharField(max_length=30, blank=True)  # of a reporter without an account
    contact_phone = models.CharField(max_length=20, blank=True)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    raised_seat = models.ForeignKey(
        Seat, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    raised_words = models.CharField(max_length=120, blank=True)
    raised_at = models.DateTimeField()
    # where it lies
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    level = models.PositiveSmallIntegerField()
    desk = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="calls")
    intake = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_calls",
    )
    sent_back = models.BooleanField(default=False)
    reopened = models.PositiveSmallIntegerField(default=0)
    urged = models.PositiveSmallIntegerField(default=0)
    # the clock of the present level, kept as amounts so that a moment can be worked out again
    clock_from = models.DateTimeField()
    contact_amount = models.PositiveSmallIntegerField()
    contact_unit = models.CharField(max_length=10, choices=TimeUnit)
    answer_amount = models.PositiveSmallIntegerField()
    answer_unit = models.CharField(max_length=10, choices=TimeUnit)
    extended_amount = models.PositiveSmallIntegerField(default=0)
    extended_unit = models.CharField(max_length=10, choices=TimeUnit, default=TimeUnit.WORKDAYS)
    paused_minutes = models.PositiveIntegerField(default=0)  # working minutes the clock stood
    paused_at = models.DateTimeField(null=True, blank=True)
    contacted_at = models.DateTimeField(null=True, blank=True)  # on the present level
    # working minutes from the raising to the first contact and to the first answer
    contact_minutes = models.PositiveIntegerField(null=True, blank=True)
    answer_minutes = models.PositiveIntegerField(null=True, blank=True)
    due_kind = models.CharField(max_length=10, choices=Due, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_provisional = models.BooleanField(default=False)
    wake_at = models.DateTimeField(
        null=True, blank=True
    )  # when the sweep has to look: reminder, then due
    failures = models.PositiveSmallIntegerField(default=0)
    # how it ended
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_in_time = models.BooleanField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_how = models.CharField(
        max_length=10, blank=True
    )  # confirmed, silence, withdrawn, imported
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    stars_text = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=["closed", "withdrawn", "past"])
                | models.Q(due_at__isnull=False),
                name="an_open_call_has_a_due_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="closed")
                | models.Q(answered_at__isnull=False)
                | models.Q(channel="import"),  # answered elsewhere, in a system of the past
                name="nothing_closes_without_an_answer",
            ),
            models.CheckConstraint(
                condition=~models.Q(channel="import")
                | models.Q(status__in=["closed", "past"], due_at=None, wake_at=None),
                name="an_imported_call_never_starts_a_deadline",
            ),
            models.CheckConstraint(
                condition=models.Q(about=None) | ~models.Q(about=models.F("desk")),
                name="a_complaint_never_lies_with_whom_it_is_about",
            ),
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(1, 5)),
                name="one_to_five_stars",
            ),
        ]
        indexes = [
            models.Index(
                fields=["wake_at"],
                condition=models.Q(wake_at__isnull=False),
                name="call_due_for_work",
            ),
            models.Index(
                fields=["compound", "visibility", "-raised_at"],
                include=["id", "about", "status", "answered_at"],
                name="call_on_the_board",
            ),
            models.Index(fields=["reporter", "-raised_at"], name="call_by_reporter"),
            models.Index(fields=["desk", "status", "due_at"], name="call_in_the_queue"),
            models.Index(fields=["path"], name="call_by_place", opclasses=["varchar_pattern_ops"]),
            GinIndex(fields=["grams"], name="call_by_text"),
            models.Index(fields=["-raised_at", "-id"], name="call_by_moment"),
            models.Index(
                fields=["due_at"],
                include=["path", "level", "status", "about", "desk"],
                condition=models.Q(status__in=["new", "doing"]),
                name="call_at_work",
            ),
            models.Index(
                fields=["-raised_at"],
                include=["path", "status", "about", "desk"],
                condition=models.Q(reopened__gt=0) | models.Q(stars__lte=2),
                name="call_contested",
            ),
            models.Index(
                fields=["path"],
                condition=models.Q(
                    reopened__gte=2, status__in=["new", "doing", "asked", "answered"]
                ),
                name="call_back_twice",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


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


class Numbering(models.Model):
    """编号：每个月从 0001 数起。"""

    month = models.CharField(max_length=4, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.month} {self.last}"


class Replay(models.Model):
    """接口的重复请求：同一个键只做一次，再来就给同样的回答。"""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_answer_per_idempotency_key")
        ]

    def __str__(self) -> str:
        return self.key


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

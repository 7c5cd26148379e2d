"""A call as it stands: what, who, where it lies, its clock, how it ended."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Coalesce

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
ENDED = (Status.CLOSED, Status.WITHDRAWN, Status.PAST)
# When it ended; of an imported call only the raising is known.
ENDED_AT = Coalesce("closed_at", "raised_at")


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

    def ended_before(self, moment: object) -> "CallQuerySet":
        """What ended before that moment, the oldest first."""
        ended = self.filter(status__in=ENDED).alias(ended=ENDED_AT)
        return ended.filter(ended__lt=moment).order_by("ended", "pk")

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
    files = models.PositiveSmallIntegerField(default=0, db_default=0)  # how many are attached
    # how it ended
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_in_time = models.BooleanField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_how = models.CharField(
        max_length=10, blank=True
    )  # confirmed, silence, withdrawn, imported
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    stars_text = models.CharField(max_length=500, blank=True)
    # what was erased when its time had come (actions/expiring.py)
    persons_erased_at = models.DateTimeField(null=True, blank=True)
    words_erased_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = CallQuerySet.as_manager()
    held = False  # read after its row was locked in this transaction: an act takes it as it is

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
            models.Index(  # with all that says who sees one: they are counted without reading the rows
                fields=["-raised_at"],
                include=[
                    "id",
                    "path",
                    "status",
                    "about",
                    "desk",
                    "reporter",
                    "raised_by",
                    "raised_seat",
                    "visibility",
                    "channel",
                ],
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
            models.Index(
                ENDED_AT,
                "id",
                condition=models.Q(
                    status__in=["closed", "withdrawn", "past"], persons_erased_at=None
                ),
                name="call_with_persons",
            ),
            models.Index(
                ENDED_AT,
                "id",
                condition=models.Q(
                    status__in=["closed", "withdrawn", "past"], words_erased_at=None
                ),
                name="call_with_words",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def expired(self) -> bool:
        """Its time was up: who reported it, or what was said, is not there any more."""
        return self.persons_erased_at is not None or self.words_erased_at is not None

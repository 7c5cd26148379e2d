from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.utils import timezone

from yihe.bodies.models.body import Body, Term
from yihe.bodies.models.spans import one, period, word
from yihe.web.prepared import moment


class Post(models.TextChoices):
    CLERK = "clerk", "经办人"
    HEAD = "head", "负责人"
    ADMINISTRATOR = "administrator", "管理员"
    FIRST_SECRETARY = "first_secretary", "第一书记"
    SECRETARY = "secretary", "支部书记"
    DEPUTY_SECRETARY = "deputy_secretary", "支部副书记"
    DIRECTOR = "director", "主任"
    DEPUTY_DIRECTOR = "deputy_director", "副主任"
    MEMBER = "member", "委员"
    ALTERNATE = "alternate", "候补委员"
    CHIEF_SUPERVISOR = "chief_supervisor", "监事长"
    SUPERVISOR = "supervisor", "监事"
    CHAIR = "chair", "主持人"
    LEADER = "leader", "组长"
    DEPUTY_LEADER = "deputy_leader", "副组长"
    SPOKESPERSON = "spokesperson", "发言人"
    PARTICIPANT = "participant", "成员"
    MANAGER = "manager", "项目经理"
    LEAD = "lead", "楼栋长"
    CONVENER = "convener", "召集人"


class Side(models.TextChoices):
    """Whom somebody stands for in a body that is put together from several sides."""

    OWNERS = "owners", "业主代表"
    TENANTS = "tenants", "住户代表"
    PROPERTY_OWNER = "property_owner", "产权单位"
    SUBDISTRICT = "subdistrict", "街道办事处"
    PARTY = "party", "社区党委"
    NEIGHBOURHOOD = "neighbourhood", "社区居委会"
    POLICE = "police", "公安派出所"
    DEVELOPER = "developer", "建设单位"
    COMPANY = "company", "物业服务企业"


class Ending(models.TextChoices):
    """Why somebody left a post. What only the owners' assembly decides is written down elsewhere."""

    TERM = "term", "任期届满"
    RESIGNED = "resigned", "本人辞任"
    REPLACED = "replaced", "人员调整"
    MOVED_UP = "moved_up", "递补为委员"
    DISSOLVED = "dissolved", "组织停用"
    OTHER = "other", "其他"


class SeatQuerySet(models.QuerySet["Seat"]):
    def held(self, at: datetime | None = None) -> "SeatQuerySet":
        """Begun by that moment, and not at its end yet: a seat until 24:00 is held until then."""
        at = at or moment()
        return self.filter(models.Q(until=None) | models.Q(until__gt=at), since__lte=at)

    def unended(self, at: datetime) -> "SeatQuerySet":
        """Held at that moment or to be taken later."""
        return self.filter(models.Q(until=None) | models.Q(until__gt=at))

    def over(self, at: datetime) -> "SeatQuerySet":
        return self.filter(until__lte=at)


class Seat(models.Model):
    """任职：谁从哪天到哪天在哪个组织担任什么职务。所有职务只在这一张表。

    `until` is the first moment at which the post is no longer held; it may lie ahead. `area` narrows a
    lead's seat to a building: the code path of what they look after. `number` is the how manieth seat of
    that post: of a post that one person holds it is 1, of alternates their order. `named_at`: since when
    the person lets residents read their name here; they can take it back.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats"
    )
    post = models.CharField(max_length=20, choices=Post)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    area = models.CharField(max_length=100, blank=True)
    side = models.CharField(max_length=16, choices=Side, blank=True)
    term = models.ForeignKey(
        Term, null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=12, choices=Ending, blank=True)
    named_at = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="a_seat_does_not_overlap_itself",
                expressions=[
                    (one("body"), "&&"),
                    (one("person"), "&&"),
                    (word("post"), "&&"),
                    (word("area"), "&&"),
                    (period("since", "until"), "&&"),
                ],
            ),
            ExclusionConstraint(
                name="one_person_at_a_time_on_a_numbered_seat",
                expressions=[
                    (one("body"), "&&"),
                    (word("post"), "&&"),
                    (one("number"), "&&"),
                    (period("since", "until"), "&&"),
                ],
                condition=models.Q(number__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="a_seat_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.post}"

    @property
    def place(self) -> str:
        """The building that a lead looks after, by its name; "" for everybody else."""
        return self.area.rsplit("/", 1)[-1]

    def held(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or self.until > at)

    @property
    def words(self) -> str:
        """The post with what belongs to it: an alternate's place, the building, whom one stands for."""
        said = Post(self.post).label
        if self.post == Post.ALTERNATE:
            said = f"{said}第 {self.number} 位"
        if self.place:
            said = f"{said}，负责{self.place}"
        return f"{said}，{Side(self.side).label}" if self.side else said

    @property
    def office(self) -> str:
        """The person, as a list of those who give and take writes them: the name, body and post."""
        office = f"{self.body.name}{Post(self.post).label}"
        return f"{self.person.name}（{office}）" if self.person.name else office

    @property
    def last_day(self) -> date | None:
        """The last day on which the post is held: a seat until 0:00 ends on the day before."""
        return timezone.localdate(self.until - timedelta(microseconds=1)) if self.until else None


class Secondment(models.Model):
    """派驻：哪个单位派来、做什么；起止就是任职的起止。"""

    seat = models.OneToOneField(Seat, on_delete=models.PROTECT, related_name="secondment")
    sent_by = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="sent")
    task = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.seat_id} ← {self.sent_by_id}"

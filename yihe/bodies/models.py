from django.conf import settings
from django.db import models

from yihe.places.models import Compound, Division


class BodyKind(models.TextChoices):
    DISTRICT = "district", "区小区治理办"
    DEPARTMENT = "department", "区职能部门"
    SUBDISTRICT = "subdistrict", "街道党工委（办事处）"
    OFFICE = "office", "街道内设和所属机构"
    COMMUNITY = "community", "社区党委"
    BRANCH = "branch", "小区党支部"
    COMMITTEE = "committee", "业委会"
    COMPANY = "company", "物业服务企业"
    UTILITY = "utility", "公用企业"
    CONFERENCE = "conference", "区级联席会议"


class Post(models.TextChoices):
    CLERK = "clerk", "经办人"
    HEAD = "head", "负责人"
    ADMINISTRATOR = "administrator", "管理员"
    SECRETARY = "secretary", "支部书记"
    DEPUTY_SECRETARY = "deputy_secretary", "支部副书记"
    DIRECTOR = "director", "业委会主任"
    MEMBER = "member", "委员"
    MANAGER = "manager", "项目经理"
    LEAD = "lead", "楼栋长"
    CONVENER = "convener", "召集人"


class Body(models.Model):
    """组织：在这里行事的任何组织。`level` 不为空的是受理台：1 社区、2 街道、3 区级、4 联席会议。

    `scope` is the code path of the place it answers for; it covers all below. `parent` is the desk
    above: where a call climbs to when nothing else is said.
    """

    kind = models.CharField(max_length=16, choices=BodyKind)
    name = models.CharField(max_length=80)
    code = models.CharField(max_length=40, unique=True, null=True, blank=True)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="bodies"
    )
    compound = models.ForeignKey(
        Compound, null=True, blank=True, on_delete=models.PROTECT, related_name="bodies"
    )
    scope = models.CharField(max_length=70, db_index=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    phone = models.CharField("对外电话", max_length=20, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level=None) | models.Q(level__range=(1, 4)),
                name="a_desk_has_one_of_four_levels",
            ),
        ]
        indexes = [models.Index(fields=["level", "scope"], name="desk_by_level_and_scope")]

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """别名：同一个受理台在别的系统里的写法。"""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "name"], name="one_alias_once_per_body")
        ]

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """任职：谁从哪天到哪天在哪个组织担任什么职务。所有职务只在这一张表。

    `area` narrows a lead's seat to a building: the code path of what they look after.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="seats")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats"
    )
    post = models.CharField(max_length=20, choices=Post)
    area = models.CharField(max_length=100, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "person", "post", "area"],
                condition=models.Q(until=None),
                name="a_person_holds_a_post_in_a_body_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="a_seat_ends_after_it_began",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=models.Q(until=None), name="seat_now_by_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.post}"

    @property
    def place(self) -> str:
        """The building that a lead looks after, by its name; "" for everybody else."""
        return self.area.rsplit("/", 1)[-1]

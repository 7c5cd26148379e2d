from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models

from yihe.bodies.models.spans import days, one
from yihe.places.models import Compound, Division


class BodyKind(models.TextChoices):
    DISTRICT = "district", "区小区治理办"
    DEPARTMENT = "department", "区职能部门"
    SUBDISTRICT = "subdistrict", "街道党工委（办事处）"
    OFFICE = "office", "街道内设和所属机构"
    COMMUNITY = "community", "社区党委"
    BRANCH = "branch", "小区党支部"
    COMMITTEE = "committee", "业委会"
    SUPERVISORY_BOARD = "supervisory_board", "业主监事会"
    RESIDENTS_COMMITTEE = "residents_committee", "住户委员会"
    PREPARATION_GROUP = "preparation_group", "业主大会筹备组"
    COUNCIL = "council", "居民议事会"
    GROUP = "group", "小组和队伍"
    COMPANY = "company", "物业服务企业"
    UTILITY = "utility", "公用企业"
    CONFERENCE = "conference", "区级联席会议"


class Group(models.TextChoices):
    """What a group is for, roughly; `Body.purpose` says it in words."""

    PARTY = "party", "功能党小组"
    SPOKESPERSON = "spokesperson", "新闻发言人"
    FIRST_AID = "first_aid", "急救义工队"
    WOMEN = "women", "妇女工作组"
    MEDIATION = "mediation", "调解小组"
    VOLUNTEERS = "volunteers", "志愿服务队"
    OTHER = "other", "其他"


class Body(models.Model):
    """组织：在这里行事的任何组织。`level` 不为空的是受理台：1 社区、2 街道、3 区级、4 联席会议。

    `scope` is the code path of the place it answers for; it covers all below. `parent` is the desk
    above: where a call climbs to when nothing else is said. `size` is how many seats were agreed upon,
    alternates not among them; without it nobody can say what is vacant.
    """

    kind = models.CharField(max_length=20, choices=BodyKind)
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
    size = models.PositiveSmallIntegerField("席位数", null=True, blank=True)
    group = models.CharField(max_length=12, choices=Group, blank=True)
    purpose = models.CharField("做什么", max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level=None) | models.Q(level__range=(1, 4)),
                name="a_desk_has_one_of_four_levels",
            ),
            models.CheckConstraint(
                condition=models.Q(group="") | models.Q(kind="group"),
                name="only_a_group_is_for_something",
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


class Coverage(models.Model):
    """覆盖：一个组织在自己的小区以外还管哪些小区（例如联合支部），从哪天到哪天。"""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="coverage")
    compound = models.ForeignKey(Compound, on_delete=models.PROTECT, related_name="covered_by")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["body", "compound"],
                condition=models.Q(until=None),
                name="a_body_covers_a_compound_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.compound_id}"


class Term(models.Model):
    """届：一个组织的第几届，从哪天到哪天，两头都算。"""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "number"], name="a_body_counts_its_terms"),
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="a_term_ends_after_it_began"
            ),
            ExclusionConstraint(
                name="terms_of_a_body_do_not_overlap",
                expressions=[(one("body"), "&&"), (days("since", "until"), "&&")],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} 第{self.number}届"

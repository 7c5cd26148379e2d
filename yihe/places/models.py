from django.db import models


class Kind(models.TextChoices):
    COMMERCIAL = "commercial", "商品房"
    SOCIAL = "social", "保障房"


class Stage(models.TextChoices):
    PLANNED = "planned", "规划中"
    BUILDING = "building", "在建"
    ON_SALE = "on_sale", "在售"
    HANDED_OVER = "handed_over", "已交付"
    MOVING_IN = "moving_in", "正在入住"
    SETTLED = "settled", "已入住"


class Division(models.Model):
    """区划：省、市、区、街道、社区，用国家统一代码。

    `level` as the bureau of statistics counts: 1 province … 3 district, 4 subdistrict, 5 community.
    `path` from the district down ("440310/006/001"); above the district it is "-": a scope is never
    wider than the one district that lives here.
    """

    code = models.CharField(max_length=12, primary_key=True)
    level = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=40, db_index=True)
    here = models.BooleanField(default=False)  # the district that lives in this house

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["here"], condition=models.Q(here=True), name="one_district_lives_here"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Compound(models.Model):
    """小区：一个物业管理区域。"""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=60)
    sort_key = models.CharField(
        max_length=200, db_index=True
    )  # pinyin: the database has no Chinese order
    kind = models.CharField(max_length=12, choices=Kind)
    stage = models.CharField(max_length=12, choices=Stage)
    stage_on = models.DateField()
    presale_on = models.DateField(null=True, blank=True)
    community = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="compounds")
    path = models.CharField(max_length=70, db_index=True)  # community's path + "/" + code
    address = models.CharField(max_length=120, blank=True)
    households = models.PositiveIntegerField(null=True, blank=True)
    population = models.PositiveIntegerField(null=True, blank=True)
    floor_area = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    outline = models.JSONField(
        null=True, blank=True
    )  # GeoJSON geometry, GCJ-02 like the coordinates

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page, which the portal puts together from all floors."""
        return f"/compounds/{self.code}/"


class StageChange(models.Model):
    """阶段变更：小区从哪天起进入哪个阶段。"""

    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=12, choices=Stage)
    since = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["compound", "stage", "since"], name="one_change_to_a_stage_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.compound_id} {self.stage} {self.since}"


class KindChange(models.Model):
    """类型变更：小区从哪天起算哪一类。"""

    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="kinds")
    kind = models.CharField(max_length=12, choices=Kind)
    since = models.DateField()

    def __str__(self) -> str:
        return f"{self.compound_id} {self.kind} {self.since}"


class Building(models.Model):
    """楼栋。"""

    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="buildings")
    name = models.CharField(max_length=30)
    floors = models.PositiveSmallIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["compound", "name"], name="one_building_of_a_name_per_compound"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Entrance(models.Model):
    """单元（楼门）。"""

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="entrances")
    name = models.CharField(max_length=30)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["building", "name"], name="one_entrance_of_a_name_per_building"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """专有部分（户）：有独立面积的房、铺、车位。"""

    class Use(models.TextChoices):
        FLAT = "flat", "住宅"
        SHOP = "shop", "商铺"
        PARKING = "parking", "车位"

    compound = models.ForeignKey(Compound, on_delete=models.CASCADE, related_name="units")
    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="units")
    entrance = models.ForeignKey(
        Entrance, null=True, blank=True, on_delete=models.CASCADE, related_name="units"
    )
    name = models.CharField(max_length=30)
    label = models.CharField(max_length=90)  # 3栋2单元1502, as people say it
    floor = models.SmallIntegerField(null=True, blank=True)
    area = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    use = models.CharField(max_length=10, choices=Use, default=Use.FLAT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["compound", "label"], name="one_unit_of_a_label_per_compound"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def area_words(self) -> str:
        """All digits that are known and no zeros behind them."""
        return "" if self.area is None else f"{self.area.normalize():f}"

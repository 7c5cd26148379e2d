from django.conf import settings
from django.db import models

from yihe.places.models import Unit


class Standing(models.TextChoices):
    OWNER = "owner", "业主"
    FAMILY = "family", "家人"
    TENANT = "tenant", "租户"


class Way(models.TextChoices):
    """How somebody came to be recorded in a home."""

    INVITATION = "invitation", "家里人邀请"
    PAPER = "paper", "纸质入户码"
    CLERK = "clerk", "社区核实"
    IMPORT = "import", "名册导入"


class Residency(models.Model):
    """住处：一个人从哪天到哪天、以什么身份属于这一户。同一户现在的人合起来是一个家庭。"""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="residencies"
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="residencies")
    standing = models.CharField(max_length=10, choices=Standing)
    way = models.CharField(max_length=12, choices=Way)
    lives_here = models.BooleanField(default=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    # Where somebody else wrote down that the person went: who, and how they knew.
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit"],
                condition=models.Q(until=None),
                name="a_person_stands_once_in_a_home",
            ),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="a_residency_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=models.Q(end_reason="") | models.Q(until__isnull=False),
                name="who_stays_has_no_reason_to_have_gone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["unit"], condition=models.Q(until=None), name="residency_now_by_unit"
            ),
            models.Index(
                fields=["until"], condition=~models.Q(end_reason=""), name="residency_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} @ {self.unit_id}"


class HomeCode(models.Model):
    """入户码：邀请或印在纸上交到门口的一次性代码，只存摘要。"""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64, unique=True)
    way = models.CharField(max_length=12, choices=Way)
    standing = models.CharField(max_length=10, choices=Standing)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="code_by_age")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.way}"


class JoinRequest(models.Model):
    """入户申请：由社区经办人核实。"""

    class State(models.TextChoices):
        OPEN = "open", "待核实"
        CONFIRMED = "confirmed", "已核实"
        DECLINED = "declined", "没有通过"
        WITHDRAWN = "withdrawn", "已撤回"

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="join_requests"
    )
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="join_requests")
    standing = models.CharField(max_length=10, choices=Standing)
    words = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit"],
                condition=models.Q(state="open"),
                name="one_open_request_per_home",
            )
        ]
        indexes = [
            models.Index(
                fields=["decided_at"],
                condition=~(models.Q(words="") & models.Q(reason="")),
                name="request_with_words",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.unit_id}"

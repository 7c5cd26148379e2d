from datetime import UTC, datetime

from django.db import models

from yihe.trail.models import Log

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Ledger(models.Model):
    """公开账本：一本留痕对外的名字，和检查点做到了第几条。

    `origin` is fixed at first use and stays whatever the house is called later. A log whose set-back
    was accepted goes on under a new edition with another origin, so that one name never stands for
    two histories. `trouble` says in words why no checkpoint is made.
    """

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="ledgers")
    edition = models.PositiveSmallIntegerField(default=1)
    origin = models.CharField(max_length=128, unique=True)
    current = models.BooleanField(default=True)
    size = models.PositiveBigIntegerField(default=0)  # leaves whose nodes are kept
    signed = models.PositiveBigIntegerField(default=0)  # the newest checkpoint's size
    firm = models.ForeignKey(
        "Checkpoint", null=True, on_delete=models.PROTECT, related_name="firm_of"
    )  # the largest that enough witnesses had cosigned
    holes_to = models.PositiveBigIntegerField(default=0)  # up to here entries may be missing
    not_before = models.DateTimeField(default=EPOCH)
    failures = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=400, blank=True)  # why this edition was begun, public
    reason_salt = models.CharField(max_length=32, blank=True)
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "edition"], name="one_ledger_an_edition"),
            models.UniqueConstraint(
                fields=["log"], condition=models.Q(current=True), name="one_current_ledger_a_log"
            ),
        ]

    def __str__(self) -> str:
        return self.origin


class Key(models.Model):
    """账本公钥：从第几条起用哪一把签。只增不改；私钥在数据库外面。"""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="keys")
    since = models.PositiveBigIntegerField()
    vkey = models.CharField(max_length=220)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "since"], name="one_key_from_a_size"),
        ]

    def __str__(self) -> str:
        return self.vkey


class Node(models.Model):
    """树的结点：完整的才存，第 0 层就是留痕自己的哈希，不另存。只增不改。"""

    pk = models.CompositePrimaryKey("ledger_id", "level", "index")
    ledger = models.ForeignKey(
        Ledger, on_delete=models.PROTECT, related_name="nodes", db_index=False
    )
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    digest = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.ledger_id}:{self.level}:{self.index}"


class Checkpoint(models.Model):
    """检查点：账本到第几条、根是多少，用账本的私钥签过。只增不改。"""

    ledger = models.ForeignKey(Ledger, on_delete=models.PROTECT, related_name="checkpoints")
    size = models.PositiveBigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "size"], name="one_checkpoint_of_a_size"),
        ]

    def __str__(self) -> str:
        return f"{self.ledger_id}:{self.size}"


class Cosignature(models.Model):
    """见证：哪位见证人什么时候签过这个检查点。只增不改。"""

    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="cosignatures"
    )
    ledger = models.ForeignKey(
        Ledger, on_delete=models.PROTECT, related_name="cosignatures", db_index=False
    )
    vkey = models.CharField(max_length=220)
    line = models.CharField(max_length=320)  # as it stands under the note
    at = models.DateTimeField()  # what the witness says
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "line"], name="one_cosignature_once"),
        ]
        indexes = [
            models.Index(fields=["ledger", "vkey", "-at"], name="cosignature_by_witness"),
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.name}"

    @property
    def name(self) -> str:
        return self.vkey.split("+", 1)[0]

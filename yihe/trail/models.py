from django.db import models
from django.db.models.functions import Now


class Log(models.Model):
    """账本：一个小区一本，全区一本；`key` 是小区代码，空串是全区。"""

    number = models.BigAutoField(primary_key=True)
    key = models.CharField(max_length=40, unique=True)
    size = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.key or "全区"


class Entry(models.Model):
    """留痕：谁、以什么身份、什么时候、对什么做了什么。只增不改。

    Subject by kind and key, without a foreign key upward. Never a name, a phone number or free
    text: those stand in the part's own tables, here only their salted digest. Once the salt there
    is erased, the digest says nothing and the entry stays true.
    """

    log = models.ForeignKey(Log, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveBigIntegerField()
    act = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=30)
    subject_key = models.CharField(max_length=64)
    acting_kind = models.CharField(max_length=10)
    person_id = models.BigIntegerField(null=True)
    seat_id = models.BigIntegerField(null=True)
    capacity = models.CharField(max_length=120)
    numbers = models.JSONField(default=dict)
    kinds = models.JSONField(default=dict)
    digests = models.JSONField(default=dict)
    published = models.BooleanField(default=False)
    salt = models.CharField(max_length=32)
    leaf = models.BinaryField(null=True)  # its hash in the public log; none before there was one
    at = models.DateTimeField()
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "sequence"], name="one_entry_per_place_in_log"),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key", "id"], name="entry_by_subject"),
            models.Index(fields=["person_id", "-at"], name="entry_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.log_id}:{self.sequence} {self.act}"

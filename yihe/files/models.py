from django.db import models


class Kind(models.TextChoices):
    PICTURE = "picture", "照片"
    PDF = "pdf", "PDF"


class File(models.Model):
    """文件：一张照片或一份 PDF，内容在 YIHE_HOME/files 下面。还没有哪一步用它的，过一天就清掉。

    Who sent it is a number, no foreign key: this floor lies below the people. Its name is not kept.
    """

    key = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=10, choices=Kind)
    bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    salt = models.CharField(max_length=32, blank=True)  # for its digest in the trail
    width = models.PositiveSmallIntegerField(default=0)
    height = models.PositiveSmallIntegerField(default=0)
    pages = models.PositiveSmallIntegerField(default=0)
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)  # when an act took it
    erased_at = models.DateTimeField(null=True, blank=True)  # the bytes are gone, the fact stays

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at=None) | models.Q(sha256="", salt="", made_by=None),
                name="nothing_tells_of_an_erased_file",
            )
        ]
        indexes = [
            models.Index(fields=["made_by", "-made_at"], name="file_by_person"),
            models.Index(
                fields=["made_at"], condition=models.Q(taken_at=None), name="file_not_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key[:6]}"

    @property
    def is_picture(self) -> bool:
        return self.kind == Kind.PICTURE


class Coming(models.Model):
    """正在传的文件：多长、谁在传。传到哪里了，看磁盘上有多少。"""

    key = models.CharField(max_length=32, primary_key=True)
    length = models.PositiveIntegerField()
    made_by = models.BigIntegerField()
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["made_by", "-made_at"], name="coming_by_person"),
            models.Index(fields=["made_at"], name="coming_by_moment"),
        ]

    def __str__(self) -> str:
        return self.key[:6]

from django.db import models


class Message(models.Model):
    """站内消息：一段话在去一个人那里的路上。人是编号，不是外键：这一层在人的下面。"""

    person_id = models.BigIntegerField()
    title = models.CharField(max_length=120)
    body = models.CharField(max_length=400, blank=True)
    link = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=30)
    subject_key = models.CharField(max_length=64)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-at"], name="message_by_person"),
            models.Index(
                fields=["person_id"], condition=models.Q(read_at=None), name="message_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.title}"

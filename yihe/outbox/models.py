from django.db import models

from yihe.outbox.rules import CHANNELS, EMERGENCY, NAMES, NEWS, WAITING, YOURS


class Message(models.Model):
    """站内消息：一段话在去一个人那里的路上。人是编号，不是外键：这一层在人的下面。"""

    person_id = models.BigIntegerField()
    title = models.CharField(max_length=120)
    body = models.CharField(max_length=400, blank=True)
    link = models.CharField(max_length=200, blank=True)
    subject_kind = models.CharField(max_length=30)
    subject_key = models.CharField(max_length=64)
    urgency = models.CharField(
        max_length=10, default=NEWS, choices=[(NEWS, "进展"), (YOURS, "等您"), (EMERGENCY, "紧急")]
    )
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    spread_at = models.DateTimeField(
        null=True, blank=True
    )  # when it was seen who hears of it outside
    spread_tries = models.SmallIntegerField(default=0)  # that failed
    spread_again = models.DateTimeField(null=True, blank=True)  # and when the next is due

    class Meta:
        indexes = [
            models.Index(fields=["person_id", "-at"], name="message_by_person"),
            models.Index(
                fields=["person_id"], condition=models.Q(read_at=None), name="message_unread"
            ),
            models.Index(
                fields=["id"], condition=models.Q(spread_at=None), name="message_unspread"
            ),
            models.Index(fields=["subject_kind", "subject_key"], name="message_by_subject"),
            models.Index(fields=["at"], name="message_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.title}"


class Delivery(models.Model):
    """投递：一条消息经一个渠道去一个地址。地址是编号，号码本身不在这里；错误只记代码。"""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    person_id = models.BigIntegerField()
    channel = models.CharField(max_length=10, choices=[(name, NAMES[name]) for name in CHANNELS])
    address_key = models.BigIntegerField()
    rank = models.SmallIntegerField(default=0)
    urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=WAITING)
    tries = models.SmallIntegerField(default=0)
    wake_at = models.DateTimeField()
    set_at = models.DateTimeField()  # when `wake_at` was written: a clock that ran ahead is noticed
    claim = models.CharField(
        max_length=32, blank=True
    )  # whose try it is; a late one changes nothing
    error = models.CharField(max_length=60, blank=True)
    receipt = models.CharField(max_length=120, blank=True)  # the provider's number for it
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message", "channel", "address_key"], name="one_delivery_per_address"
            )
        ]
        indexes = [
            models.Index(
                fields=["channel", "-urgent", "wake_at"],
                condition=models.Q(state="waiting"),
                name="delivery_due",
            ),
            models.Index(
                fields=["set_at"], condition=models.Q(state="waiting"), name="delivery_set"
            ),
            models.Index(fields=["channel", "-done_at"], name="delivery_done"),
            models.Index(
                fields=["done_at"],
                condition=models.Q(done_at__isnull=False),
                name="delivery_by_age",
            ),
            models.Index(fields=["person_id", "channel", "-done_at"], name="delivery_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.channel} {self.state}"


class Line(models.Model):
    """线路：一个渠道现在通不通。不通时整条歇着，隔一阵试一次；所有工作进程都看这一行。"""

    channel = models.CharField(max_length=10, primary_key=True)
    troubles = models.SmallIntegerField(default=0)
    hold_until = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.channel

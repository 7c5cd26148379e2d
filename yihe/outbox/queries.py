from django.db.models import QuerySet

from yihe.outbox.models import Message


def inbox(person_id: int) -> QuerySet[Message]:
    return Message.objects.filter(person_id=person_id).order_by("-at", "-pk")


def unread(person_id: int) -> int:
    return Message.objects.filter(person_id=person_id, read_at=None).count()

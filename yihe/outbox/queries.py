from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from yihe.outbox.models import Message


def _about_the_same() -> QuerySet[Message]:
    return Message.objects.filter(
        person_id=OuterRef("person_id"),
        subject_kind=OuterRef("subject_kind"),
        subject_key=OuterRef("subject_key"),
    ).order_by()


def inbox(person_id: int) -> QuerySet[Message]:
    """The newest message on each subject, newest first; `unseen` counts those not read on that subject."""
    newest = (
        Message.objects.filter(person_id=person_id)
        .order_by("subject_kind", "subject_key", "-at", "-pk")
        .distinct("subject_kind", "subject_key")
    )
    unseen = (
        _about_the_same()
        .filter(read_at=None)
        .values("person_id")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        Message.objects.filter(Q(pk__in=newest.values("pk")))
        .annotate(unseen=Subquery(unseen))
        .order_by("-at", "-pk")
    )


def unread(person_id: int) -> int:
    return Message.objects.filter(person_id=person_id, read_at=None).count()

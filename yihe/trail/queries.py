from django.db.models import QuerySet

from yihe.trail.models import Entry


def timeline(kind: str, key: str | int) -> QuerySet[Entry]:
    """All acts on one subject, oldest first."""
    return Entry.objects.filter(subject_kind=kind, subject_key=str(key)).order_by("id")


def acts_of(person_id: int) -> QuerySet[Entry]:
    """What one person did, newest first."""
    return Entry.objects.filter(person_id=person_id).order_by("-at", "-id")

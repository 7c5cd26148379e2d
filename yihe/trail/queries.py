from django.db.models import Max, QuerySet

from yihe.trail.models import Entry, Log


def timeline(kind: str, key: str | int) -> QuerySet[Entry]:
    """All acts on one subject, oldest first."""
    return Entry.objects.filter(subject_kind=kind, subject_key=str(key)).order_by("id")


def acts_of(person_id: int) -> QuerySet[Entry]:
    """What one person did, newest first."""
    return Entry.objects.filter(person_id=person_id).order_by("-at", "-id")


def in_order(log: Log, first: int, last: int) -> QuerySet[Entry]:
    """The entries of one log from one place to another, both included."""
    return Entry.objects.filter(log=log, sequence__range=(first, last)).order_by("sequence")


def last_in(log: Log) -> int:
    """The place of the last entry that is really there; 0 for none."""
    return Entry.objects.filter(log=log).aggregate(last=Max("sequence"))["last"] or 0

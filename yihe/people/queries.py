from django.db.models import QuerySet

from yihe.people.models import JoinRequest, Residency
from yihe.places.models import Unit
from yihe.trail.acting import Acting


def homes_of(person_id: int) -> QuerySet[Residency]:
    """Where a person lives or owns now, the home they live in first."""
    return (
        Residency.objects.filter(person_id=person_id, until=None)
        .select_related("unit", "unit__building", "unit__compound", "unit__compound__community")
        .order_by("-lives_here", "pk")
    )


def household(unit: Unit) -> QuerySet[Residency]:
    """Who belongs to a home now."""
    return unit.residencies.filter(until=None).select_related("person").order_by("since", "pk")


def join_requests(acting: Acting) -> QuerySet[JoinRequest]:
    """Open requests in the places that a clerk answers for."""
    found = JoinRequest.objects.none()
    for scope in acting.scopes:
        found = found | JoinRequest.objects.filter(unit__compound__path__startswith=scope)
    return (
        found.filter(state=JoinRequest.State.OPEN)
        .select_related("person", "unit", "unit__compound")
        .order_by("asked_at")
    )

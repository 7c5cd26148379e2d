from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.people.models import JoinRequest, Residency, Standing
from yihe.people.queries import join_requests
from yihe.trail.acting import Acting

CLERKS = frozenset({"clerk", "head"})


def own_home(person_id: int, residency_id: int) -> Residency:
    """A home of one's own now, or 404."""
    return get_object_or_404(
        Residency.objects.select_related("unit", "unit__compound"),
        pk=residency_id,
        person_id=person_id,
        until=None,
    )


def may_invite(home: Residency) -> bool:
    """Owners and those who live here as family; a tenant invites nobody into an owner's home."""
    return home.standing in (Standing.OWNER, Standing.FAMILY)


def confirms_homes(acting: Acting) -> None:
    """Community clerks check who lives where; for everybody else the page is not there."""
    if acting.kind != "seat" or acting.body_kind != "community" or acting.post not in CLERKS:
        raise Http404


def join_request(acting: Acting, request_id: int) -> JoinRequest:
    confirms_homes(acting)
    return get_object_or_404(join_requests(acting), pk=request_id)

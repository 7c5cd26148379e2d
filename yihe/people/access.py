from datetime import datetime

from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.people.models import HomeCode, JoinRequest, Residency, Standing, Way
from yihe.people.queries import join_requests, open_codes
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


def is_home_clerk(acting: Acting) -> bool:
    """Community clerks check who lives where."""
    return acting.kind == "seat" and acting.body_kind == "community" and acting.post in CLERKS


def confirms_homes(acting: Acting) -> None:
    """For everybody but the community's clerks the page is not there."""
    if not is_home_clerk(acting):
        raise Http404


def join_request(acting: Acting, request_id: int) -> JoinRequest:
    """A request that a clerk may decide, or 404."""
    confirms_homes(acting)
    return get_object_or_404(join_requests(acting), pk=request_id)


def own_request(person_id: int, request_id: int) -> JoinRequest:
    """An open request of one's own, or 404."""
    return get_object_or_404(
        JoinRequest, pk=request_id, person_id=person_id, state=JoinRequest.State.OPEN
    )


def may_end(acting: Acting, mine: Residency | None, other: Residency) -> bool:
    """Who may write down that somebody moved out: the community's clerk, and the owner of the home for
    whoever is no owner. Where one belongs oneself one is no clerk; one's own leaving is `leave_home`.
    """
    if mine is not None:
        return (
            mine.unit_id == other.unit_id
            and mine.standing == Standing.OWNER
            and other.standing != Standing.OWNER
        )
    return is_home_clerk(acting) and acting.covers(other.unit.compound.path)


def residency_to_end(acting: Acting, residency_id: int) -> Residency:
    """Somebody's home that one may write down as left, or 404."""
    other = get_object_or_404(
        Residency.objects.select_related("unit", "unit__compound", "person"),
        pk=residency_id,
        until=None,
    )
    if not may_end(acting, _mine(acting, other.unit_id), other):
        raise Http404
    return other


def may_revoke(acting: Acting, mine: Residency | None, code: HomeCode) -> bool:
    """Who made an invitation, the owner of the home, the community's clerk; paper is the clerk's."""
    if mine is not None and code.way == Way.INVITATION:
        return code.made_by_id == mine.person_id or mine.standing == Standing.OWNER
    return is_home_clerk(acting) and acting.covers(code.unit.compound.path)


def code_to_revoke(acting: Acting, code_id: int, at: datetime) -> HomeCode:
    """A code that nobody used yet and that one may stop, or 404."""
    code = get_object_or_404(open_codes(at).select_related("unit", "unit__compound"), pk=code_id)
    if not may_revoke(acting, _mine(acting, code.unit_id), code):
        raise Http404
    return code


def _mine(acting: Acting, unit_id: int) -> Residency | None:
    return Residency.objects.filter(
        person_id=acting.person_id or 0, unit_id=unit_id, until=None
    ).first()

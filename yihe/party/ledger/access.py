"""Who reads the ledger: the person, the branch, its direct superior. Nobody else, the district neither."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.bodies.models import Body, BodyKind
from yihe.party.ledger.models import Member
from yihe.party.ledger.queries import superior
from yihe.trail.acting import Acting

OF_THE_BRANCH = frozenset({"secretary", "deputy_secretary", "first_secretary"})
ABOVE = frozenset({"head", "secretary"})


def keeps_ledger(acting: Acting, branch: Body) -> bool:
    """Those who lead the branch write in its ledger."""
    return (
        acting.kind == "seat"
        and branch.kind == BodyKind.BRANCH
        and branch.until is None
        and acting.body_id == branch.pk
        and acting.post in OF_THE_BRANCH
    )


def reads_ledger(acting: Acting, branch: Body) -> bool:
    """Those who lead it, and the head of the body directly above."""
    if keeps_ledger(acting, branch):
        return True
    if acting.kind != "seat" or branch.kind != BodyKind.BRANCH or acting.post not in ABOVE:
        return False
    above = superior(branch)
    return above is not None and acting.body_id == above.pk


def branch_to_read(acting: Acting, branch_id: int) -> Body:
    branch = get_object_or_404(Body.objects.select_related("compound"), pk=branch_id)
    if not reads_ledger(acting, branch):
        raise Http404
    return branch


def branch_to_keep(acting: Acting, branch_id: int) -> Body:
    branch = branch_to_read(acting, branch_id)
    if not keeps_ledger(acting, branch):
        raise Http404
    return branch


def row_to_read(acting: Acting, branch_id: int, row_id: UUID) -> Member:
    branch = branch_to_read(acting, branch_id)
    return get_object_or_404(Member.objects.select_related("branch"), pk=row_id, branch=branch)


def row_to_keep(acting: Acting, branch_id: int, row_id: UUID) -> Member:
    branch = branch_to_keep(acting, branch_id)
    return get_object_or_404(Member.objects.select_related("branch"), pk=row_id, branch=branch)

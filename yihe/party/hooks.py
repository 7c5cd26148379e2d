"""What bodies do to branches: asked by name in the settings, for bodies lie a floor below."""

from django.utils import timezone

from yihe.bodies.models import Body, BodyKind
from yihe.party.actions import branch_of
from yihe.party.ledger.queries import rows_left
from yihe.party.models import Cover
from yihe.refusal import Refusal


def after_a_body_is_founded(*, body: Body) -> None:
    if body.kind == BodyKind.BRANCH:
        branch_of(body)


def before_a_body_closes(*, body_id: int) -> None:
    """A branch lets go of its compounds; its ledger has to be empty."""
    if rows_left(body_id):
        raise Refusal("这个支部的党员台账里还有人，请先请本人转到别的支部，或者删去。")
    Cover.objects.filter(branch=body_id, until=None).update(until=timezone.localdate())

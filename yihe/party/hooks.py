"""What bodies do to branches: asked by name in the settings, for bodies lie a floor below."""

from yihe.bodies.models import Body, BodyKind
from yihe.party.actions import branch_of
from yihe.party.ledger.queries import rows_left
from yihe.party.queries import branch_over
from yihe.refusal import Refusal


def after_a_body_is_founded(*, body: Body) -> None:
    """A branch is written down with it; of what form it is, somebody still has to say."""
    if body.kind != BodyKind.BRANCH:
        return
    if body.compound and branch_over(body.compound, besides=body):
        raise Refusal("这个小区已经有支部了。")
    branch_of(body)


def before_a_body_closes(*, body_id: int) -> None:
    if rows_left(body_id):
        raise Refusal("这个支部的党员台账里还有人，请先请本人转到别的支部，或者删去。")

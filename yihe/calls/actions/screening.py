"""Whether somebody can be recognised on a picture: a desk looks, before neighbours do."""

from collections.abc import Sequence
from datetime import datetime

from yihe.calls.actions.acts import begin, step
from yihe.calls.models import Audience, Call, Looked
from yihe.calls.queries import attachments
from yihe.calls.rules import Act
from yihe.files.actions import cover, erase
from yihe.files.pictures import Box
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.web.whole import whole


@whole
def screen(
    *,
    call: Call,
    key: str,
    looked: str,
    acting: Acting,
    at: datetime,
    boxes: Sequence[Box] = (),
) -> Call:
    """Clear, covered where somebody can be recognised, or not for neighbours.

    It can be looked at again; the covered version before is erased then. The picture as it came stays.
    """
    call = begin(call, Act.SCREEN)
    attached = attachments(call).select_for_update(of=("self",)).filter(file_id=key).first()
    if attached is None or attached.file.erased_at is not None:
        raise Refusal("这个文件已经不在了。")
    if looked not in (Looked.CLEAR, Looked.COVERED, Looked.HIDDEN):
        raise Refusal("请选一样：没有人可认出、遮住，或者不给邻居看。")
    before = attached.covered
    attached.looked, attached.covered = looked, None
    if looked == Looked.COVERED:
        attached.covered = cover(file=attached.file, boxes=boxes, person_id=acting.person_id, at=at)
    attached.save(update_fields=["looked", "covered"])
    if before is not None:
        erase(keys=[before.key], at=at)
    step(
        call,
        Act.SCREEN,
        acting=acting,
        at=at,
        audience=Audience.HANDLERS,
        kinds={"looked": looked},
        numbers={"of_step": attached.step_id, "position": attached.position},
    )
    return call

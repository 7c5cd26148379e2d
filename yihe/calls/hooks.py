"""What other parts ask of calls: a person's own, taken along or loosened; whether a desk may close."""

from datetime import datetime

from django.db.models import Q

from yihe.accounts.models import User
from yihe.accounts.parts import Part
from yihe.calls.actions.forgetting import forget_reporter
from yihe.calls.models import OPEN, Attachment, Call, Placement, Replay, Step
from yihe.calls.rules import WORDS, Act
from yihe.refusal import Refusal
from yihe.trail.acting import Acting

NUMBER = ("number", "编号")


def export(user: User) -> list[Part]:
    """One's own calls and words. What was written in office about others' calls is the office's record:
    that it was done, and when, stands among one's acts.
    """
    own = Call.objects.filter(reporter=user).select_related("compound").order_by("raised_at")
    for_others = Call.objects.filter(raised_by=user).exclude(reporter=user).order_by("raised_at")
    said = Step.objects.filter(person=user, by_reporter=True).exclude(text="").order_by("at")
    brought = Attachment.objects.filter(step__person=user).filter(
        Q(step__by_reporter=True) | Q(step__kind=Act.RAISE.value)
    )
    assigned = Call.objects.filter(assignee=user).order_by("raised_at")
    asked = Replay.objects.filter(person=user).order_by("at")
    return [
        Part(
            "calls",
            "我的呼叫",
            (
                NUMBER,
                ("raised_at", "发出"),
                ("compound", "小区"),
                ("spot", "位置"),
                ("text", "内容"),
                ("visibility", "给谁看"),
                ("status", "情况"),
                ("closed_at", "办完"),
                ("stars", "几颗星"),
                ("stars_text", "评价"),
            ),
            [
                {
                    "number": row.number,
                    "raised_at": row.raised_at,
                    "compound": row.compound.name if row.compound else "",
                    "spot": row.spot,
                    "text": row.text,
                    "visibility": row.get_visibility_display(),
                    "status": row.get_status_display(),
                    "closed_at": row.closed_at,
                    "stars": row.stars,
                    "stars_text": row.stars_text,
                }
                for row in own
            ],
            link="/calls/",
        ),
        Part(
            "said",
            "我在呼叫里补充的话",
            (NUMBER, ("what", "哪一步"), ("at", "什么时候"), ("text", "内容")),
            [
                {
                    "number": row.call.number,
                    "what": WORDS[Act(row.kind)],
                    "at": row.at,
                    "text": row.text,
                }
                for row in said.select_related("call").order_by("at", "pk")
            ],
        ),
        Part(
            "files",
            "我传的照片和 PDF",
            (
                NUMBER,
                ("at", "什么时候"),
                ("kind", "是什么"),
                ("bytes", "多少字节"),
                ("there", "还在"),
            ),
            [
                {
                    "number": row.call.number,
                    "at": row.step.at,
                    "kind": row.file.get_kind_display(),
                    "bytes": row.file.bytes,
                    "there": row.file.erased_at is None,
                }
                for row in brought.select_related("call", "step", "file").order_by("pk")
            ],
        ),
        Part(
            "calls_for_others",
            "替别人登记的呼叫",
            (NUMBER, ("raised_at", "发出")),
            list(for_others.order_by("raised_at", "pk").values("number", "raised_at")),
        ),
        Part(
            "assigned",
            "交给我办的呼叫",
            (NUMBER, ("raised_at", "发出")),
            list(assigned.values("number", "raised_at")),
        ),
        Part(
            "api_requests",
            "程序发来、记着不重复办的请求",
            (("key", "编号"), ("at", "什么时候")),
            list(asked.values("key", "at")),
        ),
    ]


def erase(user: User, acting: Acting, at: datetime) -> None:
    """Open calls are finished or withdrawn first; the others stay, without name or number in any text."""
    open_ones = Call.objects.filter(reporter=user, status__in=OPEN).order_by("raised_at")
    numbers = list(open_ones.values_list("number", flat=True)[:5])
    if numbers:
        raise Refusal(
            f"您还有没办完的呼叫：{'、'.join(numbers)}。"
            "请在“我的呼叫”里撤回，或者等它们办完，再来删除。"
        )
    Replay.objects.filter(person=user).delete()
    Call.objects.filter(assignee=user).update(assignee=None)
    forget_reporter(user=user, at=at)


def before_a_body_closes(*, body_id: int) -> None:
    """No open call may lie at a desk that closes."""
    lying = Placement.objects.filter(desk_id=body_id, until=None, call__status__in=OPEN).count()
    if lying:
        raise Refusal(f"这里还有 {lying} 件没办完的呼叫，请先转走。")

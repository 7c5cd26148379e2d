"""A person's homes, seen, taken along or deleted."""

from datetime import datetime

from yihe.accounts.models import User
from yihe.accounts.parts import Part
from yihe.outbox.actions import empty
from yihe.people.actions import leave_home
from yihe.people.models import HomeCode, JoinRequest, Residency, Way
from yihe.places.models import Unit
from yihe.trail.acting import Acting

WHERE = (("compound", "小区"), ("home", "哪一户"))


def _where(unit: Unit) -> dict[str, str]:
    return {"compound": unit.compound.name, "home": unit.label}


def export(user: User) -> list[Part]:
    """Paper codes that a clerk printed for others' doors are the office's; here are one's own invitations."""
    homes = user.residencies.select_related("unit__compound").order_by("since")
    asked = user.join_requests.select_related("unit__compound").order_by("asked_at")
    made = HomeCode.objects.filter(made_by=user, way=Way.INVITATION)
    return [
        Part(
            "homes",
            "住处",
            (
                *WHERE,
                ("standing", "身份"),
                ("way", "怎么登记的"),
                ("since", "从"),
                ("until", "到"),
                ("why_ended", "怎么记下搬走的"),
            ),
            [
                {
                    **_where(row.unit),
                    "standing": row.get_standing_display(),
                    "way": row.get_way_display(),
                    "since": row.since,
                    "until": row.until,
                    "why_ended": row.end_reason,
                }
                for row in homes
            ],
            link="/home/",
        ),
        Part(
            "join_requests",
            "住处申请",
            (
                *WHERE,
                ("standing", "身份"),
                ("words", "您写的"),
                ("asked_at", "申请"),
                ("state", "结果"),
                ("reason", "原因"),
            ),
            [
                {
                    **_where(row.unit),
                    "standing": row.get_standing_display(),
                    "words": row.words,
                    "asked_at": row.asked_at,
                    "state": row.get_state_display(),
                    "reason": row.reason,
                }
                for row in asked
            ],
        ),
        Part(
            "invitations",
            "给家里人的邀请",
            (*WHERE, ("standing", "邀请作"), ("made_at", "发出"), ("used_at", "用了")),
            [
                {
                    **_where(row.unit),
                    "standing": row.get_standing_display(),
                    "made_at": row.made_at,
                    "used_at": row.used_at,
                }
                for row in made.select_related("unit__compound").order_by("made_at")
            ],
        ),
    ]


def erase(user: User, acting: Acting, at: datetime) -> None:
    """Out of every home; open requests and invitations end, and what was written with them goes."""
    for home in Residency.objects.filter(person=user, until=None):
        leave_home(residency=home, acting=acting, at=at)
    homes = Residency.objects.filter(person=user)
    homes.update(end_reason="")
    empty(kind="household", keys=[str(pk) for pk in homes.values_list("pk", flat=True)])
    asked = JoinRequest.objects.filter(person=user)
    asked.filter(state=JoinRequest.State.OPEN).update(
        state=JoinRequest.State.WITHDRAWN, decided_at=at
    )
    asked.update(words="", reason="")
    made = HomeCode.objects.filter(made_by=user, way=Way.INVITATION)
    made.filter(used_at=None, revoked_at=None).update(revoked_at=at)
    made.update(made_by=None)

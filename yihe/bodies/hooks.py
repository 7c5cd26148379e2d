"""Whom to telephone. A person's posts: seen and taken along; who still holds one cannot be deleted."""

from datetime import datetime

from yihe.accounts.models import User
from yihe.accounts.parts import Part
from yihe.bodies.models import Body
from yihe.bodies.queries import current_seats, desk_for
from yihe.refusal import Refusal
from yihe.trail.acting import Acting


def desk_of_place(path: str) -> Body | None:
    """The community's desk over a place: whom its people telephone."""
    return desk_for(1, path)


def export(user: User) -> list[Part]:
    rows = user.seats.select_related("body").order_by("since")
    return [
        Part(
            "seats",
            "职务",
            (
                ("body", "组织"),
                ("post", "职务"),
                ("area", "范围"),
                ("since", "从"),
                ("until", "到"),
            ),
            [
                {
                    "body": row.body.name,
                    "post": row.get_post_display(),
                    "area": row.area,
                    "since": row.since,
                    "until": row.until,
                }
                for row in rows
            ],
        )
    ]


def erase(user: User, acting: Acting, at: datetime) -> None:
    held = [f"{seat.body.name}的{seat.get_post_display()}" for seat in current_seats(user.pk)]
    if held:
        raise Refusal(
            f"您现在还是{'、'.join(held)}。请单位负责人或区管理员在组织页办好卸任，再来删除。"
        )

"""What a person's wish to be deleted means for the posts they hold."""

from datetime import datetime

from yihe.accounts.models import User
from yihe.bodies.queries import current_seats
from yihe.refusal import Refusal
from yihe.trail.acting import Acting


def erase(user: User, acting: Acting, at: datetime) -> None:
    if current_seats(user.pk).exists():
        raise Refusal("您现在还担任职务。请先卸任，再删除自己的信息。")

"""One's own row, seen and taken along with all that is kept; deleted with the person."""

from datetime import datetime

from yihe.accounts.models import User
from yihe.accounts.parts import Part
from yihe.party.ledger.actions import withdraw
from yihe.party.ledger.queries import opened, row_of
from yihe.party.ledger.rules import PURPOSES, RELATIONS, STANDINGS, WAYS
from yihe.trail.acting import Acting


def export(user: User) -> list[Part]:
    row = row_of(user.pk)
    found = [opened(row)] if row else []
    readings = list(row.readings.order_by("-at")) if row else []
    return [
        Part(
            "members",
            "党员台账",
            (
                ("branch", "支部"),
                ("standing", "身份"),
                ("relation", "组织关系"),
                ("relation_on", "从"),
                ("came_from", "原来的组织"),
                ("duties", "责任"),
                ("way", "怎么写的"),
                ("given_on", "同意"),
                ("notice", "告知"),
                ("confirmed_on", "支部核对"),
            ),
            [
                {
                    "branch": one.row.branch.name,
                    "standing": STANDINGS[one.kept.standing],
                    "relation": RELATIONS[one.kept.relation],
                    "relation_on": one.kept.relation_on,
                    "came_from": one.kept.came_from,
                    "duties": "、".join(duty.what for duty in one.kept.duties),
                    "way": WAYS[one.row.way],
                    "given_on": one.row.given_on,
                    "notice": one.row.notice,
                    "confirmed_on": one.row.confirmed_on or "",
                }
                for one in found
            ],
            link="/me/branch/",
        ),
        Part(
            "member_readings",
            "谁查阅过党员台账里您的一行",
            (("words", "谁"), ("purpose", "为了什么"), ("at", "时间")),
            [
                {"words": one.words, "purpose": PURPOSES[one.purpose], "at": one.at}
                for one in readings
            ],
            link="/me/branch/",
        ),
    ]


def erase(user: User, acting: Acting, at: datetime) -> None:
    withdraw(person=user, at=at)

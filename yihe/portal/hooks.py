"""What somebody did, in words, for the page and the file of all that is kept about them."""

from yihe.accounts.models import User
from yihe.accounts.parts import Part
from yihe.portal.acts import SUBJECTS, WORDS
from yihe.trail.queries import acts_of


def export(user: User) -> list[Part]:
    return [
        Part(
            "acts",
            "办过的事",
            (
                ("what", "做了什么"),
                ("on", "对什么"),
                ("capacity", "以什么身份"),
                ("at", "什么时候"),
            ),
            [
                {
                    "what": WORDS.get(entry.act, entry.act),
                    "on": f"{SUBJECTS.get(entry.subject_kind, '')} {entry.subject_key}".strip(),
                    "capacity": entry.capacity,
                    "at": entry.at,
                }
                for entry in acts_of(user.pk).order_by("id")
            ],
            link="/me/acts/",
        )
    ]

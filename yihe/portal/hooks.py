"""What other floors ask: what messages are about; what somebody did, for all that is kept about them."""

from collections.abc import Collection

from yihe.accounts.models import User
from yihe.accounts.parts import Part
from yihe.calls.access import visible
from yihe.calls.models import Call, Visibility
from yihe.calls.queries import HEAVY
from yihe.calls.views.call import title_of
from yihe.portal.acts import SUBJECTS, WORDS
from yihe.trail.acting import Acting
from yihe.trail.queries import acts_of
from yihe.web.text import mask


def titles_of_calls(acting: Acting, numbers: Collection[str]) -> dict[str, str]:
    """How the calls begin that one may see in this capacity, as a list of calls shows it. One query."""
    found = visible(acting).filter(number__in=numbers).defer(*HEAVY)
    return {
        call.number: title_of(
            call, mask if call.visibility == Visibility.DESK and not _own(call, acting) else str
        )
        for call in found
    }


def _own(call: Call, acting: Acting) -> bool:
    return call.reporter_id == acting.person_id


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

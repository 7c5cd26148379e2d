from typing import TypedDict

from yihe.accounts.models import User
from yihe.web.models import Mark


class DemoPerson(TypedDict):
    role: str
    id: int
    words: str
    hint: str


def _people() -> list[dict[str, object]]:
    mark = Mark.objects.filter(pk="demo").first()
    return list(mark.value.get("people", [])) if mark else []


def demo_people() -> list[DemoPerson]:
    """The one-click sign-ins, in the order of the page."""
    return [
        {
            "role": str(one["role"]),
            "id": int(str(one["id"])),
            "words": str(one["words"]),
            "hint": str(one["hint"]),
        }
        for one in _people()
    ]


def person_for_role(role: str) -> User | None:
    for one in _people():
        if one["role"] == role:
            return User.objects.filter(pk=int(str(one["id"]))).first()
    return None


def progress() -> tuple[int, int]:
    """How many of the demo's calls stand, of how many."""
    mark = Mark.objects.filter(pk="demo_progress").first()
    return (mark.value["done"], mark.value["all"]) if mark else (0, 0)

"""In which capacity somebody acts: the value that every action and every access function takes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["seat", "home", "visitor", "system"]


@dataclass(frozen=True)
class Acting:
    """A person acts through a seat or a home; what they may follows from this and nothing else.

    `words` is how the capacity reads (“龙田街道办事处·经办人”) and is kept with each act as it was
    then; it never holds a name. `scopes` are code paths (“440310/006/001”): a scope covers its
    place and all below it. The empty scope covers the district. `home_id` tells two homes in one
    compound apart.
    """

    person_id: int | None
    kind: Kind
    seat_id: int | None
    words: str
    scopes: tuple[str, ...]
    body_id: int | None = None
    body_kind: str = ""
    post: str = ""
    home_id: int | None = None

    def covers(self, path: str) -> bool:
        return any(
            not scope or path == scope or path.startswith(scope + "/") for scope in self.scopes
        )

    def shaped(self, stand_in: Callable[[Any], Any]) -> "Acting":
        """For `web.prepared`: who and where are parameters; kind, body and post make another query."""
        return replace(
            self,
            person_id=stand_in(self.person_id),
            seat_id=stand_in(self.seat_id),
            body_id=stand_in(self.body_id),
            home_id=stand_in(self.home_id),
            scopes=stand_in(self.scopes),
            words="",
        )


SYSTEM = Acting(None, "system", None, "系统", ("",))
VISITOR = Acting(None, "visitor", None, "访客", ())

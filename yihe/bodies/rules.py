"""Which posts handle calls, and how a capacity reads. Plain values."""

HANDLING = frozenset({"clerk", "head", "manager", "convener"})
# Who sits in an office signs in with a password and a second factor.
OFFICES = frozenset({"district", "department", "subdistrict", "office", "community", "conference"})


def capacity_words(body: str, post: str) -> str:
    """“龙田街道办事处·经办人”: how an acting seat is written down. Never a name."""
    return f"{body}·{post}"


# Which level of the three (and the conference) a kind of body handles calls on; None: it handles none.
LEVELS = {
    "community": 1,
    "company": 1,
    "subdistrict": 2,
    "office": 2,
    "district": 3,
    "department": 3,
    "utility": 3,
    "conference": 4,
}
# Kinds that belong to one compound; all others answer for a division.
OF_A_COMPOUND = frozenset({"branch", "committee", "company"})
DIVISION_LEVEL = {"community": 5, "subdistrict": 4, "office": 4}  # else the district: 3
_OFFICE_POSTS = ("clerk", "head")
POSTS = {
    "district": (*_OFFICE_POSTS, "administrator"),
    "conference": ("convener", "clerk"),
    "branch": ("secretary", "deputy_secretary", "member", "lead"),
    "committee": ("director", "member"),
    "company": ("manager", "clerk"),
}


def posts_of(kind: str) -> tuple[str, ...]:
    """The posts that a kind of body has."""
    return POSTS.get(kind, _OFFICE_POSTS)

"""Which posts handle calls, and how a capacity reads. Plain values."""

HANDLING = frozenset({"clerk", "head", "manager", "convener"})
# Who sits in an office signs in with a password and a second factor.
OFFICES = frozenset({"district", "department", "subdistrict", "office", "community", "conference"})


def capacity_words(body: str, post: str) -> str:
    """“龙田街道办事处·经办人”: how an acting seat is written down. Never a name."""
    return f"{body}·{post}"

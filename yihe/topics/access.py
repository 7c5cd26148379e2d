from django.http import Http404

from yihe.trail.acting import Acting

EDITORS = frozenset({"administrator", "head", "clerk"})


def reads_topics(acting: Acting) -> None:
    """Everybody in a post reads the catalogue."""
    if acting.kind != "seat":
        raise Http404


def edits_topics(acting: Acting) -> bool:
    """The district's office keeps it."""
    return acting.kind == "seat" and acting.body_kind == "district" and acting.post in EDITORS

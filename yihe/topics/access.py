"""Who may see and change the catalogue, its routes and its deadlines."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from yihe.topics.models import Topic
from yihe.trail.acting import Acting

EDITORS = frozenset({"administrator", "head", "clerk"})


def reads_topics(acting: Acting) -> None:
    """Everybody in a post reads the catalogue."""
    if acting.kind != "seat":
        raise Http404


def edits_topics(acting: Acting) -> bool:
    """The district's office keeps it."""
    return acting.kind == "seat" and acting.body_kind == "district" and acting.post in EDITORS


def topic_to_edit(acting: Acting, code: str) -> Topic:
    """A topic for whoever keeps the catalogue, or 404."""
    if not edits_topics(acting):
        raise Http404
    return get_object_or_404(Topic, code=code)

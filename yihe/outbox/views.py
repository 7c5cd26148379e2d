from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET, require_POST

from yihe.outbox.actions import mark_read
from yihe.outbox.models import Message
from yihe.outbox.queries import inbox, unread
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response


@require_GET
def inbox_page(request: PersonRequest) -> Response:
    """The newest state of each subject; in the elder look few at a time."""
    elder = request.COOKIES.get("y_elder") == "1"
    page = paged(request, inbox(request.user.pk), per=5 if elder else 30)
    user = request.user
    shown = {
        "page": page,
        "rows": _rows(request, page),
        "unseen": user.unread if hasattr(user, "unread") else unread(user.pk),
    }
    return render(request, "outbox/inbox.html", shown)


def _rows(request: PersonRequest, messages: Iterable[Message]) -> list[dict[str, Any]]:
    messages = list(messages)
    about: dict[tuple[str, str], str] = {}
    for kind, function in settings.TITLES_OF_SUBJECTS.items():
        keys = [one.subject_key for one in messages if one.subject_kind == kind]
        titles = import_string(function)(request.acting, keys) if keys else {}
        about |= {(kind, key): title for key, title in titles.items()}
    rows = []
    for one in messages:
        title = about.get((one.subject_kind, one.subject_key), "")
        # Where nothing else was told, the body says the same as the title.
        body = "" if title and one.body[:8] == title[:8] else one.body
        rows.append({"message": one, "about": title, "body": body})
    return rows


@require_POST
def read(request: PersonRequest) -> Response:
    mark_read(person_id=request.user.pk, at=timezone.now())
    return redirect("outbox:inbox")

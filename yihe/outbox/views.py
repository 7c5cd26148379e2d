from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from yihe.outbox.actions import mark_read
from yihe.outbox.queries import inbox
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response


@require_GET
def inbox_page(request: PersonRequest) -> Response:
    page = paged(request, inbox(request.user.pk), per=30)
    return render(request, "outbox/inbox.html", {"page": page})


@require_POST
def read(request: PersonRequest) -> Response:
    mark_read(person_id=request.user.pk, at=timezone.now())
    return redirect("outbox:inbox")

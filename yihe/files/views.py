"""For the browser: pieces of a file that is to come, and a look at one that no act has taken yet."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.files import resuming
from yihe.files.models import File, Kind
from yihe.files.serving import serve


def _person(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


@require_POST
def create(request: HttpRequest) -> HttpResponse:
    return resuming.create(request, person_id=_person(request), at=timezone.now())


@require_http_methods(["HEAD", "PATCH", "DELETE"])
def go_on(request: HttpRequest, file: str) -> HttpResponse:
    return resuming.go_on(request, file, person_id=_person(request), at=timezone.now())


@require_GET
def small(request: HttpRequest, file: str) -> HttpResponse:
    """One's own, chosen for a form that is not sent yet. Later the call decides who sees it."""
    found = File.objects.filter(
        key=file, made_by=_person(request), taken_at=None, kind=Kind.PICTURE
    ).first()
    if found is None:
        raise Http404
    return serve(request, found, small=True, name="")

"""How the bytes of a file leave the house. Whoever calls this has asked whether they may."""

from django.http import Http404, HttpRequest, HttpResponse

from yihe.files import storage
from yihe.files.models import File, Kind

TYPES = {Kind.PICTURE: "image/jpeg", Kind.PDF: "application/pdf"}


def serve(request: HttpRequest, file: File, *, small: bool, name: str) -> HttpResponse:
    """A picture to look at, a PDF to save. Kept by the browser, but asked about each time."""
    if file.erased_at is not None or (small and not file.is_picture):
        raise Http404
    tag = f'"{file.sha256[:32]}{"-s" if small else ""}"'
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponse(status=304)
    else:
        ending = storage.SMALL if small else storage.WHOLE[file.kind]
        try:
            content = storage.path_of(file.key, ending).read_bytes()  # ten megabytes at most
        except FileNotFoundError as error:
            raise Http404 from error
        response = HttpResponse(content, content_type=TYPES[Kind(file.kind)])
        how = "inline" if file.is_picture else "attachment"
        if name:
            response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

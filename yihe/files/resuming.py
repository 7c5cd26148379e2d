"""Piece by piece over HTTP, by the tus protocol 1.0.0 (core, creation, termination).

POST with `Upload-Length` makes a file that is to come and names its address; HEAD tells how much has come
(`Upload-Offset`); PATCH adds a piece at that place; DELETE takes it away. After a lost connection one asks
by HEAD and goes on. The same for a browser (a session) and for a program (a token).
"""

from datetime import datetime
from http import HTTPStatus

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError

from yihe.files.actions import OutOfPlaceError, append, begin, drop, received
from yihe.files.models import Coming, File
from yihe.files.rules import KEY
from yihe.refusal import Refusal

VERSION = "1.0.0"
PIECE = "application/offset+octet-stream"
LARGEST_PIECE = 2_000_000


def answer(status: int, **more: object) -> HttpResponse:
    return _named(JsonResponse(more, status=status) if more else HttpResponse(status=status))


def _named(response: HttpResponse) -> HttpResponse:
    response.headers["Tus-Resumable"] = VERSION
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(status: int, words: str) -> HttpResponse:
    response = JsonResponse(
        {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": words,
        },
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
    return _named(response)


def _number(value: str | None) -> int | None:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 12 else None


def create(request: HttpRequest, *, person_id: int, at: datetime) -> HttpResponse:
    """The address to send pieces to, and the key by which an act takes the file once it is whole."""
    length = _number(request.headers.get("Upload-Length"))
    if length is None:
        return _refused(400, "请在 Upload-Length 里写明文件有多少字节。")
    try:
        coming = begin(length=length, person_id=person_id, at=at)
    except Refusal as refusal:
        return _refused(422, str(refusal))
    response = answer(201, id=coming.key, offset=0)
    response.headers["Location"] = f"{request.path.rstrip('/')}/{coming.key}"
    response.headers["Upload-Offset"] = "0"
    return response


def go_on(request: HttpRequest, key: str, *, person_id: int, at: datetime) -> HttpResponse:
    """HEAD, PATCH or DELETE on one that is to come; what is somebody else's is not there."""
    if not KEY.fullmatch(key):
        return _refused(404, "没有这个文件。")
    if request.method == "DELETE":
        gone = drop(key=key, person_id=person_id)
        return answer(204) if gone else _refused(404, "没有这个文件。")
    coming = Coming.objects.filter(key=key, made_by=person_id).first()
    if coming is None:
        return _whole(key, person_id)
    try:
        if request.method == "HEAD":
            return _so_far(200, received(coming), coming.length)
        return _piece(request, coming, at)
    except Refusal as refusal:
        return _refused(422, str(refusal))
    except OutOfPlaceError:
        return _refused(409, "不是从断开的地方接着传的。请先问传到了哪里。")


def _whole(key: str, person_id: int) -> HttpResponse:
    """It came whole already; the answer to the last piece may have been lost."""
    file = File.objects.filter(key=key, made_by=person_id, taken_at=None).first()
    return _complete(answer(200), file) if file else _refused(404, "没有这个文件。")


def _complete(response: HttpResponse, file: File) -> HttpResponse:
    response.headers["Upload-Complete"] = "?1"
    response.headers["Upload-Kind"] = file.kind
    return response


def _so_far(status: int, offset: int, length: int) -> HttpResponse:
    response = answer(status)
    response.headers["Upload-Offset"] = str(offset)
    response.headers["Upload-Length"] = str(length)
    return response


def _piece(request: HttpRequest, coming: Coming, at: datetime) -> HttpResponse:
    offset = _number(request.headers.get("Upload-Offset"))
    if offset is None or request.content_type != PIECE:
        return _refused(400, f"要有 Upload-Offset，内容类型是 {PIECE}。")
    if (_number(request.META.get("CONTENT_LENGTH")) or 0) > LARGEST_PIECE:
        return _refused(413, "一段最多 2 MB。")
    try:
        piece = request.body
    except (RequestDataTooBig, UnreadablePostError):
        return _refused(400, "这一段没有传完。")
    file = append(coming=coming, offset=offset, piece=piece, at=at)
    response = _so_far(204, offset + len(piece), coming.length)
    return _complete(response, file) if file else response

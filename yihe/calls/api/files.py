"""Files for programs: sent whole or piece by piece, taken by an act, read through the call."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Status, UploadedFile

from yihe.calls.access import attached_to
from yihe.calls.api.once import Key, once
from yihe.calls.api.shapes import REFUSED, FileOut, Problem, clean, file_told
from yihe.calls.api.who import Seat, asker, router, to_read
from yihe.files.actions import receive
from yihe.files.resuming import create, go_on
from yihe.files.rules import MOST_BYTES
from yihe.files.serving import serve
from yihe.refusal import Refusal

Sent = Annotated[UploadedFile | None, File(None)]


@router.post("/files", response={201: FileOut, **REFUSED}, tags=["files"])
def send_a_file(request: HttpRequest, file: Sent = None, key: Key = None) -> Any:
    """A photograph (JPEG, PNG, WebP) or a PDF of at most 10 MB, as the part `file` of a form.

    Its id goes into `files` of a call or an act within a day. Piece by piece by tus 1.0.0: the same
    address with `Upload-Length` and no body; then PATCH and HEAD `/files/ID`, DELETE to take it away.
    """
    person_id = asker(request).pk
    if file is None:
        if "Upload-Length" in request.headers:
            return create(request, person_id=person_id, at=timezone.now())
        raise Problem(422, "请把照片或 PDF 放在表单的 file 里，或者用 Upload-Length 分段传。")
    if (file.size or 0) > MOST_BYTES:
        raise Problem(413, "这个文件太大，一个最多 10 MB。")
    content = file.read()

    def act() -> dict[str, Any]:
        at = timezone.now()
        return file_told(receive(source=file, length=len(content), person_id=person_id, at=at))

    try:
        return Status(201, once(request, key, 201, act, content))
    except Refusal as refusal:
        raise Problem(422, str(refusal)) from refusal


@router.api_operation(
    ["HEAD", "PATCH", "DELETE"], "/files/{file}", include_in_schema=False, response=None
)
def go_on_sending(request: HttpRequest, file: str) -> HttpResponse:
    return go_on(request, file, person_id=asker(request).pk, at=timezone.now())


@router.get("/calls/{number}/files/{file}", include_in_schema=False, response=None)
def one_file(request: HttpRequest, number: str, file: str, x_seat: Seat = None) -> HttpResponse:
    """The bytes, in the version that one may see."""
    seen, _ = to_read(request, clean(number), x_seat)
    attached, shown = attached_to(seen, clean(file))
    ending = "jpg" if shown.is_picture else "pdf"
    name = f"{seen.call.number}-{attached.step_id}-{attached.position}.{ending}"
    return serve(request, shown, small=False, name=name)

"""Errors for programs: problem details (RFC 9457), in words."""

import json
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

FAILED = "这里出了问题，这一次没有办成。请稍后用同一个 Idempotency-Key 再发。"


def for_program(request: HttpRequest) -> bool:
    """Whether who asks is a program, by the address."""
    return request.path.startswith("/api/")


def problem(status: int, detail: str, **more: object) -> HttpResponse:
    told = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        **more,
    }
    body = json.dumps(told, ensure_ascii=False)
    return HttpResponse(body, status=status, content_type="application/problem+json")

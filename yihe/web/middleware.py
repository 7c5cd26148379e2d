import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yihe.refusal import Refusal
from yihe.web.away import away, is_away, too_large
from yihe.web.problems import for_program, problem

log = structlog.get_logger("yihe.web")
Next = Callable[[HttpRequest], HttpResponse]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{tiles}; "
    "worker-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def log_request(get_response: Next) -> Next:
    """Route, status, time. Never the path's values, the query or a person."""

    def middleware(request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = get_response(request)
        route = getattr(request.resolver_match, "route", "-") if request.resolver_match else "-"
        log.info(
            "request",
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round((time.perf_counter() - start) * 1000),
        )
        return response

    return middleware


def security_headers(get_response: Next) -> Next:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(tiles=""))
        response.headers.setdefault(
            "Permissions-Policy", "geolocation=(), camera=(), microphone=(), payment=()"
        )
        if getattr(request, "user", None) is not None and not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


MOST_BYTES = 11_000_000  # the largest table that a page takes, and its form
MOST_WITH_FILES = 40_000_000  # without script; by script each comes by itself, in pieces


def size_limit(get_response: Next) -> Next:
    """What is larger than any form of ours is refused before it is read; anybody could fill the disk."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        files = request.path.startswith(settings.FORMS_WITH_FILES)
        most = MOST_WITH_FILES if files else MOST_BYTES
        if not length.isdigit() or int(length[:19]) > most:
            return too_large(request)
        return get_response(request)

    return middleware


def _holds_nul(request: HttpRequest) -> bool:
    """A NUL character, which no form of ours sends and no database can hold."""
    if "%00" in request.META.get("QUERY_STRING", ""):
        return True
    if request.method != "POST" or for_program(request):
        return False
    return any("\x00" in value for _, values in request.POST.lists() for value in values)


def refusals(get_response: Next) -> Next:
    """A refusal that no view caught becomes a page in words; a database that is away likewise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if _holds_nul(request):
            if for_program(request):
                return problem(400, "请求看不懂。")
            return render(request, "400.html", status=400)
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refusal):
            return render(request, "web/refused.html", {"words": str(error)}, status=409)
        if is_away(error):
            return away(request, error)
        return None

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware

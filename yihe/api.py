"""The API put together: routers, OpenAPI, and errors as problem details (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yihe.calls.api import Problem
from yihe.calls.api import router as calls
from yihe.refusal import Refusal

api = NinjaAPI(
    title="一核",
    version="1",
    description="小区呼叫的接口。令牌在“我的”里发。",
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("/v1", calls)


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    return JsonResponse(
        {
            "type": "about:blank",
            "title": HTTPStatus(status).phrase,
            "status": status,
            "detail": detail,
            **more,
        },
        status=status,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return problem(error.status, error.detail, **error.more)


@api.exception_handler(Refusal)
def _refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    return problem(409, str(error))


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "没有找到。")


@api.exception_handler(AuthenticationError)
def _unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    response = problem(401, "请带上有效的令牌：Authorization: Bearer …")
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Where it is wrong and how, without repeating what was sent."""
    errors = [
        {"where": ".".join(str(part) for part in one.get("loc", ())), "what": one.get("msg", "")}
        for one in error.errors
    ]
    return problem(422, "请求的内容不对，见 errors。", errors=errors)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "请求看不懂。" if error.status_code == 400 else str(error))


urls = api.urls
for pattern in urls[0]:
    if isinstance(pattern, URLPattern) and pattern.callback is not None:
        pattern.callback = login_not_required(pattern.callback)  # bearer tokens, not sessions

"""The API put together: routers, OpenAPI, and errors as problem details (RFC 9457)."""

from collections.abc import Callable
from typing import Any

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yihe.calls.api import Problem
from yihe.calls.api import router as calls
from yihe.insight.api import router as insight
from yihe.refusal import Refusal
from yihe.web.away import away, is_away
from yihe.web.logs import frames
from yihe.web.problems import FAILED, problem

log = structlog.get_logger(__name__)


class Described(NinjaAPI):
    """Errors are described as what they are: `application/problem+json`."""

    def get_openapi_schema(self, **more: Any) -> Any:
        schema = super().get_openapi_schema(**more)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, answer in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in answer.get("content", {}):
                        answer["content"] = {
                            "application/problem+json": answer["content"]["application/json"]
                        }
        return schema


api = Described(
    title="一核",
    version="1",
    description="小区呼叫的接口。令牌在“我的”里发。",
    docs_url=None,
    openapi_url="/openapi.json",
)
api.add_router("/v1", calls)
api.add_router("/v1", insight)


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


WRONG = {
    "missing": "少了这一项。",
    "extra_forbidden": "没有这一项，请去掉或者改对名字。",
    "string_type": "要写成文字。",
    "string_too_long": "太长了，最多 {max_length} 个字。",
    "string_pattern_mismatch": "只能用看得见的英文字符。",
    "int_type": "要写成整数。",
    "int_parsing": "要写成整数。",
    "greater_than_equal": "不能小于 {ge}。",
    "less_than_equal": "不能大于 {le}。",
    "literal_error": "只能是 {expected}。",
    "enum": "只能是 {expected}。",
    "list_type": "要写成列表。",
}


MOST_ERRORS = 50  # told at once; a body of ten thousand unknown parts gets no megabyte back


def _what(error: dict[str, Any]) -> str:
    """What is wrong with one part, in words, from the kind of error."""
    words = WRONG.get(str(error.get("type")))
    return words.format_map(error.get("ctx", {})) if words else "内容不对。"


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Where it is wrong and how, without repeating what was sent."""
    errors = [
        {"where": ".".join(str(part)[:80] for part in one.get("loc", ())), "what": _what(one)}
        for one in error.errors[:MOST_ERRORS]
    ]
    return problem(422, "请求的内容不对，见 errors。", errors=errors)


@api.exception_handler(RequestDataTooBig)
def _too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return problem(413, "内容太大了，一次最多 2.5 MB。")


@api.exception_handler(Exception)
def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    """Nothing of what was sent, neither in the answer nor in the log."""
    if is_away(error):
        return away(request, error)
    log.error("api.failed", error=type(error).__name__, at=frames(error))
    return problem(500, FAILED)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem(error.status_code, "请求看不懂。" if error.status_code == 400 else str(error))


def _in_words(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open to programs with a bearer token; a method that an address does not know is a problem too."""

    def answer(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        given = view(request, *args, **values)
        if given.status_code != 405:
            return given
        refused = problem(405, "这个地址不接受这种请求。")
        refused.headers["Allow"] = given.headers.get("Allow", "")
        return refused

    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return login_not_required(answer)


@csrf_exempt
@login_not_required
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address under `/api/`."""
    return problem(404, "没有这个地址。接口的说明在 /api/openapi.json。")


urls = api.urls
for pattern in urls[0]:
    if isinstance(pattern, URLPattern) and pattern.callback is not None:
        root = pattern.name == "api-root"
        pattern.callback = nothing_here if root else _in_words(pattern.callback)

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from yihe.bodies.capacities import Capacity, acting_for, capacities
from yihe.trail.acting import VISITOR, Acting

Next = Callable[[HttpRequest], HttpResponse]
SESSION_KEY = "capacity"


def acting(get_response: Next) -> Next:
    """`request.acting` and `request.capacities`: worked out when first asked for, two queries."""

    def known(request: HttpRequest) -> list[Capacity]:
        user = request.user
        return capacities(user) if user.is_authenticated else []

    def chosen(request: HttpRequest) -> Acting:
        user = request.user
        if not user.is_authenticated:
            return VISITOR
        return acting_for(user, request.session.get(SESSION_KEY), list(request.capacities))  # type: ignore[attr-defined]

    def middleware(request: HttpRequest) -> HttpResponse:
        request.capacities = SimpleLazyObject(lambda: known(request))  # type: ignore[attr-defined]
        request.acting = SimpleLazyObject(lambda: chosen(request))  # type: ignore[attr-defined]
        return get_response(request)

    return middleware

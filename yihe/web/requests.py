"""A request as views see it, and what they answer."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

Response = HttpResponse

if TYPE_CHECKING:

    class PersonRequest(HttpRequest):
        """By somebody signed in; `acting` says in which capacity."""

        user: Any
        acting: Any
        capacities: Any

else:
    PersonRequest = HttpRequest

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from yihe.demo.queries import demo_people
from yihe.web.demo_mode import is_demo


def people(request: HttpRequest) -> dict[str, object]:
    """The one-click sign-ins, for whoever is not signed in; looked up only where a page shows them."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return {}
    return {"demo_people": SimpleLazyObject(lambda: demo_people() if is_demo() else [])}

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from yihe.demo.queries import demo_people, progress
from yihe.web.demo_mode import is_demo


def people(request: HttpRequest) -> dict[str, object]:
    """The one-click sign-ins and how far the demo is, for whoever is not signed in; looked up only where a page shows them."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return {}
    return {
        "demo_people": SimpleLazyObject(lambda: demo_people() if is_demo() else []),
        "demo_progress": SimpleLazyObject(lambda: _still_built() if is_demo() else {}),
    }


def _still_built() -> dict[str, int]:
    """How far the demo is; nothing once it is whole."""
    done, everything = progress()
    if done >= everything:
        return {}
    return {"done": done, "all": everything, "percent": 100 * done // everything}

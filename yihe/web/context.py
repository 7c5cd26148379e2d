from django.http import HttpRequest

from yihe.web.demo_mode import is_demo


def frame(request: HttpRequest) -> dict[str, object]:
    """How the page is to look for this browser."""
    return {
        "elder": request.COOKIES.get("y_elder") == "1",
        "dark": request.COOKIES.get("y_dark") == "1",
        "demo": is_demo(),
    }

"""What a phone keeps of the house: how it stands on the home screen, and the page without a network.

Nothing here belongs to a person: nobody is looked up, and the worker of the browser keeps nothing else.
"""

import hashlib
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_GET

from yihe.web.demo_mode import last_known

KEPT = ("web/bootstrap.min.css", "web/theme.css", "web/keep.js", "web/mark.svg")
ICONS = (
    ("web/mark.svg", "any", "image/svg+xml", "any"),
    ("web/icons/mark-192.png", "192x192", "image/png", "any"),
    ("web/icons/mark-512.png", "512x512", "image/png", "any"),
    ("web/icons/full-512.png", "512x512", "image/png", "maskable"),
)
PAPER, PINE = "#f6f2e9", "#17584b"


@login_not_required
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """How the house is called, drawn and opened on a home screen (W3C Web Application Manifest)."""
    said: dict[str, Any] = {
        "id": "/",
        "name": "一核",
        "short_name": "一核",
        "description": "物业小区治理平台。每一次呼叫，都有回音。",
        "lang": "zh-CN",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PINE,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": kind, "purpose": purpose}
            for path, sizes, kind, purpose in ICONS
        ],
    }
    return JsonResponse(
        said,
        content_type="application/manifest+json",
        headers={"Cache-Control": "public, max-age=3600"},
        json_dumps_params={"ensure_ascii": False},
    )


@login_not_required
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_offline(), headers={"Cache-Control": "no-cache"})


@login_not_required
@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """The browser's worker for all pages. What it keeps changed: another text, and so a new worker."""
    kept = [reverse("web:offline"), *map(static, KEPT)]
    page = {"version": _version(), "offline": kept[0], "kept": kept}
    return HttpResponse(
        render_to_string("web/worker.js", page),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


def device(request: HttpRequest) -> str:
    """What a page is read on, as far as the browser says: wechat, apple, android or desk."""
    said = request.headers.get("User-Agent", "")
    kinds = (
        ("wechat", "MicroMessenger"),
        ("apple", "iPhone"),
        ("apple", "iPad"),
        ("android", "Android"),
    )
    return next((kind for kind, word in kinds if word in said), "desk")


def _offline() -> str:
    """Without a request: no name, no number, no cookie can get into it."""
    return render_to_string("web/offline.html", {"demo": last_known()})


def _version() -> str:
    """Of all static files together, and of the page, which is none of them."""
    files = getattr(staticfiles_storage, "manifest_hash", "")
    return hashlib.sha256(f"{files}\n{_offline()}".encode()).hexdigest()[:12]

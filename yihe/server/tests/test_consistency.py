"""What holds for the whole house: closed pages, templates and keys that point down, no migration missing."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, ManyToManyField
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parents[3]
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][
    0
]["layers"]
FLOORS = {
    part.strip("() "): height
    for height, layer in enumerate(reversed(LAYERS))
    for part in re.split(r"[|:]", layer)
}
# What a person who is not signed in may open; everything else leads to the sign-in or is not there.
OPEN = {
    "healthz", "readyz", "", "demo/sign-in/", "privacy/", "look/<slug:what>/", "style/", "help/",
    "manifest.webmanifest", "sw.js", "offline/",
    "checkup/", "checkup/result/", "checkup/paste/", "checkup/days/",
    "checkup/law/", "checkup/law/<slug:book_id>/",
    "open/", "open/calls.csv", "open/calls.json",
    "log/", "log/<int:number>/", "log/<int:number>/keys", "log/<int:number>/checkpoint",
    "log/<int:number>/consistency", "log/<int:number>/cosignatures",
    "account/login/", "account/code/", "account/code/confirm/", "account/logout/",
    "account/inactive/", "account/reauthenticate/", "account/phone/verify/",
    "account/2fa/authenticate/", "account/weixin/login/", "account/weixin/login/callback/",
    "api/openapi.json", "api/v1/",
}  # fmt: skip


def routes() -> list[str]:
    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> list[str]:
        found = []
        for one in patterns:
            here = prefix + str(one.pattern)
            found += walk(one.url_patterns, here) if isinstance(one, URLResolver) else [here]
        return found

    return walk(get_resolver().url_patterns, "")


def filled(route: str) -> str:
    return "/" + re.sub(r"<int:\w+>", "1", re.sub(r"<slug:\w+>", "abc", route))


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted(set(routes()) - OPEN))
def test_every_page_is_closed_unless_listed(route: str) -> None:
    if route.startswith("api/"):
        assert Client().get(filled(route)).status_code in (401, 404, 405)
        return
    for send in (Client().get, Client().post):
        response = send(filled(route))
        assert response.status_code in (302, 404, 405), (route, response.status_code)
        if response.status_code == 302:
            assert response.headers["Location"].startswith("/account/"), route


LINK = re.compile(r"""{% (?:url|include|extends) ["'](\w+)[:/]""")


TEMPLATES = sorted(ROOT.glob("yihe/*/templates/**/*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_template_lines_can_be_read(template: Path) -> None:
    """Long runs of inline text may not be broken, for a gap would show; all else has its own line."""
    long = [n for n, line in enumerate(template.read_text().split("\n"), 1) if len(line) > 160]
    assert not long, f"{template.name} has lines of more than 160 characters: {long}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_point_down(template: Path) -> None:
    home = template.relative_to(ROOT / "yihe").parts[0]
    for part in LINK.findall(template.read_text()):
        if part in FLOORS:
            assert FLOORS[part] <= FLOORS[home], f"{home} reaches up to {part}"


def test_foreign_keys_point_down() -> None:
    for model in apps.get_models():
        module = model.__module__
        if not module.startswith("yihe."):
            continue
        home = module.split(".")[1]
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey | ManyToManyField):
                other = field.related_model.__module__.split(".")
                if other[0] == "yihe":
                    assert FLOORS[other[1]] <= FLOORS[home], f"{model.__name__}.{field.name}"


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)

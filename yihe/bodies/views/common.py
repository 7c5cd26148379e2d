"""Addresses that several pages here lead back to."""

from django.urls import reverse

from yihe.bodies.models import Body


def address(body: Body) -> str:
    return reverse("bodies:body", args=[body.pk])


def where(body: Body | None = None) -> list[tuple[str, str]]:
    """The pages above: the list, and the body's own."""
    above = [("组织和任职", reverse("bodies:bodies"))]
    return [*above, (body.name, address(body))] if body else above

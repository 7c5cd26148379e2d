"""What would be unreadable as a template: quotations with marks, and the attributes of a field."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from yihe.checkup.forms import Field

register = template.Library()


@register.filter
def marked(pieces: Iterable[tuple[str, bool]]) -> SafeString:
    """Text and whether it is marked, piece by piece, without a space between."""
    return format_html_join(
        "", "{}", ((format_html("<mark>{}</mark>", t) if mark else t,) for t, mark in pieces)
    )


@register.filter
def attributes(field: Field) -> SafeString:
    """id, name, and what ties hint and error to the control."""
    attrs = [("id", field.name), ("name", field.name)]
    if field.hint:
        attrs.append(("placeholder", field.hint))
    if field.described:
        attrs.append(("aria-describedby", field.described))
    if field.error:
        attrs.append(("aria-invalid", "true"))
    return format_html_join(" ", '{}="{}"', attrs)


@register.filter
def wrong(field: Field) -> str:
    return " is-invalid" if field.error else ""

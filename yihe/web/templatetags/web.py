"""The parts of the look as tags; they are built in, no template loads them."""

from datetime import date, datetime
from secrets import token_hex
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect
from django.templatetags.static import static
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from yihe.web import text as texts
from yihe.web import words

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html('<svg class="y-i" aria-hidden="true"><use xlink:href="#i-{}"/></svg>', name)


@register.simple_tag
def glyph(name: str) -> SafeString:
    return format_html(
        '<svg class="y-g y-g-{0}" width="24" height="24" aria-hidden="true">'
        '<use xlink:href="#g-{0}"/></svg>',
        name,
    )


@register.simple_tag
def level(number: int) -> SafeString:
    return format_html(
        '<span class="y-level y-l{0}"><svg aria-hidden="true"><use xlink:href="#lv{0}"/></svg>'
        "{1}</span>",
        number,
        words.LEVELS[number],
    )


@register.simple_tag
def due(text: str, used: int = 40, kind: str = "") -> SafeString:
    """A clock filled by the share of time gone, and words."""
    if kind == "late":
        hand = mark_safe(
            '<path d="M10 5v6M10 14v.6" stroke="currentColor" stroke-width="2.4"'
            ' stroke-linecap="round"/>'
        )
    else:
        hand = format_html(
            '<circle cx="10" cy="10" r="3.3" fill="none" stroke="currentColor" stroke-width="6.6"'
            ' stroke-dasharray="{} 20.735" transform="rotate(-90 10 10)"/>',
            f"{used * 0.20735:.2f}",
        )
    return format_html(
        '<span class="y-due{}"><svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10"'
        ' r="8.75" fill="none" stroke="currentColor" stroke-width="1.8"/>{}</svg>{}</span>',
        f" y-due-{kind}" if kind else "",
        hand,
        text,
    )


@register.simple_tag
def where(parts: list[tuple[str, str]]) -> SafeString:
    """The line above the title: where am I, by place."""
    return format_html(
        '<nav class="y-where" aria-label="您在这里">{}</nav>',
        format_html_join(
            "",
            "{}",
            (
                (
                    format_html('<a href="{}">{}</a>', url, name)
                    if url
                    else format_html('<span aria-current="page">{}</span>', name),
                )
                for name, url in parts
            ),
        ),
    )


@register.filter
def when(moment: datetime | None) -> str:
    return words.when(moment, timezone.now()) if moment else ""


@register.filter
def day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return words.day(value, timezone.localdate())


@register.filter
def left(moment: datetime | None) -> str:
    return words.left(moment, timezone.now()) if moment else ""


@register.filter
def plain(value: object) -> str:
    """Any value as a person reads it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    return words.when(value, timezone.now()) if isinstance(value, datetime) else str(value)


@register.filter
def cut(text: str, most: int) -> str:
    """The beginning, with the six dots that Chinese has."""
    return text if len(text) <= most else text[:most].rstrip("…。，、 ") + "……"


@register.filter
def mask(text: str) -> str:
    return texts.mask(text)


@register.filter
def short(text: str, most: int) -> str:
    return texts.short(text, most)


@register.filter
def phone_hidden(phone: str | None) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if phone and len(phone) >= 8 else "没有留"


@register.filter
def paragraphs(text: str) -> SafeString:
    """Text as people typed it: blank lines part paragraphs, single ones break the line."""
    blocks = [block for block in text.replace("\r\n", "\n").split("\n\n") if block.strip()]
    return format_html_join(
        "",
        "<p>{}</p>",
        (
            (mark_safe("<br>".join(conditional_escape(line) for line in block.split("\n"))),)  # noqa: S308  each line is escaped
            for block in blocks
        ),
    )


@register.simple_tag(takes_context=True)
def keep(context: Any) -> SafeString:
    """Drafts stay on the device under this account, under no other. The token tells nobody whose it is."""
    user = getattr(context.get("request"), "user", None)
    token = ""
    if user is not None and user.is_authenticated:
        token = salted_hmac("yihe.web.keep", str(user.pk)).hexdigest()[:16]
    return format_html(
        '<script src="{}" defer data-keeper="{}"></script>', static("web/keep.js"), token
    )


# forms -----------------------------------------------------------------------------------------


@register.simple_tag
def once() -> SafeString:
    """The one-time key of a form: what is sent again with it is done once."""
    return format_html('<input type="hidden" name="once" value="{}">', token_hex(12))


def _described(bound: BoundField) -> str:
    ids = [f"{bound.auto_id}_h"] if bound.help_text else []
    if bound.errors:
        ids.append(f"{bound.auto_id}_e")
    return " ".join(ids)


@register.simple_tag
def field(bound: BoundField, css: str = "") -> SafeString:
    """Label, hint, control, error: in that order, tied together for screen readers."""
    widget = bound.field.widget
    if isinstance(widget, RadioSelect):
        return picks(bound)
    attrs: dict[str, Any] = {}
    if described := _described(bound):
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    invalid = " is-invalid" if bound.errors else ""
    if isinstance(widget, CheckboxInput):
        attrs["class"] = "form-check-input" + invalid
        return format_html(
            '<div class="form-check">{}<label class="form-check-label" for="{}">{}</label>{}</div>',
            bound.as_widget(attrs=attrs),
            bound.id_for_label,
            bound.label,
            _errors(bound),
        )
    select = getattr(widget, "input_type", "") == "select"
    attrs["class"] = ("form-select" if select else "form-control") + invalid
    return format_html(
        '<div class="y-field {}"><label class="form-label" for="{}">{}</label>{}{}{}</div>',
        css,
        bound.id_for_label,
        bound.label,
        _hint(bound),
        bound.as_widget(attrs=attrs),
        _errors(bound),
    )


def _hint(bound: BoundField) -> SafeString:
    if not bound.help_text:
        return SafeString("")
    return format_html('<p class="form-text" id="{}_h">{}</p>', bound.auto_id, bound.help_text)


def _errors(bound: BoundField) -> SafeString:
    if not bound.errors:
        return SafeString("")
    return format_html(
        '<p class="invalid-feedback d-block" id="{}_e">{}</p>',
        bound.auto_id,
        " ".join(str(error) for error in bound.errors),
    )


@register.simple_tag
def picks(bound: BoundField, css: str = "") -> SafeString:
    """Radio buttons as cards; a label “甲|乙” shows 甲 strong and 乙 small. In columns with `y-picks`."""
    cards = []
    for option in bound.subwidgets:
        name, _, more = str(option.choice_label).partition("|")
        data = option.data
        checked = mark_safe(" checked") if data["selected"] else ""
        cards.append(
            format_html(
                '<div class="y-pick"><input type="radio" name="{}" id="{}" value="{}"{}>'
                '<label for="{}"><b>{}</b>{}</label></div>',
                data["name"],
                option.id_for_label,
                data["value"],
                checked,
                option.id_for_label,
                name,
                format_html("<span>{}</span>", more) if more else "",
            )
        )
    joined = format_html_join("", "{}", ((card,) for card in cards))
    return format_html(
        '<fieldset class="y-field"><legend>{}</legend>{}{}{}</fieldset>',
        bound.label,
        _hint(bound),
        format_html('<div class="{}">{}</div>', css, joined) if css else joined,
        _errors(bound),
    )


@register.simple_tag
def form_errors(form: Any) -> SafeString:
    """Once on top: how many places are not right yet, with a link to each."""
    if not form or not form.errors:
        return SafeString("")
    links = [
        format_html('<a class="y-late" href="#{}">{}</a>', form[name].id_for_label, errors[0])
        if name in form.fields
        else format_html("{}", " ".join(str(error) for error in errors))
        for name, errors in form.errors.items()
    ]
    return format_html(
        '<div class="y-note y-note-bad mt-3" role="alert">{}<span>{}</span></div>',
        icon("alert"),
        format_html_join(" ", "{}", ((link,) for link in links)),
    )


@register.simple_tag(takes_context=True)
def page_url(context: Any, number: int) -> str:
    query = context["request"].GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"

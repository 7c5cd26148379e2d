"""A page with one form that does one act: the shape of most of what offices keep."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from yihe.refusal import Refusal
from yihe.web.requests import PersonRequest, Response


def form_page(
    request: PersonRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], str],
    *,
    title: str,
    send: str,
    done: str,
    where: Sequence[tuple[str, str]],
    intro: str = "",
    danger: bool = False,
    upload: bool = False,
) -> Response:
    """`do` takes the clean values and returns where to go; `where` are the pages above, (words, address).

    What the rules forbid stands above the form, and nothing that was typed is lost.
    """
    if request.method == "POST" and form.is_valid():
        try:
            then = do(form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(then)
    page = {
        "form": form,
        "title": title,
        "send": send,
        "intro": intro,
        "danger": danger,
        "upload": upload,
        "long": any(isinstance(one.widget, forms.Textarea) for one in form.fields.values()),
        "back": where[-1][1],
        "trail": [*where, (title, "")],
    }
    return render(request, "web/form.html", page)


def sure(request: PersonRequest) -> forms.Form:
    """A form without fields, for acts that only want to be confirmed."""
    return forms.Form(request.POST if request.method == "POST" else None)

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yihe.topics import actions
from yihe.topics.access import edits_topics, reads_topics, topic_to_edit
from yihe.topics.forms import ALL_LEVELS, NewTopicForm, RouteForm, TermForm, TopicForm
from yihe.topics.models import Clock, Route, Term, Topic, Unit
from yihe.topics.rules import default_terms
from yihe.web.form_pages import form_page
from yihe.web.requests import PersonRequest, Response


@require_GET
def topics(request: PersonRequest) -> Response:
    reads_topics(request.acting)
    page = {
        "topics": Topic.objects.order_by("position", "pk"),
        "edits": edits_topics(request.acting),
    }
    return render(request, "topics/topics.html", page)


@require_http_methods(["GET", "POST"])
def topic(request: PersonRequest, code: str) -> Response:
    reads_topics(request.acting)
    found = get_object_or_404(Topic.objects.select_related("parent"), code=code)
    edits = edits_topics(request.acting)
    if request.method == "POST" and not edits:
        raise Http404
    fields = ("name", "words", "starts_at", "emergency", "active")
    initial = {name: getattr(found, name) for name in fields}
    form = TopicForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_topic(
            topic=found, acting=request.acting, at=timezone.now(), **form.cleaned_data
        )
        messages.success(request, "改好了，从现在起用新的。")
        return redirect("topics:topic", code)
    page = {
        "topic": found,
        "form": form,
        "edits": edits,
        "routes": found.routes.filter(until=None).select_related("desk").order_by("level", "place"),
        "former": found.routes.exclude(until=None).select_related("desk").order_by("-until")[:20],
        "terms": found.terms.filter(until=None).order_by("level", "clock"),
        "aliases": found.aliases.order_by("code", "name"),
        "versions": found.versions.order_by("-since", "-pk"),
    }
    return render(request, "topics/topic.html", page)


def _above(topic: Topic | None = None) -> list[tuple[str, str]]:
    above = [("呼叫的类别", reverse("topics:topics"))]
    return [*above, (topic.name, _address(topic))] if topic else above


def _address(topic: Topic) -> str:
    return reverse("topics:topic", args=[topic.code])


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> Response:
    """A further topic."""
    if not edits_topics(request.acting):
        raise Http404

    def do(values: dict[str, Any]) -> str:
        last = Topic.objects.order_by("-position").values_list("position", flat=True).first() or 0
        beside = values["parent"].position if values["parent"] else last + 1
        made = actions.add_topic(
            acting=request.acting, at=timezone.now(), position=beside, **values
        )
        return _address(made)

    return form_page(
        request,
        NewTopicForm(request.POST or None, initial={"parent": request.GET.get("under", "")[:12]}),
        do,
        title="新设一个类别",
        send="设立",
        done="设好了。接着可以写平常由谁办。",
        where=_above(),
    )


@require_http_methods(["GET", "POST"])
def route(request: PersonRequest, code: str) -> Response:
    """From now on this desk usually takes this topic there."""
    found = topic_to_edit(request.acting, code)

    def do(values: dict[str, Any]) -> str:
        actions.set_route(
            topic=found,
            desk=values["desk"],
            place=values["path"],
            lead=values["lead"],
            acting=request.acting,
            at=timezone.now(),
        )
        return _address(found)

    return form_page(
        request,
        RouteForm(request.POST or None),
        do,
        title=f"“{found.name}”平常由谁办",
        send="从现在起这样办",
        done="写好了。已经分出去的呼叫不动，新来的按这个分。",
        where=_above(found),
        intro="同一个地方同一级只有一个主办；写了新的，原来的主办就停用。",
    )


@require_POST
def end_route(request: PersonRequest, code: str, route_id: int) -> Response:
    found = topic_to_edit(request.acting, code)
    held = get_object_or_404(Route, pk=route_id, topic=found, until=None)
    actions.end_route(route=held, acting=request.acting, at=timezone.now())
    messages.success(request, "这条分派停用了。")
    return redirect("topics:topic", code)


@require_http_methods(["GET", "POST"])
def term(request: PersonRequest, code: str = "") -> Response:
    """A deadline, in general or of one topic."""
    if not edits_topics(request.acting):
        raise Http404
    found = get_object_or_404(Topic, code=code) if code else None
    back = _address(found) if found else reverse("topics:terms")

    def do(values: dict[str, Any]) -> str:
        actions.set_term(topic=found, acting=request.acting, at=timezone.now(), **values)
        return back

    words = ("level", "clock", "emergency")
    return form_page(
        request,
        TermForm(
            request.POST or None, initial={name: request.GET.get(name, "")[:10] for name in words}
        ),
        do,
        title=f"“{found.name}”的期限" if found else "改一个期限",
        send="从现在起用",
        done="改好了。在办的呼叫到下一级再用新的期限。",
        where=_above(found) if found else [*_above(), ("期限", back)],
        intro="最短 1，最长 200。紧急的呼叫另有期限。",
    )


@require_GET
def terms(request: PersonRequest) -> Response:
    """All general deadlines: what the district set, else what the software comes with."""
    reads_topics(request.acting)
    own = {
        (row.level, row.clock, row.emergency): row
        for row in Term.objects.filter(topic=None, until=None)
    }
    tables = []
    for emergency in (False, True):
        rows = []
        for level, name in ALL_LEVELS:
            usual = default_terms(level, emergency)
            cells = []
            for clock in Clock:
                row = own.get((level, clock.value, emergency))
                amount, unit = (row.amount, row.unit) if row else usual[clock.value]
                cells.append(
                    {
                        "words": f"{amount} {Unit(unit).label}",
                        "own": row is not None,
                        "clock": clock.value,
                        "name": clock.label,
                    }
                )
            rows.append({"level": level, "name": name, "cells": cells})
        tables.append({"emergency": emergency, "rows": rows})
    page = {
        "tables": tables,
        "clocks": Clock.labels,
        "edits": edits_topics(request.acting),
        "special": Term.objects.exclude(topic=None)
        .filter(until=None)
        .select_related("topic")
        .order_by("topic__position", "level"),
        "former": Term.objects.exclude(until=None).select_related("topic").order_by("-until")[:30],
    }
    return render(request, "topics/terms.html", page)

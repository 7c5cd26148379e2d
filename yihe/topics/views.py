from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from yihe.topics.access import edits_topics, reads_topics
from yihe.topics.actions import change_topic
from yihe.topics.models import Topic
from yihe.topics.rules import DEFAULTS
from yihe.web.requests import PersonRequest, Response


class TopicForm(forms.Form):
    name = forms.CharField(label="名称", max_length=60)
    words = forms.CharField(
        label="居民常说的话", required=False, max_length=200, help_text="用空格隔开，用来猜类别。"
    )
    starts_at = forms.TypedChoiceField(
        label="从哪一级开始", coerce=int, choices=[(1, "社区"), (2, "街道"), (3, "区级")]
    )
    emergency = forms.BooleanField(label="紧急：同时送到几级", required=False)
    active = forms.BooleanField(label="在用", required=False)


@require_GET
def topics(request: PersonRequest) -> Response:
    reads_topics(request.acting)
    return render(
        request,
        "topics/topics.html",
        {
            "topics": Topic.objects.order_by("position", "pk"),
            "levels": DEFAULTS,
            "edits": edits_topics(request.acting),
        },
    )


@require_http_methods(["GET", "POST"])
def topic(request: PersonRequest, code: str) -> Response:
    reads_topics(request.acting)
    found = get_object_or_404(Topic, code=code)
    edits = edits_topics(request.acting)
    if request.method == "POST" and not edits:
        raise Http404
    form = TopicForm(
        request.POST or None,
        initial={
            name: getattr(found, name)
            for name in ("name", "words", "starts_at", "emergency", "active")
        },
    )
    if request.method == "POST" and form.is_valid():
        change_topic(topic=found, acting=request.acting, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "改好了，从现在起用新的。")
        return redirect("topics:topic", code)
    return render(
        request,
        "topics/topic.html",
        {
            "topic": found,
            "form": form,
            "edits": edits,
            "routes": found.routes.filter(until=None).select_related("desk").order_by("level"),
            "versions": found.versions.order_by("-since", "-pk"),
        },
    )

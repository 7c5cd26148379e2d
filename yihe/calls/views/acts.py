"""Acts on a call, from the page: one address, one table of what each act reads from the form."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihe.accounts.models import User
from yihe.bodies.models import Body
from yihe.calls import actions
from yihe.calls.access import Seen, call_for, held_for
from yihe.calls.forms import EvidenceForm
from yihe.calls.models import Call, Due, Inquiry
from yihe.calls.rules import DONE, WORDS, Act
from yihe.calls.views.call import show
from yihe.calls.views.files import boxes, sent_files
from yihe.calls.views.once import SentBefore, first_of, note_sent
from yihe.refusal import Refusal
from yihe.topics.models import Topic
from yihe.web import words
from yihe.web.requests import PersonRequest, Response
from yihe.web.whole import whole


def _number(value: str | None) -> int:
    return int(value) if value and value.isascii() and value.isdigit() and len(value) < 10 else 0


def _text(data: QueryDict, name: str = "text") -> dict[str, Any]:
    return {name: data.get(name, "")}


def _bodies(data: QueryDict) -> list[Body]:
    """The chosen departments, the lead first."""
    lead = _number(data.get("lead"))
    chosen = [_number(value) for value in data.getlist("departments")]
    ids = ([lead] if lead else []) + [pk for pk in chosen if pk and pk != lead]
    known = Body.objects.in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]


def _one(model: Any, data: QueryDict, name: str, missing: str) -> Any:
    found = model.objects.filter(pk=_number(data.get(name))).first()
    if found is None:
        raise Refusal(missing)
    return found


def _led(data: QueryDict) -> list[Body]:
    """As above, and who leads was chosen; nobody leads because their name comes first."""
    _one(Body, data, "lead", "请选牵头部门。")
    return _bodies(data)


def _day(data: QueryDict) -> date:
    try:
        return date.fromisoformat(data.get("sitting_on", ""))
    except ValueError as error:
        raise Refusal("请选会议的日期。") from error


def _evidence(data: QueryDict) -> dict[str, Any]:
    form = EvidenceForm(data, prefix="ev")
    if not form.is_valid():
        raise Refusal(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return {key: form.cleaned_data[key] for key in ("text", "met_whom", "met_at")}


READS: dict[Act, Callable[[QueryDict], dict[str, Any]]] = {
    Act.ACCEPT: lambda data: {},
    Act.ASSIGN: lambda data: {"person": _one(User, data, "person", "请选经办人。")},
    Act.FIRST_CONTACT: _text,
    Act.NOTE: _text,
    Act.EVIDENCE: _evidence,
    Act.CORRECT_TOPIC: lambda data: {
        "topic": _one(Topic, data, "topic", "请选类别。"),
        "desk": Body.objects.filter(pk=_number(data.get("desk"))).first(),
    },
    Act.ASK: _text,
    Act.EXTEND: lambda data: _text(data, "reason"),
    Act.HAND_OVER: lambda data: {
        "desk": _one(Body, data, "desk", "请选转给谁。"),
        **_text(data, "reason"),
    },
    Act.PASS_UP: lambda data: {"departments": _bodies(data), **_text(data, "reason")},
    Act.SEND_BACK: lambda data: _text(data, "reason"),
    Act.ANSWER: _text,
    Act.LIST: lambda data: {"sitting_on": _day(data), "departments": _bodies(data)},
    Act.DECIDE: lambda data: {
        "departments": _led(data),
        **_text(data, "decision"),
    },
    Act.ASK_FACTS: lambda data: _text(data, "question"),
    Act.ADD: _text,
    Act.REPLY: _text,
    Act.CONFIRM: lambda data: {},
    Act.REOPEN: lambda data: _text(data, "reason"),
    Act.RATE: lambda data: {"stars": _number(data.get("stars")), **_text(data)},
    Act.URGE: lambda data: {},
    Act.WITHDRAW: lambda data: {},
    Act.SCREEN: lambda data: {
        "key": data.get("file", ""),
        "looked": data.get("looked", ""),
        "boxes": boxes(data),
    },
}
# Acts that may bring photographs or PDFs.
WITH_FILES = frozenset(
    {Act.ADD, Act.REPLY, Act.REOPEN, Act.NOTE, Act.EVIDENCE, Act.ASK, Act.ANSWER}
)
DOES: dict[Act, Callable[..., Any]] = {
    Act.ACCEPT: actions.accept,
    Act.ASSIGN: actions.assign,
    Act.FIRST_CONTACT: actions.first_contact,
    Act.NOTE: actions.add_note,
    Act.EVIDENCE: actions.add_evidence,
    Act.CORRECT_TOPIC: actions.correct_topic,
    Act.ASK: actions.ask,
    Act.EXTEND: actions.extend,
    Act.HAND_OVER: actions.hand_over,
    Act.PASS_UP: actions.pass_up,
    Act.SEND_BACK: actions.send_back,
    Act.ANSWER: actions.answer,
    Act.LIST: actions.list_for_conference,
    Act.DECIDE: actions.decide_conference,
    Act.ASK_FACTS: actions.ask_facts,
    Act.ADD: actions.add_text,
    Act.REPLY: actions.reply,
    Act.CONFIRM: actions.confirm,
    Act.REOPEN: actions.reopen,
    Act.RATE: actions.rate,
    Act.URGE: actions.urge,
    Act.WITHDRAW: actions.withdraw,
    Act.SCREEN: actions.screen,
}
# Acts on which two people at one desk can get in each other's way look at the version of the page.
VERSIONED = frozenset(
    {
        Act.ACCEPT, Act.ASSIGN, Act.CORRECT_TOPIC, Act.ASK, Act.EXTEND, Act.HAND_OVER,
        Act.PASS_UP, Act.SEND_BACK, Act.ANSWER, Act.LIST, Act.DECIDE,
    }
)  # fmt: skip


def do(seen: Seen, act: Act, *, acting: Any, at: datetime, values: dict[str, Any]) -> Any:
    """Do an act that this person's role allows; others do not exist for them."""
    if act not in seen.may or act not in DOES:
        raise Http404
    return DOES[act](call=seen.call, acting=acting, at=at, **values)


def _done(act: Act, call: Call, now: datetime) -> str:
    """What came of it, with who has it now and what is due next."""
    verb = "联系反映人" if call.due_kind == Due.CONTACT else "答复"
    coming = ""
    if call.due_at is not None:
        late = call.due_at < now
        coming = (
            f"{verb}已经{words.left(call.due_at, now)}"
            if late
            else f"{words.when(call.due_at, now)} 前{verb}"
        )
    who = (call.assignee.name if act is Act.ASSIGN and call.assignee else "") or "这位同事"
    return DONE[act].format(desk=call.desk.name, who=who, next=coming)


def _files(request: PersonRequest, number: str, chosen: Act) -> list[str]:
    """Taken in before the call is locked: large pictures take their time. Nothing of who may not act."""
    if chosen not in WITH_FILES or not (request.FILES or request.POST.get("file")):
        return []
    if chosen not in call_for(request.acting, number).may:
        return []
    return sent_files(request)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: PersonRequest, number: str, name: str) -> Response:
    if name not in Act._value2member_map_ or Act(name) not in READS:
        raise Http404
    if request.method != "POST":  # the address of a refused act, opened again
        return redirect("calls:call", number)
    chosen = Act(name)
    refused = ""
    try:
        files = _files(request, number, chosen)
        with whole:
            note_sent(request, {"number": number})
            seen = held_for(request.acting, number)
            if chosen not in seen.may:
                if not seen.inside:
                    raise Http404
                raise Refusal(f"这件呼叫现在不由您这里{WORDS[chosen]}，请看最新的情况。")
            values = READS[chosen](request.POST)
            if files:
                values["files"] = files
            if chosen in VERSIONED and request.POST.get("version"):
                values["version"] = _number(request.POST["version"])
            done = do(seen, chosen, acting=request.acting, at=timezone.now(), values=values)
    except SentBefore:
        if first_of(request).same:
            messages.success(request, "先前已经送到了，没有重复记。")
            return redirect("calls:call", number)
        refused = "先前已经送到了一条，后来改的没有记下。要另记一条，请再点一次。"
    except Refusal as refusal:
        refused = str(refusal)
    if refused:
        fresh = call_for(request.acting, number)
        form = EvidenceForm(request.POST, prefix="ev") if chosen is Act.EVIDENCE else None
        return show(request, fresh, refused=refused, act=name, status=409, evidence_form=form)
    call = (
        done if isinstance(done, Call) else Call.objects.select_related("desk").get(number=number)
    )
    messages.success(request, _done(chosen, call, timezone.now()))
    return redirect("calls:call", number)


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: PersonRequest, inquiry_id: int) -> Response:
    """Facts, from the body that was asked."""
    if request.method != "POST":
        return redirect("calls:inquiries")
    inquiry = get_object_or_404(
        Inquiry.objects.select_related("call"), pk=inquiry_id, body_id=request.acting.body_id or 0
    )
    actions.give_facts(
        inquiry=inquiry,
        text=request.POST.get("text", ""),
        acting=request.acting,
        at=timezone.now(),
    )
    messages.success(request, "情况已经回给受理台。")
    return redirect("calls:inquiries")

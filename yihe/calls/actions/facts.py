"""Asking the body that a complaint is about for facts: it sees the question, never the complaint."""

import re
from datetime import datetime

from django.urls import reverse

from yihe.bodies.queries import persons_at
from yihe.calendar.queries import calendar
from yihe.calls.actions.acts import begin, clean_text, save, step, tell_desks
from yihe.calls.models import Audience, Call, Inquiry
from yihe.calls.rules import Act, Span, after
from yihe.outbox.actions import tell
from yihe.outbox.rules import YOURS
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.web.text import mask
from yihe.web.whole import whole

TIME_TO_GIVE_FACTS = Span(3, "workdays")


LONGEST_QUOTE = 10  # characters in a row


def repeats(question: str, said: str) -> bool:
    """Whether the question holds a run of the reporter's own words, whatever stands between them."""
    asked, said = ("".join(re.findall(r"\w+", text)) for text in (question, said))
    runs = {said[at : at + LONGEST_QUOTE] for at in range(len(said) - LONGEST_QUOTE + 1)}
    return any(asked[at : at + LONGEST_QUOTE] in runs for at in range(len(asked)))


def _words_of_the_reporter(call: Call) -> list[str]:
    return list(call.steps.filter(by_reporter=True).exclude(text="").values_list("text", flat=True))


@whole
def ask_facts(*, call: Call, question: str, acting: Acting, at: datetime) -> Inquiry:
    """The question is the desk's own words; it must not carry the reporter's."""
    call = begin(call, Act.ASK_FACTS)
    if call.about is None:
        raise Refusal("这件呼叫不是对哪个单位的投诉。")
    question = clean_text(question, what="要问的情况", longest=2000)
    if call.inquiries.filter(answered_at=None).exists():
        raise Refusal("已经问过一次，对方还没有回。")
    said = "\n".join([call.text, *_words_of_the_reporter(call)])
    if repeats(question, said):
        raise Refusal("请用自己的话问，不要转述反映人的原话。")
    names = (call.reporter.name if call.reporter else "", call.contact_name)
    if any(len(name) > 1 and name in question for name in names) or mask(question) != question:
        raise Refusal("请不要写出反映人的姓名或者电话。")
    inquiry = Inquiry.objects.create(
        call=call,
        body=call.about,
        question=question,
        asked_by=call.desk,
        asked_at=at,
        due_at=after(calendar(), at, TIME_TO_GIVE_FACTS).at,
    )
    save(call)
    step(
        call,
        Act.ASK_FACTS,
        acting=acting,
        at=at,
        text=question,
        audience=Audience.HANDLERS,
        due_at=inquiry.due_at,
    )
    tell(
        persons=persons_at([call.about.pk]).get(call.about.pk, []),
        title=f"{call.desk.name}向你们问一个情况",
        body=question[:200],
        link=reverse("calls:inquiries"),
        on=("inquiry", str(inquiry.pk)),
        at=at,
        urgency=YOURS,
    )
    return inquiry


@whole
def give_facts(*, inquiry: Inquiry, text: str, acting: Acting, at: datetime) -> Inquiry:
    call = begin(inquiry.call, Act.GIVE_FACTS)
    inquiry = Inquiry.objects.select_for_update().get(pk=inquiry.pk)
    if inquiry.answered_at is not None:
        raise Refusal("这个问题已经回过了。")
    inquiry.answer = clean_text(text, what="情况", longest=5000)
    inquiry.answered_at = at
    inquiry.save(update_fields=["answer", "answered_at"])
    save(call)
    step(
        call, Act.GIVE_FACTS, acting=acting, at=at, text=inquiry.answer, audience=Audience.HANDLERS
    )
    tell_desks(call, "被反映的单位回了情况", at=at)
    return inquiry

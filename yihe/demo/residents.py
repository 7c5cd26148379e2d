"""What the demo's residents do when they look in: reply, confirm, rate, add, urge, now and then reopen."""

from collections.abc import Callable
from datetime import datetime, timedelta

from yihe.bodies.capacities import acting_for
from yihe.calls import actions
from yihe.calls.models import Call, Status
from yihe.demo import phrases
from yihe.demo.desks import open_calls, ours, share, try_it
from yihe.demo.moments import MINUTE
from yihe.demo.queries import demo_people
from yihe.trail.acting import Acting

WAITING = (Status.ASKED, Status.ANSWERED)


def residents_act(moment: datetime) -> None:
    """Whoever can be signed in as is left to visitors; their answered calls close in silence."""
    visitors = {one["id"] for one in demo_people()}
    calls = open_calls(moment - timedelta(hours=2)).exclude(reporter_id__in=visitors)
    for call in calls.exclude(reporter=None).exclude(status=Status.NEW).select_related("reporter"):
        act = _chosen(call)
        looks_in = share(call, f"{moment:%d%H}") < 0.4
        if act is None or not looks_in or call.reporter is None or ours(call) is None:
            continue
        at = moment - int(2 + 50 * share(call, "home")) * MINUTE
        try_it(act, call, call, acting_for(call.reporter, None), at)


def _chosen(call: Call) -> Callable[[Call, Acting, datetime], None] | None:
    """What somebody would do with the call now."""
    if call.status == Status.ASKED:
        return _reply
    if call.status == Status.ANSWERED:
        if not call.reopened and share(call, "again") < 0.06:
            return _reopen
        return _confirm if share(call, "says") < 0.8 else None
    return _urge if not call.urged and share(call, "urge") < 0.1 else None


def _reply(call: Call, acting: Acting, at: datetime) -> None:
    words = phrases.pick(phrases.ASKED, call.pk)[1]
    actions.reply(call=call, text=words, acting=acting, at=at)


def _reopen(call: Call, acting: Acting, at: datetime) -> None:
    reason = phrases.pick(phrases.REOPENED, call.pk)
    actions.reopen(call=call, reason=reason, acting=acting, at=at)


def _confirm(call: Call, acting: Acting, at: datetime) -> None:
    actions.confirm(call=call, acting=acting, at=at)
    stars = (5, 4, 5, 3, 4, 2, 5, 4, 1, 5)[call.pk % 10]
    said = phrases.pick(phrases.RATED[stars], call.pk)
    actions.rate(call=call, stars=stars, text=said, acting=acting, at=at + MINUTE)


def _urge(call: Call, acting: Acting, at: datetime) -> None:
    actions.add_text(call=call, text=phrases.pick(phrases.ADDED, call.pk), acting=acting, at=at)
    actions.urge(call=call, acting=acting, at=at + MINUTE)

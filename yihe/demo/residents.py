"""What the demo's residents do when they look in: reply, confirm, rate, add, urge, now and then reopen."""

from datetime import datetime, timedelta

from yihe.accounts.models import User
from yihe.bodies.capacities import acting_for
from yihe.calls import actions
from yihe.calls.models import Call, Status
from yihe.demo import phrases
from yihe.demo.desks import open_calls, ours, share, try_it
from yihe.demo.moments import MINUTE
from yihe.demo.queries import demo_people

WAITING = (Status.ASKED, Status.ANSWERED)


def residents_act(moment: datetime) -> None:
    """Whoever can be signed in as is left to visitors; their answered calls close in silence."""
    visitors = {one["id"] for one in demo_people()}
    calls = open_calls(moment - timedelta(hours=2)).exclude(reporter_id__in=visitors)
    for call in calls.exclude(reporter=None).select_related("reporter"):
        if ours(call) is None or share(call, f"{moment:%d%H}") > 0.4 or call.reporter is None:
            continue
        at = moment - int(2 + 50 * share(call, "home")) * MINUTE
        try_it(_act, call, call, call.reporter, at)


def _act(call: Call, person: User, at: datetime) -> None:
    acting = acting_for(person, None)
    if call.status == Status.ASKED:
        words = phrases.pick(phrases.ASKED, call.pk)[1]
        actions.reply(call=call, text=words, acting=acting, at=at)
    elif call.status == Status.ANSWERED and not call.reopened and share(call, "again") < 0.06:
        reason = phrases.pick(phrases.REOPENED, call.pk)
        actions.reopen(call=call, reason=reason, acting=acting, at=at)
    elif call.status == Status.ANSWERED and share(call, "says") < 0.8:
        actions.confirm(call=call, acting=acting, at=at)
        stars = (5, 4, 5, 3, 4, 2, 5, 4, 1, 5)[call.pk % 10]
        said = phrases.pick(phrases.RATED[stars], call.pk)
        actions.rate(call=call, stars=stars, text=said, acting=acting, at=at + MINUTE)
    elif call.status == Status.DOING and not call.urged and share(call, "urge") < 0.1:
        actions.add_text(call=call, text=phrases.pick(phrases.ADDED, call.pk), acting=acting, at=at)
        actions.urge(call=call, acting=acting, at=at + MINUTE)

"""What becomes of a demo call: each tale is its acts one after another. What lies ahead is left out."""

from collections.abc import Callable

from yihe.bodies.models import Body
from yihe.calls import actions
from yihe.demo import phrases
from yihe.demo.content import DEPARTMENTS, Text
from yihe.demo.story import Story, acting_at

Tale = Callable[[Story], None]


def done(s: Story) -> None:
    s.raise_it(
        visibility="handlers" if s.number % 5 == 0 else "compound", account=s.number % 2 == 0
    )
    s.take_up()
    s.answer(5 + s.number % 9)
    s.confirm(stars=(5, 5, 4, 3, 5, 4, 2, 4, 5, 1)[s.number % 10])


def silent(s: Story) -> None:
    s.raise_it(visibility="handlers" if s.number % 2 else "compound", account=s.number % 3 == 0)
    s.take_up(2)
    s.answer(9)


def on_paper(s: Story) -> None:
    """A question, a suggestion, thanks: nobody has to go anywhere."""
    s.raise_it()
    s.take_up()
    s.answer(6)
    if s.number % 3:
        s.confirm(9, stars=4 + s.number % 2)


def climbed(s: Story) -> None:
    """Nobody gets in touch in time; it climbs by itself."""
    s.raise_it()
    s.work(7)
    if s.number % 2:
        actions.urge(call=s.call, acting=s.me, at=s.at)
    s.take_up(3)
    s.answer(14)
    s.confirm(30, stars=2 + s.number % 2)


def passed_up(s: Story) -> None:
    s.raise_it(visibility="desk" if s.number % 2 else "compound")
    s.take_up()
    s.pass_up()
    s.take_up(2)
    s.answer(12)
    s.confirm(stars=4)


def sent_back(s: Story) -> None:
    s.raise_it()
    s.take_up()
    s.pass_up()
    s.work(3)
    reason = phrases.pick(phrases.BACK, s.number)
    if s.call.level == 2:
        actions.send_back(call=s.call, reason=reason, acting=s.desk(), at=s.at)
    s.take_up()
    s.answer(10)


def reopened(s: Story) -> None:
    s.raise_it()
    s.take_up()
    s.answer()
    s.reopen()
    s.take_up(2)
    s.answer(13, again=True)
    s.confirm(40, stars=3 + s.number % 2)


def reopened_twice(s: Story) -> None:
    s.raise_it()
    s.take_up()
    s.answer()
    s.reopen()
    s.take_up(2)
    s.answer(9, again=True)
    s.reopen(30, turn=1)
    s.take_up(3)
    s.answer(20, again=True)
    s.confirm(50, stars=2)


def asked(s: Story) -> None:
    s.raise_it()
    s.ask()
    s.reply()
    s.answer(8)
    s.confirm(stars=4)


def asked_in_vain(s: Story) -> None:
    s.raise_it()
    s.ask()
    s.work(40)
    s.answer(5)


def handed_over(s: Story) -> None:
    s.raise_it()
    s.take_up()
    s.work(0.5)
    _hand(s, s.company(), phrases.HANDED)
    s.take_up()
    s.answer(9)
    s.confirm(stars=4)


def ping_pong(s: Story) -> None:
    """Handed over and back: what comes back on the same level goes up."""
    s.raise_it()
    s.take_up()
    s.work(0.5)
    _hand(s, s.company(), phrases.HANDED)
    s.work(2)
    _hand(s, s.office(), phrases.HANDED_BACK)
    s.take_up()
    s.answer(10)
    s.confirm(30, stars=3)


def _hand(s: Story, desk: Body, reasons: tuple[str, ...]) -> None:
    """To the other desk of the compound, unless it lies there already."""
    if s.call.desk_id == desk.pk:
        desk = s.office() if desk.kind == "company" else s.company()
    reason = phrases.pick(reasons, s.number)
    actions.hand_over(call=s.call, desk=desk, reason=reason, acting=s.desk(), at=s.at)


def withdrawn(s: Story) -> None:
    s.raise_it()
    s.rest(1.5)
    actions.withdraw(call=s.call, acting=s.me, at=s.at)


def urged(s: Story) -> None:
    """Added to and urged while it runs."""
    s.raise_it()
    s.take_up()
    s.rest(6)
    words = phrases.pick(phrases.ADDED, s.number)
    actions.add_text(call=s.call, text=words, acting=s.me, at=s.at)
    s.work(8)
    actions.add_note(call=s.call, text=phrases.pick(phrases.NOTES, s.number), acting=s.desk(), at=s.at)  # fmt: skip
    s.rest(8)
    actions.urge(call=s.call, acting=s.me, at=s.at)
    s.answer(6)
    s.confirm(stars=3)


def corrected(s: Story) -> None:
    s.raise_it(wrong=True)
    s.work(1)
    topic = s.call.topic
    right = type(topic).objects.get(code=s.text.topic) if topic else None
    if right is not None and right.pk != s.call.topic_id:
        actions.correct_topic(call=s.call, topic=right, acting=s.desk(), at=s.at)
    s.take_up(0.5)
    s.answer(9)
    s.confirm(stars=5)


def extended(s: Story) -> None:
    s.raise_it()
    s.take_up()
    s.work(14)
    reason = phrases.pick(phrases.EXTENDED, s.number)
    actions.extend(call=s.call, reason=reason, acting=s.desk(), at=s.at)
    s.answer(30)
    s.confirm(stars=4)


def complaint(s: Story) -> None:
    """About the company: it is asked for facts, and never sees who complained of what."""
    s.raise_it(visibility="handlers", about=s.company())
    s.take_up()
    s.ask_facts()
    s.give_facts()
    s.answer(8)
    s.confirm(stars=3 + s.number % 3)


def facts_wanted(s: Story) -> None:
    """Asked for facts; the company has not given them yet."""
    s.raise_it(visibility="handlers", about=s.company())
    s.take_up()
    s.ask_facts(1)


def about_office(s: Story) -> None:
    """About the community's own office: it starts one level above."""
    s.text = Text("09-02", "", phrases.pick(phrases.ABOUT_OFFICE, s.number), phrases.OFFICE_ANSWER, "调看来电登记，问了当班的人", "complaint")  # fmt: skip
    s.raise_it(visibility="handlers", about=s.office())
    s.take_up(2)
    s.ask_facts()
    s.give_facts(8)
    s.answer(10)


def about_department(s: Story) -> None:
    """About a department: the district's own office takes it."""
    department = Body.objects.get(name=DEPARTMENTS[0])
    s.text = Text("02-04", "", phrases.pick(phrases.ABOUT_DEPARTMENT, s.number), phrases.DEPARTMENT_ANSWER, "调看受理单和流转记录", "complaint")  # fmt: skip
    s.raise_it(visibility="handlers", about=department)
    s.take_up(2)
    s.ask_facts(3)
    s.give_facts(12)
    s.answer(14)
    s.confirm(30, stars=4)


def conference(s: Story) -> None:
    """Up to the joint conference, which decides who leads."""
    _up_to_conference(s)
    s.list_it(6, wanted=2 + s.number % 3)
    s.decide()
    s.take_up(3)
    s.answer(30)
    s.confirm(50, stars=4)


def _up_to_conference(s: Story) -> None:
    s.raise_it()
    while s.call.level < 4:
        s.pass_up(1.5)


def listed(s: Story) -> None:
    """On the docket; it will be decided on the day."""
    _up_to_conference(s)
    s.work(2)
    actions.first_contact(call=s.call, acting=s.desk(), at=s.at, text="说了哪天上会、请哪些部门。")
    s.list_it(1, wanted=2 + s.number % 3, weeks=1 + s.number % 2)


def unlisted(s: Story) -> None:
    """At the conference; nobody has put it on a day yet."""
    _up_to_conference(s)


def fresh(s: Story) -> None:
    """Raised just now; nobody has taken it up."""
    s.raise_it(visibility="desk" if s.number % 5 == 0 else "compound", account=s.number % 2 == 0)


def working(s: Story) -> None:
    s.raise_it(account=s.number % 2 == 0)
    s.take_up(0.5)


def working_longer(s: Story) -> None:
    s.raise_it()
    s.take_up(0.5)
    s.work(6)
    actions.extend(call=s.call, reason=phrases.pick(phrases.EXTENDED, s.number), acting=s.desk(), at=s.at)  # fmt: skip


def asking(s: Story) -> None:
    s.raise_it()
    s.ask(0.5)


def answered(s: Story) -> None:
    s.raise_it()
    s.take_up(0.5)
    s.answer(1.5)


def up_one(s: Story) -> None:
    s.raise_it()
    s.take_up(0.5)
    s.pass_up(0.5)


def up_one_working(s: Story) -> None:
    up_one(s)
    s.take_up(0.5)


def at_department(s: Story) -> None:
    """Up to the department that its topic names, where it is worked on."""
    s.raise_it()
    while s.call.level < 3:
        s.pass_up(0.7)
    acting = acting_at(s.call.desk_id, s.number)
    s.work(0.5)
    actions.accept(call=s.call, acting=acting, at=s.at)
    s.work(0.3)
    actions.first_contact(call=s.call, acting=acting, at=s.at, text="约了周内到现场看。")


# What calls of the past become, in turn.
PAST: tuple[Tale, ...] = (
    done, silent, conference, passed_up, done, asked, handed_over, done, urged, complaint,
    done, climbed, silent, reopened, about_department, corrected, done, extended, withdrawn, silent,
    done, sent_back, done, conference, corrected, silent, ping_pong, done, asked_in_vain, about_office,
    done, urged, reopened_twice, silent, passed_up, done, reopened, extended, conference, silent,
)  # fmt: skip

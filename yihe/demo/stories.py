"""What becomes of a demo call: each story is a list of acts at times, done through the acts of `calls`."""

from collections.abc import Callable
from datetime import datetime, timedelta

from yihe.accounts.models import User
from yihe.bodies.capacities import acting_for
from yihe.bodies.models import Body
from yihe.bodies.queries import departments, persons_at
from yihe.calls import actions
from yihe.calls.models import Call
from yihe.calls.work import do_one
from yihe.demo.content import DEPARTMENTS, Text, texts
from yihe.people.models import Residency
from yihe.topics.models import Route, Topic
from yihe.trail.acting import Acting

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Story:
    """One call on its way, with its reporter, its text and the clock of the tale."""

    def __init__(
        self, *, number: int, reporter: User, text: Text, raised: datetime, now: datetime
    ) -> None:
        self.number, self.reporter, self.text = number, reporter, text
        self.at, self.now = raised, now
        home = Residency.objects.select_related("unit__building", "unit__compound__community").get(
            person=reporter, until=None
        )
        self.me = acting_for(reporter, f"home:{home.pk}")
        self.home = home
        self.call: Call | None = None

    def raise_it(
        self, *, visibility: str = "compound", about: Body | None = None, nature: str = "request"
    ) -> Call:
        topic = Topic.objects.select_related("parent").get(code=self.text.topic)
        inside = self.number % 4 == 1
        self.call = actions.raise_call(
            acting=self.me,
            at=self.at,
            text=self.text.text,
            compound=self.home.unit.compound,
            building=self.home.unit.building if inside else None,
            spot_kind="building" if inside else "compound",
            spot=self.text.spot,
            topic=topic,
            nature=nature if self.text.evidence else "question",
            visibility=visibility,
            about=about,
            reporter=self.reporter,
        )
        return self.call

    def desk(self) -> Acting:
        """Somebody at the desk where the call lies."""
        call = self.fresh()
        person = persons_at([call.desk_id])[call.desk_id][0]
        user = User.objects.get(pk=person)
        seat = user.seats.get(body_id=call.desk_id, until=None)
        return acting_for(user, f"seat:{seat.pk}")

    def fresh(self) -> Call:
        assert self.call is not None  # noqa: S101  raised first
        self.call = Call.objects.select_related("topic", "compound", "desk").get(pk=self.call.pk)
        return self.call

    def later(self, step: timedelta) -> bool:
        """Move on; False when that would be in the future."""
        if self.at + step >= self.now:
            return False
        self.at += step
        return True

    def take_up(self) -> None:
        actions.accept(call=self.fresh(), acting=self.desk(), at=self.at)
        if self.later(HOUR / 2):
            actions.first_contact(
                call=self.fresh(), acting=self.desk(), at=self.at, text="打电话问清了位置和情况。"
            )

    def answer(self) -> None:
        call, desk = self.fresh(), self.desk()
        if self.text.evidence:
            actions.add_evidence(
                call=call, text=self.text.evidence, met_whom="楼栋长、物业",
                met_at=self.at - HOUR / 4, acting=desk, at=self.at,
            )  # fmt: skip
        actions.answer(call=self.fresh(), text=self.text.answer, acting=desk, at=self.at)

    def missed(self) -> bool:
        """Let the clock do what it does when a deadline passes; False when that is still to come."""
        call = self.fresh()
        while call.due_at is not None and call.due_at + HOUR < self.now:
            before = call.wake_at
            self.at = max(self.at, call.due_at + timedelta(minutes=5))
            do_one(call.pk, self.at)
            call = self.fresh()
            if call.wake_at != before:
                return True
        return False


def done(story: Story) -> None:
    story.raise_it()
    if not story.later(HOUR):
        return
    story.take_up()
    if not story.later(DAY):
        return
    story.answer()
    if not story.later(DAY):
        return
    actions.confirm(call=story.fresh(), acting=story.me, at=story.at)
    stars = 5 - story.number % 3
    actions.rate(call=story.fresh(), stars=stars, acting=story.me, at=story.at)


def silent(story: Story) -> None:
    story.raise_it(visibility="handlers" if story.number % 2 else "compound")
    if not story.later(HOUR):
        return
    story.take_up()
    if not story.later(DAY):
        return
    story.answer()
    story.missed()


def climbed(story: Story) -> None:
    story.raise_it()
    if not story.missed():
        return
    if not story.later(2 * HOUR):
        return
    story.take_up()
    if not story.later(DAY):
        return
    story.answer()
    story.missed()


def passed_up(story: Story) -> None:
    story.raise_it(visibility="desk" if story.number % 2 else "compound")
    if not story.later(HOUR):
        return
    story.take_up()
    if not story.later(HOUR):
        return
    actions.pass_up(
        call=story.fresh(),
        reason="物业和市政都说不归自己管，社区定不了。",
        acting=story.desk(),
        at=story.at,
    )
    if not story.later(HOUR):
        return
    story.take_up()
    if story.number % 3 == 0 and story.later(HOUR):
        actions.send_back(
            call=story.fresh(), reason="现场看过，社区能办。", acting=story.desk(), at=story.at
        )
        if not story.later(HOUR):
            return
        story.take_up()
    if not story.later(DAY):
        return
    story.answer()
    if story.later(DAY):
        actions.confirm(call=story.fresh(), acting=story.me, at=story.at)


def reopened(story: Story) -> None:
    story.raise_it()
    if not story.later(HOUR):
        return
    story.take_up()
    if not story.later(DAY):
        return
    story.answer()
    if not story.later(DAY):
        return
    actions.reopen(call=story.fresh(), reason="好了两天又不行了。", acting=story.me, at=story.at)
    if not story.later(2 * HOUR):
        return
    story.take_up()
    if not story.later(DAY):
        return
    story.answer()
    story.missed()


def asked(story: Story) -> None:
    story.raise_it()
    if not story.later(HOUR):
        return
    actions.ask(
        call=story.fresh(), text="请问是哪一栋、大概几点？", acting=story.desk(), at=story.at
    )
    if story.now - story.at > 3 * DAY and story.later(5 * HOUR):
        actions.reply(
            call=story.fresh(), text="是3栋，晚上九点以后。", acting=story.me, at=story.at
        )
        story.answer()
        story.missed()


def handed_over(story: Story) -> None:
    story.raise_it()
    call = story.fresh()
    company = Body.objects.filter(kind="company", compound=call.compound).first()
    if company is None or not story.later(HOUR):
        return
    actions.hand_over(
        call=call,
        desk=company,
        reason="小区内部的设施，物业先去修。",
        acting=story.desk(),
        at=story.at,
    )
    if not story.later(HOUR):
        return
    story.take_up()
    if not story.later(DAY):
        return
    story.answer()
    story.missed()


def withdrawn(story: Story) -> None:
    story.raise_it()
    if story.later(HOUR):
        actions.withdraw(call=story.fresh(), acting=story.me, at=story.at)


def complaint(story: Story) -> None:
    place = story.home.unit.compound
    about = Body.objects.filter(kind="company", compound=place).first()
    story.raise_it(visibility="handlers", about=about, nature="complaint")
    if not story.later(HOUR):
        return
    story.take_up()
    if story.later(HOUR):
        actions.ask_facts(
            call=story.fresh(),
            question="上个月的值班和报修记录，请发一份。",
            acting=story.desk(),
            at=story.at,
        )
    if not story.later(2 * DAY):
        return
    story.answer()
    story.missed()


def conference(story: Story) -> None:
    story.raise_it()
    for reason in (
        "涉及几个部门，社区协调不动。",
        "街道协调过一次，各部门意见不同。",
        "要几个部门一起定。",
    ):
        if not story.later(HOUR):
            return
        actions.pass_up(call=story.fresh(), reason=reason, acting=story.desk(), at=story.at)
    if not story.later(HOUR):
        return
    invited = list(departments()[:3])
    past = story.now - story.at > 10 * DAY
    sitting = (story.at if past else story.now) + 7 * DAY
    convener = story.desk()
    if story.number % 2 == 0 or past:
        actions.list_for_conference(
            call=story.fresh(),
            sitting_on=sitting.date(),
            departments=invited,
            acting=convener,
            at=story.at,
        )
    if past and story.later(7 * DAY):
        actions.decide_conference(
            call=story.fresh(), decision="由排在最前的部门牵头，月底前办好，其余部门配合。",
            departments=invited[:2], acting=convener, at=story.at,
        )  # fmt: skip
        if story.later(DAY):
            story.take_up()
        if story.later(DAY):
            story.answer()
            story.missed()


def at_department(story: Story) -> None:
    """Two levels up to the department that its topic names."""
    routed = Route.objects.filter(until=None, desk__name=DEPARTMENTS[0])
    codes = set(routed.values_list("topic__code", flat=True))
    own = [text for text in texts() if text.topic in codes]
    story.text = own[story.number % len(own)]
    story.raise_it()
    for reason in ("社区看过，要专业部门定。", "街道协调过，属于部门的职责。"):
        if not story.later(HOUR / 2):
            return
        actions.pass_up(call=story.fresh(), reason=reason, acting=story.desk(), at=story.at)
    if story.number % 2 and story.later(HOUR / 2):
        story.take_up()
    if story.later(12 * DAY):
        story.answer()
        story.missed()


def fresh(story: Story) -> None:
    """Raised just now; nobody has taken it up."""
    story.raise_it(visibility="desk" if story.number % 5 == 0 else "compound")


def working(story: Story) -> None:
    story.raise_it()
    if story.later(HOUR / 2):
        story.take_up()
    if story.number % 3 == 0 and story.later(HOUR):
        actions.extend(
            call=story.fresh(), reason="等配件，下周到货。", acting=story.desk(), at=story.at
        )


def answered(story: Story) -> None:
    story.raise_it()
    if story.later(HOUR / 2):
        story.take_up()
    if story.later(HOUR):
        story.answer()


PAST: tuple[Callable[[Story], None], ...] = (
    done, done, silent, climbed, done, passed_up, done, reopened, asked, handed_over, done, silent,
    complaint, done, conference, done, withdrawn, climbed, done, passed_up,
)  # fmt: skip
PRESENT: tuple[Callable[[Story], None], ...] = (
    answered, fresh, at_department, asked, passed_up, conference, working, fresh, reopened, at_department,
    complaint, handed_over, at_department, working, fresh, climbed, at_department, passed_up, working, answered,
)  # fmt: skip

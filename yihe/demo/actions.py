"""The demo: its first part at once, the rest of its calls piece by piece by the worker."""

import random
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from yihe.accounts.models import User
from yihe.demo.content import texts
from yihe.demo.district import BARE, Built, build_district, inhabit_rest
from yihe.demo.stories import PAST, PRESENT, Story
from yihe.outbox.models import Message
from yihe.people.models import Residency
from yihe.refusal import Refusal
from yihe.web import demo_mode
from yihe.web.models import Mark
from yihe.web.work import Done, WorkDone

FIRST_CALLS, PRESENT_CALLS, OLDER_CALLS = 12, 40, 280
PIECES = PRESENT_CALLS + len(BARE) + OLDER_CALLS
SIGN_INS = (
    ("resident", "居民（业主）", "发呼叫、看答复、确认或重开"),
    ("tenant", "居民（租户）", "同一个小区的另一户"),
    ("elder", "居民（长辈版）", "字大，一屏只做一件事"),
    ("lead", "楼栋长", "替邻居登记"),
    ("secretary", "小区党支部书记", "替小区呼叫，看公开栏"),
    ("director", "业委会主任", "看小区的呼叫"),
    ("company", "物业项目经理", "办转来的呼叫，回情况"),
    ("community", "社区经办人", "第一级受理台"),
    ("subdistrict", "街道经办人", "第二级受理台"),
    ("department", "区部门经办人", "第三级受理台"),
    ("district", "区小区治理办", "全区情况、联席会议议程"),
    ("conference", "联席会议召集人", "列议程、记决定"),
    ("administrator", "区管理员", "类别、组织和任职"),
)


@transaction.atomic
def build_first(*, at: datetime) -> None:
    """Places, offices, people, topics, and the calls that show the present. Twice changes nothing."""
    if Mark.objects.filter(pk="demo").exists():
        return
    built = build_district(at)
    Mark.objects.create(pk="demo", at=at, value={"people": _sign_ins(built), "residents": [one.pk for one in built.residents]})  # fmt: skip
    for number in range(FIRST_CALLS):
        _recent(number, at, built.residents)
    _read_up(at)
    Mark.objects.create(pk="demo_progress", at=at, value={"done": FIRST_CALLS, "all": PIECES})
    demo_mode.forget()


def _recent(number: int, now: datetime, residents: list[User]) -> None:
    """One of the calls that run at present."""
    back = timedelta(hours=[3, 1, 6, 5, 30, 12, 8, 2, 76, 9][number % 10] + number)
    _tell(number, PRESENT[number % len(PRESENT)], now - back, now, residents)


def _read_up(at: datetime) -> None:
    """What is older than a day was read: an inbox of hundreds shows nothing."""
    Message.objects.filter(read_at=None, at__lt=at - timedelta(days=1)).update(read_at=at)


def _sign_ins(built: Built) -> list[dict[str, object]]:
    found = []
    for role, words, hint in SIGN_INS:
        person = built.people[role]
        seat = person.seats.filter(until=None).select_related("body").first()
        home = (
            Residency.objects.filter(person=person, until=None)
            .select_related("unit__compound")
            .first()
        )
        where = seat.body.name if seat else home.unit.compound.name if home else ""
        found.append({"role": role, "id": person.pk, "words": f"{words}：{where}", "hint": hint})
    return found


def _tell(
    number: int, tale: object, raised: datetime, now: datetime, residents: list[User]
) -> None:
    written = texts()
    text = written[(number * 7) % len(written)]
    story = Story(number=number, reporter=residents[(number * 11) % len(residents)], text=text, raised=raised, now=now)  # fmt: skip
    try:
        with transaction.atomic():
            tale(story)  # type: ignore[operator]
    except Refusal:
        # A tale that the rules stop half-way keeps what was done up to there: it is told once more, shorter.
        story = Story(number=number, reporter=story.reporter, text=text, raised=raised, now=now)
        story.raise_it()


def build_some(*, at: datetime, limit: int = 50) -> WorkDone:
    """A few more of the demo's older calls, each whole or not at all."""
    mark = Mark.objects.filter(pk="demo_progress").first()
    if mark is None or mark.value["done"] >= mark.value["all"]:
        return WorkDone()
    built = []
    for _ in range(min(limit, 5)):
        with transaction.atomic():
            mark = (
                Mark.objects.select_for_update(skip_locked=True).filter(pk="demo_progress").first()
            )
            if mark is None or mark.value["done"] >= mark.value["all"]:
                break
            number = mark.value["done"]
            _piece(number, at)
            _read_up(at)
            mark.value["done"] = number + 1
            mark.at = timezone.now()
            mark.save(update_fields=["value", "at"])
            built.append(Done("demo", str(number)))
    return WorkDone(done=built, more=bool(built))


def _piece(number: int, at: datetime) -> None:
    """The pieces in their order: what runs at present, the other compounds, the two years before."""
    if number < PRESENT_CALLS:
        people = Mark.objects.get(pk="demo").value["residents"]
        _recent(number, at, list(User.objects.filter(pk__in=people).order_by("pk")))
    elif number < PRESENT_CALLS + len(BARE):
        inhabit_rest(at, BARE[number - PRESENT_CALLS])
    else:
        _older(number, at)


def _older(number: int, at: datetime) -> None:
    """Spread over two years, thinner towards today; by working hours of the day."""
    chance = random.Random(number)  # noqa: S311  the same demo every time
    back = timedelta(days=45 + int(680 * chance.random() ** 0.8))
    day = timezone.localtime(at - back).replace(
        hour=9 + chance.randrange(11), minute=chance.randrange(60), second=0, microsecond=0
    )
    residents = Mark.objects.get(pk="demo").value["residents"]
    person = User.objects.get(pk=residents[chance.randrange(len(residents))])
    _tell(number, PAST[number % len(PAST)], day, at, [person])

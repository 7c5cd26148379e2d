"""The demo: its first part at once, the rest of it piece by piece by the worker."""

from datetime import datetime, timedelta
from time import monotonic

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from yihe.demo.built import Built
from yihe.demo.compounds import BARE, inhabit_rest
from yihe.demo.district import build_district
from yihe.demo.falling import FALLING_CALLS, tell_falling
from yihe.demo.governing import enter_members
from yihe.demo.joining import people_join
from yihe.demo.queries import person_for_role
from yihe.demo.schedule import CALLS, FIRST_CALLS, PRESENT, Plan, earlier, present
from yihe.demo.story import NotYetError, Story
from yihe.outbox.models import Message
from yihe.people.models import Residency
from yihe.places.models import Compound
from yihe.refusal import Refusal
from yihe.web import demo_mode
from yihe.web.models import Mark
from yihe.web.work import Done, WorkDone

log = structlog.get_logger(__name__)
SECONDS = 0.7  # a worker does other things too
# In this order: what runs at present, who came to live here, the other compounds, what was before,
# what fell, the ledgers.
JOINING = len(PRESENT)
FALLING = CALLS + 1 + len(BARE)  # the first of those in compounds whose calls fell
LEDGER = FALLING + FALLING_CALLS  # at last who stands in the ledgers of the branches
PIECES = LEDGER + 1
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
    Mark.objects.create(pk="demo", at=at, value={"people": _sign_ins(built)})
    for number in range(FIRST_CALLS):
        _tell(present(number, at), at)
    _read_up(at)
    Mark.objects.create(pk="demo_progress", at=at, value={"done": FIRST_CALLS, "all": PIECES})
    Mark.objects.create(pk="demo_keeping", at=at, value={})
    demo_mode.forget()


def _read_up(at: datetime) -> None:
    """What is older than a day was read: an inbox of hundreds shows nothing."""
    Message.objects.filter(read_at=None, at__lt=at - timedelta(days=1)).update(read_at=at)


def _sign_ins(built: Built) -> list[dict[str, object]]:
    found = []
    for role, words, hint in SIGN_INS:
        person = built.people[role]
        seat = person.seats.held().select_related("body").first()
        home = _homes().filter(person=person).first()
        where = seat.body.name if seat else home.unit.compound.name if home else ""
        found.append({"role": role, "id": person.pk, "words": f"{words}：{where}", "hint": hint})
    return found


def _homes() -> QuerySet[Residency]:
    rest = "unit__building", "unit__compound__community", "person"
    return Residency.objects.filter(until=None).select_related(*rest).order_by("pk")


def _tell(plan: Plan, now: datetime) -> None:
    """The call with all that became of it up to now."""
    homes = _homes()
    if plan.role:
        person = person_for_role(plan.role)
        home = homes.get(person=person)
    else:
        compound = Compound.objects.order_by("pk")[plan.compound]
        there = list(homes.filter(unit__compound=compound, way="clerk")[:16])
        home = there[(plan.number * 11) % len(there)]
    story = Story(number=plan.number, home=home, text=plan.text, raised=plan.raised, now=now)
    try:
        plan.tale(story)
    except NotYetError:
        return
    except Refusal as refusal:  # what the rules stop half-way keeps what was done up to there
        log.info("demo.refused", tale=plan.tale.__name__, number=plan.number, why=str(refusal))
    story.clock(now)


def build_some(*, at: datetime, limit: int = 50) -> WorkDone:
    """A few more pieces of the demo, each whole or not at all."""
    mark = Mark.objects.filter(pk="demo_progress").first()
    if mark is None or mark.value["done"] >= mark.value["all"]:
        return WorkDone()
    built: list[Done] = []
    until = monotonic() + SECONDS
    while len(built) < limit and monotonic() < until:
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
    start = Mark.objects.get(pk="demo").at
    if number < len(PRESENT):
        _tell(present(number, start), at)
    elif number == JOINING:
        people_join(at)
    elif number <= JOINING + len(BARE):
        inhabit_rest(start, BARE[number - JOINING - 1])
    elif number < FALLING:
        _tell(earlier(number - 1 - len(BARE), start), at)
    elif number < LEDGER:
        tell_falling(number - FALLING, start)
    else:
        enter_members(at)

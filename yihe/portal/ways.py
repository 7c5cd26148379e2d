"""Every place that a capacity can go to, with one line each: the bar on top, the tabs, 更多."""

from dataclasses import dataclass

from django.urls import reverse

from yihe.bodies.access import keeps_bodies, reads_seats
from yihe.bodies.models import BodyKind
from yihe.calls.access import may_handle, may_raise, may_supervise_district
from yihe.insight.access import reads_figures
from yihe.party.access import reads_branches
from yihe.people.access import is_home_clerk
from yihe.trail.acting import Acting

OF_THE_DISTRICT = (BodyKind.DISTRICT, BodyKind.CONFERENCE, BodyKind.DEPARTMENT)


@dataclass(frozen=True)
class Way:
    """A place to go: its name, its address, a sign, and what is found there."""

    title: str
    name: str
    icon: str
    line: str

    @property
    def url(self) -> str:
        return reverse(self.name)


HOME = Way("首页", "portal:home", "home", "现在有什么事等您")
RAISE = Way("呼叫", "calls:raise", "call", "有事说一声")
MINE = Way("我的呼叫", "calls:mine", "clock", "您发出的和替别人记的")
INBOX = Way("消息", "outbox:inbox", "notice", "办到哪一步了")
MORE = Way("更多", "portal:more", "plus", "")
DESK = Way("受理台", "calls:desk", "clock", "送到这里的呼叫，先到期的在前")
CHECKS = Way("核实住处", "people:requests", "home", "居民的住处申请，纸质入户码")
COMPOUNDS = Way("小区", "places:compounds", "home", "名单、阶段、谁在管")
MAP = Way("小区地图", "places:map", "map", "小区都在哪里")
CONFERENCE = Way("联席会议", "calls:conference", "people", "议程和定了的事")
SEATS = Way("我的任职", "bodies:mine", "people", "任期、派来的事、写不写姓名")
BODIES = Way("组织和任职", "bodies:bodies", "people", "谁在哪里任职，上面是谁")
BRANCHES = Way("小区党支部", "party:branches", "people", "哪个小区有，哪个该有还没有")
TOPICS = Way("呼叫的类别", "topics:topics", "notice", "有哪些类别，平常由谁办")
TERMS = Way("期限", "topics:terms", "clock", "每一级给多少时间")
CALENDAR = Way("工作日历", "portal:calendar", "clock", "放假和调休的日子")
HOUSE = Way("管理", "portal:house", "people", "组织、类别、期限、日历、导入")
ALL = Way("全部呼叫", "calls:all", "search", "按字、编号、地方找")
INQUIRIES = Way("问到我们的情况", "calls:inquiries", "ask", "别的受理台来问的事实")
FIGURES = Way("数据", "insight:figures", "file", "多少件、按时没有、和去年比")
DESK_FIGURES = Way("本台的数字", "insight:desk", "clock", "来了多少、多久答复、下一件到期的")
OPEN_DATA = Way("开放数据", "opendata:page", "file", "谁都能下载的数，认不出人")
CORRECTIONS = Way("改正过的分派", "calls:corrections", "over", "哪一类常被改成另一类")
HOMES = Way("我的家", "people:homes", "home", "同住的人，请家里人进来")
JOIN = Way("登记住处", "people:join", "home", "登记以后就能呼叫")
ME = Way("我的", "accounts:me", "me", "姓名、手机号、登录、拿走或删除")
ACTS = Way("我的操作记录", "portal:acts", "file", "您做过的每一件事")
HELP = Way("帮助与电话", "portal:help", "phone", "打哪个电话，怎么呼叫")
PRIVACY = Way("您的信息谁能看到", "accounts:privacy", "shield", "记了什么，给谁看")


def of_post(acting: Acting) -> list[Way]:
    """What a post opens, in the order of the bar."""
    if acting.kind != "seat":
        return []
    found = [DESK] if may_handle(acting) else []
    found.append(COMPOUNDS)
    if reads_figures(acting):
        found.append(FIGURES)
    if acting.body_kind in OF_THE_DISTRICT:
        found.append(CONFERENCE)
    if is_home_clerk(acting):
        found.append(CHECKS)
    if reads_branches(acting):
        found.append(BRANCHES)
    found += [BODIES, TOPICS] if reads_seats(acting) else [TOPICS]
    if keeps_bodies(acting):
        found.append(HOUSE)
    return found


def tabs(acting: Acting) -> list[Way]:
    """Five at the foot of a phone: the doorway, the call button, one's work, messages, and all the rest."""
    work, first = MINE, HOME
    if keeps_bodies(acting):
        work = HOUSE
    elif may_handle(acting):
        work = DESK
    if is_home_clerk(acting):  # the doorway of these is the desk
        first, work = work, CHECKS
    raises = [RAISE] if acting.kind != "seat" or may_raise(acting) else []
    return [first, *raises, work, INBOX, MORE]


def everything(acting: Acting) -> list[tuple[str, list[Way]]]:
    """All of it, under three headings."""
    post = of_post(acting)
    if post:
        post += [DESK_FIGURES] if may_handle(acting) else []
        post += [MAP, ALL, INQUIRIES, TERMS, CALENDAR]
        if may_supervise_district(acting):
            post += [CORRECTIONS, OPEN_DATA]
        heading = "办事"
    else:
        post = [COMPOUNDS, MAP] if acting.kind == "home" else []
        heading = "小区"
    raises = [RAISE] if acting.kind != "seat" or may_raise(acting) else []
    seats = [SEATS] if acting.kind == "seat" else []
    own = [HOMES if acting.kind == "home" else JOIN, *seats, ME, ACTS]
    groups = [
        ("呼叫", [HOME, *raises, MINE, INBOX]),
        (heading, post),
        ("自己", own),
        ("帮助", [HELP, PRIVACY]),
    ]
    return [(name, ways) for name, ways in groups if ways]

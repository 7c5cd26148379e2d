"""Who governs the demo's compounds: every kind of body, built through the acts that people use.

Of the compounds that the seed names it founds what the seed tells, and its people have no name.
"""

from datetime import date, datetime, timedelta
from typing import Any

from yihe.accounts.models import User
from yihe.bodies import actions
from yihe.bodies.capacities import of_seat
from yihe.bodies.models import Body, BodyKind, Ending, Post, Seat
from yihe.demo.built import Built
from yihe.party.actions import branch_of, enter_member, state_form
from yihe.party.queries import branch_over
from yihe.party.rules import FORMAL, PROVISIONAL
from yihe.places.models import Compound
from yihe.topics.starter import route_to_company
from yihe.trail.acting import SYSTEM

# By their place among the compounds. The seed counts 22 committees; in eight of them one person is
# secretary and director; 30 of the 59 secretaries own or rent a home there.
COMMITTEES = (0, 1, 3, 4, 5, 10, 11, 12, 13, 15, 16, 17, 18, 20, 21, 22, 23, 25, 26, 27, 28, 30)
BOTH_POSTS = frozenset({3, 10, 11, 12, 15, 16, 17, 20})
RESIDENTS_COMMITTEES = frozenset({2, 8, 9})
LIVE_THERE = frozenset({*range(5), *range(9, 34)})
JUST_MOVING_IN = range(52, 58)
HANDING_OVER = (
    65  # the 59th secretary leads a provisional branch where homes are just being handed over
)
SIZES = (7, 5, 5, 9, 5, 7)
LONG = timedelta(days=1095)


def found_branch(built: Built, compound: Compound, number: int) -> Body:
    """Each compound lived in has its own; where people are just moving in it is provisional."""
    near = Body.objects.get(kind=BodyKind.COMMUNITY, division=compound.community)
    word = "临时党支部" if number in JUST_MOVING_IN or number == HANDING_OVER else "党支部"
    body = built.body("branch", f"{compound.name}{word}", compound=compound, parent=near)
    state_form(
        branch=branch_of(body), form=FORMAL if word == "党支部" else PROVISIONAL,
        since=body.since, reference="", acting=SYSTEM, at=built.begun,
    )  # fmt: skip
    return body


DIRECTORS = 13  # of the directors who stand in a ledger, of 22
OF_HUNDRED = 53  # of all in committees


def enter_members(at: datetime) -> None:
    """Who of those in office stands in the ledger of their branch: all secretaries, and of the
    committees as many as the seed counts. The share comes from the rows, here is only who."""
    lead = Seat.objects.held(at).filter(body__kind=BodyKind.BRANCH, post=Post.SECRETARY)
    secretaries = {
        one.person_id: one for one in lead.select_related("person", "body").order_by("pk")
    }
    sitting = Seat.objects.held(at).filter(
        body__kind=BodyKind.COMMITTEE,
        post__in=(Post.DIRECTOR, Post.DEPUTY_DIRECTOR, Post.MEMBER),
    )
    seats = list(sitting.select_related("person", "body").order_by("pk"))
    directors = [one for one in seats if one.post == Post.DIRECTOR]
    directors.sort(key=lambda one: one.person_id not in secretaries)
    others = [one for one in seats if one.post != Post.DIRECTOR]
    wanted = round(len({one.person_id for one in seats}) * OF_HUNDRED / 100) - DIRECTORS
    chosen = [*directors[:DIRECTORS], *others[::2], *others[1::2]][: DIRECTORS + wanted]
    known: set[int] = set()
    for seat in (*secretaries.values(), *chosen):
        if seat.person_id in known:
            continue
        known.add(seat.person_id)
        branch = branch_over(seat.body.compound) if seat.body.compound else None
        if branch is not None:
            enter_member(person=seat.person, branch=branch.body, at=at)


def govern(built: Built, compound: Compound, number: int, live_there: list[User]) -> Body:
    """The branch with its secretary, the company, and what else there is. The branch comes back.

    `live_there`: owners and tenants of the compound, of whom some govern it.
    """
    branch = found_branch(built, compound, number)
    own = iter(live_there)
    secretary = next(own, None) if number in LIVE_THERE else None
    secretary = secretary or built.person()
    _sit(built, branch, "secretary", secretary)
    built.people.setdefault("secretary", secretary)
    company = built.body(
        "company", f"{compound.name}物业服务中心", compound=compound, parent=branch.parent, level=1
    )
    built.seat(company, "manager", "company")
    route_to_company(company=company, acting=SYSTEM, at=built.begun)
    if number in COMMITTEES:
        director = secretary if number in BOTH_POSTS else next(own, None) or built.person()
        _committee(built, compound, number, director)
    if number in RESIDENTS_COMMITTEES:
        _residents_committee(built, compound)
    if number % 4 == 0 or number in (3,):
        _supervisory_board(built, compound, number)
    if number in (0, 1, 3):
        _groups(built, compound, number, secretary)
    return branch


def _sit(built: Built, body: Body, post: str, person: User | None = None, **more: Any) -> Seat:
    return actions.seat_person(
        body=body, person=person or built.person(), post=post, acting=SYSTEM, at=built.begun, **more
    )


def _committee(built: Built, compound: Compound, number: int, director: User) -> None:
    """One whose term runs out soon, one with a vacant seat, all others whole."""
    size = SIZES[number % len(SIZES)]
    body = built.body("committee", f"{compound.name}业委会", compound=compound, size=size)
    last = built.at.date() + (
        timedelta(days=80) if number == 0 else timedelta(days=30 + (number * 137) % 1000)
    )
    actions.begin_term(
        body=body, since=max(last - LONG, date(2023, 7, 1)), until=last, acting=SYSTEM, at=built.begun
    )  # fmt: skip
    _sit(built, body, "director", director)
    built.people.setdefault("director", director)
    _sit(built, body, "deputy_director")
    members = [_sit(built, body, "member") for _ in range(size - 2)]
    if size > 5:
        for _ in range(2):
            _sit(built, body, "alternate")
    if number == 3:  # the next alternate followed
        left = built.at - timedelta(days=200)
        actions.end_seat(seat=members[0], ending=Ending.RESIGNED, acting=SYSTEM, at=left)
        actions.substitute(body=body, acting=SYSTEM, at=left + timedelta(days=6))
    if number in (1, 13):
        left = built.at - timedelta(days=40 + number)
        actions.end_seat(seat=members[-1], ending=Ending.RESIGNED, acting=SYSTEM, at=left)


def _residents_committee(built: Built, compound: Compound) -> Body:
    body = built.body("residents_committee", f"{compound.name}住户委员会", compound=compound)
    _sit(built, body, "director", side="property_owner")
    for _ in range(3):
        _sit(built, body, "member", side="tenants")
    _sit(built, body, "member", side="company")
    return body


def _supervisory_board(built: Built, compound: Compound, number: int) -> None:
    if number not in COMMITTEES:
        return
    body = built.body("supervisory_board", f"{compound.name}业主监事会", compound=compound, size=3)
    _sit(built, body, "chief_supervisor")
    for _ in range(1 if number == 0 else 2):
        _sit(built, body, "supervisor")


GROUPS = (
    ("first_aid", "急救义工队", "急救、环卫、法律和心理咨询", 36),
    ("women", "妇女工作组", "调解家里和邻里的矛盾", 6),
    ("spokesperson", "新闻发言人", "小区大事和热点，由发言人来说", 0),
    ("mediation", "调解小组", "邻里有争执，先来说一说", 4),
)


def _groups(built: Built, compound: Compound, number: int, secretary: User) -> None:
    """A council and groups with a purpose; in one compound as large as the seed tells of one of its own."""
    council = built.body("council", f"{compound.name}居民议事会", compound=compound)
    _sit(built, council, "chair", secretary)
    for _ in range(8 if number else 11):
        _sit(built, council, "participant")
    for kind, name, purpose, members in GROUPS[: 4 if number in (0, 3) else 1]:
        group = built.body(
            "group", f"{compound.name}{name}", compound=compound, group=kind, purpose=purpose
        )
        if kind == "spokesperson":
            _sit(built, group, "spokesperson", secretary)
            continue
        _sit(built, group, "leader")
        for _ in range(members if number == 3 else min(members, 5)):
            _sit(built, group, "participant")


def above_and_below(built: Built, compound: Compound, branch: Body) -> None:
    """In the first compound: a deputy sent by a department, leads in most buildings, some names."""
    housing = Body.objects.get(name="区住房和建设局")
    actions.second_person(
        body=branch, person=built.person(), post="deputy_secretary", sent_by=housing,
        task="跟进小区的停车和消防通道，每月回一次情况", since=built.at - timedelta(days=120),
        until=actions.after(built.at.date() + timedelta(days=245)), acting=SYSTEM, at=built.begun,
    )  # fmt: skip
    for _ in range(2):
        _sit(built, branch, "member")
    for name in ("1栋", "2栋", "5栋"):
        _sit(built, branch, "lead", area=f"{compound.path}/{name}")
    named = Seat.objects.filter(
        body__compound=compound, post__in=("secretary", "lead", "director", "chair", "spokesperson")
    )
    for seat in named.select_related("body__compound"):
        actions.show_name(seat=seat, shown=True, acting=of_seat(seat).acting, at=built.at)


def govern_named(built: Built, compound: Compound, number: int) -> None:
    """Of a compound that the seed names: its branch with a secretary, and what the seed tells besides."""
    branch = found_branch(built, compound, number)
    _nameless(built, branch, "secretary")
    if (
        compound.name == "印象家园"
    ):  # a troubled one: somebody sent from above, groups, a new committee
        street = Body.objects.get(kind=BodyKind.SUBDISTRICT, division=compound.community.parent)
        actions.second_person(
            body=branch, person=built.nameless(), post="first_secretary", sent_by=street,
            task="专责跟进处置重点事项", acting=SYSTEM, at=built.begun,
        )  # fmt: skip
        committee = built.body("committee", f"{compound.name}业委会", compound=compound)
        _nameless(built, committee, "director")
        for place in "一二三四五六":
            built.body("group", f"功能党小组（{place}）", compound=compound, group="party")
    if compound.name == "聚龙花园":
        built.body(
            "residents_committee", f"{compound.name}住户委员会", compound=compound,
            purpose="产权单位、住户代表和物业一起，每季度至少开一次会",
        )  # fmt: skip


def hand_over(built: Built, compound: Compound) -> None:
    """Where homes are just being handed over a provisional branch is there already."""
    built.seat(found_branch(built, compound, HANDING_OVER), "secretary")


def _nameless(built: Built, body: Body, post: str) -> None:
    _sit(built, body, post, built.nameless())

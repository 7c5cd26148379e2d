"""Bodies of all kinds and who sits there, a line for each seat.

Never anybody's political status: a file that brings it is refused line by line, and nothing of it is kept.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from yihe.accounts.rules import normalise_phone
from yihe.bodies import actions
from yihe.bodies.founding import KINDS, POSTS, above_for, place_for
from yihe.bodies.models import Body, Group, Seat, Side, Term
from yihe.bodies.rules import LEVELS, SECONDED
from yihe.places.models import Building, Compound, Division
from yihe.refusal import Refusal
from yihe.sheets.columns import Column, day, one_of, text, whole
from yihe.sheets.importing import Line
from yihe.sheets.report import Report
from yihe.trail.acting import Acting

GROUPS = {label: value for value, label in Group.choices}
SIDES = {label: value for value, label in Side.choices}


def _never(cell: str) -> str:
    raise Refusal("政治面貌不从表格里收，请删掉这一列")


BODIES = (
    Column("body", "组织名称", text(80), required=True, also=("组织",), example="碧梧里业委会"),
    Column("kind", "类型", one_of(KINDS), required=True, note=f"{'、'.join(KINDS)}。", example="业委会"),
    Column("place", "管哪里", text(60), required=True, also=("小区",), note="小区的组织写小区名称或代码；别的写区、街道、社区。", example="碧梧里"),
    Column("size", "席位数", whole(1, 999), note="候补不算。", example="7"),
    Column("group", "小组种类", one_of(GROUPS), note=f"只有小组要写：{'、'.join(GROUPS)}。", example=""),
    Column("purpose", "做什么", text(200), example=""),
    Column("founded", "成立日期", day, example="2024-05-01"),
    Column("term_since", "这一届从", day, example="2024-05-01"),
    Column("term_until", "这一届到", day, note="最后一天。", example="2029-04-30"),
    Column("post", "职务", one_of(POSTS), note=f"只登记组织时不写。{'、'.join(POSTS)}。", example="主任"),
    Column("person", "姓名", text(30), example=""),
    Column("phone", "手机号", normalise_phone, note="用来登录，别人看不到。", example=""),
    Column("building", "负责楼栋", text(30), note="只有楼栋长要写。", example=""),
    Column("side", "代表谁", one_of(SIDES), note=f"筹备组和住户委员会：{'、'.join(SIDES)}。", example=""),
    Column("since", "任职从", day, note="不写就从这一届开始那天，没有届就是今天。", example=""),
    Column("until", "任职到", day, note="最后一天。不写就到这一届结束。", example=""),
    Column("sent_by", "派出单位", text(80), note="上级派来的第一书记、副书记。", example=""),
    Column("task", "派来做什么", text(300), example=""),
    Column("political", "政治面貌", _never, also=("是否党员", "党员", "入党时间"), never=True),
)  # fmt: skip


def take_bodies(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    """A body is known by its name and its place, a seat by who holds what there at that time."""
    house = _House(acting, at)
    for line in lines:
        try:
            with transaction.atomic():
                made, changed = house.take(line)
        except Refusal as refusal:
            report.refuse(line.number, str(refusal))
            house.forget()
            continue
        if made:
            report.created += 1
        elif changed:
            report.updated += 1
        else:
            report.unchanged += 1


class _House:
    """What stands, looked up once and kept up with what the lines found."""

    def __init__(self, acting: Acting, at: datetime) -> None:
        self.acting, self.at = acting, at
        self.forget()

    def forget(self) -> None:
        """A refused line may have founded something that was taken back."""
        found = Body.objects.filter(until=None).select_related("compound").order_by("pk")
        self.known: dict[tuple[str, str], Body] = {(one.name, one.scope): one for one in found}

    def take(self, line: Line) -> tuple[bool, bool]:
        """Whether something new was written, and whether something was changed."""
        body, founded = self._body(line)
        term, begun = self._term(body, line)
        sized = self._sized(body, line)
        seated, extended = self._seat(body, term, line)
        return founded or begun or seated, sized or extended

    def _body(self, line: Line) -> tuple[Body, bool]:
        kind, name = line["kind"], line["body"]
        division, compound = place_for(kind, line["place"])
        place: Compound | Division | None = compound or division
        assert place is not None  # noqa: S101  for the type checker: one of the two stands
        body = self.known.get((name, place.path))
        if body is not None:
            if body.kind != kind:
                raise Refusal(f"“{name}”已经有了，是{body.get_kind_display()}")
            return body, False
        body = actions.found_body(
            kind=kind,
            name=name,
            division=division,
            compound=compound,
            level=LEVELS.get(kind),
            parent=above_for(kind, place.path, list(self.known.values())),
            size=line["size"],
            group=line["group"] or "",
            purpose=line["purpose"] or "",
            since=line["founded"],
            acting=self.acting,
            at=self.at,
        )
        self.known[name, place.path] = body
        return body, True

    def _sized(self, body: Body, line: Line) -> bool:
        if line["size"] is None or line["size"] == body.size:
            return False
        changed = actions.change_body(
            body=body, name=body.name, phone=body.phone, parent=body.parent, size=line["size"],
            acting=self.acting, at=self.at,
        )  # fmt: skip
        body.size = changed.size
        return True

    def _term(self, body: Body, line: Line) -> tuple[Term | None, bool]:
        since, until = line["term_since"], line["term_until"]
        if since is None and until is None:
            return None, False
        if since is None or until is None:
            raise Refusal("这一届从哪天到哪天，两头都要写")
        term = body.terms.filter(since=since).first()
        if term is None:
            begun = actions.begin_term(
                body=body, since=since, until=until, acting=self.acting, at=self.at
            )
            return begun, True
        if term.until != until:
            raise Refusal(f"这一届已经写到 {term.until}，要延长请在组织的页面上办")
        return term, False

    def _seat(self, body: Body, term: Term | None, line: Line) -> tuple[bool, bool]:
        if line["post"] is None:
            if line["person"] or line["phone"]:
                raise Refusal("写了人，没有写职务")
            return False, False
        if not line["person"] or not line["phone"]:
            raise Refusal("写了职务，要写姓名和手机号")
        since = self._begin(body, term, line["since"])
        until = actions.after(line["until"]) if line["until"] else None
        area = self._area(body, line)
        held = Seat.objects.filter(
            body=body, post=line["post"], area=area, person__phone=line["phone"]
        )
        same = held.filter(person__name=line["person"]).unended(since or self.at).first()
        if same is not None:
            if until is None or until == same.until:
                return False, False
            if same.until is not None and until > same.until and same.until > self.at:
                actions.extend_seat(
                    seat=same, last_day=line["until"], acting=self.acting, at=self.at
                )
                return False, True
            raise Refusal(
                f"他已经担任这个职务，到 {same.last_day or '没有写的日子'}；改日期请在组织的页面上办"
            )
        if line["sent_by"]:
            self._second(body, line, since, until)
            return True, False
        actions.seat_by_phone(
            body=body, post=line["post"], name=line["person"], phone=line["phone"], area=area,
            side=line["side"] or "", since=since, until=until, acting=self.acting, at=self.at,
        )  # fmt: skip
        return True, False

    def _begin(self, body: Body, term: Term | None, since: date | None) -> datetime | None:
        if since is not None:
            return actions.beginning(since)
        return actions.beginning(term.since) if term is not None else None

    def _area(self, body: Body, line: Line) -> str:
        if line["post"] != "lead":
            return ""
        if body.compound is None or not line["building"]:
            raise Refusal("楼栋长要写负责哪一栋")
        if not Building.objects.filter(compound=body.compound, name=line["building"]).exists():
            raise Refusal(f"{body.compound.name}没有{line['building']}")
        return f"{body.compound.path}/{line['building']}"

    def _second(
        self, body: Body, line: Line, since: datetime | None, until: datetime | None
    ) -> None:
        if line["post"] not in SECONDED:
            raise Refusal("派驻的是第一书记或者副书记")
        senders = [one for (name, _), one in self.known.items() if name == line["sent_by"]]
        if len(senders) != 1:
            raise Refusal(f"没有单位“{line['sent_by']}”" if not senders else "派出单位不止一个")
        actions.second_by_phone(
            body=body, post=line["post"], name=line["person"], phone=line["phone"],
            sent_by=senders[0], task=line["task"] or "", since=since, until=until,
            acting=self.acting, at=self.at,
        )  # fmt: skip

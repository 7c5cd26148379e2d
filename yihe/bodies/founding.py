"""A house begins: its district, the offices and desks of each level, the first people in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from yihe.accounts.rules import normalise_phone
from yihe.bodies.actions import found_body, seat_by_phone
from yihe.bodies.models import Body, BodyKind, Post, Seat
from yihe.bodies.rules import DIVISION_LEVEL, LEVELS, OF_A_COMPOUND
from yihe.places.actions import settle_in
from yihe.places.imports import DIVISIONS, take_divisions
from yihe.places.models import Compound, Division
from yihe.places.queries import district, divisions
from yihe.refusal import Refusal
from yihe.sheets.columns import Column, find_columns, one_of, text, values_of
from yihe.sheets.importing import Line
from yihe.sheets.reading import read_bytes, sheet_names
from yihe.sheets.report import Report
from yihe.trail.acting import SYSTEM, Acting

KINDS = {label: value for value, label in BodyKind.choices} | {
    "区治理办": "district",
    "区部门": "department",
    "街道": "subdistrict",
    "街道办事处": "subdistrict",
    "社区": "community",
    "联席会议": "conference",
    "党支部": "branch",
    "物业": "company",
    "业主委员会": "committee",
    "监事会": "supervisory_board",
    "筹备组": "preparation_group",
    "议事会": "council",
    "小组": "group",
}
POSTS = {label: value for value, label in Post.choices}
BODIES = (
    Column("name", "组织名称", text(80), required=True, example="龙田街道办事处"),
    Column("kind", "类型", one_of(KINDS), required=True, note=f"{'、'.join(label for label in BodyKind.labels)}。", example="街道"),
    Column("place", "管哪里", text(60), required=True, note="区、街道、社区的名称或代码；小区的组织写小区名称。", example="龙田街道"),
    Column("phone", "对外电话", text(20), note="居民看得到。", example=""),
)  # fmt: skip
SEATS = (
    Column("body", "组织名称", text(80), required=True, example="龙田街道办事处"),
    Column("post", "职务", one_of(POSTS), required=True, note=f"{'、'.join(POSTS)}。", example="经办人"),
    Column("person", "姓名", text(30), required=True, example=""),
    Column("phone", "手机号", normalise_phone, required=True, note="用来登录，别人看不到。", example=""),
)  # fmt: skip
PAGES: Mapping[str, tuple[Column, ...]] = {"区划": DIVISIONS, "组织": BODIES, "任职": SEATS}


@dataclass
class Founding:
    """What a set-up did, page by page."""

    pages: dict[str, Report] = field(default_factory=dict)
    kept: bool = False

    @property
    def refused(self) -> list[tuple[str, int, str]]:
        return [
            (page, line, reason)
            for page, report in self.pages.items()
            for line, reason in sorted(report.refused)
        ]

    def as_json(self) -> dict[str, object]:
        return {page: report.as_json() for page, report in self.pages.items()}


@transaction.atomic
def found_offices(*, acting: Acting, at: datetime) -> int:
    """The desks that every district has: conference, district office, one a subdistrict, one a community."""
    home = district()
    if home is None:
        raise Refusal("还没有选本区。")
    made = 0

    def desk(kind: str, name: str, place: Division, parent: Body | None) -> Body:
        nonlocal made
        found = Body.objects.filter(kind=kind, division=place, until=None).order_by("pk").first()
        if found is not None:
            return found
        made += 1
        return found_body(
            kind=kind, name=name, division=place, parent=parent, level=LEVELS[kind],
            acting=acting, at=at,
        )  # fmt: skip

    conference = desk(BodyKind.CONFERENCE, "区小区治理联席会议", home, None)
    office = desk(BodyKind.DISTRICT, "区小区治理办", home, conference)
    streets = {
        place.pk: desk(BodyKind.SUBDISTRICT, f"{place.name}办事处", place, office)
        for place in divisions(4)
    }
    for place in divisions(5):
        above = streets.get(place.parent_id or "", office)
        desk(BodyKind.COMMUNITY, f"{place.name}党委", place, above)
    return made


@transaction.atomic
def begin_house(
    *,
    code: str,
    administrator: str,
    phone: str,
    offices: bool,
    acting: Acting,
    at: datetime,
) -> int:
    """The district `code` (six digits or more), its office and its first administrator.

    Returns how many bodies were founded. Again: what stands is left as it is.
    """
    found = Division.objects.filter(code=code.ljust(12, "0"), level=3).first()
    if found is None:
        raise Refusal(f"区划里没有区 {code}。请先导入区划：yihe import divisions 文件")
    if not found.here:
        settle_in(district=found, acting=acting, at=at)
    made = found_offices(acting=acting, at=at) if offices else 0
    office = Body.objects.filter(kind=BodyKind.DISTRICT, until=None).order_by("pk").first()
    if office is None:
        office = found_body(
            kind=BodyKind.DISTRICT,
            name="区小区治理办",
            division=found,
            level=3,
            acting=acting,
            at=at,
        )
        made += 1
    _seat(office, Post.ADMINISTRATOR, administrator, phone, acting, at)
    return made


def _seat(body: Body, post: str, name: str, phone: str, acting: Acting, at: datetime) -> bool:
    """Whether the seat is new."""
    held = Seat.objects.held(at).filter(body=body, person__phone=phone, post=post)
    if held.filter(person__name=name).exists():
        return False
    seat_by_phone(body=body, post=post, name=name, phone=phone, acting=acting, at=at)
    return True


def found_from_excel(
    data: bytes, *, dry_run: bool = False, acting: Acting = SYSTEM, at: datetime
) -> Founding:
    """The set-up from a filled template: all of it or nothing. Again: only what is new is added."""
    names = sheet_names(data)
    missing = [page for page in ("组织", "任职") if page not in names]
    if missing:
        raise Refusal(f"Excel 里没有“{missing[0]}”这一页。用 --template 可以得到一张空表。")
    founding = Founding()
    takes: Mapping[str, Callable[[Sequence[Line], Report, Acting, datetime], None]] = {
        "区划": take_divisions,
        "组织": _take_bodies,
        "任职": _take_seats,
    }
    with transaction.atomic():
        for page, columns in PAGES.items():
            report = founding.pages[page] = Report()
            if page in names:
                takes[page](_lines(data, page, columns, report), report, acting, at)
        if not Seat.objects.held(at).filter(post=Post.ADMINISTRATOR).exists():
            founding.pages["任职"].refuse(
                1, "还没有管理员：请在“任职”里给区小区治理办写一位“管理员”"
            )
        founding.kept = not dry_run and not founding.refused
        if not founding.kept:
            transaction.set_rollback(True)
    return founding


def _lines(data: bytes, page: str, columns: Sequence[Column], report: Report) -> list[Line]:
    try:
        table = read_bytes(data, sheet=page)
        found = find_columns(columns, table.columns, {})
    except Refusal as refusal:
        report.refuse(1, str(refusal))
        return []
    example = {column.name: column.example for column in columns}
    lines = []
    for row in table.rows:
        if all(row.cells[heading].strip() == example[name] for name, heading in found.items()):
            continue  # the template's own example, left standing
        report.read += 1
        try:
            lines.append(Line(row.line, values_of(columns, found, row.cells)))
        except Refusal as refusal:
            report.refuse(row.line, row.trouble or str(refusal))
    return lines


def _take_bodies(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    if district() is None:
        report.refuse(1, "不知道是哪个区：请在“区划”页写上本区，只写一个区")
        return
    order = [
        "conference",
        "district",
        "department",
        "utility",
        "subdistrict",
        "office",
        "community",
    ]
    known = {body.name: body for body in Body.objects.filter(until=None)}
    for line in sorted(
        lines, key=lambda line: order.index(line["kind"]) if line["kind"] in order else 9
    ):
        try:
            kind, name = line["kind"], line["name"]
            division, compound = place_for(kind, line["place"])
            scope = (compound or division).path  # type: ignore[union-attr]
            same = known.get(name)
            if same is not None:
                if (same.kind, same.scope) != (kind, scope):
                    raise Refusal(f"“{name}”已经有了，类型或管的地方不同")
                report.unchanged += 1
                continue
            known[name] = found_body(
                kind=kind,
                name=name,
                division=division,
                compound=compound,
                level=LEVELS.get(kind),
                parent=above_for(kind, scope, list(known.values())),
                phone=line["phone"] or "",
                acting=acting,
                at=at,
            )
            report.created += 1
        except Refusal as refusal:
            report.refuse(line.number, str(refusal))


def place_for(kind: str, said: str) -> tuple[Division | None, Compound | None]:
    """The division or the compound that a table names by code or name. Refusal when none or several."""
    if kind in OF_A_COMPOUND:
        compounds = list(Compound.objects.filter(name=said)[:2]) or list(
            Compound.objects.filter(code=said)
        )
        if len(compounds) != 1:
            words = "没有" if not compounds else "不止一个"
            raise Refusal(
                f"{words}小区“{said}”" + ("，请写小区代码" if compounds else "，请先导入小区")
            )
        return None, compounds[0]
    level = DIVISION_LEVEL.get(kind, 3)
    found = list(Division.objects.filter(level=level, code=said.ljust(12, "0")).exclude(path="-"))
    found = found or list(Division.objects.filter(level=level, name=said).exclude(path="-"))
    if len(found) != 1:
        words = {3: "区", 4: "街道", 5: "社区"}[level]
        raise Refusal(f"本区没有{words}“{said}”" if not found else f"“{said}”不止一个，请写代码")
    return found[0], None


def above_for(kind: str, scope: str, known: Sequence[Body]) -> Body | None:
    """The nearest office above: of the same place for offices within one, else of the place around."""
    wanted = {
        "district": ("conference",),
        "community": ("subdistrict", "district"),
        "subdistrict": ("district",),
        "office": ("subdistrict", "district"),
        "department": ("district",),
        "utility": ("district",),
    }.get(kind, ("community",))
    over = [
        body for body in known
        if body.kind in wanted and (scope == body.scope or scope.startswith(f"{body.scope}/"))
    ]  # fmt: skip
    return max(over, key=lambda body: (-wanted.index(body.kind), len(body.scope)), default=None)


def _take_seats(lines: Sequence[Line], report: Report, acting: Acting, at: datetime) -> None:
    known = {body.name: body for body in Body.objects.filter(until=None).select_related("compound")}
    for line in lines:
        try:
            body = known.get(line["body"])
            if body is None:
                raise Refusal(f"没有组织“{line['body']}”")
            if _seat(body, line["post"], line["person"], line["phone"], acting, at):
                report.created += 1
            else:
                report.unchanged += 1
        except Refusal as refusal:
            report.refuse(line.number, str(refusal))

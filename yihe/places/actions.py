from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from pypinyin import Style, lazy_pinyin

from yihe.places.models import Building, Compound, Division, Entrance, StageChange, Unit
from yihe.places.rules import may_follow, path_of, plain_name
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record


def sort_key(name: str) -> str:
    """Pinyin: the database has no Chinese order."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3))[:200]


@transaction.atomic
def add_divisions(
    *, rows: Sequence[tuple[str, int, str, str]], district: str, acting: Acting, at: datetime
) -> int:
    """Divisions as (code, level, name, parent's code), parents first; those that stand stay."""
    known = set(Division.objects.values_list("code", flat=True))
    new = [row for row in sorted(rows, key=lambda row: row[1]) if row[0] not in known]
    known |= {row[0] for row in new}
    Division.objects.bulk_create(
        Division(
            code=code,
            level=level,
            name=plain_name(name),
            parent_id=parent if parent in known else None,
            path=path_of(code, level, district),
        )
        for code, level, name, parent in new
    )
    record(
        acting=acting,
        act="division.add",
        on=("division", district),
        at=at,
        numbers={"count": len(new)},
    )
    return len(new)


@transaction.atomic
def add_compound(
    *,
    code: str,
    name: str,
    kind: str,
    stage: str,
    since: date,
    community: Division,
    acting: Acting,
    at: datetime,
    **rest: Any,
) -> Compound:
    """`rest`: address, households, population, floor_area, latitude, longitude, outline, presale_on."""
    if not name.strip():
        raise Refusal("请写小区的名称。")
    if community.level != 5:
        raise Refusal("小区要放在一个社区下面。")
    if Compound.objects.filter(code=code).exists():
        raise Refusal(f"小区代码 {code} 已经有了。")
    compound = Compound.objects.create(
        code=code,
        name=name.strip(),
        sort_key=sort_key(name),
        kind=kind,
        stage=stage,
        stage_on=since,
        community=community,
        path=f"{community.path}/{code}",
        **rest,
    )
    StageChange.objects.create(compound=compound, stage=stage, since=since)
    record(
        acting=acting,
        act="compound.add",
        on=("compound", code),
        at=at,
        log=code,
        kinds={"kind": kind, "stage": stage},
    )
    return compound


@transaction.atomic
def enter_stage(
    *, compound: Compound, stage: str, since: date, acting: Acting, at: datetime
) -> Compound:
    """The next stage of its life; what came before stays as history."""
    compound = Compound.objects.select_for_update().get(pk=compound.pk)
    if not may_follow(compound.stage, stage):
        raise Refusal("小区的阶段不能这样跳，请核对。")
    if since < compound.stage_on:
        raise Refusal("日期早于现在这个阶段开始的日期，请核对。")
    compound.stage, compound.stage_on = stage, since
    compound.save(update_fields=["stage", "stage_on"])
    StageChange.objects.create(compound=compound, stage=stage, since=since)
    record(
        acting=acting,
        act="compound.stage",
        on=("compound", compound.code),
        at=at,
        log=compound.code,
        kinds={"stage": stage, "since": since.isoformat()},
    )
    return compound


@transaction.atomic
def add_building(
    *,
    compound: Compound,
    name: str,
    floors: int,
    acting: Acting,
    at: datetime,
    entrances: Sequence[str] = (),
    position: int = 0,
) -> Building:
    building = Building.objects.create(
        compound=compound, name=name, floors=floors, position=position
    )
    Entrance.objects.bulk_create(Entrance(building=building, name=word) for word in entrances)
    record(
        acting=acting,
        act="building.add",
        on=("compound", compound.code),
        at=at,
        log=compound.code,
        numbers={"building": building.pk, "floors": floors, "entrances": len(entrances)},
    )
    return building


@transaction.atomic
def add_buildings(
    *, compound: Compound, floors: Sequence[int], acting: Acting, at: datetime
) -> list[Building]:
    """A compound's buildings at once, named 1栋, 2栋 …; `floors` of each in their order."""
    made = Building.objects.bulk_create(
        Building(compound=compound, name=f"{place}栋", floors=number, position=place)
        for place, number in enumerate(floors, start=1)
    )
    record(
        acting=acting,
        act="building.add_all",
        on=("compound", compound.code),
        at=at,
        log=compound.code,
        numbers={"count": len(made)},
    )
    return made


@transaction.atomic
def add_units(
    *,
    building: Building,
    floors: int,
    per_floor: int,
    area: Decimal,
    acting: Acting,
    at: datetime,
) -> int:
    """A building's flats, floor by floor and entrance by entrance: 3栋2单元1502."""
    entrances: list[Entrance | None] = list(building.entrances.order_by("pk"))
    units = [
        Unit(
            compound_id=building.compound_id,
            building=building,
            entrance=entrance,
            name=f"{floor}{door:02d}",
            label=f"{building.name}{entrance.name if entrance else ''}{floor}{door:02d}",
            floor=floor,
            area=area,
        )
        for entrance in entrances or [None]
        for floor in range(1, floors + 1)
        for door in range(1, per_floor + 1)
    ]
    Unit.objects.bulk_create(units)
    record(
        acting=acting,
        act="unit.add",
        on=("compound", building.compound.code),
        at=at,
        log=building.compound.code,
        numbers={"building": building.pk, "count": len(units)},
    )
    return len(units)

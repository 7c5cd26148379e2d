from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from yihe.places.models import Building, Compound, Entrance, Unit
from yihe.trail.acting import Acting
from yihe.trail.actions import record


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


@dataclass(frozen=True)
class UnitLine:
    """One unit as a list of units gives it; None where the list says nothing."""

    building: str
    entrance: str
    name: str
    floor: int | None
    area: Decimal | None
    use: str | None

    @property
    def label(self) -> str:
        return f"{self.building}{self.entrance}{self.name}"


@transaction.atomic
def put_units(
    *, compound: Compound, lines: Sequence[UnitLine], acting: Acting, at: datetime
) -> list[str]:
    """A compound's units as a list gives them, with the buildings and entrances that they name.

    For each line: "created", "updated" or "unchanged". What the list leaves out stays as it is.
    """
    buildings = {one.name: one for one in compound.buildings.select_for_update()}
    for position, name in enumerate(dict.fromkeys(line.building for line in lines), start=1):
        if name not in buildings:
            buildings[name] = Building.objects.create(
                compound=compound, name=name, position=len(buildings) + position
            )
    entrances = {
        (one.building_id, one.name): one
        for one in Entrance.objects.filter(building__compound=compound)
    }
    for building, name in dict.fromkeys((line.building, line.entrance) for line in lines):
        key = (buildings[building].pk, name)
        if name and key not in entrances:
            entrances[key] = Entrance.objects.create(building_id=key[0], name=name)
    known = {unit.label: unit for unit in compound.units.all()}
    new: list[Unit] = []
    changed: dict[str, Unit] = {}
    became: list[str] = []
    for line in lines:
        building_row = buildings[line.building]
        values = {"floor": line.floor, "area": line.area, "use": line.use}
        given = {name: value for name, value in values.items() if value is not None}
        unit = known.get(line.label)
        if unit is None:
            unit = Unit(
                compound=compound,
                building=building_row,
                entrance=entrances.get((building_row.pk, line.entrance)),
                name=line.name,
                label=line.label,
                **given,
            )
            known[line.label] = unit
            new.append(unit)
            became.append("created")
        elif any(getattr(unit, name) != value for name, value in given.items()):
            for name, value in given.items():
                setattr(unit, name, value)
            if unit.pk:
                changed[line.label] = unit
            became.append("updated")
        else:
            became.append("unchanged")
    Unit.objects.bulk_create(new, batch_size=1000)
    Unit.objects.bulk_update(changed.values(), ["floor", "area", "use"], 500)
    highest: dict[int, int] = {}
    for unit in known.values():
        highest[unit.building_id] = max(highest.get(unit.building_id, 1), unit.floor or 1)
    for row in buildings.values():
        if highest.get(row.pk, 1) > row.floors:
            row.floors = highest[row.pk]
            row.save(update_fields=["floors"])
    if new or changed:
        record(
            acting=acting,
            act="unit.put",
            on=("compound", compound.code),
            at=at,
            log=compound.code,
            numbers={"created": len(new), "updated": len(changed)},
        )
    return became

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yihe.places.models import Compound, Division
from yihe.places.rules import path_of, plain_name
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record

DivisionRow = tuple[str, int, str, str]  # code, level, name, parent's code


@transaction.atomic
def put_divisions(*, rows: Sequence[DivisionRow], acting: Acting, at: datetime) -> list[str]:
    """Divisions as the official list gives them. For each row: "created", "updated" or "unchanged".

    A parent must stand before its children, in the table or in `rows`; the highest may have a
    parent that nobody knows. Names and parents that differ are corrected. A house whose list holds
    just one district is that district's.
    """
    home = district_code()
    known = {one.code: one for one in Division.objects.select_for_update()}
    new: list[Division] = []
    changed: list[Division] = []
    became: list[str] = []
    for code, level, name, parent in rows:
        name, parent_id = plain_name(name), parent if parent in known else None
        found = known.get(code)
        if found is None:
            found = Division(
                code=code, level=level, name=name, parent_id=parent_id,
                path=path_of(code, level, home),
            )  # fmt: skip
            known[code] = found
            new.append(found)
            became.append("created")
        elif (found.name, found.parent_id, found.level) != (
            name,
            parent_id or found.parent_id,
            level,
        ):
            found.name, found.level = name, level
            found.parent_id = parent_id or found.parent_id
            changed.append(found)
            became.append("updated")
        else:
            became.append("unchanged")
    Division.objects.bulk_create(new)
    Division.objects.bulk_update(changed, ["name", "level", "parent"], 500)
    if new or changed:
        record(
            acting=acting,
            act="division.put",
            on=("division", home or "-"),
            at=at,
            numbers={"created": len(new), "updated": len(changed)},
        )
    districts = [one for one in known.values() if one.level == 3]
    if not home and len(districts) == 1:
        settle_in(district=districts[0], acting=acting, at=at)
    return became


def district_code() -> str:
    """Six digits of the district that lives here, or "" while none was chosen."""
    found = Division.objects.filter(here=True).values_list("code", flat=True).first()
    return found[:6] if found else ""


@transaction.atomic
def settle_in(*, district: Division, acting: Acting, at: datetime) -> Division:
    """This house is this district's from now on; only its places carry a path."""
    if district.level != 3:
        raise Refusal(f"{district.name}不是区县，请选一个区。")
    if Compound.objects.exclude(community__code__startswith=district.code[:6]).exists():
        raise Refusal("已经录了别的区的小区，不能换区。")
    Division.objects.filter(here=True).update(here=False)
    Division.objects.filter(pk=district.pk).update(here=True)
    own = []
    for one in Division.objects.all():
        path = path_of(one.code, one.level, district.code[:6])
        if path != one.path:
            one.path = path
            own.append(one)
    Division.objects.bulk_update(own, ["path"], 500)
    district.refresh_from_db()
    record(acting=acting, act="division.settle", on=("division", district.code), at=at)
    return district

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from pypinyin import Style, lazy_pinyin

from yihe.places.models import Compound, Division, KindChange, StageChange
from yihe.places.rules import may_follow
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record


def sort_key(name: str) -> str:
    """Pinyin: the database has no Chinese order."""
    return " ".join(lazy_pinyin(name, style=Style.TONE3))[:200]


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
    KindChange.objects.create(compound=compound, kind=kind, since=since)
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
def change_compound(
    *, compound: Compound, acting: Acting, at: datetime, **changes: Any
) -> Compound:
    """Correct what is known of a compound: name, kind, address, households, population, floor_area,
    latitude, longitude, outline, presale_on. Another kind stays as history.

    Its stage goes by `enter_stage`."""
    compound = Compound.objects.select_for_update().get(pk=compound.pk)
    if not changes.get("name", compound.name).strip():
        raise Refusal("请写小区的名称。")
    if changes.get("kind", compound.kind) != compound.kind:
        KindChange.objects.create(
            compound=compound, kind=changes["kind"], since=timezone.localdate(at)
        )
    for field, value in changes.items():
        setattr(compound, field, value)
    if "name" in changes:
        compound.sort_key = sort_key(compound.name)
    compound.save()
    record(
        acting=acting,
        act="compound.change",
        on=("compound", compound.code),
        at=at,
        log=compound.code,
        kinds={name: value if name == "kind" else "changed" for name, value in changes.items()},
    )
    return compound

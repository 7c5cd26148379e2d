"""Desks, and bodies of all kinds with who sits there, from tables."""

from yihe.bodies.imports.bodies import BODIES, take_bodies
from yihe.bodies.imports.desks import (
    DESKS,
    LEVELS,
    OFFICE_IN_NAME,
    Desks,
    Unit,
    desk_id,
    take_desks,
)
from yihe.sheets.importing import Kind

__all__ = ["LEVELS", "OFFICE_IN_NAME", "TABLES", "Desks", "Unit", "desk_id"]

TABLES = (
    Kind("desks", "受理单位", DESKS, take_desks, "办理诉求的单位：编号、名称、级别。编号相同就是同一个单位。"),
    Kind("bodies", "组织和任职", BODIES, take_bodies, "小区的支部、业委会、监事会和别的组织，谁从哪天到哪天在那里任职。一行一个任职；只写组织也可以。不收政治面貌。"),
)  # fmt: skip

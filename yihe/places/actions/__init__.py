from yihe.places.actions.buildings import (
    UnitLine,
    add_building,
    add_buildings,
    add_units,
    put_units,
)
from yihe.places.actions.compounds import add_compound, change_compound, enter_stage
from yihe.places.actions.divisions import put_divisions, settle_in

__all__ = [
    "UnitLine",
    "add_building",
    "add_buildings",
    "add_compound",
    "add_units",
    "change_compound",
    "enter_stage",
    "put_divisions",
    "put_units",
    "settle_in",
]

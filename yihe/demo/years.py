"""The seed counts three new pre-sales of the year: when the year turns, three others begin to sell."""

from datetime import datetime

from yihe.bodies.capacities import acting_for
from yihe.demo.compounds import NEW_PRESALES, this_year
from yihe.demo.queries import person_for_role
from yihe.places.actions import change_compound, enter_stage
from yihe.places.models import Compound
from yihe.worktime import SHANGHAI


def new_presales(moment: datetime) -> None:
    """Of those being built; building and on sale together stay sixteen. None where nothing is left."""
    day = moment.astimezone(SHANGHAI).date()
    missing = NEW_PRESALES - Compound.objects.filter(presale_on__year=day.year).count()
    if missing <= 0 or (day.month, day.day) < (1, 8):
        return
    clerk = person_for_role("district")
    if clerk is None:
        return
    acting = acting_for(clerk, None)
    for compound in Compound.objects.filter(stage="building", presale_on=None).order_by("pk")[
        :missing
    ]:
        begun = max(compound.stage_on, this_year(moment, 0))
        enter_stage(compound=compound, stage="on_sale", since=begun, acting=acting, at=moment)
        change_compound(compound=compound, presale_on=begun, acting=acting, at=moment)

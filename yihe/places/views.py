from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from yihe.places import actions
from yihe.places.access import building_to_read, compound_to_keep, keeps_places
from yihe.places.forms import BuildingForm, FactsForm, NewForm, StageForm
from yihe.places.models import Compound, Kind, Stage
from yihe.places.queries import compounds, counts, district, outlines, presales
from yihe.places.rules import FOLLOWS
from yihe.refusal import Refusal
from yihe.web.form_pages import form_page
from yihe.web.middleware import POLICY
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response


@require_GET
def compounds_page(request: PersonRequest) -> Response:
    """The compounds in one's places, with counts by kind and stage."""
    only = compounds(request.acting).filter(path__in=request.acting.scopes).first()
    if only is not None and len(request.acting.scopes) == 1:  # who has one needs no list
        return redirect(only)
    found = compounds(request.acting)
    numbers = counts(found)
    year = timezone.localdate().year
    sold = presales(found, year)
    stage, kind = request.GET.get("stage", ""), request.GET.get("kind", "")
    q = request.GET.get("q", "").strip()[:60]
    if stage in Stage.values:
        found = found.filter(stage=stage)
    if kind in Kind.values:
        found = found.filter(kind=kind)
    presale = request.GET.get("presale") == "1"
    if presale:
        found = found.filter(presale_on__year=year)
    if q:
        found = found.filter(name__icontains=q) | found.filter(code=q)
    page = {
        "page": paged(request, found, per=50),
        "stages": [(key, name, numbers["stage"][key]) for key, name in Stage.choices],
        "kinds": [(key, name, numbers["kind"][key]) for key, name in Kind.choices],
        "inhabited": sum(numbers["kind"].values()),
        "presales": sold,
        "presale": presale,
        "stage": stage,
        "kind": kind,
        "q": q,
        "keeps": keeps_places(request.acting),
    }
    return render(request, "places/compounds.html", page)


@require_GET
def units_page(request: PersonRequest, code: str, building_id: int) -> Response:
    """A building's units with their areas, entrance by entrance; for posts, not for neighbours."""
    building = building_to_read(request.acting, code, building_id)
    entrances = list(building.entrances.order_by("pk"))
    found = building.units.select_related("entrance").order_by(
        "entrance_id", F("floor").asc(nulls_last=True), "pk"
    )
    entrance = request.GET.get("entrance", "")
    chosen = next((one for one in entrances if one.name == entrance), None)
    if chosen:
        found = found.filter(entrance=chosen)
    page = {
        "compound": building.compound,
        "building": building,
        "entrances": entrances,
        "chosen": chosen,
        "page": paged(request, found, per=60),
    }
    return render(request, "places/units.html", page)


# the map ---------------------------------------------------------------------------------------


@require_GET
def map_page(request: PersonRequest) -> Response:
    """Where the compounds are; the list by subdistrict says the same in words."""
    groups: dict[str, list[Compound]] = {}
    for compound in compounds(request.acting):
        above = compound.community.parent
        groups.setdefault(above.name if above else "", []).append(compound)
    tiles = settings.MAP_TILE_URL
    answer = render(request, "places/map.html", {"groups": groups.items(), "tiles": tiles})
    if tiles:  # pictures from there, on this page alone
        parts = urlsplit(tiles.replace("{s}", "*"))
        origin = f" {parts.scheme}://{parts.netloc}"
        answer.headers["Content-Security-Policy"] = POLICY.format(tiles=origin)
    return answer


@require_GET
def map_data(request: PersonRequest) -> JsonResponse:
    """GeoJSON of the compounds that have coordinates or an outline, and the district's own outline."""
    home = district()
    features = [
        {
            "type": "Feature",
            "geometry": compound.outline
            or {
                "type": "Point",
                "coordinates": [float(compound.longitude or 0), float(compound.latitude or 0)],
            },
            "properties": {
                "name": compound.name,
                "stage": compound.stage,
                "words": f"{compound.get_kind_display()}，{compound.get_stage_display()}",
                "url": compound.get_absolute_url(),
            },
        }
        for compound in compounds(request.acting)
        if compound.outline or (compound.latitude is not None and compound.longitude is not None)
    ]
    outline = outlines().get(home.code[:6]) if home else None
    return JsonResponse({"type": "FeatureCollection", "features": features, "outline": outline})


# keeping the list ------------------------------------------------------------------------------


def _above(compound: Compound | None = None) -> list[tuple[str, str]]:
    above = [("小区", reverse("places:compounds"))]
    return [*above, (compound.name, _address(compound))] if compound else above


def _address(compound: Compound) -> str:
    return compound.get_absolute_url()


@require_http_methods(["GET", "POST"])
def new(request: PersonRequest) -> Response:
    """A further compound."""
    if not keeps_places(request.acting):
        raise Http404

    def do(values: dict[str, Any]) -> str:
        return _address(actions.add_compound(acting=request.acting, at=timezone.now(), **values))

    return form_page(
        request, NewForm(request.POST or None, request.FILES or None), do, title="新增小区",
        send="新增", done="新增好了。接着可以登记楼栋，或者从表格导入房屋。", where=_above(),
        upload=True,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def change(request: PersonRequest, code: str) -> Response:
    """Correct what is known of a compound."""
    compound = compound_to_keep(request.acting, code)
    initial = FactsForm.known(compound)
    form = FactsForm(request.POST or None, request.FILES or None, initial=initial)

    def do(values: dict[str, Any]) -> str:
        changes = form.changes()
        if changes:
            actions.change_compound(
                compound=compound, acting=request.acting, at=timezone.now(), **changes
            )
        return _address(compound)

    return form_page(
        request,
        form,
        do,
        title="更正小区",
        send="改好了",
        done="改好了。",
        where=_above(compound),
        upload=True,
    )


@require_http_methods(["GET", "POST"])
def stage(request: PersonRequest, code: str) -> Response:
    """The next stage of its life."""
    compound = compound_to_keep(request.acting, code)
    if not FOLLOWS[compound.stage]:
        raise Http404

    def do(values: dict[str, Any]) -> str:
        actions.enter_stage(compound=compound, acting=request.acting, at=timezone.now(), **values)
        return _address(compound)

    return form_page(
        request, StageForm(request.POST or None, compound=compound), do, title="进入下一阶段",
        send="进入这个阶段", done="记下了。", where=_above(compound),
        intro=f"现在是“{compound.get_stage_display()}”，从 {compound.stage_on:%Y-%m-%d} 起。",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def building(request: PersonRequest, code: str) -> Response:
    """A further building."""
    compound = compound_to_keep(request.acting, code)

    def do(values: dict[str, Any]) -> str:
        try:
            with transaction.atomic():
                actions.add_building(
                    compound=compound,
                    position=compound.buildings.count() + 1,
                    acting=request.acting,
                    at=timezone.now(),
                    **values,
                )
        except IntegrityError as error:
            raise Refusal(f"{compound.name}已经有{values['name']}了。") from error
        return _address(compound)

    return form_page(
        request, BuildingForm(request.POST or None), do, title="登记楼栋", send="登记",
        done="登记好了。", where=_above(compound),
    )  # fmt: skip

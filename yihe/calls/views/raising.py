import secrets
from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from yihe.accounts.queries import person_by_phone
from yihe.bodies.queries import bodies_around, bodies_over, desk_for
from yihe.calls.access import may_handle, may_raise, sees
from yihe.calls.actions import raise_call
from yihe.calls.forms import RaiseForm, RaiseForOthersForm
from yihe.calls.models import Call, Channel, Spot
from yihe.calls.queries import promise
from yihe.calls.views.files import chosen, sent_files
from yihe.calls.views.once import SentBefore, first_of, note_sent, was_sent
from yihe.people.models import Residency
from yihe.places.models import Compound
from yihe.places.queries import INHABITED, compounds
from yihe.refusal import Refusal
from yihe.topics.models import Topic
from yihe.web.requests import PersonRequest, Response
from yihe.web.whole import whole

OTHER = (
    "这一页先前已经发出去了，就是 {number} 那一件，后来改的没有送到。"
    "要补充，请到那一件里写；是另外一件事，就再点一次“发出呼叫”。"
)


def _own_home(request: PersonRequest) -> Residency | None:
    """The home that somebody acts from."""
    homes = (one.home for one in request.capacities)
    return next((one for one in homes if one and one.pk == request.acting.home_id), None)


@require_http_methods(["GET", "POST"])
def raise_page(request: PersonRequest) -> Response:
    """By a resident from home, by a body for its compound, or for somebody else."""
    acting = request.acting
    if acting.kind == "visitor":
        return redirect("people:join")
    if not may_raise(acting):
        raise Http404
    return _from_home(request) if acting.kind == "home" else _from_seat(request)


def _from_home(request: PersonRequest) -> Response:
    home = _own_home(request)
    if home is None:
        raise Http404
    compound = home.unit.compound
    form = RaiseForm(
        request.POST or None,
        initial={"once": secrets.token_hex(12)},
        bodies=bodies_over(compound.path),
    )
    urgent: Topic | None = None
    if _is_whole(request, form) and not (urgent := form.looks_urgent()):
        kind = form.cleaned_data["spot_kind"]
        inside = kind in (Spot.HOME, Spot.BUILDING)
        call = _once(
            request,
            form,
            compound=compound,
            building=home.unit.building if inside else None,
            unit=home.unit if kind == Spot.HOME else None,
            reporter=request.user,
            channel=Channel.WEB,
        )
        if call is not None:
            return _raised(request, call)
    desk = desk_for(1, compound.path)
    page = {
        "form": form,
        "urgent": urgent,
        "compound": compound,
        "home": home,
        "desk": desk,
        "promise": promise(1) if desk else "",
        "chosen_files": chosen(request),
    }
    return render(request, "calls/raise.html", page)


def _from_seat(request: PersonRequest) -> Response:
    acting = request.acting
    within = compounds(acting).filter(stage__in=INHABITED)
    form = RaiseForOthersForm(
        request.POST or None,
        initial={"once": secrets.token_hex(12)},
        bodies=bodies_around(acting),
    )
    field: Any = form.fields["compound"]
    field.queryset = within
    only = list(within[:2])
    if len(only) == 1:
        field.initial = only[0]
    urgent: Topic | None = None
    if _is_whole(request, form) and not (urgent := form.looks_urgent()):
        compound: Compound = form.cleaned_data["compound"]
        phone = form.cleaned_data["contact_phone"]
        others = bool(phone or form.cleaned_data["contact_name"])
        reporter = person_by_phone(phone) if phone else None
        call = _once(
            request,
            form,
            compound=compound,
            building=form.cleaned_data["building"],
            unit=form.cleaned_data["unit"],
            reporter=reporter if others else request.user,
            contact_name=form.cleaned_data["contact_name"],
            contact_phone="" if reporter else phone,
            channel=Channel.DESK if may_handle(acting) else Channel.BODY,
        )
        if call is not None:
            return _raised(request, call)
    page = {
        "form": form,
        "urgent": urgent,
        "for_others": True,
        "chosen_files": chosen(request),
    }
    return render(request, "calls/raise.html", page)


def _is_whole(request: PersonRequest, form: RaiseForm) -> bool:
    """Sent, and filled in well. Its files are taken in first: whatever is asked next, they are there."""
    if request.method != "POST":
        return False
    good = form.is_valid()
    try:
        sent_files(request)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return False
    return good


def _once(request: PersonRequest, form: RaiseForm, **values: Any) -> Call | None:
    """The same form sent twice makes one call: the key and the call are written together."""
    try:
        with whole:
            call = raise_call(
                acting=request.acting,
                at=timezone.now(),
                text=form.cleaned_data["text"],
                spot_kind=form.cleaned_data["spot_kind"],
                spot=form.cleaned_data["spot"],
                topic=form.chosen_topic(),
                nature=form.cleaned_data["nature"] or "request",
                visibility=form.cleaned_data["visibility"],
                about=form.chosen_about(),
                files=getattr(request, "files", ()),
                **values,
            )
            note_sent(request, {"number": call.number})
    except (Refusal, SentBefore) as error:
        # Sent again, its files may belong to the first one already.
        if isinstance(error, Refusal) and not was_sent(request):
            form.add_error(None, str(error))
            return None
        first = first_of(request)
        if first.same:
            return Call.objects.get(number=first.answer["number"])
        form.add_error(None, OTHER.format(number=first.answer["number"]))
        form.data = data = request.POST.copy()
        data["once"] = secrets.token_hex(12)
        return None
    return call


def _raised(request: PersonRequest, call: Call) -> Response:
    if not sees(request.acting, call):
        messages.success(request, "记下了。这是对本单位的投诉，交给上级办，这里看不到。")
        return redirect("/")
    hidden = "这是投诉，只给办事的人看，邻居看不到。" if call.about_id else ""
    messages.success(request, _to_whom(request, call) + hidden)
    return redirect("calls:call", call.number)


def _to_whom(request: PersonRequest, call: Call) -> str:
    """To whom the answer goes: it may have been written down for a neighbour."""
    if call.reporter_id == request.user.pk:
        return "发出去了。进展和答复都会告诉您。"
    name = call.contact_name
    if call.reporter_id is not None:
        return f"替{name or '居民'}记下了，进展会发给本人。"
    return f"记下了。{name or '反映人'}没有登录过，有了答复请您告诉他。"

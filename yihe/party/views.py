"""The lives of branches: the list for the offices, and the page of one compound."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from yihe.party import actions, rules
from yihe.party.access import compound_to_keep, compound_to_read, keeps_branches, reads_branches
from yihe.party.forms import (
    CheckForm,
    DissolveForm,
    EndForm,
    FormalForm,
    IntentForm,
    JoinForm,
    MandateForm,
    SetUpForm,
    StateForm,
)
from yihe.party.ledger.access import reads_ledger
from yihe.party.models import Branch
from yihe.party.queries import (
    Standing,
    branch_over,
    compounds_spoken_of,
    figures,
    lacking,
    mandates_of,
    provisional,
    standing_of,
    standings,
    term_of,
)
from yihe.places.models import Compound
from yihe.trail.acting import Acting
from yihe.web.form_pages import form_page, sure
from yihe.web.pages import paged
from yihe.web.requests import PersonRequest, Response

ASKS = (("", "全部"), ("lacking", "还没有支部"), ("provisional", "临时党支部"))


@require_GET
def branches(request: PersonRequest) -> Response:
    """Which compound has which branch, and where one is wanting."""
    if not reads_branches(request.acting):
        raise Http404
    known = compounds_spoken_of(request.acting).order_by("sort_key", "pk")
    asked = request.GET.get("show", "")
    found = {"lacking": lacking, "provisional": provisional}.get(asked, lambda all_: all_)(known)
    page = paged(request, found, per=60)
    shown = {
        "page": page,
        "rows": standings(page.object_list),
        "asks": ASKS,
        "asked": asked if asked in dict(ASKS) else "",
        "figures": figures(known),
        "lacking": lacking(known).count(),
        "states": rules.STATES,
    }
    return render(request, "party/branches.html", shown)


def _where(compound: Compound, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(compound.name, compound.get_absolute_url()), *more]


def _address(compound: Compound) -> str:
    return reverse("party:branch", args=[compound.code])


@require_GET
def branch(request: PersonRequest, code: str) -> Response:
    """One compound: its branch, how it came to be, what is still to do, and what owners let it do."""
    compound = compound_to_read(request.acting, code)
    one = standing_of(compound)
    page: dict[str, Any] = {
        "compound": one.compound,
        "one": one,
        "state": rules.STATES[one.state],
        "keeps": keeps_branches(request.acting, compound),
        "trail": _where(compound, ("党支部", "")),
        "mandates": _mandates(one.compound),
        "never": rules.NEVER,
    }
    if one.branch is not None:
        page |= _of_branch(request.acting, one)
    return render(request, "party/branch.html", page)


def _of_branch(acting: Acting, one: Standing) -> dict[str, Any]:
    found = one.branch
    assert found is not None  # noqa: S101  the caller asked
    done = {check.item: check for check in found.checks.all()}
    return {
        "changes": found.changes.order_by("-since", "-pk"),
        "form": rules.FORMS[found.form],
        "unstated": found.form == rules.UNSTATED,
        "provisional": found.form == rules.PROVISIONAL,
        "checks": [(item, words, done.get(item)) for item, words in rules.CHECKS.items()],
        "ready": len(done) == len(rules.CHECKS),
        "covers": found.body.coverage.filter(until=None).select_related("compound"),
        "joined": found.body.compound_id != one.compound.pk,
        "reads_ledger": reads_ledger(acting, found.body),
    }


def _mandates(compound: Compound) -> list[dict[str, Any]]:
    today = timezone.localdate()
    shown = []
    for one in mandates_of(compound):
        term = term_of(one)
        shown.append(
            {
                "one": one,
                "tasks": [rules.TASKS[task] for task in one.tasks],
                "holds": term.holds_on(today),
                "over": term.over_on(today),
                "committee": term.committee,
            }
        )
    return shown


def _form(
    request: PersonRequest, compound: Compound, form: Any, do: Any, title: str, **more: Any
) -> Response:
    def then(values: dict[str, Any]) -> str:
        do(values)
        return _address(compound)

    where = _where(compound, ("党支部", _address(compound)))
    return form_page(request, form, then, title=title, where=where, **more)


def _now(request: PersonRequest) -> dict[str, Any]:
    return {"acting": request.acting, "at": timezone.now()}


def _branch_of(compound: Compound) -> Branch:
    found = branch_over(compound)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def intent(request: PersonRequest, code: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    return _form(
        request,
        compound,
        IntentForm(request.POST or None),
        lambda values: actions.register_intent(compound=compound, **_now(request), **values),
        "登记组建意向",
        send="登记",
        done="登记好了。",
        intro="小区还在建设、销售的时候登记，入住前好把支部成立起来。",
    )


@require_http_methods(["GET", "POST"])
def set_up(request: PersonRequest, code: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    initial = {"name": f"{compound.name}党支部", "form": rules.PROVISIONAL}
    return _form(
        request,
        compound,
        SetUpForm(request.POST or None, initial=initial),
        lambda values: actions.set_up(compound=compound, **_now(request), **values),
        "成立党支部",
        send="成立",
        done="记下了。接着可以写谁在任。",
    )


@require_http_methods(["GET", "POST"])
def state(request: PersonRequest, code: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    found = _branch_of(compound)
    return _form(
        request,
        compound,
        StateForm(request.POST or None),
        lambda values: actions.state_form(branch=found, **_now(request), **values),
        "写明是临时的还是正式的",
        send="写明",
        done="写明了。",
    )


@require_http_methods(["GET", "POST"])
def check(request: PersonRequest, code: str, item: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    if item not in rules.CHECKS:
        raise Http404
    found = _branch_of(compound)
    old = found.checks.filter(item=item).first()
    initial = {"done_on": old.done_on, "evidence": old.evidence} if old else None
    return _form(
        request,
        compound,
        CheckForm(request.POST or None, initial=initial),
        lambda values: actions.check_off(branch=found, item=item, **_now(request), **values),
        rules.CHECKS[item],
        send="办好了",
        done="记下了。",
    )


@require_http_methods(["GET", "POST"])
def formal(request: PersonRequest, code: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    found = _branch_of(compound)
    return _form(
        request,
        compound,
        FormalForm(request.POST or None),
        lambda values: actions.make_formal(branch=found, **_now(request), **values),
        "转为正式党支部",
        send="转为正式",
        done="已经是正式党支部。",
    )


@require_http_methods(["GET", "POST"])
def join(request: PersonRequest, code: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    return _form(
        request,
        compound,
        JoinForm(request.POST or None, compound=compound),
        lambda values: actions.join(compound=compound, **_now(request), **values),
        "并入别的支部",
        send="并入",
        done="并入了，这是联合党支部。",
        intro="小区里还不够单独成立支部时，可以和邻近小区合在一个支部里。",
    )


@require_http_methods(["GET", "POST"])
def part(request: PersonRequest, code: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    return _form(
        request,
        compound,
        sure(request),
        lambda _: actions.part(compound=compound, **_now(request)),
        "从联合党支部分出来",
        send="分出来",
        done="分出来了。",
        intro="分出来以后，这个小区要另外成立支部。",
    )


@require_http_methods(["GET", "POST"])
def dissolve(request: PersonRequest, code: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    found = _branch_of(compound)
    return _form(
        request,
        compound,
        DissolveForm(request.POST or None),
        lambda values: actions.dissolve(branch=found, **_now(request), **values),
        f"撤销{found.body.name}",
        send="撤销",
        done="撤销了，以前的都留着。",
        intro="在任的人同时卸任。台账里还有人时不能撤销，请先请本人转到别的支部。",
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def mandate(request: PersonRequest, code: str) -> Response:
    compound = compound_to_keep(request.acting, code)
    found = _branch_of(compound)
    return _form(
        request,
        compound,
        MandateForm(request.POST or None),
        lambda values: actions.give_mandate(
            branch=found, compound=compound, **_now(request), **values
        ),
        "记下业主的授权",
        send="记下",
        done="记下了，居民在小区页看得到。",
        intro=f"没有业委会的时候，业主可以让支部做几件不具约束力的事。{rules.NEVER}",
    )


@require_http_methods(["GET", "POST"])
def mandate_end(request: PersonRequest, code: str, mandate_id: int) -> Response:
    compound = compound_to_keep(request.acting, code)
    found = get_object_or_404(compound.mandates, pk=mandate_id, ended_on=None)
    return _form(
        request,
        compound,
        EndForm(request.POST or None),
        lambda values: actions.end_mandate(mandate=found, **_now(request), **values),
        "结束授权",
        send="结束",
        done="授权到今天结束。",
        danger=True,
    )

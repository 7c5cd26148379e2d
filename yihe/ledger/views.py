"""The public record: pages for people, and what docs/format/log.md section 5 serves to witnesses."""

from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from yihe.ledger.cosigning import Unknown, take_cosignature
from yihe.ledger.keys import witnesses
from yihe.ledger.models import Ledger
from yihe.ledger.nodes import Missing
from yihe.ledger.queries import (
    consistency_proof,
    current,
    editions_before,
    last_of_each,
    log_keys,
    names_of,
    newest,
    pages,
    troubles,
    with_cosignatures,
)
from yihe.proof.canonical import Malformed, encode
from yihe.proof.keys import Witnesses
from yihe.proof.notes import DECIMAL
from yihe.proof.witness import proof_text
from yihe.refusal import Refusal
from yihe.web.pages import paged

LONGEST = 1 << 20


def _text(text: str, status: int = 200) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _ledger(number: int) -> Ledger:
    ledger = current(number) if number < 2**63 else None
    if ledger is None:
        raise Http404
    return ledger


def _named() -> tuple[Witnesses | None, str]:
    """Who witnesses, or what is wrong with the list."""
    try:
        return witnesses(), ""
    except Refusal as refusal:
        return None, str(refusal)


@login_not_required
@require_safe
def ledgers(request: HttpRequest) -> HttpResponse:
    """All logs: how far, when signed, how far firm; what that proves; how to check and to witness."""
    page = paged(request, pages())
    rows = list(page)
    names = names_of(rows)
    named, wrong = _named()
    found = troubles()
    return render(
        request,
        "ledger/ledgers.html",
        {
            "page": page,
            "rows": [{"ledger": row, "name": names[row.pk]} for row in rows],
            "witnesses": named,
            "wrong": [*found, wrong] if wrong else found,
        },
    )


@login_not_required
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One log: its newest checkpoint, who cosigned when, its keys, what went before."""
    ledger = _ledger(number)
    named, wrong = _named()
    vkeys = [str(key) for key in named.keys] if named else []
    latest = last_of_each(ledger, vkeys)
    tip = newest(ledger)
    have = {row.vkey for row in latest.values() if tip and row.checkpoint_id == tip.pk}
    return render(
        request,
        "ledger/ledger.html",
        {
            "ledger": ledger,
            "name": names_of([ledger])[ledger.pk],
            "tip": tip,
            "have": len(have),
            "firm": bool(named) and len(have) >= named.needed if named else False,
            "witnesses": named,
            "wrong": wrong,
            "cosigned": [(vkey.split("+", 1)[0], latest.get(vkey)) for vkey in vkeys],
            "keys": log_keys(ledger).periods,
            "before": editions_before(ledger),
            "address": request.build_absolute_uri().rstrip("/"),
        },
    )


@login_not_required
@require_safe
def keys(request: HttpRequest, number: int) -> HttpResponse:
    """All keys that the log ever had, with the sizes they sign."""
    answer = HttpResponse(
        encode(log_keys(_ledger(number)).as_json()), content_type="application/json"
    )
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@login_not_required
@require_safe
def checkpoint(request: HttpRequest, number: int) -> HttpResponse:
    """The newest checkpoint with what was cosigned so far; ?firm=1: the newest that is firm."""
    ledger = _ledger(number)
    found = ledger.firm if request.GET.get("firm") else newest(ledger)
    if found is None:
        return _text("还没有检查点。\n", 404)
    return _text(str(with_cosignatures(found)))


@login_not_required
@require_safe
def consistency(request: HttpRequest, number: int) -> HttpResponse:
    """The proof that the log only grew between two sizes, both signed or not, up to the newest."""
    ledger = _ledger(number)
    texts = [request.GET.get(name, "") for name in ("from", "to")]
    if not all(DECIMAL.fullmatch(text) for text in texts):
        return _text("from 和 to 写条数，如 from=5&to=9。\n", 400)
    old, new = (int(text) for text in texts)
    if not 0 < old <= new:
        return _text("from 要大于 0，不能大于 to。\n", 400)
    if new > ledger.signed:
        return _text(f"检查点只做到第 {ledger.signed} 条。\n", 404)
    try:
        return _text(proof_text(consistency_proof(ledger, old, new)))
    except (Missing, KeyError):
        return _text("账本里少了条目，给不出证明。\n", 409)


@csrf_exempt  # who may is the signature's matter, not a session's
@login_not_required
@require_POST
def cosignatures(request: HttpRequest, number: int) -> HttpResponse:
    """A witness's line under one of our checkpoints."""
    ledger = _ledger(number)
    if not ratelimit.consume(request, action="cosignature"):
        return _text("送得太密了，请过一分钟再送。\n", 429)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST:
        return _text("太长了。\n", 413)
    try:
        data = request.body.decode()
    except (UnicodeDecodeError, RawPostDataException):
        return _text("请送一份签名文书（text/plain，UTF-8）。\n", 400)
    try:
        take_cosignature(ledger=ledger, data=data, at=timezone.now())
    except Malformed as error:
        return _text(f"{error}。\n", 400)
    except Unknown as unknown:
        return _text(f"{unknown}\n", 404)
    except Refusal as refusal:
        return _text(f"{refusal}\n", 409)
    return _text("收到了。\n")

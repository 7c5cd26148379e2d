"""Checkpoints: made, signed, written down outside the database; cosigned; keys that follow each other."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from yihe.ledger import files
from yihe.ledger.comparing import other_content, shorter
from yihe.ledger.keys import new_key, private_key
from yihe.ledger.models import Checkpoint, Key, Ledger
from yihe.ledger.nodes import Missing, StoredNodes, leaf_hashes
from yihe.ledger.queries import newest
from yihe.places.queries import district
from yihe.proof.canonical import Malformed
from yihe.proof.keys import NAME
from yihe.proof.notes import Checkpoint as Tip
from yihe.proof.notes import sign_checkpoint
from yihe.proof.tree import append, places, range_hash
from yihe.refusal import Refusal
from yihe.trail.models import Log

PAUSE = timedelta(seconds=3)  # between two checkpoints of one log
AGAIN = timedelta(minutes=1)  # until a log in trouble is looked at anew
BATCH = 10_000  # leaves at a time


def first_origin(log: Log) -> str:
    """A log's name for the outside: the house, its district, the log's number (docs/operations.md)."""
    here = district()
    if here is None:
        raise Refusal("还没有选定本区，公开账本还没有名字。")
    parts = urlsplit(settings.PUBLIC_URL)
    host = (parts.hostname or "localhost").encode("idna").decode()
    port = f":{parts.port}" if parts.port else ""
    name = f"{host}{port}/{here.code[:6]}/log/{log.number}"
    if not NAME.fullmatch(name) or len(name) > 120:  # an edition may follow
        raise Refusal("YIHE_PUBLIC_URL 的名字太长，或者有不能用的字符，公开账本不能用它。")
    return name


def next_origin(old: Ledger, edition: int) -> str:
    """The name of a further edition, whatever the house is called by now."""
    base = old.origin.removesuffix(f"/{old.edition}") if old.edition > 1 else old.origin
    return f"{base}/{edition}"


@transaction.atomic
def begin_ledger(*, log: Log, at: datetime, old: Ledger | None = None, edition: int = 1) -> Ledger:
    """A log's public name and its first key. Another worker that comes first is believed.

    After `old` the tree begins anew over what is there; what is gone by then stays a hole.
    """
    origin = next_origin(old, edition) if old else first_origin(log)
    holes_to = log.size if old else 0
    ledger, new = Ledger.objects.get_or_create(
        log=log,
        edition=edition,
        defaults={"origin": origin, "begun_at": at, "not_before": at, "holes_to": holes_to},
    )
    if new:
        key = new_key(origin, log.number, edition)
        Key.objects.create(ledger=ledger, since=0, vkey=str(key.verify_key), at=at)
    return ledger


def checkpoint_now(*, log: str, at: datetime) -> Checkpoint | None:
    """A checkpoint over all that one log holds, at once: after a vote was closed, say.

    Call it when the act is committed. None when the log is empty. Refusal when none may be made.
    """
    row = Log.objects.filter(key=log, size__gt=0).first()
    if row is None:
        return None
    ledger = Ledger.objects.filter(log=row, current=True).first() or begin_ledger(log=row, at=at)
    while make_checkpoint(ledger_id=ledger.pk, at=at):
        pass
    ledger.refresh_from_db()
    if ledger.trouble:
        raise Refusal(f"公开账本没有做检查点：{ledger.trouble}。")
    return newest(ledger)


def make_checkpoint(*, ledger_id: int, at: datetime) -> bool:
    """Takes in new leaves, signs, writes the note down outside the database; whether more is waiting.

    The file is written after the commit: what was committed and not yet written is written next time.
    """
    origin = Ledger.objects.values_list("origin", flat=True).get(pk=ledger_id)
    with files.locked(origin) as mine:
        if not mine:
            return False
        with transaction.atomic(durable=True):
            ledger = (
                Ledger.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("log")
                .filter(pk=ledger_id, current=True)
                .first()
            )
            if ledger is None:
                return False
            more = _sign_what_is_new(ledger, at)
        if not ledger.trouble:
            write_missing(ledger)
        return more


def _sign_what_is_new(ledger: Ledger, at: datetime) -> bool:
    size = Log.objects.values_list("size", flat=True).get(pk=ledger.log_id)
    nodes, told = StoredNodes(ledger), None
    try:
        told = files.last(files.path_of(ledger.origin))
        ledger.trouble = shorter(ledger, told)
        if not ledger.trouble:
            _take_in(ledger, nodes, min(size, ledger.size + BATCH))
            ledger.trouble = other_content(ledger, told, nodes)
    except (Missing, Malformed) as error:
        ledger.trouble = str(error)
    except KeyError:
        ledger.trouble = "树的结点不全"
    good = not ledger.trouble
    ledger.failures, ledger.not_before = 0, at + (PAUSE if good else AGAIN)
    reached = told is None or told.size <= ledger.size
    if good and reached and ledger.size > ledger.signed:
        _sign(ledger, nodes, at)
    ledger.save(update_fields=["size", "signed", "trouble", "failures", "not_before"])
    return good and ledger.size < size


def _take_in(ledger: Ledger, nodes: StoredNodes, end: int) -> None:
    """The new leaves into the tree: one node for each that they complete."""
    nodes.load(places(0, ledger.size))
    if end > ledger.size:
        append(nodes, ledger.size, leaf_hashes(ledger, ledger.size, end))
        nodes.keep()
        ledger.size = end


def _sign(ledger: Ledger, nodes: StoredNodes, at: datetime) -> None:
    key = Key.objects.filter(ledger=ledger, since__lte=ledger.size).order_by("-since").first()
    if key is None:
        raise Refusal(f"账本 {ledger.log_id} 没有公钥。")
    signer = private_key(key.vkey, ledger.log_id, ledger.edition)
    root = range_hash(nodes, 0, ledger.size)
    note = sign_checkpoint(Tip(ledger.origin, ledger.size, root), signer)
    last = newest(ledger)
    at = max(at, last.at) if last else at  # by a clock that was set back it would come before it
    Checkpoint.objects.create(ledger=ledger, size=ledger.size, root=root, note=str(note), at=at)
    ledger.signed = ledger.size


def write_missing(ledger: Ledger) -> int:
    """Puts into the file what the database has and the file has not; how many. The file is locked."""
    told = files.last(files.path_of(ledger.origin))
    newer = Checkpoint.objects.filter(ledger=ledger, size__gt=told.size if told else 0)
    notes = list(newer.order_by("size").values_list("note", flat=True))
    if notes:
        files.append(ledger.origin, notes)
    return len(notes)


@transaction.atomic
def rotate_key(*, ledger_id: int, at: datetime) -> Key:
    """A new key for what comes; the old one stays valid for what it signed."""
    ledger = Ledger.objects.select_for_update(of=("self",)).select_related("log").get(pk=ledger_id)
    last = Key.objects.filter(ledger=ledger).order_by("-since").first()
    since = max(ledger.signed, last.since if last else -1) + 1
    key = new_key(ledger.origin, ledger.log_id, ledger.edition)
    return Key.objects.create(ledger=ledger, since=since, vkey=str(key.verify_key), at=at)

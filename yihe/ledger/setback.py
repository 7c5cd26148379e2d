"""A database set back in time: told at the start, and gone on from only when somebody says why, in public."""

from datetime import datetime

from django.db import transaction

from yihe.ledger import files
from yihe.ledger.actions import begin_ledger, next_origin, write_missing
from yihe.ledger.comparing import set_back
from yihe.ledger.models import Ledger
from yihe.proof.canonical import Malformed
from yihe.refusal import Refusal
from yihe.trail.acting import Acting
from yihe.trail.actions import record
from yihe.trail.digests import digest, new_salt
from yihe.trail.models import Log
from yihe.trail.queries import last_in
from yihe.web.models import Mark
from yihe.web.text import mask

UNKNOWN = "检查点文件记着账本 {origin}，做到第 {size} 条，数据库里没有这本账"


def look_back(*, at: datetime) -> list[str]:
    """Every ledger against its file: writes what a crash left out of it, and says what is wrong."""
    found = []
    for ledger in Ledger.objects.filter(current=True).select_related("log").order_by("pk"):
        with files.locked(ledger.origin) as mine:
            if not mine:  # another worker is at it
                continue
            trouble = set_back(ledger)
            if not trouble:
                write_missing(ledger)
        if trouble:
            Ledger.objects.filter(pk=ledger.pk, current=True).update(trouble=trouble)
            found.append(f"{ledger.origin}：{trouble}")
    strangers = _strangers()
    Mark.objects.update_or_create(
        pk="ledger", defaults={"value": {"troubles": strangers}, "at": at}
    )
    return found + strangers


def _strangers() -> list[str]:
    """Files of logs that the database does not know."""
    known = set(Ledger.objects.values_list("origin", flat=True))
    found = []
    for path in sorted(files.directory().glob("*.txt")):
        try:
            told = files.last(path)
        except Malformed as error:
            found.append(str(error))
            continue
        if told is not None and told.origin not in known:
            found.append(UNKNOWN.format(origin=told.origin, size=told.size))
    return found


@transaction.atomic
def accept_setback(*, number: int, reason: str, acting: Acting, at: datetime) -> Ledger:
    """The log goes on under another origin, from what the database holds; an act, and public.

    What was signed under the old origin stays signed: its witnesses keep what they saw.
    """
    reason = mask(reason.strip())[:400]
    if not reason:
        raise Refusal("请写明原因，会公开。")
    log = Log.objects.select_for_update().filter(pk=number).first()
    old = Ledger.objects.select_for_update(of=("self",)).filter(log=log, current=True).first()
    if log is None or old is None:
        raise Refusal(f"没有账本 {number}。")
    old.log = log
    trouble = set_back(old)
    if not trouble:
        raise Refusal(f"账本 {number} 和检查点文件是一致的，没有要接受的。")
    told = files.last(files.path_of(old.origin))
    there = last_in(log)
    if log.size < there:
        log.size = there
        log.save(update_fields=["size"])
    old.current, old.trouble = False, trouble
    old.save(update_fields=["current", "trouble"])
    edition = old.edition + 1
    while files.path_of(next_origin(old, edition)).exists():  # accepted before, and set back again
        edition += 1
    salt = new_salt()
    ledger = begin_ledger(log=log, at=at, old=old, edition=edition)
    ledger.reason, ledger.reason_salt = reason, salt
    ledger.save(update_fields=["reason", "reason_salt"])
    record(
        acting=acting,
        act="ledger.accept_setback",
        on=("ledger", log.number),
        at=at,
        log=log.key,
        numbers={"file": told.size if told else 0, "database": there, "edition": edition},
        digests={"reason": digest(salt, reason)},
        published=True,
    )
    return ledger


def set_aside(*, origin: str, reason: str, acting: Acting, at: datetime) -> str:
    """The file of a log that the database does not know is kept under another name; an act, and public."""
    path = files.path_of(origin)
    told = files.last(path) if path.exists() else None
    if told is None or Ledger.objects.filter(origin=origin).exists():
        raise Refusal(f"没有要搁下的检查点文件：{origin}。")
    if not reason.strip():
        raise Refusal("请写明原因，会公开。")
    salt = new_salt()
    record(
        acting=acting,
        act="ledger.set_aside",
        on=("ledger", 0),
        at=at,
        numbers={"file": told.size},
        digests={"origin": digest(salt, origin), "reason": digest(salt, reason.strip())},
        published=True,
    )
    aside = path.with_suffix(f".txt.{at:%Y%m%dT%H%M%S}")
    aside.with_suffix(aside.suffix + ".why").write_text(
        f"{origin}\n{salt}\n{reason.strip()}\n", encoding="utf-8"
    )
    path.rename(aside)
    return aside.name

"""What is asked of the ledgers: newest checkpoints, proofs, who cosigned, what is wrong."""

from collections.abc import Iterable

from django.db.models import OuterRef, QuerySet, Subquery

from yihe.ledger.models import Checkpoint, Cosignature, Key, Ledger
from yihe.ledger.nodes import StoredNodes
from yihe.places.models import Compound
from yihe.places.queries import district
from yihe.proof.keys import KeyPeriod, LogKeys, parse_verify_key
from yihe.proof.notes import Note, parse_note, parse_signature
from yihe.proof.proofs import consistency, consistency_places
from yihe.web.models import Mark

MOST_LINES = 100  # a note has at most 128


def current(number: int) -> Ledger | None:
    return Ledger.objects.select_related("log", "firm").filter(log_id=number, current=True).first()


def log_keys(ledger: Ledger) -> LogKeys:
    """All keys that the ledger ever had, with the sizes they sign."""
    rows = list(Key.objects.filter(ledger=ledger).order_by("since"))
    ends: list[int | None] = [row.since for row in rows[1:]]
    periods = (
        KeyPeriod(parse_verify_key(row.vkey), row.since, end)
        for row, end in zip(rows, [*ends, None], strict=True)
    )
    return LogKeys(ledger.origin, tuple(periods))


def newest(ledger: Ledger) -> Checkpoint | None:
    return Checkpoint.objects.filter(ledger=ledger).order_by("-size").first()


def latest_lines(checkpoint: Checkpoint) -> list[Cosignature]:
    """The latest cosignature of each witness, by name."""
    rows = Cosignature.objects.filter(checkpoint=checkpoint).order_by("vkey", "-at")
    return list(rows.distinct("vkey"))


def with_cosignatures(checkpoint: Checkpoint) -> Note:
    """The checkpoint with every witness's latest line below the log's own."""
    lines = latest_lines(checkpoint)[:MOST_LINES]
    return parse_note(checkpoint.note).with_signatures(
        parse_signature(row.line.rstrip("\n")) for row in lines
    )


def consistency_proof(ledger: Ledger, old: int, new: int) -> list[bytes]:
    """That the first `old` of `new` leaves are still what they were, 0 < old ≤ new ≤ what was signed."""
    nodes = StoredNodes(ledger)
    nodes.load(place for group in consistency_places(old, new) for place in group)
    return consistency(nodes, old, new)


def troubles() -> list[str]:
    """What is wrong with the public record, in words; nothing when all is well."""
    rows = Ledger.objects.filter(current=True).exclude(trouble="").order_by("log_id")
    found = [f"公开账本 {row.log_id}（{row.origin}）：{row.trouble}" for row in rows[:20]]
    mark = Mark.objects.filter(pk="ledger").first()
    return found + list(mark.value.get("troubles", []) if mark else [])


def pages() -> QuerySet[Ledger]:
    """The ledgers as the public list shows them: the district's first, then by code."""
    newest_at = Checkpoint.objects.filter(ledger=OuterRef("pk")).order_by("-size").values("at")[:1]
    rows = Ledger.objects.filter(current=True).select_related("log", "firm")
    return rows.annotate(newest_at=Subquery(newest_at)).order_by("log__key", "log_id")


def names_of(ledgers: Iterable[Ledger]) -> dict[int, str]:
    """What people call each log: the compound, or the district."""
    rows = list(ledgers)
    codes = [row.log.key for row in rows if row.log.key]
    names = dict(Compound.objects.filter(code__in=codes).values_list("code", "name"))
    here = district()
    whole = here.name if here else "全区"
    return {row.pk: names.get(row.log.key, row.log.key) or whole for row in rows}


def last_of_each(ledger: Ledger, vkeys: Iterable[str]) -> dict[str, Cosignature]:
    """The latest cosignature of each of these witnesses under any checkpoint of the ledger."""
    rows = Cosignature.objects.filter(ledger=ledger, vkey__in=list(vkeys))
    latest = rows.order_by("vkey", "-at").distinct("vkey").select_related("checkpoint")
    return {row.vkey: row for row in latest}


def editions_before(ledger: Ledger) -> list[Ledger]:
    """Earlier editions of the same log, newest first: each ended with a set-back that was accepted."""
    rows = Ledger.objects.filter(log_id=ledger.log_id, edition__lt=ledger.edition)
    return list(rows.order_by("-edition"))

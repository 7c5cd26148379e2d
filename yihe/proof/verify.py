"""`yihe verify`: reads a bundle, makes every check in the order of docs/format/bundle.md."""

from pathlib import Path

from yihe.proof import bundle
from yihe.proof.canonical import Malformed
from yihe.proof.checks_count import check_count
from yihe.proof.checks_log import check_log
from yihe.proof.checks_own import check_checkpoint, check_receipt
from yihe.proof.checks_vote import check_vote
from yihe.proof.facts import facts_of
from yihe.proof.record import read_record
from yihe.proof.report import Report


def verify(
    source: Path | bytes, *, receipt: bytes | None = None, checkpoint: bytes | None = None
) -> Report:
    """All checks of a bundle (its path or bytes), of a receipt and of a saved checkpoint with it.

    NotABundle when the file is none. Never raises for what a bundle holds: it becomes a failed check.
    """
    kind, files = bundle.read_bundle(source)
    report = Report(kind=kind, decision="")
    try:
        record = read_record(kind, files)
    except Malformed as error:
        report.add("form", [str(error)], "")
        return report
    report.decision = record.decision
    report.add("form", [], "每个文件都是规定的唯一写法。")
    facts = facts_of(record)
    report.title = facts.notice.fields["title"] if facts.notice else ""
    nodes = check_log(record, facts, report)
    check_vote(record, facts, report)
    check_count(record, facts, report)
    if receipt is not None:
        check_receipt(receipt, record, facts, nodes, report)
    if checkpoint is not None:
        check_checkpoint(checkpoint, record, nodes, report)
    return report

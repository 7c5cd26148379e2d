"""What a person brings along: a receipt, a checkpoint saved earlier."""

from yihe.proof.canonical import Malformed
from yihe.proof.checks_log import signature_faults
from yihe.proof.facts import Facts
from yihe.proof.leaves import BALLOT
from yihe.proof.notes import Checkpoint, Note, checkpoint_of, parse_note
from yihe.proof.receipts import SLIP, Receipt, parse_receipt, parse_slip, short_code
from yihe.proof.record import Record
from yihe.proof.report import Report
from yihe.proof.tree import MemoryNodes, root


def check_receipt(
    data: bytes, record: Record, facts: Facts, nodes: MemoryNodes, report: Report
) -> None:
    """Adds receipt: that this ballot is in the bundle as committed."""
    try:
        receipt = read_receipt(data)
    except Malformed as error:
        report.add("receipt", [f"回执读不懂：{error}"], "")
        return
    faults = _kept(receipt.note, receipt.checkpoint, record, nodes)
    if not receipt.holds():
        faults.append("回执里的证明不成立")
    ballot = BALLOT.fullmatch(receipt.leaf.decode("latin-1"))
    if not ballot:
        faults.append("回执里的不是一张票")
    if receipt.leaf not in record.lines:
        faults.append("回执里的这张票不在包里")
    counted = ballot is not None and (facts.closing is None or int(ballot[5]) < facts.closing.n)
    words = (
        "截止之前投出，已按密封时的样子计入或被本户后来的票替换"
        if counted
        else "在截止之后，不计入"
    )
    report.add(
        "receipt", faults, f"回执 {short_code(receipt.leaf)} 的这张票在包里，没有改动；{words}。"
    )


def read_receipt(data: bytes) -> Receipt:
    """A receipt file, or the text of the slip's QR code. Malformed otherwise."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed("不是 UTF-8 文字") from error
    bare = text.strip(" \t\r\n")
    return parse_slip(bare) if bare.startswith(SLIP) else parse_receipt(text)


def check_checkpoint(data: bytes, record: Record, nodes: MemoryNodes, report: Report) -> None:
    """Adds checkpoint: that the log only grew since the one that was saved."""
    try:
        note = parse_note(data.decode())
        saved = checkpoint_of(note)
    except (Malformed, UnicodeDecodeError) as error:
        words = str(error) if isinstance(error, Malformed) else "不是 UTF-8 文字"
        report.add("checkpoint", [f"保存的检查点读不懂：{words}"], "")
        return
    report.add(
        "checkpoint",
        _kept(note, saved, record, nodes),
        f"账本从保存的检查点（{saved.size} 条）到现在只有增加。",
    )


def _kept(note: Note, saved: Checkpoint, record: Record, nodes: MemoryNodes) -> list[str]:
    """The log signed this checkpoint, and its leaves still stand at the beginning of the log."""
    faults = signature_faults(note, saved, record.keys)
    size = len(record.hashes)
    if saved.size > size:
        faults.append(
            f"保存的检查点有 {saved.size} 条，包里的账本只有 {size} 条：包比它旧，或者账本变短了"
        )
    elif root(nodes, saved.size) != saved.root:
        signed = "，而且都有账本的签名：账本给不同的人看了不同的内容" if not faults else ""
        faults.append(f"同样的前 {saved.size} 条，两个检查点的根不同{signed}")
    return faults

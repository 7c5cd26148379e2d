"""Is it one log, signed, witnessed, only grown, with every leaf of this decision in it?"""

from collections.abc import Sequence

from yihe.proof.canonical import Malformed
from yihe.proof.facts import Facts
from yihe.proof.keys import LogKeys
from yihe.proof.leaves import posix
from yihe.proof.notes import Checkpoint, Note, cosigned_at, note_signed_by
from yihe.proof.record import Record
from yihe.proof.report import Report
from yihe.proof.tree import MemoryNodes, leaf_hash, root


def check_log(record: Record, facts: Facts, report: Report) -> MemoryNodes:
    """Adds log_root, log_signature, growth, witnesses, leaves; gives the nodes for later proofs."""
    nodes, size = MemoryNodes(record.hashes), len(record.hashes)
    note, last = record.checkpoints[-1]
    report.size, report.root = last.size, last.root.hex()
    key = record.keys.at(last.size)
    report.log_key = str(key) if key else ""
    faults = []
    if last.size != size:
        faults.append(f"检查点说有 {last.size} 条，包里有 {size} 条")
    elif root(nodes, size) != last.root:
        faults.append("由全部条目算出的根和检查点上的根不同")
    report.add("log_root", faults, f"账本的根由全部 {size} 条算出，与检查点一致。")
    report.add(
        "log_signature",
        [fault for one in record.checkpoints for fault in signature_faults(*one, record.keys)],
        f"{len(record.checkpoints)} 个检查点都有账本自己的签名。",
    )
    report.add("growth", _growth(record.checkpoints, nodes, size), "账本只增加，没有改动。")
    _witnesses(record, facts, note, report)
    _leaves(record, report)
    return nodes


def signature_faults(note: Note, checkpoint: Checkpoint, keys: LogKeys) -> list[str]:
    """Whether the log itself signed a checkpoint, with the key of its size."""
    if checkpoint.origin != keys.origin:
        return [f"检查点是另一本账的：{checkpoint.origin}"]
    key = keys.at(checkpoint.size)
    if key is None or not note_signed_by(note, key):
        return [f"大小 {checkpoint.size} 的检查点没有账本的有效签名"]
    return []


def _growth(
    checkpoints: Sequence[tuple[Note, Checkpoint]], nodes: MemoryNodes, size: int
) -> list[str]:
    faults, before = [], -1
    for _, one in checkpoints:
        if one.size <= before:
            faults.append(f"检查点没有从小到大：{one.size} 在 {before} 之后")
        before = one.size
        if one.size > size or root(nodes, one.size) != one.root:
            faults.append(f"前 {one.size} 条已不是当时检查点上的样子")
    return faults


def _witnesses(record: Record, facts: Facts, last: Note, report: Report) -> None:
    faults, firm, stale = [], 0, 0
    if facts.notice is None or facts.notice.fields["witnesses"] != record.witnesses_hash:
        faults.append("见证人名单不是公告定下的那一份")
    since = posix(facts.closing.at) if facts.closing else None
    for key in record.witnesses.keys:
        for note, _ in record.checkpoints:
            try:
                at = cosigned_at(note, key)
            except Malformed as error:
                faults.append(str(error))
                continue
            if note is last and at is not None:
                fresh = since is not None and at >= since
                firm, stale = firm + fresh, stale + (not fresh)
    report.witnessed = (firm, len(record.witnesses.keys))
    if firm < record.witnesses.needed:
        old = f"，另有 {stale} 个签名早于截止" if stale else ""
        faults.append(
            f"最后的检查点要 {record.witnesses.needed} 位见证人，有效的只有 {firm} 位{old}"
        )
    report.add(
        "witnesses",
        faults,
        f"最后的检查点由 {len(record.witnesses.keys)} 位见证人中的 {firm} 位签名见证。",
    )


def _leaves(record: Record, report: Report) -> None:
    faults = []
    if record.decisions != {record.decision}:
        faults.append("包里混有别的表决的条目")
    for place, n in enumerate(record.numbers):
        if n != place:
            faults.append(f"编号应当是 {place} 的条目写着 {n}：有条目缺失、重复或调换")
            break
    where = {digest: place for place, digest in enumerate(record.hashes)}
    if len(where) != len(record.hashes):
        faults.append("账本里有两条完全相同的条目")
    before = -1
    for n, line in enumerate(record.lines):
        at = where.get(leaf_hash(line), -1)
        if at <= before:
            faults.append(f"第 {n} 条不在账本里，或者顺序不对")
            break
        before = at
    report.add(
        "leaves", faults, f"本次表决的 {len(record.lines)} 条都在账本里，编号连续，顺序不变。"
    )

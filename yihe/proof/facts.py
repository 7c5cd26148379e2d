"""Which leaf of a decision is the one that counts: the notice in force, the roll, the closing, the result."""

from dataclasses import dataclass

from yihe.proof.leaves import Leaf
from yihe.proof.record import BallotLeaf, Record


@dataclass(frozen=True)
class Facts:
    """None where the leaf is missing. `start` is the number of the first ballot, else of the closing."""

    start: int
    rules: Leaf | None
    roll: Leaf | None
    notice: Leaf | None
    closing: Leaf | None
    result: Leaf | None
    count: Leaf | None
    in_time: list[BallotLeaf]  # before the closing: these count
    late: int


def _last(leaves: list[Leaf], *, before: int) -> Leaf | None:
    found = [leaf for leaf in leaves if leaf.n < before]
    return found[-1] if found else None


def facts_of(record: Record) -> Facts:
    closings = record.of("closing")
    closing = closings[0] if closings else None
    end = closing.n if closing else 1 << 60
    start = min((ballot.n for ballot in record.ballots), default=end)
    start = min(start, end)
    notice = _last(record.of("notice"), before=start)
    results, counts = record.of("result"), record.of("count")
    in_time = [ballot for ballot in record.ballots if ballot.n < end]
    return Facts(
        start=start,
        rules=_last(record.of("rules"), before=notice.n if notice else start),
        roll=_last(record.of("roll", "correction"), before=start),
        notice=notice,
        closing=closing,
        result=results[-1] if results else None,
        count=counts[-1] if counts else None,
        in_time=in_time,
        late=len(record.ballots) - len(in_time),
    )


def order_faults(record: Record, facts: Facts) -> list[str]:
    """What stands in the wrong place among the leaves of the decision."""
    faults = []
    rolls, closings = record.of("roll"), record.of("closing")
    if len(closings) != 1:
        faults.append(f"应当有一条截止，实际有 {len(closings)} 条")
    if len(rolls) != 1:
        faults.append(f"应当有一条名册，实际有 {len(rolls)} 条")
    for leaf, name in ((facts.rules, "规则"), (facts.roll, "名册"), (facts.notice, "公告")):
        if leaf is None:
            faults.append(f"第一张票之前没有{name}")
    if rolls and any(leaf.n < rolls[0].n for leaf in record.of("correction")):
        faults.append("更正在名册之前")
    late = [
        leaf for leaf in record.of("rules", "roll", "correction", "notice") if leaf.n > facts.start
    ]
    if late:
        faults.append(f"投票开始以后又改了规则、名册或公告（第 {late[0].n} 条）")
    objections = {leaf.n for leaf in record.of("objection")}
    for leaf in record.of("correction"):
        answered = leaf.fields["objection"]
        if answered is not None and not (answered in objections and answered < leaf.n):
            faults.append(f"第 {leaf.n} 条更正所说的异议不存在")
    end = facts.closing.n if facts.closing else -1
    since = facts.notice.n if facts.notice else 0
    if not any(since < leaf.n < end for leaf in record.of("service")):
        faults.append("公告之后、截止之前没有送达统计")
    for leaf in record.of("paper_batch", "proxy"):
        if leaf.n > end:
            faults.append(f"第 {leaf.n} 条（纸质票批次或委托）在截止之后")
    if facts.result is None or facts.result.n <= end:
        faults.append("截止之后没有结果")
    elif facts.count is None or facts.count.n <= facts.result.n:
        faults.append("结果之后没有监票人的计票签名")
    for leaf in record.of("reconciliation"):
        if facts.result and not end < leaf.n < facts.result.n:
            faults.append("纸质票核对不在截止和结果之间")
    for leaf in record.of("filing"):
        if facts.count is None or leaf.n <= facts.count.n:
            faults.append("备案在计票签名之前")
    return faults

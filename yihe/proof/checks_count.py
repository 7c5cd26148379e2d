"""Does the result follow from the numbers, the numbers from the ballots, and who stands by it?"""

from hashlib import sha256
from typing import Any

from yihe.proof.canonical import Malformed
from yihe.proof.checks_vote import cast_choices
from yihe.proof.facts import Facts
from yihe.proof.keys import NOTE, quorum
from yihe.proof.leaves import CHOICES, Leaf
from yihe.proof.notes import note_signed_by, parse_note
from yihe.proof.record import Record
from yihe.proof.recount import Votes, area_units, count, judged, thresholds
from yihe.proof.report import Report


def count_statement(decision: str, number: int, result: bytes) -> str:
    """The text that scrutineers sign: the decision, the number of the result's leaf, its SHA-256."""
    return f"yihe/count/v1\n{decision}\n{number}\n{sha256(result).hexdigest()}\n"


def check_count(record: Record, facts: Facts, report: Report) -> None:
    """Adds result, scrutineers and, for a full bundle, recount."""
    report.add("result", _result(record, facts, report), "结果由各项数字和规则推出，没有出入。")
    _scrutineers(facts, report)
    if record.kind == "full":
        report.add(
            "recount", _recount(record, facts), "按打开的名册和票重新计票，人数和面积都与结果一致。"
        )


def _result(record: Record, facts: Facts, report: Report) -> list[str]:
    notice, result = facts.notice, facts.result
    if notice is None or result is None or facts.roll is None or facts.closing is None:
        return ["没有公告、名册、截止或结果"]
    asked, told = notice.fields["motions"], result.fields["motions"]
    faults = []
    if result.fields["notice"] != notice.n:
        faults.append("结果依据的不是这份公告")
    if [m["id"] for m in asked] != [m["id"] for m in told] or len({m["id"] for m in asked}) != len(
        asked
    ):
        return [*faults, "结果的议题和公告的议题不同"]
    again = sum(ballot.kind == "replacement" for ballot in facts.in_time)
    if (result.fields["units"], result.fields["replaced"]) != (len(facts.in_time) - again, again):
        faults.append("结果所计的票数和截止前的票数不同")
    whole = {name: facts.roll.fields[name] for name in ("area", "heads")}
    for motion, found in zip(asked, told, strict=True):
        report.motions.append({**found, "title": motion["title"]})
        if motion["scope"] is None and found["totals"] != whole:
            faults.append(f"议题 {motion['id']} 的总数不是名册的总数")
        faults += _adds_up(record.rules, motion, found, result.fields["units"])
    return faults


def _adds_up(rules: Any, motion: dict[str, Any], found: dict[str, Any], units: int) -> list[str]:
    """A motion's own numbers lead to its own outcome."""
    name = motion["id"]
    votes = Votes(
        total_heads=found["totals"]["heads"],
        total_area=area_units(found["totals"]["area"]),
        heads=[found[choice]["heads"] for choice in CHOICES],
        area=[area_units(found[choice]["area"]) for choice in CHOICES],
        split_heads=found["split"]["heads"],
        split_agree=found["split"]["agree"],
    )
    heads = sum(votes.heads) + votes.split_heads
    if heads > min(votes.total_heads, units) or sum(votes.area) > votes.total_area:
        return [f"议题 {name} 参与的比全体还多"]
    if votes.split_agree > votes.split_heads:
        return [f"议题 {name} 分开投票的人数不对"]
    try:
        due = judged(votes, thresholds(rules, motion["matter"]))
    except Malformed as error:
        return [str(error)]
    return _differences(name, due, found)


def _differences(name: str, due: dict[str, Any], found: dict[str, Any]) -> list[str]:
    chinese = {
        "agree": "同意", "against": "反对", "abstain": "弃权", "invalid": "废票", "split": "分开投票",
        "totals": "总数", "participation": "参与",
        "quorum": "参与门槛", "approval": "同意门槛", "outcome": "结论",
    }  # fmt: skip
    wrong = [words for field, words in chinese.items() if due[field] != found[field]]
    return [f"议题 {name} 的{'、'.join(wrong)}不对"] if wrong else []


def _recount(record: Record, facts: Facts) -> list[str]:
    if not (facts.notice and facts.closing and facts.result and record.roll):
        return ["没有公告、名册、截止或结果，不能重新计票"]
    if record.openings is None or len(record.openings) != len(record.ballots):
        return ["票没有全部打开，不能重新计票"]
    asked = facts.notice.fields["motions"]
    cast = cast_choices(record, facts, record.roll)
    counted = count(record.roll.columns, [motion["scope"] for motion in asked], cast)
    told = {motion["id"]: motion for motion in facts.result.fields["motions"]}
    faults = []
    for motion, votes in zip(asked, counted, strict=True):
        if motion["id"] not in told:
            faults.append(f"结果里没有议题 {motion['id']}")
            continue
        try:
            due = judged(votes, thresholds(record.rules, motion["matter"]))
        except Malformed as error:
            faults.append(str(error))
            continue
        faults += [
            f"重新计票：{one}" for one in _differences(motion["id"], due, told[motion["id"]])
        ]
    return faults


def _scrutineers(facts: Facts, report: Report) -> None:
    faults: list[str] = []
    try:
        named = quorum(facts.notice.fields["scrutineers"], NOTE) if facts.notice else None
        report.attested = (0, len(named.keys) if named else 0)
        note = parse_note(facts.count.fields["note"]) if facts.count else None
    except Malformed as error:
        report.add("scrutineers", [f"监票人名单或签名的写法不对：{error}"], "")
        return
    if named is None or note is None or facts.count is None or facts.result is None:
        report.add("scrutineers", ["没有监票人的计票签名"], "")
        return
    if not _states(facts.count, note.text, facts.result):
        faults.append("监票人签的不是这份结果")
    signed = 0
    for key in named.keys:
        state = note_signed_by(note, key)
        signed += state is True
        if state is False:
            faults.append(f"{key.name} 的签名不对")
    if signed < named.needed:
        faults.append(f"监票人应有 {named.needed} 位签名，有效的只有 {signed} 位")
    report.attested = (0 if faults else signed, len(named.keys))
    report.add(
        "scrutineers", faults, f"结果由 {len(named.keys)} 位监票人中的 {signed} 位签名证明。"
    )


def _states(count: Leaf, text: str, result: Leaf) -> bool:
    return count.fields["result"] == result.n and text == count_statement(
        result.decision, result.n, result.line
    )

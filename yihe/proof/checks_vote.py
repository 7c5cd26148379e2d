"""Did the vote go by its own rules: roll, notice, service, ballots, times, paper?"""

from itertools import pairwise

from yihe.proof.canonical import Malformed, decode
from yihe.proof.commitments import PAPER, commit, roll_root
from yihe.proof.facts import Facts, order_faults
from yihe.proof.leaves import CHOICES
from yihe.proof.record import Opening, OpenRoll, Record
from yihe.proof.recount import SILENT, area_text, thresholds
from yihe.proof.report import Report

DEEMED = ("deemed_participation", "deemed_to_majority")


def check_vote(record: Record, facts: Facts, report: Report) -> None:
    """Adds order, rules, roll, service, ballots, times, paper."""
    report.add(
        "order", order_faults(record, facts), "规则、名册、公告、投票、截止、结果的先后没有错。"
    )
    _rules(record, facts, report)
    _roll(record, facts, report)
    _service(record, facts, report)
    report.add("ballots", _ballots(record, facts), _ballot_words(record, facts))
    report.add("times", _times(facts), "每张计入的票都在公告的时间之内。")
    _paper(record, facts, report)


def _rules(record: Record, facts: Facts, report: Report) -> None:
    faults = []
    for leaf, name, field in (
        (facts.rules, "规则条目", "hash"),
        (facts.notice, "公告", "rules"),
        (facts.result, "结果", "rules"),
    ):
        if leaf is None:
            faults.append(f"没有{name}")
        elif leaf.fields[field] != record.rules_hash:
            faults.append(f"包里的规则不是{name}定下的那一套")
    own = record.rules if isinstance(record.rules, dict) else {}
    if any(own.get(name) is not None and own[name] is not False for name in DEEMED):
        faults.append("规则允许视为表决，这一版格式不含视为表决，不能核验")
    for motion in facts.notice.fields["motions"] if facts.notice else []:
        try:
            thresholds(record.rules, motion["matter"])
        except Malformed as error:
            faults.append(str(error))
    report.add("rules", faults, "用的就是公告定下的那一套规则。")


def _roll(record: Record, facts: Facts, report: Report) -> None:
    leaf, faults = facts.roll, []
    if leaf is None:
        report.add("roll", ["没有名册"], "")
        return
    words = f"名册共 {leaf.fields['units']} 户，投票前已定下。"
    if facts.result is None or facts.result.fields["roll"] != leaf.fields["root"]:
        faults.append("结果用的不是投票前定下的名册")
    if record.roll is not None:
        opened = record.roll
        if roll_root(opened.lines) != leaf.fields["root"]:
            faults.append("打开的名册和投票前定下的名册不同")
        if any(a >= b for a, b in pairwise(opened.units)):
            faults.append("名册没有按户号排列，或者有重复的户")
        found = {
            "units": len(opened.units),
            "heads": len(set(opened.columns.heads)),
            "area": area_text(sum(opened.columns.areas)),
        }
        for name, chinese in (("units", "户数"), ("heads", "人数"), ("area", "面积")):
            if found[name] != leaf.fields[name]:
                faults.append(f"名册的{chinese}应当是 {found[name]}，写的是 {leaf.fields[name]}")
        words = f"名册共 {leaf.fields['units']} 户，逐户打开，与投票前定下的一致。"
    report.add("roll", faults, words)


def _service(record: Record, facts: Facts, report: Report) -> None:
    end = facts.closing.n if facts.closing else -1
    leaves = [leaf for leaf in record.of("service") if leaf.n < end]
    if not leaves or facts.roll is None:
        report.add("service", ["没有送达统计"], "")
        return
    last, units = leaves[-1].fields, facts.roll.fields["units"]
    faults = []
    if last["delivered"] + last["posted"] + last["unserved"] != units:
        faults.append("送达、张贴和未送达的户数加起来不等于名册户数")
    report.add(
        "service",
        faults,
        f"公告送达 {last['delivered']} 户，张贴代替 {last['posted']} 户，未送达 {last['unserved']} 户。",
    )


def _ballot_words(record: Record, facts: Facts) -> str:
    late = f"，截止以后的 {facts.late} 张不计" if facts.late else ""
    opened = "，每张都能打开" if record.openings is not None else ""
    return f"截止前的票 {len(facts.in_time)} 张（含改票）{late}{opened}。"


def _ballots(record: Record, facts: Facts) -> list[str]:
    faults = []
    if len({ballot.commitment for ballot in record.ballots}) != len(record.ballots):
        faults.append("有两张票的密封值相同")
    if facts.closing is None:
        faults.append("没有截止")
    else:
        again = sum(ballot.kind == "replacement" for ballot in facts.in_time)
        first = len(facts.in_time) - again
        stated = facts.closing.fields
        if (stated["ballots"], stated["replacements"]) != (first, again):
            faults.append(
                f"截止时写明有票 {stated['ballots']} 张、改票 {stated['replacements']} 张，"
                f"账本里是 {first} 张、{again} 张"
            )
    if record.openings is not None and record.roll is not None:
        faults += _opened(record, facts, record.openings, record.roll)
    return faults


def _opened(record: Record, facts: Facts, openings: list[Opening], roll: OpenRoll) -> list[str]:
    if len(openings) != len(record.ballots):
        return [f"账本里有 {len(record.ballots)} 张票，打开的有 {len(openings)} 张"]
    if facts.notice is None:
        return ["没有公告，不知道票投的是什么"]
    faults: list[str] = []
    scopes = {m["id"]: m["scope"] for m in facts.notice.fields["motions"]}
    parsed = {text: parse_choices(text) for text in {one.choices for one in openings}}
    bad = {text for text, choices in parsed.items() if not choices.keys() <= scopes.keys()}
    limited = any(scope is not None for scope in scopes.values())
    within = dict(zip(roll.units, roll.columns.scopes, strict=True))
    proxies = {leaf.n for leaf in record.of("proxy")}
    latest: dict[str, int] = {}
    for leaf, one, line in zip(record.ballots, openings, record.opening_lines, strict=True):
        n = leaf.n
        if commit(line) != leaf.commitment:
            faults.append(f"第 {n} 条的票打开后和账本里的密封值不符")
        if one.decision != record.decision:
            faults.append(f"第 {n} 条的票是另一次表决的")
        own = within.get(one.unit)
        if own is None:
            faults.append(f"第 {n} 条的票所属的户不在名册上")
        elif limited and any(
            scopes.get(motion) is not None and scopes[motion] not in own
            for motion in parsed[one.choices]
        ):
            faults.append(f"第 {n} 条的票投了不属于自己范围的议题")
        if one.choices in bad:
            faults.append(f"第 {n} 条的票投了公告没有的议题")
        before = latest.get(one.unit)
        told = int(one.replaces) if one.replaces else None
        if told != before or (leaf.kind == "replacement") != (before is not None):
            faults.append(f"第 {n} 条的票没有按规定接在同一户的上一张之后")
        if one.proxy and not (int(one.proxy) in proxies and int(one.proxy) < n):
            faults.append(f"第 {n} 条的票所说的委托不存在")
        latest[one.unit] = n
    return faults


def parse_choices(text: str) -> dict[str, str]:
    """The choices of an opening, by motion."""
    found: dict[str, str] = decode(b"{" + text.encode() + b"}")
    return found


def cast_choices(record: Record, facts: Facts, roll: OpenRoll) -> list[tuple[int, ...]]:
    """For each unit of the roll what its counting ballot says to each motion; () without one."""
    motions = [m["id"] for m in facts.notice.fields["motions"]] if facts.notice else []
    precedence = facts.notice.fields["precedence"] if facts.notice else "later"
    end = facts.closing.n if facts.closing else -1
    keeps = {"later": (), "paper": PAPER, "online": ("online",)}[precedence]
    standing: dict[str, Opening] = {}
    for leaf, one in zip(record.ballots, record.openings or [], strict=False):
        if leaf.n < end:
            held = standing.get(one.unit)
            if held is None or held.channel not in keeps or one.channel in keeps:
                standing[one.unit] = one
    number = {name: place for place, name in enumerate(CHOICES)}
    parsed: dict[str, tuple[int, ...]] = {}
    for one in standing.values():
        if one.choices not in parsed:
            choices = parse_choices(one.choices)
            parsed[one.choices] = tuple(
                number[choices[motion]] if motion in choices else SILENT for motion in motions
            )
    return [parsed[standing[unit].choices] if unit in standing else () for unit in roll.units]


def _times(facts: Facts) -> list[str]:
    notice, closing = facts.notice, facts.closing
    if notice is None or closing is None or facts.result is None:
        return ["没有公告、截止或结果"]
    opens, closes = notice.fields["opens_at"], notice.fields["closes_at"]
    faults = []
    if not notice.at <= opens < closes:
        faults.append("公告、开始、截止的时间先后不对")
    if closing.at < closes:
        faults.append("截止条目早于公告的截止时间")
    if facts.result.at < closing.at:
        faults.append("结果早于截止")
    outside = [ballot for ballot in facts.in_time if not opens <= ballot.at <= closes]
    if outside:
        faults.append(f"第 {outside[0].n} 条的票不在投票时间之内（共 {len(outside)} 张）")
    return faults


def _paper(record: Record, facts: Facts, report: Report) -> None:
    batches, sums = record.of("paper_batch"), record.of("reconciliation")
    faults, words = [], "没有纸质票。"
    keyed = sum(leaf.fields["ballots"] for leaf in batches)
    if len(sums) > 1 or (batches and not sums):
        faults.append("纸质票应当有一份核对")
    if sums:
        found = sums[-1].fields
        words = f"纸质票印 {found['printed']} 张，"
        words += f"收回 {found['returned']}，作废 {found['spoiled']}，未收回 {found['missing']}。"
        if found["printed"] != found["returned"] + found["spoiled"] + found["missing"]:
            faults.append("印的纸质票不等于收回、作废、未收回之和")
        if found["marked"] != keyed or found["marked"] > found["returned"]:
            faults.append(f"核对写明填好的纸质票 {found['marked']} 张，录入的批次共 {keyed} 张")
    if record.openings is not None and facts.closing is None:
        faults.append("没有截止，不知道哪些纸质票在截止之前")
    elif record.openings is not None and facts.closing is not None:
        paper = sum(
            one.channel in PAPER and leaf.n < facts.closing.n
            for leaf, one in zip(record.ballots, record.openings, strict=False)
        )
        if paper != keyed:
            faults.append(f"账本里有纸质票 {paper} 张，录入的批次共 {keyed} 张")
    report.add("paper", faults, words)

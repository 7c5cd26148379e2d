"""A rule book for a lawyer to read: each rule with article, words, source, state."""

from datetime import date
from typing import Any

from yihe.law.shelf import STATE_WORDS, Book, Composed, Rule, shelf

LAYER_WORDS = {
    1: "法律",
    2: "行政法规",
    3: "司法解释",
    4: "经济特区法规、地方性法规",
    5: "部门和地方规范性文件",
    6: "管理规约、议事规则",
    7: "本次会议的决议",
}
KIND_WORDS = {
    "matters": "哪些事",
    "quorum": "参与多少",
    "approval": "同意多少",
    "proposal": "多少人可以提议",
    "heads": "人数怎样算",
    "area": "面积怎样算",
    "roll": "谁是业主",
    "clock": "期限",
    "period": "期间怎样算",
    "open": "留给约定",
    "election": "业主委员会的组成",
    "language": "用语",
    "effect": "效力",
    "duty": "要做的事",
}


def numbers_in_words(rule: Rule) -> str:
    """What the rule reckons with, in words: 事后 60 日；合同可以另行约定. Empty where it has none."""
    numbers = rule.numbers
    if "share" in numbers:
        base = "全体业主" if numbers.get("of") == "totals" else "参与表决的业主"
        share = rule.threshold().words
        either = "人数或者面积之一" if numbers.get("either") else ""
        return f"{base}{'' if share == '过半数' else '的'}{share}（{rule.threshold()}）{either}"
    if rule.kind == "clock":
        return _clock_in_words(rule)
    if "least" in numbers:
        odd = "，单数" if numbers.get("odd") else ""
        return f"{numbers['least']} 至 {numbers['most']} 人{odd}"
    if rule.kind == "matters":
        return ""  # the text lists them
    if "key" in numbers:
        return {"no": "没有规定时：否", "none": "没有规定时：不算"}[numbers["default"]]
    return ""


def _clock_in_words(rule: Rule) -> str:
    numbers = rule.numbers
    units = (("years", "年"), ("months", "个月"), ("days", "日"))
    length = "".join(f"{numbers[name]} {unit}" for name, unit in units if name in numbers)
    before = numbers["run"] == "before"
    said = [f"{'提前' if before else '事后'} {length}" if length else "天数没有写"]
    if numbers.get("full"):
        said.append("两头的当日都不算，中间要满")
    elif before:
        said.append("从那一天往回数")
    else:
        said.append("当日不算，次日起数")
    if numbers.get("rolls"):
        said.append("最后一日是休假日的，到休假结束的次日")
    if numbers.get("agreed") == "allowed":
        said.append("合同可以另行约定")
    if numbers.get("agreed") == "needed":
        said.append("要有约定的天数才能算")
    return "；".join(said)


def book_in_words(book: Book) -> str:
    """One book as text: its head, then every rule, those that are off with the reason."""
    until = f"至 {book.in_force_to}" if book.in_force_to else "起"
    head = [
        f"{book.title}（{book.id}）",
        f"层次：{LAYER_WORDS[book.layer]}　地域：{book.jurisdiction}　适用：{book.in_force_from} {until}",
        f"来源：{book.source}",
    ]
    return (
        "\n\n".join(
            ["\n".join(head), *(_rule(rule, quoted=book.layer != 6) for rule in book.rules)]
        )
        + "\n"
    )


def _rule(rule: Rule, *, quoted: bool) -> str:
    """`quoted`: the words of a verified rule are the law's own; what house rules may settle is ours."""
    lines = [
        f"[{'开' if rule.on else '关'}] {rule.id}　{rule.article}",
        f"  “{rule.text}”" if rule.on and quoted else f"  {rule.text}",
        f"  管什么：{KIND_WORDS[rule.kind]}",
        f"  出处：{rule.source}　核对：{rule.state.value}，{STATE_WORDS[rule.state]}",
    ]
    if numbers := numbers_in_words(rule):
        lines.append(f"  数字：{numbers}")
    if rule.off:
        lines.append(f"  关着的原因：{rule.off}")
    if rule.note:
        lines.append(f"  注：{rule.note}")
    return "\n".join(lines)


def shelf_in_words() -> str:
    """All books, one line each."""
    lines = []
    for book in shelf():
        on = sum(rule.on for rule in book.rules)
        until = book.in_force_to or ""
        lines.append(
            f"{book.id}　{book.jurisdiction}　{book.in_force_from}–{until}　"
            f"{len(book.rules)}条，开{on}条　{book.title}"
        )
    return "\n".join(lines) + "\n"


def composed_in_words(law: Composed) -> str:
    """What applies at a place on a day, nearest and highest first."""
    deciding = law.deciding
    head = f"{law.on} 在 {law.place} 适用的规则"
    if deciding is None:
        return f"{head}：没有收录。\n"
    head += f"\n表决按：{deciding.title}（{deciding.id}）\n指纹：{law.hash}"
    return "\n\n".join([head, *(book_in_words(book).rstrip() for book in law.books)]) + "\n"


def book_to_json(book: Book) -> dict[str, Any]:
    return {
        "id": book.id,
        "title": book.title,
        "layer": book.layer,
        "jurisdiction": book.jurisdiction,
        "in_force_from": book.in_force_from.isoformat(),
        "in_force_to": book.in_force_to.isoformat() if book.in_force_to else None,
        "source": book.source,
        "rules": [
            {
                "id": rule.id,
                "kind": rule.kind,
                "article": rule.article,
                "text": rule.text,
                "source": rule.source,
                "state": rule.state.value,
                "on": rule.on,
                "why_off": rule.why_off or None,
                "note": rule.note or None,
                "numbers": dict(rule.numbers),
            }
            for rule in book.rules
        ],
    }


def composed_to_json(law: Composed) -> dict[str, Any]:
    return {
        "place": law.place,
        "at": law.on.isoformat(),
        "rule_book": law.deciding.id if law.deciding else None,
        "hash": law.hash if law.deciding else None,
        "books": [book_to_json(book) for book in law.books],
    }


def day(text: str) -> date | None:
    """A day as 2024-07-29; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

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
        f"  出处：{rule.source}　核对：{rule.state.value}，{STATE_WORDS[rule.state]}",
    ]
    if "share" in rule.numbers:
        base = "全体业主" if rule.numbers.get("of") == "totals" else "参与表决的业主"
        lines.append(f"  计算：{base}的{rule.threshold().words}（{rule.threshold()}）")
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

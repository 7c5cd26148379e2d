"""What `yihe keys …` does: keys of logs, witnesses, checking, going on after a set-back."""

import argparse
from collections.abc import Callable

from django.utils import timezone

from yihe.ledger.actions import rotate_key
from yihe.ledger.checking import check
from yihe.ledger.keys import add_witness, remove_witness, witnesses
from yihe.ledger.models import Ledger
from yihe.ledger.queries import log_keys
from yihe.ledger.setback import accept_setback, set_aside
from yihe.proof.keys import Witnesses
from yihe.refusal import Refusal
from yihe.trail.acting import SYSTEM

Told = tuple[str, int]


def _ledgers(words: argparse.Namespace) -> list[Ledger]:
    """Those that are meant: by number, or all of them."""
    rows = Ledger.objects.filter(current=True).select_related("log").order_by("log_id")
    if words.all:
        if words.of:
            raise Refusal("写了 --all，就不要再写账本的编号。")
        return list(rows)
    if not words.of:
        raise Refusal("请写账本的编号，或者 --all。编号见 yihe keys list。")
    found = [row for row in rows if str(row.log_id) in words.of]
    known = {str(row.log_id) for row in found}
    if unknown := [one for one in words.of if one not in known]:
        raise Refusal(f"没有账本 {'、'.join(unknown)}。编号见 yihe keys list。")
    return found


def show(words: argparse.Namespace) -> Told:
    rows = Ledger.objects.filter(current=True).select_related("log").order_by("log_id")
    lines = []
    for row in rows:
        lines.append(f"{row.log_id}　{row.log}　{row.origin}　检查点做到第 {row.signed} 条\n")
        if row.trouble:
            lines.append(f"　　{row.trouble}\n")
        lines += [
            f"　　从第 {period.since} 条起：{period.key}\n" for period in log_keys(row).periods
        ]
    return "".join(lines) or "还没有公开账本。\n", 0


def rotate(words: argparse.Namespace) -> Told:
    lines = []
    for row in _ledgers(words):
        key = rotate_key(ledger_id=row.pk, at=timezone.now())
        lines.append(f"账本 {row.log_id}：从第 {key.since} 条起用新的公钥 {key.vkey}\n")
    return "".join(lines) or "还没有公开账本。\n", 0


def witness(words: argparse.Namespace) -> Told:
    match words.of:
        case [] | ["list"]:
            return _named(witnesses()), 0
        case ["add", vkey]:
            return _named(add_witness(vkey, words.needed)), 0
        case ["remove", name]:
            return _named(remove_witness(name, words.needed)), 0
    raise Refusal("请写 yihe keys witness add 公钥 --needed 几位，或者 remove 名字。")


def _named(found: Witnesses | None) -> str:
    if found is None:
        return "还没有见证人。\n"
    lines = "".join(f"　　{key}\n" for key in found.keys)
    return f"{len(found.keys)} 位见证人，{found.needed} 位签了算稳固：\n{lines}"


def check_all(words: argparse.Namespace) -> Told:
    lines, code = [], 0
    for row in _ledgers(words):
        wrong = check(row)
        code = 1 if wrong else code
        lines.append(f"账本 {row.log_id}：{wrong or f'{row.size} 条都和检查点相符'}\n")
    return "".join(lines), code


def accept(words: argparse.Namespace) -> Told:
    if len(words.of) != 1:
        raise Refusal("请写一个账本的编号；数据库不认识的账本，写它的名字。")
    [one] = words.of
    if not (one.isascii() and one.isdecimal() and len(one) < 19):
        kept = set_aside(origin=one, reason=words.reason, acting=SYSTEM, at=timezone.now())
        return f"检查点文件改名为 {kept} 留着，已记为公开的一条留痕。\n", 0
    made = accept_setback(number=int(one), reason=words.reason, acting=SYSTEM, at=timezone.now())
    return f"账本 {one} 从现在起叫 {made.origin}，已记为公开的一条留痕。请告诉见证人。\n", 0


KEY_COMMANDS: dict[str, Callable[[argparse.Namespace], Told]] = {
    "list": show,
    "rotate": rotate,
    "witness": witness,
    "check": check_all,
    "accept-setback": accept,
}

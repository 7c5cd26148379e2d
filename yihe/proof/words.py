"""A verification as a page for people: what was looked at, what holds, what was decided."""

from typing import Any

from yihe.proof.report import Report

OUTCOMES = {
    "passed": "通过",
    "not_passed": "未通过（没有形成决定）",
    "no_quorum": "参与不足（没有形成决定）",
    "undetermined": "不能确定",
}


def page(report: Report) -> str:
    """The whole answer in Chinese, with a newline at the end."""
    lines = [report.title or "一次业主表决", f"编号 {report.decision or '（读不出）'}", ""]
    lines += [f"{'✓' if check.ok else '✗'} {check.text}" for check in report.checks]
    lines.append("")
    for motion in report.motions:
        lines += _motion(motion)
    wrong = sum(not check.ok for check in report.checks)
    lines.append("结论：都对得上。" if not wrong else f"结论：有 {wrong} 处对不上，见带 ✗ 的行。")
    if report.recount == "recomputed":
        lines.append("已重新计票：人数和面积都按打开的每张票重新算过。")
    else:
        k, n = report.attested
        lines.append(
            f"没有重新计票：结果由 {n} 位监票人中的 {k} 位签名证明。" if k else "没有重新计票。"
        )
    if report.log_key:
        lines.append(f"账本的公钥：{report.log_key}")
        lines.append(
            "请和小区公示的公钥、或您自己保存的回执和检查点对一对；只看这个包，不能知道它是不是另造的一本账。"
        )
    return "\n".join(lines) + "\n"


def _motion(motion: dict[str, Any]) -> list[str]:
    agree, part, total = motion["agree"], motion["participation"], motion["totals"]
    return [
        f"议题 {motion['id']} {motion['title']}：{OUTCOMES[motion['outcome']]}",
        f"  参与 {part['heads']} 人 / {total['heads']} 人，{part['area']} ㎡ / {total['area']} ㎡；"
        f"同意 {agree['heads']} 人，{agree['area']} ㎡",
        "",
    ]

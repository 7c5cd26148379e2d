"""What `yihe verify` does: the text to print and the exit code."""

import json
from pathlib import Path

from yihe.proof.bundle import NotABundle
from yihe.proof.verify import verify
from yihe.proof.words import page
from yihe.refusal import Refusal


def verify_files(
    bundle: str, *, receipt: str | None, checkpoint: str | None, as_json: bool
) -> tuple[str, str, int]:
    """Text for stdout, text for stderr, exit code: 0 all good, 1 something does not hold, 2 no bundle."""
    try:
        held = [Path(name).read_bytes() if name else None for name in (receipt, checkpoint)]
    except OSError as error:
        raise Refusal(f"打不开 {error.filename}。") from error
    try:
        report = verify(Path(bundle), receipt=held[0], checkpoint=held[1])
    except (NotABundle, OSError) as error:
        words = str(error) if isinstance(error, NotABundle) else f"打不开 {bundle}。"
        failed = {"id": "bundle", "ok": False, "text": words}
        answer = json.dumps(
            {"recount": "attested", "ok": False, "checks": [failed]}, ensure_ascii=False
        )
        return (answer + "\n" if as_json else ""), f"不是证据包：{words}\n", 2
    text = json.dumps(report.as_json(), ensure_ascii=False) + "\n" if as_json else page(report)
    return text, "", 0 if report.ok else 1

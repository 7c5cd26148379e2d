"""What a log may hold: what failed and where in the code, never what somebody sent."""

import logging
import traceback


def frames(error: BaseException | None) -> str:
    """The innermost places of a traceback, without a message or a value: `views.py:40 act < …`."""
    if error is None:
        return ""
    found = traceback.extract_tb(error.__traceback__)[-6:]
    return " < ".join(
        f"{'/'.join(one.filename.split('/')[-2:])}:{one.lineno} {one.name}"
        for one in reversed(found)
    )


class WithoutValues(logging.Filter):
    """Rewrites other people's records about requests: they name the path, and errors quote what was sent."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        status = getattr(record, "status_code", "")
        kind = type(error).__name__ if error is not None else ""
        record.msg = " ".join(
            part
            for part in (f"request status={status}", kind and f"error={kind}", frames(error))
            if part
        )
        record.args = ()
        record.exc_info = record.exc_text = None
        return True

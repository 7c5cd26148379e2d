"""Files that nobody wants: chosen and never sent, cut off on the way, or bytes of which no row speaks."""

from datetime import datetime, timedelta

from yihe.files.actions import sweep, sweep_bytes
from yihe.web.turns import my_turn
from yihe.web.work import Done, WorkDone

ROWS, BYTES = "files_swept", "file_bytes_swept"


def sweep_files(*, at: datetime, limit: int = 100) -> WorkDone:
    """Rows once an hour, the disk once a day."""
    if not my_turn(ROWS, every=timedelta(hours=1), at=at):
        return WorkDone()
    swept: list[str] = []
    while lot := sweep(at=at, limit=limit):
        swept += lot
    if my_turn(BYTES, every=timedelta(days=1), at=at):
        swept += sweep_bytes(at=at)
    return WorkDone(done=[Done("files", str(len(swept)))] if swept else [])

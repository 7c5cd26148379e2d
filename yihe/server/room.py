"""Room on the disk: how much is left, and what to say when it is too little."""

import shutil
from pathlib import Path

TO_CREATE, TO_RUN = 300, 64  # MB


def free(place: Path) -> int:
    """MB left where `place` lies or will lie."""
    place = place.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free // 2**20


def too_little(place: Path, least: int = TO_RUN) -> str:
    """What is wrong with the room at `place`, in words; "" when there is enough."""
    left = free(place)
    if left >= least:
        return ""
    return f"磁盘只剩 {left} MB，至少要 {least} MB" if left else "磁盘满了"

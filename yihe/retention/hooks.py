"""What the privacy notice says of periods."""

from django.utils import timezone

from yihe.retention.queries import standing
from yihe.web.words import day


def in_words() -> list[str]:
    """A sentence for each period that is on; whoever reads the notice sees the same that the worker does."""
    now = timezone.now()
    said = []
    for one in standing():
        if one.on and one.starts_at is not None:
            begins = ""
            if one.starts_at > now:
                begins = f"（{day(timezone.localdate(one.starts_at), timezone.localdate(now))}起）"
            said.append(one.kind.notice.format(one.words) + begins)
    return said

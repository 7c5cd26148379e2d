"""小区呼叫：一件事、它的经过、它从哪里来、怎么计数。"""

from yihe.calls.models.attached import Attachment, Looked
from yihe.calls.models.call import (
    ENDED,
    OPEN,
    Call,
    CallQuerySet,
    Channel,
    Due,
    Nature,
    Spot,
    Status,
    Visibility,
)
from yihe.calls.models.counts import Cell, Delta
from yihe.calls.models.course import Audience, DocketItem, Inquiry, Placement, Step, Way
from yihe.calls.models.keeping import Numbering, Replay
from yihe.calls.models.past import Outcome, Source

__all__ = [
    "ENDED",
    "OPEN",
    "Attachment",
    "Audience",
    "Call",
    "CallQuerySet",
    "Cell",
    "Channel",
    "Delta",
    "DocketItem",
    "Due",
    "Inquiry",
    "Looked",
    "Nature",
    "Numbering",
    "Outcome",
    "Placement",
    "Replay",
    "Source",
    "Spot",
    "Status",
    "Step",
    "Visibility",
    "Way",
]

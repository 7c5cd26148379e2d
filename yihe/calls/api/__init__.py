"""`/api/v1/`: calls for programs. The same access, acts and refusals as the pages.

Every write may carry `Idempotency-Key`: the same key and body give the same answer again, the same
key with another body is refused (422). `X-Seat` names the seat that acts.
"""

from yihe.calls.api import acting, files, reading
from yihe.calls.api.shapes import Problem
from yihe.calls.api.who import router

__all__ = ["Problem", "acting", "files", "reading", "router"]

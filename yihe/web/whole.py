"""An act is done whole or not at all."""

import threading
from contextlib import ContextDecorator
from types import TracebackType

from django.db import transaction

_here = threading.local()


class _Whole(ContextDecorator):
    """`transaction.atomic`; inside another `whole` without a savepoint, which costs two statements.

    What fails inside takes all with it that is open around it, also when somebody catches the error
    in between: the outermost then refuses to commit.
    """

    def __enter__(self) -> None:
        around = _here.__dict__.setdefault("open", [])
        atomic = transaction.atomic(savepoint=not around)
        atomic.__enter__()
        around.append(atomic)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        lost = kind is None and transaction.get_connection().needs_rollback
        _here.open.pop().__exit__(kind, error, trace)
        if lost:  # atomic itself would say nothing
            raise transaction.TransactionManagementError(
                "what failed inside was caught: nothing stays"
            )


whole = _Whole()

from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


class Counted(Paginator):  # type: ignore[type-arg]
    """A paginator that was told how many there are."""

    def __init__(self, rows: object, per: int, total: int | None) -> None:
        super().__init__(rows, per)  # type: ignore[arg-type]
        if total is not None:
            self.count = total


def paged(
    request: HttpRequest, rows: QuerySet[Row], per: int = 50, total: int | None = None
) -> Page[Row]:
    """The page that ?page= asks for; a number that is none gives the first, too high the last."""
    return Counted(rows, per, total).get_page(request.GET.get("page"))

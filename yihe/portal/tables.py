"""Every kind of table that a house takes in, in the order in which they need each other."""

from yihe.bodies.imports import TABLES as OF_BODIES
from yihe.calls.imports import TABLES as OF_CALLS
from yihe.places.imports import TABLES as OF_PLACES
from yihe.sheets.importing import Kind
from yihe.topics.imports import TABLES as OF_TOPICS

_ORDER = ("divisions", "desks", "catalogue", "compounds", "units", "bodies", "calls")
TABLES: dict[str, Kind] = {
    kind.name: kind
    for kind in sorted(
        (*OF_PLACES, *OF_BODIES, *OF_TOPICS, *OF_CALLS), key=lambda kind: _ORDER.index(kind.name)
    )
}

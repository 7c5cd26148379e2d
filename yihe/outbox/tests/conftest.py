from collections.abc import Iterator

import pytest

from yihe.outbox.channels import ALL
from yihe.outbox.tests import people
from yihe.outbox.tests.people import Fake


@pytest.fixture
def providers(settings, monkeypatch) -> Iterator[dict[str, Fake]]:
    """Four providers that take everything, until told otherwise; readers of this floor's tests."""
    here = people.__name__
    settings.READERS = f"{here}.readers"
    settings.DESTINATIONS = f"{here}.destinations"
    settings.ADDRESS_GONE = f"{here}.gone"
    fakes = {name: Fake(name) for name in ALL}
    for name, fake in fakes.items():
        monkeypatch.setitem(ALL, name, fake)
    monkeypatch.setattr("yihe.outbox.rules.random.random", lambda: 0.5)
    yield fakes
    people.READERS.clear()
    people.VALUES.clear()
    people.GONE.clear()

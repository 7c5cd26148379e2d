from datetime import UTC, datetime

import pytest

from yihe.ledger import keys
from yihe.ledger.tests.builders import At, make_place
from yihe.proof.keys import COSIGNATURE
from yihe.proof.tests.generator import key

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def home(settings, tmp_path):
    """A house of its own: no key, no checkpoint, no witness yet."""
    settings.PUBLIC_URL = "https://yihe.example"
    make_place()
    return tmp_path


@pytest.fixture
def clock():
    return At(NOW)


@pytest.fixture
def witness(home):
    """Named as the one whose cosignature makes a checkpoint firm."""
    one = key("witness.example/committee", COSIGNATURE, 1)
    keys.add_witness(str(one.verify_key), 1)
    return one

import pytest

from yihe.accounts.channels import MemoryChannel


@pytest.fixture(autouse=True)
def _no_texts():
    MemoryChannel.sent.clear()

"""A log grows, is signed, served, and cosigned by `yihe witness` over a live server."""

import pytest

from yihe.ledger.models import Checkpoint, Cosignature
from yihe.ledger.tests.builders import ledger, work, write
from yihe.proof.tests.running import yihe


@pytest.mark.django_db(transaction=True)
class TestAWitnessOverHttp:
    def test_cosigns_what_only_grew_and_makes_it_firm(self, live_server, witness, clock, tmp_path):
        file = tmp_path / "witness.key"
        file.write_text(witness.private_line())
        write(clock, 3)
        work(clock)
        address = f"{live_server.url}/log/{ledger().log_id}"
        assert "3 条" in yihe("witness", address, "--key", file).out
        assert ledger().firm == Checkpoint.objects.get(size=3)
        write(clock, 4)
        work(clock)
        assert "7 条" in yihe("witness", address, "--key", file).out
        assert ledger().firm == Checkpoint.objects.get(size=7)
        assert Cosignature.objects.count() == 2

"""`yihe verify`: exit codes, JSON, a page for people; no Django, no database, no network."""

import json
import subprocess
import sys

import pytest

from yihe.proof.bundle import write_bundle
from yihe.proof.tests.cases import world
from yihe.proof.tests.generator import make_vote
from yihe.proof.tests.running import yihe
from yihe.proof.tests.spoilt_logs import odd_nodes_doubled


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    place = tmp_path_factory.mktemp("bundles")
    sealed = make_vote(2, 30, late=1).sealed()
    write_bundle(place / "full.zip", sealed.files)
    write_bundle(place / "public.zip", sealed.public())
    (place / "receipt.txt").write_text(str(sealed.receipt(12)))
    (place / "checkpoint.txt").write_text(str(sealed.notes[0]))
    write_bundle(place / "spoilt.zip", odd_nodes_doubled(world(2, 30)).sealed().files)
    return place


class TestVerify:
    def test_a_full_bundle_is_counted_again(self, house):
        held = ["--receipt", house / "receipt.txt", "--checkpoint", house / "checkpoint.txt"]
        said = yihe("verify", house / "full.zip", *held, "--json")
        assert said.code == 0
        found = json.loads(said.out)
        assert (found["recount"], found["ok"]) == ("recomputed", True)
        assert [check["id"] for check in found["checks"]] == [
            "form", "log_root", "log_signature", "growth", "witnesses", "leaves", "order", "rules",
            "roll", "service", "ballots", "times", "paper", "result", "scrutineers", "recount",
            "receipt", "checkpoint",
        ]  # fmt: skip

    def test_a_public_bundle_is_attested(self, house):
        page = yihe("verify", house / "public.zip")
        assert page.code == 0
        assert "没有重新计票：结果由 3 位监票人中的 3 位签名证明。" in page.out
        found = json.loads(yihe("verify", house / "public.zip", "--json").out)
        assert (found["recount"], found["attested"]) == ("attested", {"k": 3, "n": 3})

    def test_what_does_not_hold_is_said_in_words(self, house):
        said = yihe("verify", house / "spoilt.zip")
        assert said.code == 1
        assert "✗ 由全部条目算出的根和检查点上的根不同。" in said.out
        assert "对不上" in said.out

    def test_what_is_no_bundle_is_one_sentence(self, house):
        for name in ("receipt.txt", "nothing.zip"):
            said = yihe("verify", house / name)
            assert (said.code, said.out) == (2, "")
            assert said.err.startswith("不是证据包")
            assert said.err.count("\n") == 1
        said = yihe("verify", house / "receipt.txt", "--json")
        assert said.code == 2
        assert json.loads(said.out)["ok"] is False

    def test_a_receipt_that_is_not_there_is_said(self, house):
        said = yihe("verify", house / "full.zip", "--receipt", "nowhere")
        assert said.code != 0
        assert "打不开 nowhere" in said.err

    def test_needs_neither_django_nor_the_network(self, house):
        code = (
            "import sys, socket; socket.socket = None\n"
            "from yihe.cli import main\n"
            f"code = main(['verify', {str(house / 'full.zip')!r}])\n"
            "assert 'django' not in sys.modules\n"
            "sys.exit(code)\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr

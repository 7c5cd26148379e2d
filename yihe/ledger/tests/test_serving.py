"""What anybody may ask and send: checked, said in words, counted, never a failure."""

import time

import pytest
from django.test import Client

from yihe.ledger import keys
from yihe.ledger.models import Cosignature
from yihe.ledger.queries import newest
from yihe.ledger.tests.builders import ledger, work, write
from yihe.proof.keys import COSIGNATURE, NOTE
from yihe.proof.notes import Checkpoint, Note, cosignature, cosigned_at, parse_note, sign_checkpoint
from yihe.proof.tests.generator import key
from yihe.refusal import Refusal

pytestmark = pytest.mark.django_db


@pytest.fixture
def base(home, clock):
    write(clock, 5)
    work(clock)
    return f"/log/{ledger().log_id}"


def tip_text() -> str:
    found = newest(ledger())
    assert found is not None
    return parse_note(found.note).text


def signed(by, text=None, at=None) -> str:
    text = text or tip_text()
    line = cosignature(text, by, int(time.time()) if at is None else at)
    return str(Note(text, (line,)))


def send(base, body, kind="text/plain; charset=utf-8"):
    return Client(enforce_csrf_checks=True).post(f"{base}/cosignatures", body, content_type=kind)


class TestACosignature:
    def test_is_kept_once_and_stands_under_the_checkpoint(self, witness, base):
        body = signed(witness)
        assert [send(base, body).status_code for _ in range(2)] == [200, 200]
        assert Cosignature.objects.count() == 1
        note = parse_note(Client().get(f"{base}/checkpoint").content.decode())
        assert cosigned_at(note, witness.verify_key) is not None
        assert Client().get(f"{base}/checkpoint?firm=1").content.decode() == str(note)
        page = Client().get(f"{base}/").content.decode()
        assert "已经稳固" in page
        assert witness.name in page

    def test_of_two_witnesses_is_not_firm_with_one(self, witness, base):
        other = key("other.example", COSIGNATURE, 2)
        keys.add_witness(str(other.verify_key), 2)
        send(base, signed(witness))
        assert ledger().firm is None
        send(base, signed(witness, at=int(time.time()) - 60))
        assert ledger().firm is None
        send(base, signed(other))
        assert ledger().firm is not None

    def test_of_anybody_else_or_anything_else_is_refused(self, witness, base):
        stranger = key("stranger.example", COSIGNATURE, 9)
        same_name = key(witness.name, COSIGNATURE, 9)
        fork = Checkpoint(ledger().origin, 5, b"\1" * 32).text()
        spoilt = signed(witness).replace(" ", "  ", 1)
        own = str(
            sign_checkpoint(
                Checkpoint(ledger().origin, 5, b"\1" * 32), key(ledger().origin, NOTE, 1)
            )
        )
        cases = {
            signed(stranger): 409, signed(same_name): 409, signed(witness, text=fork): 404,
            signed(witness, text=tip_text().replace("\n5\n", "\n6\n")): 404,
            signed(witness, text="别的\n"): 404, signed(witness, at=int(time.time()) + 3600): 409,
            signed(witness, at=2**53 - 1): 409, spoilt: 400, own: 409, "": 400, "\x00": 400,
            "字" * 30_000: 400, signed(witness) + signed(witness): 409,
        }  # fmt: skip
        for body, status in cases.items():
            assert send(base, body).status_code == status, body[:80]
        assert send(base, b"\xff\xfe").status_code == 400
        assert send(base, b"x" * (2**20 + 1)).status_code == 413
        assert send(base, "a=b", "application/x-www-form-urlencoded").status_code == 400
        assert Cosignature.objects.count() == 0

    def test_too_many_are_put_off(self, witness, base):
        answers = {send(base, "x").status_code for _ in range(70)}
        assert answers == {400, 429}

    def test_without_witnesses_is_refused(self, base):
        assert send(base, signed(key("w", COSIGNATURE, 1))).status_code == 409


class TestAProof:
    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("from=1&to=5", 200), ("from=5&to=5", 200), ("from=0&to=5", 400), ("from=5&to=4", 400),
            ("from=1&to=6", 404), ("", 400), ("from=1", 400), ("from=-1&to=5", 400), ("from=١&to=5", 400),
            ("from=1e3&to=5", 400), ("from=01&to=5", 400), (f"from=1&to={'9' * 40}", 400),
            ("from=%00&to=5", 400), ("from=<script>&to=5", 400),
        ],
    )  # fmt: skip
    def test_is_given_or_what_is_wrong_is_said(self, base, query, status):
        answer = Client().get(f"{base}/consistency?{query}")
        assert answer.status_code == status
        assert "<script>" not in answer.content.decode()

    def test_of_a_log_that_is_not_there_is_not_there(self, base):
        for number in (0, 999_999, 2**63, 10**40):
            for tail in ("", "/keys", "/checkpoint", "/consistency?from=1&to=2"):
                url = f"/log/{number}/" if not tail else f"/log/{number}{tail}"
                assert Client().get(url).status_code == 404


class TestTheList:
    def test_has_the_same_number_of_queries_however_many_logs(
        self, witness, base, clock, django_assert_num_queries
    ):
        Client().get("/log/")  # whether this is a demo is asked once
        counts = []
        for more in (1, 12):
            for one in range(more):
                write(clock, log=f"x{more}{one}")
            work(clock)
            with django_assert_num_queries(20, exact=False) as seen:
                assert Client().get("/log/").status_code == 200
            counts.append(len(seen))
        assert counts[0] == counts[1]

    def test_of_witnesses_that_cannot_be_read_is_said(self, base, home):
        (home / "witnesses.json").write_text("{}")
        for url in ("/log/", f"{base}/"):
            assert "读不懂" in Client().get(url).content.decode()
        assert send(base, "x").status_code == 400


class TestTheWitnesses:
    def test_are_added_and_taken_off(self, home):
        one, two = (key(f"w{n}.example", COSIGNATURE, n).verify_key for n in (1, 2))
        assert keys.add_witness(str(one), None).needed == 1
        assert keys.add_witness(str(two), 2).needed == 2
        left = keys.remove_witness("w1.example", None)
        assert left is not None
        assert (left.needed, left.keys) == (1, (two,))
        assert keys.remove_witness("w2.example", None) is None
        assert keys.witnesses() is None

    def test_are_refused_twice_with_too_many_needed_or_with_a_log_key(self, home):
        one = str(key("w1.example", COSIGNATURE, 1).verify_key)
        keys.add_witness(one, 1)
        log_key = str(key("w2.example", NOTE, 2).verify_key)
        two = str(key("w2.example", COSIGNATURE, 2).verify_key)
        for vkey, needed in ((one, 1), (log_key, 1), (two, 3), (two, 0), ("x", 1)):
            with pytest.raises(Refusal):
                keys.add_witness(vkey, needed)
        found = keys.witnesses()
        assert found is not None
        assert len(found.keys) == 1

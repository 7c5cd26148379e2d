"""A witness signs what continues what it saw, and nothing else."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from yihe.proof.canonical import encode
from yihe.proof.keys import COSIGNATURE, NOTE, KeyPeriod, LogKeys, parse_signing_key
from yihe.proof.notes import Checkpoint, cosigned_at, parse_note, sign_checkpoint
from yihe.proof.proofs import consistency
from yihe.proof.tests.generator import key
from yihe.proof.tests.running import yihe
from yihe.proof.tree import MemoryNodes, leaf_hash, root
from yihe.proof.witness import cosign, load, parse_proof, proof_text, witness
from yihe.refusal import Refusal

LOG, WITNESS = key("log.example", NOTE, 1), key("witness.example", COSIGNATURE, 1)


class Server:
    """A log that answers; `word` makes its leaves, so that another word is a fork."""

    def __init__(self, size, word="leaf", log=LOG):
        self.size, self.log = size, log
        self.nodes = MemoryNodes(leaf_hash(f"{word} {n}".encode()) for n in range(size))
        self.keys = LogKeys(log.name, (KeyPeriod(log.verify_key, 0, None),))
        self.asked, self.posted = [], []

    def note(self):
        return sign_checkpoint(
            Checkpoint(self.log.name, self.size, root(self.nodes, self.size)), self.log
        )

    def fetch(self, tail):
        self.asked.append(tail)
        if tail == "keys":
            return encode(self.keys.as_json())
        if tail == "checkpoint":
            return str(self.note()).encode()
        old, new = (int(part.split("=")[1]) for part in tail.split("?")[1].split("&"))
        return proof_text(consistency(self.nodes, old, new)).encode()

    def post(self, tail, body):
        self.posted.append((tail, body))


def round_with(server, state, at=100):
    return witness(server.fetch, server.post, WITNESS, state, at=at)


def last_size(state):
    seen = load(state)
    assert seen is not None
    assert seen.last is not None
    return seen.last.size


class TestWitness:
    def test_signs_the_first_and_what_continues_it(self, tmp_path):
        state = tmp_path / "seen.json"
        for size in (0, 5, 5, 9):
            server = Server(size)
            round_with(server, state)
            [(tail, body)] = server.posted
            assert tail == "cosignatures"
            assert cosigned_at(parse_note(body.decode()), WITNESS.verify_key) == 100
            assert last_size(state) == size
        assert server.asked == ["keys", "checkpoint", "consistency?from=5&to=9"]

    @pytest.mark.parametrize(
        "server",
        [
            Server(9, "fork"), Server(7, "fork"), Server(3), Server(9, log=key("log.example", NOTE, 2)),
            Server(9, log=key("other.example", NOTE, 1)),
        ],
        ids=["fork", "fork of the same size", "shrunk", "another key", "another log"],
    )  # fmt: skip
    def test_refuses_and_forgets_nothing(self, tmp_path, server):
        state = tmp_path / "seen.json"
        round_with(Server(7), state)
        before = state.read_bytes()
        with pytest.raises(Refusal):
            round_with(server, state)
        assert server.posted == []
        assert state.read_bytes() == before

    def test_remembers_before_it_gives_away(self, tmp_path):
        state, server = tmp_path / "seen.json", Server(4)

        def lost(tail, body):
            raise Refusal("连不上。")

        with pytest.raises(Refusal):
            witness(server.fetch, lost, WITNESS, state, at=1)
        assert last_size(state) == 4

    def test_takes_a_new_key_after_the_old_one(self, tmp_path):
        state, new = tmp_path / "seen.json", key("log.example", NOTE, 3)
        round_with(Server(4), state)
        server = Server(9)
        server.log = new
        server.keys = LogKeys(
            LOG.name, (KeyPeriod(LOG.verify_key, 0, 6), KeyPeriod(new.verify_key, 6, None))
        )
        assert round_with(server, state).size == 9
        with pytest.raises(Refusal):  # and does not go back
            round_with(Server(10), state)

    def test_a_damaged_memory_is_no_fresh_start(self, tmp_path):
        state = tmp_path / "seen.json"
        state.write_text("{}")
        with pytest.raises(Refusal):
            round_with(Server(4), state)

    def test_nonsense_is_refused_in_words(self, tmp_path):
        with pytest.raises(Refusal, match="读不懂"):
            witness(lambda tail: b"\xff", lambda *_: None, WITNESS, tmp_path / "s", at=1)
        with pytest.raises(Refusal):
            witness(lambda tail: b"", lambda *_: None, LOG, tmp_path / "s", at=1)


class TestCosign:
    def test_wants_the_logs_signature_and_the_right_proof(self):
        server = Server(8)
        note, keys = server.note(), server.keys
        old = Checkpoint(LOG.name, 5, root(server.nodes, 5))
        proof = consistency(server.nodes, 5, 8)
        assert cosign(note, old, proof, WITNESS, log=keys, at=1).name == "witness.example"
        for previous, wrong in (
            (old, proof[:-1]),
            (None, proof),
            (Checkpoint(LOG.name, 5, bytes(32)), proof),
        ):
            with pytest.raises(Refusal):
                cosign(note, previous, wrong, WITNESS, log=keys, at=1)

    def test_a_proof_travels_as_text(self):
        proof = consistency(Server(9).nodes, 4, 9)
        assert parse_proof(proof_text(proof)) == proof
        assert parse_proof("") == []


class TestCommand:
    def test_says_what_is_wrong_in_one_sentence(self, tmp_path):
        file = tmp_path / "w.key"
        file.write_text(WITNESS.private_line())
        for words in (
            ("ftp://x", "--key", file), ("http://127.0.0.1:1", "--key", tmp_path / "none"),
            ("http://127.0.0.1:1", "--key", file), ("--key", file),
        ):  # fmt: skip
            said = yihe("witness", *words)
            assert said.code == 1
            assert said.err.endswith("。\n")
            assert said.err.count("\n") == 1

    def test_witnesses_a_log_over_http(self, tmp_path):
        file, log = tmp_path / "w.key", Server(6)
        file.write_text(WITNESS.private_line())

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(log.fetch(self.path.removeprefix("/log/")))

            def do_POST(self):
                log.post(self.path, self.rfile.read(int(self.headers["Content-Length"])))
                self.answer(b"")

            def answer(self, body):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            said = yihe("witness", f"http://127.0.0.1:{server.server_port}/log", "--key", file)
            server.shutdown()
        assert (said.code, said.out) == (0, "已见证 log.example：6 条。\n")
        [(tail, body)] = log.posted
        assert tail == "/log/cosignatures"
        assert cosigned_at(parse_note(body.decode()), WITNESS.verify_key)

    def test_makes_a_key_that_nobody_else_can_read(self, tmp_path):
        made = tmp_path / "new.key"
        said = yihe("witness", "--new", "committee.example/w", "--key", made)
        assert said.code == 0
        assert str(parse_signing_key(made.read_text()).verify_key) == said.out.split("\n")[1]
        assert made.stat().st_mode & 0o777 == 0o600
        assert yihe("witness", "--new", "committee.example/w", "--key", made).code == 1

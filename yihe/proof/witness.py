"""A witness: keeps the last checkpoint it saw of a log, and cosigns the next only if it continues it.

Plain: the network comes in as two functions, the clock as a number. What is fetched is described in
docs/format/log.md.
"""

import os
import tempfile
from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yihe.proof.canonical import Malformed, decode, encode
from yihe.proof.keys import COSIGNATURE, LogKeys, SigningKey, from_base64, log_keys
from yihe.proof.notes import (
    Checkpoint,
    Note,
    Signature,
    checkpoint_of,
    cosignature,
    note_signed_by,
    parse_note,
)
from yihe.proof.proofs import consistent
from yihe.refusal import Refusal

Fetch = Callable[[str], bytes]  # an address below the log's: its body
Post = Callable[[str, bytes], None]
MOST_LINES = 64


def cosign(
    note: Note,
    previous: Checkpoint | None,
    proof: Sequence[bytes],
    key: SigningKey,
    *,
    log: LogKeys,
    at: int,
) -> Signature:
    """A cosignature at POSIX second `at`. Refusal for a fork, a log that shrank, a wrong signature."""
    new = checkpoint_of(note)
    signer = log.at(new.size)
    if new.origin != log.origin or signer is None or not note_signed_by(note, signer):
        raise Refusal("检查点没有这本账的有效签名，不见证。")
    if previous is not None:
        if previous.origin != new.origin:
            raise Refusal("检查点是另一本账的，不见证。")
        if new.size < previous.size:
            raise Refusal(f"账本变短了：上次 {previous.size} 条，这次 {new.size} 条。不见证。")
        if not consistent(previous.size, new.size, previous.root, new.root, proof):
            raise Refusal("账本分叉了：上次见证过的内容变了，不见证。请保存两个检查点并公布。")
    elif proof:
        raise Refusal("第一次见证不应当有一致性证明。")
    return cosignature(note.text, key, at)


def proof_text(proof: Sequence[bytes]) -> str:
    """A consistency proof as it travels: base64, one hash a line."""
    return "".join(b64encode(digest).decode() + "\n" for digest in proof)


def parse_proof(text: str) -> list[bytes]:
    """Reads what `proof_text` writes. Malformed otherwise."""
    if text and not text.endswith("\n"):
        raise Malformed("证明的最后一行没有换行")
    lines = text.split("\n")[:-1]
    proof = [from_base64(line) for line in lines]
    if len(proof) > MOST_LINES or any(len(digest) != 32 for digest in proof):
        raise Malformed("证明不对")
    return proof


@dataclass(frozen=True)
class Seen:
    """What a witness remembers of a log: its keys and the checkpoint it cosigned last."""

    log: LogKeys
    last: Checkpoint | None


def load(path: Path) -> Seen | None:
    """The state file, or None when there is none yet. Refusal when it is damaged."""
    try:
        value = decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except Malformed as error:
        raise Refusal(
            f"见证人的记录 {path.name} 坏了：{error}。请从备份恢复，不要重新开始。"
        ) from error
    try:
        last = value["last"]
        where = (
            Checkpoint(value["log"]["origin"], last["size"], from_base64(last["root"]))
            if last
            else None
        )
        return Seen(log_keys(value["log"]), where)
    except (Malformed, KeyError, TypeError) as error:
        raise Refusal(f"见证人的记录 {path.name} 坏了。请从备份恢复，不要重新开始。") from error


def save(path: Path, seen: Seen) -> None:
    """Writes the state file whole or not at all, on the disk before it returns."""
    last: dict[str, Any] | None = None
    if seen.last is not None:
        last = {"root": b64encode(seen.last.root).decode(), "size": seen.last.size}
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(encode({"last": last, "log": seen.log.as_json()}))
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def _same_log(known: LogKeys, told: LogKeys) -> None:
    """The keys that are known stay; new ones may follow, and only the last may be ended by them."""
    if known.origin != told.origin or len(told.periods) < len(known.periods):
        raise Refusal("账本的名字或公钥变了，不见证。")
    for place, (old, new) in enumerate(zip(known.periods, told.periods, strict=False)):
        open_end = place == len(known.periods) - 1
        if (old.key, old.since) != (new.key, new.since) or (
            not open_end and old.until != new.until
        ):
            raise Refusal("账本的名字或公钥变了，不见证。")


def witness(fetch: Fetch, post: Post, key: SigningKey, state: Path, *, at: int) -> Checkpoint:
    """One round: fetch, check against the state, remember, then give the cosignature away.

    Refusal, in words, when the log may not be witnessed; the first round takes the log's keys on trust.
    """
    if key.kind != COSIGNATURE:
        raise Refusal("这不是见证人的私钥。")
    seen = load(state)
    try:
        log = log_keys(decode(fetch("keys")))
        note = parse_note(fetch("checkpoint").decode())
        new = checkpoint_of(note)
        if seen is not None:
            _same_log(seen.log, log)
        last = seen.last if seen else None
        proof: list[bytes] = []
        if last is not None and 0 < last.size < new.size:
            proof = parse_proof(fetch(f"consistency?from={last.size}&to={new.size}").decode())
    except (Malformed, UnicodeDecodeError) as error:
        words = str(error) if isinstance(error, Malformed) else "不是规定的写法"
        raise Refusal(f"账本给的内容读不懂：{words}。不见证。") from error
    signature = cosign(note, last, proof, key, log=log, at=at)
    save(state, Seen(log, new))
    post("cosignatures", (new.text() + "\n" + signature.line()).encode())
    return new

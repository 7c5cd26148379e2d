"""The seal on the ledger: a key in YIHE_HOME/keys, never in the database and never in a backup.

A row does not name its person: it carries a mark, a keyed hash of the person's number, and all else is
sealed (AES-256-GCM). Who has the database alone can neither read the ledger nor join it with anything.
"""

import hmac
import json
import os
import secrets
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from yihe.party.ledger.rules import Duty, Kept
from yihe.refusal import Refusal

EDITION = b"\x01"
NONCE = 12
LOST = "党员台账的密钥不在这台机器上，台账打不开。请把 YIHE_HOME/keys/members.key 放回去。"


def key_file() -> Path:
    return Path(settings.YIHE_HOME) / "keys" / "members.key"


@lru_cache(maxsize=4)
def _read(path: Path, changed: int) -> bytes:
    """The key in a file; `changed` is when the file was last written."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError as error:
        raise Refusal("党员台账的密钥文件 members.key 坏了。") from error
    if len(key) != 32:
        raise Refusal("党员台账的密钥文件 members.key 坏了。")
    return key


def _key() -> bytes:
    path = key_file()
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError as error:
        raise Refusal(LOST) from error


def make_key() -> None:
    """Before the first row is written. Whoever comes second finds the first one's key."""
    path = key_file()
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    making = path.with_name(f"members.{secrets.token_hex(4)}.making")
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(making, path)  # whole, or not at all, and never over another
    except FileExistsError:
        pass
    finally:
        making.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _part(name: bytes) -> bytes:
    return hmac.digest(_key(), name, "sha256")


def mark(person_id: int) -> bytes:
    """32 bytes that stand for a person in the ledger and nowhere else."""
    return marks([person_id])[0]


def marks(person_ids: list[int]) -> list[bytes]:
    """The marks of many persons, in their order."""
    key = _part(b"mark")
    return [hmac.digest(key, str(one).encode(), "sha256") for one in person_ids]


def seal(row: UUID, kept: Kept) -> bytes:
    """What a row keeps, readable with the key and in this row alone."""
    nonce = secrets.token_bytes(NONCE)
    text = json.dumps(asdict(kept), ensure_ascii=False, separators=(",", ":")).encode()
    padded = text + b" " * (-len(text) % 256)  # its length tells nothing
    return EDITION + nonce + AESGCM(_part(b"seal")).encrypt(nonce, padded, row.bytes)


def unseal(row: UUID, sealed: bytes | memoryview) -> Kept:
    """Refusal when the key is another's or the row was changed."""
    sealed = bytes(sealed)
    nonce, rest = sealed[1 : 1 + NONCE], sealed[1 + NONCE :]
    try:
        text = AESGCM(_part(b"seal")).decrypt(nonce, rest, row.bytes)
    except (InvalidTag, ValueError) as error:
        raise Refusal("台账里有一行打不开：密钥不对，或者这一行被改过。") from error
    values = json.loads(text)
    duties = tuple(Duty(**one) for one in values.pop("duties"))
    return Kept(**values, duties=duties)

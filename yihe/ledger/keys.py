"""Private keys of logs and the list of witnesses: files in YIHE_HOME, never in the database."""

import os
import secrets
from pathlib import Path

from django.conf import settings

from yihe.proof.canonical import Malformed, decode, encode
from yihe.proof.keys import (
    COSIGNATURE,
    NOTE,
    SigningKey,
    Witnesses,
    parse_signing_key,
    parse_verify_key,
    quorum,
)
from yihe.refusal import Refusal


def _home() -> Path:
    return Path(settings.YIHE_HOME)


def _key_file(number: int, edition: int, key_id: bytes) -> Path:
    return _home() / "keys" / f"log-{number}-{edition}-{key_id.hex()}.key"


def on_disk(path: Path) -> None:
    """That the names in a directory are on the disk too."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def new_key(origin: str, number: int, edition: int) -> SigningKey:
    """A new private key, on the disk and readable by its owner only before anything is signed with it."""
    key = SigningKey(origin, NOTE, secrets.token_bytes(32))
    path = _key_file(number, edition, key.verify_key.id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key.private_line())
        file.flush()
        os.fsync(file.fileno())
    on_disk(path.parent)
    return key


def private_key(vkey: str, number: int, edition: int) -> SigningKey:
    """The private half of a public key. Refusal when it is not here or is another's."""
    public = parse_verify_key(vkey, NOTE)
    path = _key_file(number, edition, public.id)
    try:
        key = parse_signing_key(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Refusal(
            f"账本 {number} 的私钥 {path.name} 不在这台机器上。"
            f"找不到了，请换一把：yihe keys rotate {number}。"
        ) from error
    except (Malformed, UnicodeDecodeError) as error:
        raise Refusal(f"账本 {number} 的私钥文件 {path.name} 坏了。") from error
    if key.verify_key != public:
        raise Refusal(f"账本 {number} 的私钥文件 {path.name} 是别的账本的。")
    return key


def witnesses() -> Witnesses | None:
    """Who witnesses the logs of this house; None while nobody does. Refusal when the list is damaged."""
    try:
        return quorum(decode((_home() / "witnesses.json").read_bytes()), COSIGNATURE)
    except FileNotFoundError:
        return None
    except Malformed as error:
        raise Refusal(f"见证人名单 witnesses.json 读不懂：{error}。") from error


def save_witnesses(found: Witnesses) -> None:
    """Writes the list whole or not at all."""
    quorum(found.as_json(), COSIGNATURE)
    path = _home() / "witnesses.json"
    making = path.with_suffix(".making")
    making.write_bytes(encode(found.as_json()))
    making.replace(path)


def add_witness(vkey: str, needed: int | None) -> Witnesses:
    """One witness more. Refusal when the key is none, or stands there already."""
    known = witnesses()
    keys = known.keys if known else ()
    try:
        key = parse_verify_key(vkey.strip(), COSIGNATURE)
        wanted = needed if needed is not None else (known.needed if known else 1)
        found = quorum({"keys": [str(one) for one in (*keys, key)], "needed": wanted}, COSIGNATURE)
    except Malformed as error:
        raise Refusal(f"没有加上：{error}。") from error
    save_witnesses(found)
    return found


def remove_witness(name: str, needed: int | None) -> Witnesses | None:
    """One witness less; the last one takes the list along."""
    known = witnesses()
    left = [one for one in (known.keys if known else ()) if one.name != name]
    if known is None or len(left) == len(known.keys):
        raise Refusal(f"名单里没有 {name}。")
    if not left:
        (_home() / "witnesses.json").unlink()
        return None
    wanted = needed if needed is not None else min(known.needed, len(left))
    try:
        found = quorum({"keys": [str(one) for one in left], "needed": wanted}, COSIGNATURE)
    except Malformed as error:
        raise Refusal(f"没有去掉：{error}。") from error
    save_witnesses(found)
    return found

"""What `yihe witness` does: one round over HTTP. Nothing else in this folder touches the network."""

import fcntl
import os
import secrets
import time
import urllib.request
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit

from yihe.proof.canonical import Malformed
from yihe.proof.keys import COSIGNATURE, NAME, SigningKey, parse_signing_key
from yihe.proof.witness import witness
from yihe.refusal import Refusal

LONGEST_ANSWER, PATIENCE = 1 << 20, 30


def new_key(name: str, key_file: str) -> str:
    """Writes a witness's new key, readable by its owner only; the words to print hold its public key."""
    if not NAME.fullmatch(name):
        raise Refusal(
            "名字只用英文字母、数字和符号，不能有空格和加号，如 witness.example/committee。"
        )
    key = SigningKey(name, COSIGNATURE, secrets.token_bytes(32))
    try:
        handle = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refusal(f"{key_file} 已经有了，不覆盖。") from error
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(key.private_line())
    return f"私钥在 {key_file}，请保管好。公钥（交给小区公示）：\n{key.verify_key}\n"


def witness_once(address: str, *, key_file: str, state_file: str | None) -> str:
    """One round against a log's address. Refusal in words when it may not be witnessed."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise Refusal("地址要以 http:// 或 https:// 开头。")
    base = address.rstrip("/") + "/"
    path = Path(key_file)
    try:
        key = parse_signing_key(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refusal(f"打不开 {key_file}。") from error
    except (Malformed, UnicodeDecodeError) as error:
        raise Refusal(f"{key_file} 不是私钥文件。") from error

    def call(tail: str, body: bytes | None) -> bytes:
        request = urllib.request.Request(base + tail, data=body)  # noqa: S310  the scheme is checked
        if body is not None:
            request.add_header("Content-Type", "text/plain; charset=utf-8")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
                data: bytes = answer.read(LONGEST_ANSWER + 1)
        except (URLError, OSError) as error:
            raise Refusal(f"连不上 {base}{tail}。") from error
        if len(data) > LONGEST_ANSWER:
            raise Refusal("账本给的内容太长。")
        return data

    def post(tail: str, body: bytes) -> None:
        call(tail, body)

    state = Path(state_file) if state_file else path.with_name(path.name + ".seen.json")
    with state.with_name(state.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two rounds at once might cosign two forks
        new = witness(lambda tail: call(tail, None), post, key, state, at=int(time.time()))
    return f"已见证 {new.origin}：{new.size} 条。\n"

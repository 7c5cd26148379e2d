"""`yihe …`: every command. Modules are loaded when their command is called."""

import errno
import os
import sys
from collections.abc import Sequence

from yihe.cli import copies, figures, house, people, pure, tables
from yihe.cli.words import parser
from yihe.refusal import Refusal
from yihe.server.arguments import read

COMMANDS = {
    "up": house.start,
    "prepare": house.prepare,
    "work": house.work,
    "clock": house.clock,
    "figures": figures.figures,
    "token": people.token,
    "import": tables.import_,
    "setup": tables.setup,
    "reset-sign-in": people.reset_sign_in,
    "outbox": house.outbox,
    "tally": pure.count,
    "law": pure.law,
    "verify": pure.verify,
    "witness": pure.witness,
    "keys": house.keys,
    "backup": copies.backup,
    "restore": copies.restore,
    "manage": house.manage,
}


def main(argv: Sequence[str] | None = None) -> int:
    words = read(*parser(), argv)
    try:
        code: int = COMMANDS[words.command](words)
    except Refusal as refusal:
        return _fail(str(refusal))
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("YIHE_DEBUG"):
            raise
        return _fail(_in_words(error))
    return code


def _in_words(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "磁盘满了。请先腾出地方。"
    if isinstance(error, PermissionError):
        return f"没有权限：{error.filename}。"
    first = (str(error).splitlines() or [""])[0]
    return f"没有做成：{type(error).__name__} {first}（加上 YIHE_DEBUG=1 可以看到详情）"


def _fail(words: str) -> int:
    print(words, file=sys.stderr)
    return 1

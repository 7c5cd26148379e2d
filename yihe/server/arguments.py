"""The command line read in any order, and what is wrong with it said in one Chinese sentence."""

import argparse
import re
import sys
from collections.abc import Sequence
from typing import NoReturn

WRONG = (
    (r"the following arguments are required: 命令", "少了命令"),
    (r"the following arguments are required: (.*)", "少了 {0}"),
    (r"unrecognized arguments: (.*)", "看不懂 {0}"),
    (r"argument (\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)", "没有“{1}”，现在有：{2}"),
    (r"argument (\S+): expected one argument", "{0} 后面少了一个词"),
    (r"argument (\S+): ignored explicit argument (.*)", "{0} 后面不能写 {1}"),
    (r"ambiguous option: (\S+) could match (.*)", "{0} 不清楚，可能是 {1}"),
)


class Parser(argparse.ArgumentParser):
    """Help in Chinese; an error is a sentence on stderr and exit 2."""

    def __init__(self, prog: str = "yihe", **more: str) -> None:
        super().__init__(prog=prog, description=more.get("description"), epilog=more.get("epilog"),
                         add_help=False)  # fmt: skip
        self.add_argument("-h", "--help", action="help", help="看这段说明")
        self._positionals.title = "写上"
        self._optionals.title = "可以加"

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{in_words(message)}。怎么写，请看 {self.prog} --help。\n")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "写法：", 1)


def in_words(message: str) -> str:
    for form, words in WRONG:
        if found := re.fullmatch(form, message, re.DOTALL):
            parts = [part.replace("'", "").replace(", ", "、") for part in found.groups()]
            told = words.format(
                *parts
            )  # one line and no control of the terminal, whatever was typed
            return "".join(char for char in " ".join(told.split()) if char.isprintable())
    return "命令这样写不对"


def read(
    top: Parser, commands: "argparse._SubParsersAction[Parser]", argv: Sequence[str] | None
) -> argparse.Namespace:
    """Names and options in any order; `manage` hands on all that follows."""
    given = list(sys.argv[1:] if argv is None else argv)
    command = commands.choices.get(given[0]) if given else None
    if command is None or given[0] == "manage":
        return top.parse_args(given)
    words = command.parse_intermixed_args(given[1:])
    words.command = given[0]
    return words

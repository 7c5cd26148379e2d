"""Tables in, and the first set-up."""

import argparse

from yihe.cli.database import Database, without_database
from yihe.refusal import Refusal


def import_(words: argparse.Namespace) -> int:
    if words.template:
        without_database()
        from yihe.server.taking import write_template

        return write_template(words.kind, words.file)
    if not words.file:
        raise Refusal("请写要导入的文件；要一张空表，请加 --template。")
    with Database():
        from yihe.server.taking import take_file

        return take_file(words)


def setup(words: argparse.Namespace) -> int:
    if words.template:
        without_database()
        from yihe.server.taking import write_setup_template

        return write_setup_template(words.template)
    with Database():
        from yihe.server.taking import set_up

        return set_up(words)

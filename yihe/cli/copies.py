"""The whole house into one file, and back."""

import argparse

from yihe.cli.database import Database


def backup(words: argparse.Namespace) -> int:
    with Database(as_owner=True):
        from yihe.server.copies.command import make

        return make(words)


def restore(words: argparse.Namespace) -> int:
    from yihe.server.copies.standing import alone

    with alone(), Database(as_owner=True):
        from yihe.server.copies.command import put_back

        return put_back(words)

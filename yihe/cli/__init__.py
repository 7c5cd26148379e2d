"""The command line."""

from yihe.cli.main import COMMANDS, main
from yihe.cli.words import ROLES

__all__ = ["COMMANDS", "ROLES", "main"]

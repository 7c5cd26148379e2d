"""Law as data, and the arithmetic of owners' votes: plain Python, exact numbers, no clock.

decision = read(document)      # a mapping as `yihe tally` takes it; Unreadable names the fields
result = tally(decision)       # verdicts, tests, missing numbers, contradictions, articles
to_json(result), in_words(result)
"""

from yihe.law.fields import FieldError, Unreadable
from yihe.law.notice import parse, read
from yihe.law.report import in_words, to_json
from yihe.law.shelf import Book, Composed, Rule, book, compose, shelf
from yihe.law.tally import MotionResult, Result, tally
from yihe.law.values import Decision, Motion, Outcome

__all__ = [
    "Book", "Composed", "Decision", "FieldError", "Motion", "MotionResult", "Outcome", "Result",
    "Rule", "Unreadable", "book", "compose", "in_words", "parse", "read", "shelf", "tally", "to_json",
]  # fmt: skip

"""A pasted notice, read by plain rules: plain Python, nothing guessed, nothing kept."""

from yihe.checkup.reading.notice import LONGEST_TEXT, Reading, read_text

__all__ = ["LONGEST_TEXT", "Reading", "read_text"]

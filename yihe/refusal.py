"""“The rules do not allow this”, in words fit for the person who tried."""


class Refusal(Exception):  # noqa: N818  it is an answer, not a malfunction
    """Whatever the rules forbid. The text is shown to the person as it is."""

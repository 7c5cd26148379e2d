"""What every channel is: something that takes a destination and a letter, and says what became of it."""

from typing import Protocol

from yihe.outbox.rules import Destination, Letter


class Channel(Protocol):
    name: str

    def ready(self) -> bool:
        """Whether this house has what it needs to send."""

    def send(self, to: Destination, letter: Letter) -> str:
        """The provider's number for it; or `Refused`, `Later`, `Trouble`. Never longer than some seconds."""

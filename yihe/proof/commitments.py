"""What the log holds instead of a ballot or a home: salted commitments, and their openings.

A ballot's commitment is SHA-256 over a domain line and its opening; the opening carries 256 random
bits, so that the few possible choices cannot be tried out. The roll is one root over its entries.
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from yihe.proof.canonical import Malformed, encode
from yihe.proof.leaves import AREA, CHOICES, HEX, ID
from yihe.proof.tree import root_of

BALLOT_DOMAIN, ROLL_DOMAIN, PROXY_DOMAIN = (
    b"yihe/ballot/v1\n",
    b"yihe/roll/v1\n",
    b"yihe/proxy/v1\n",
)
CHANNELS = ("online", "paper", "door")
PAPER = ("paper", "door")
NUMBER = r"(?:0|[1-9][0-9]{0,8})"
_choice = rf'"{ID}":"(?:{"|".join(CHOICES)})"'
OPENING = re.compile(
    rf'^\{{"channel":"(online|paper|door)","choices":\{{({_choice}(?:,{_choice})*)\}},'
    rf'"decision":"({ID})"(?:,"proxy":({NUMBER}))?(?:,"replaces":({NUMBER}))?,'
    rf'"salt":"({HEX})","unit":"({ID})"\}}$',
    re.ASCII | re.MULTILINE,
)
ROLL_ENTRY = re.compile(
    rf'^\{{"area":"({AREA})","kind":"(owned|developer_unsold)","owner":"({ID})",'
    rf'"salt":"({HEX})","scopes":\[((?:"{ID}"(?:,"{ID}")*)?)\],"unit":"({ID})"\}}$',
    re.ASCII | re.MULTILINE,
)


def new_salt() -> str:
    """256 random bits as 64 hex digits. Shown once, to the voter."""
    return secrets.token_hex(32)


def ballot_opening(
    *,
    decision: str,
    unit: str,
    choices: Mapping[str, str],
    channel: str,
    salt: str,
    replaces: int | None = None,
    proxy: int | None = None,
) -> bytes:
    """The bytes that a ballot commits to. `replaces` and `proxy` are numbers `n` of earlier leaves.

    Malformed when a value is out of its range.
    """
    value: dict[str, Any] = {
        "channel": channel,
        "choices": dict(choices),
        "decision": decision,
        "salt": salt,
        "unit": unit,
    }
    if replaces is not None:
        value["replaces"] = replaces
    if proxy is not None:
        value["proxy"] = proxy
    line = encode(value)
    if not OPENING.fullmatch(line.decode()):
        raise Malformed("这张票的内容不合规定")
    return line


def commit(opening: bytes) -> str:
    """The commitment to a ballot's opening, 64 hex digits."""
    return sha256(BALLOT_DOMAIN + opening).hexdigest()


def proxy_commitment(*, decision: str, unit: str, proxy: str, salt: str) -> str:
    """The commitment to who may vote for a unit (both pseudonyms), 64 hex digits."""
    value = {"decision": decision, "proxy": proxy, "salt": salt, "unit": unit}
    return sha256(PROXY_DOMAIN + encode(value)).hexdigest()


@dataclass(frozen=True)
class RollEntry:
    """One exclusive part: pseudonyms, area in m² as the register writes it, kind, own sub-electorates."""

    unit: str
    owner: str
    area: str
    kind: str = "owned"
    scopes: tuple[str, ...] = ()

    def line(self, salt: str) -> bytes:
        """The bytes that the roll commits to. Malformed when a value is out of its range."""
        line = encode(
            {
                "area": self.area,
                "kind": self.kind,
                "owner": self.owner,
                "salt": salt,
                "scopes": sorted(self.scopes),
                "unit": self.unit,
            }
        )
        if not ROLL_ENTRY.fullmatch(line.decode()) or len(set(self.scopes)) != len(self.scopes):
            raise Malformed("名册的一行不合规定")
        return line


def roll_hashes(lines: Iterable[bytes]) -> list[bytes]:
    """The leaf hashes of the roll's own tree, in the roll's order (by unit, as bytes)."""
    prefix = b"\x00" + ROLL_DOMAIN
    return [sha256(prefix + line).digest() for line in lines]


def roll_root(lines: Iterable[bytes]) -> str:
    """The root over the roll, 64 hex digits."""
    return root_of(roll_hashes(lines)).hex()

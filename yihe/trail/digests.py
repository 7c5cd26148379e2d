"""Salted digests: what an entry keeps of a text that may have to be erased one day."""

import hashlib
import secrets


def new_salt() -> str:
    """Sixteen random bytes as 32 hex digits."""
    return secrets.token_hex(16)


def digest(salt: str, text: str) -> str:
    """SHA-256 over salt and text, 64 hex digits; without the salt it tells nothing."""
    return hashlib.sha256(bytes.fromhex(salt) + text.encode()).hexdigest()

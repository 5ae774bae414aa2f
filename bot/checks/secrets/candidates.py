"""A value in a text that stands where secrets stand, and what base64 hides."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from bot.checks.secrets.values import Strength

# From this length on a value is one that a machine made.
MIN_TOKEN = 16
_MIN_PASSWORD_OF_PAIR = 3


@dataclass(frozen=True)
class Candidate:
    """A value that its context calls a secret. `start` is its offset in the text, in characters."""

    rule: str
    start: int
    value: str = field(repr=False)
    strength: Strength


def decode_base64(value: str) -> str | None:
    """The printable text that a value encodes in base64; None where it encodes none."""
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return decoded if decoded.rstrip("\n").isprintable() else None


def decode_pair(value: str) -> str | None:
    """The password of a `user:password` in base64; None where it is none."""
    user, colon, password = (decode_base64(value) or "").partition(":")
    return password if colon and user and len(password) >= _MIN_PASSWORD_OF_PAIR else None

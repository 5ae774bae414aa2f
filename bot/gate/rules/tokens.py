"""Tokens that no service may take, made out of a good one or of nothing.

Rule: a signature that is another, a payload that is another, and no signature at all under any spelling of `none`.
Source: RFC 8725 (JSON Web Token Best Current Practices), sections 2.1 and 3.1, read 2026-11-30.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Final

_NONES: Final = ("none", "None", "NONE")
_MIN_SIGNATURE: Final = 16


@dataclass(frozen=True)
class Forged:
    """A token and what is wrong with it."""

    what: str
    token: str = field(repr=False)


def forge(good: str | None, now: int) -> list[Forged]:
    """Forged tokens; without a good one they are made up, and valid for an hour from `now` (seconds since 1970)."""
    parts = _split(good or _make_up(now))
    if parts is None:
        # Of a token that is no JWT nothing is known but that another is none.
        return [Forged("a token that nobody gave", f"{good[:-1]}{'A' if good[-1] != 'A' else 'B'}" if good else "")]
    header, payload, signature = parts
    other = bytes([signature[0] ^ 1]) + signature[1:]
    forged = [Forged("a bad signature", f"{header}.{payload}.{_encode(other)}")]
    if good is not None and (changed := _change(payload)):
        forged.append(Forged("a payload that was changed", f"{header}.{changed}.{_encode(signature)}"))
    for word in _NONES:
        unsigned = _encode(json.dumps({"alg": word, "typ": "JWT"}).encode())
        forged.append(Forged(f"alg: {word}", f"{unsigned}.{payload}."))
    return forged


def _make_up(now: int) -> str:
    header = _encode(b'{"alg":"HS256","typ":"JWT"}')
    claims = {"sub": "gonogo", "iat": now, "nbf": now, "exp": now + 3600}
    return f"{header}.{_encode(json.dumps(claims).encode())}.{_encode(bytes(32))}"


def _split(token: str) -> tuple[str, str, bytes] | None:
    """Header and payload as they stand in a token, and its signature; None where it is no signed JWT."""
    parts = token.split(".")
    if len(parts) != len(("header", "payload", "signature")):
        return None
    try:
        signature = _decode(parts[2])
        readable = isinstance(json.loads(_decode(parts[0])), dict)
    except (ValueError, binascii.Error, RecursionError):
        return None
    return (parts[0], parts[1], signature) if readable and len(signature) >= _MIN_SIGNATURE else None


def _change(payload: str) -> str | None:
    try:
        claims = json.loads(_decode(payload))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return _encode(json.dumps({**claims, "gonogo": 1}).encode()) if isinstance(claims, dict) else None


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)

"""Made-up secrets of the forms that providers give theirs, from a seed: no file of the project ever holds one."""

from __future__ import annotations

import base64
import json
import random
import string

HEX = "0123456789abcdef"
ALNUM = string.ascii_letters + string.digits
UPPER32 = string.ascii_uppercase + "234567"


class Maker:
    """Makes values; one seed, one row of values."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - repeatable is the point

    def of(self, length: int, alphabet: str = ALNUM) -> str:
        return "".join(self.random.choice(alphabet) for _ in range(length))

    def hex(self, length: int) -> str:
        return self.of(length, HEX)

    def digits(self, length: int) -> str:
        return self.of(1, "123456789") + self.of(length - 1, string.digits)

    def base64(self, length: int) -> str:
        return base64.b64encode(self.random.randbytes(length)).decode()

    def uuid(self) -> str:
        return f"{self.hex(8)}-{self.hex(4)}-4{self.hex(3)}-a{self.hex(3)}-{self.hex(12)}"

    def mixed(self, length: int) -> str:
        """Letters of both cases and digits, each there."""
        value = [self.of(1, string.ascii_lowercase), self.of(1, string.ascii_uppercase), self.of(1, string.digits)]
        value += list(self.of(length - 3))
        self.random.shuffle(value)
        return "".join(value)

    def password(self) -> str:
        """What a careful person or a password manager makes."""
        styles = (
            lambda: self.mixed(self.random.randint(10, 15)),
            lambda: self.mixed(6) + self.of(2, "!#-_+^") + self.mixed(5),
            lambda: f"{self.word().title()}{self.of(1, '!-_+')}{self.word().title()}{self.digits(3)}{self.of(1, '!^')}",
            lambda: self.mixed(self.random.randint(18, 28)),
            lambda: f"{self.mixed(4)}-{self.mixed(5)}-{self.mixed(4)}",
        )
        return self.random.choice(styles)()

    def word(self) -> str:
        vowels, consonants = "aeiou", "bdfgklmnprstvz"
        return "".join(self.random.choice(consonants) + self.random.choice(vowels) for _ in range(3))

    def github(self) -> str:
        return self.random.choice(["ghp_", "gho_", "ghs_"]) + self.of(36)

    def pem(self, kind: str = "RSA ", lines: int = 24) -> str:
        body = base64.b64encode(self.random.randbytes(48 * lines)).decode()
        rows = [body[at : at + 64] for at in range(0, len(body), 64)]
        return "\n".join([f"-----BEGIN {kind}PRIVATE KEY-----", *rows, f"-----END {kind}PRIVATE KEY-----"])

    def jwt(self) -> str:
        parts = (
            json.dumps({"alg": "HS256", "typ": "JWT"}).encode(),
            json.dumps({"sub": self.uuid(), "iat": int(self.digits(10)), "scope": self.word()}).encode(),
            self.random.randbytes(32),
        )
        return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def encode64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

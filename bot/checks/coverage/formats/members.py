"""JSON, member by member: the text is held once, and never all of its values.

A report of 50 MB would be half a gigabyte of dictionaries and lists. The standard library's scanner reads any one
value out of the text; this walks the objects and lists around the values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.checks.coverage.formats.bounds import MAX_COUNT_DIGITS, MAX_JSON_BYTES, Refused, Source
from bot.model import Json

_SPACE = re.compile(r"[ \t\n\r]*")
# UTF-16 and UTF-32 have a zero byte beside the first brace.
_FIRST_BYTES = 4


def _refuse_constant(_: str) -> Json:
    raise Refused("a number is NaN or infinite")


def _to_int(digits: str) -> int:
    if len(digits) > MAX_COUNT_DIGITS + 1:
        raise Refused("a number is larger than any counter holds")
    return int(digits)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_int=_to_int, strict=False)


class Cursor:
    """A place in a JSON text. What it yields is to be read or skipped by `value` before it goes on."""

    def __init__(self, text: str, at: int = 0) -> None:
        self.text, self.at = text, at
        self._skip_space()

    @property
    def line(self) -> int:
        """The 1-based line of the place."""
        return self.text.count("\n", 0, self.at) + 1

    def peek(self) -> str:
        """The next character; empty at the end."""
        return self.text[self.at : self.at + 1]

    def value(self) -> Json:
        """The value here; the cursor stands behind it."""
        value: Json
        try:
            value, self.at = _DECODER.raw_decode(self.text, self.at)
        except json.JSONDecodeError as error:
            raise self._fault(error) from None
        except RecursionError:
            raise Refused("its values are nested too deep", self.line) from None
        except Refused as refused:
            raise Refused(refused.reason, self.line) from None
        self._skip_space()
        return value

    def members(self) -> Iterator[str]:
        """Yield each key of the object here, with the cursor on its value."""
        self._expect("{")
        if self._accept("}"):
            return
        while True:
            key = self.value() if self.peek() == '"' else None
            if not isinstance(key, str):
                raise self._broken()
            self._expect(":")
            yield key
            if self._accept("}"):
                return
            self._expect(",")

    def elements(self) -> Iterator[None]:
        """Yield once for each element of the list here, with the cursor on it."""
        self._expect("[")
        if self._accept("]"):
            return
        while True:
            yield
            if self._accept("]"):
                return
            self._expect(",")

    def end(self) -> None:
        """Make sure that nothing follows."""
        if self.at != len(self.text):
            raise Refused("something follows its end", self.line)

    def _skip_space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def _accept(self, character: str) -> bool:
        if self.peek() != character:
            return False
        self.at += 1
        self._skip_space()
        return True

    def _expect(self, character: str) -> None:
        if not self._accept(character):
            raise self._broken()

    def _broken(self) -> Refused:
        if self.at >= len(self.text):
            return Refused("it ends too early: truncated", self.line)
        return Refused("it is no well-formed JSON, or not of its format's shape", self.line)

    def _fault(self, error: json.JSONDecodeError) -> Refused:
        truncated = error.pos >= len(self.text.rstrip()) or error.msg.startswith("Unterminated")
        self.at = error.pos
        return Refused("it ends too early: truncated" if truncated else "it is no well-formed JSON", self.line)


def open_json(source: Source) -> Cursor:
    """A cursor at the beginning of a JSON report.

    Raises:
        Refused: it is too large, or no UTF-8.
    """
    content = source.read_all(MAX_JSON_BYTES)
    if b"\0" in content[:_FIRST_BYTES]:
        raise Refused("its encoding is not UTF-8")
    try:
        return Cursor(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Refused("its encoding is not UTF-8") from None


# Values of a given shape


def as_object(value: Json, what: str) -> dict[str, Json]:
    """The value, which is to be an object.

    Raises:
        Refused: it is none.
    """
    if not isinstance(value, dict):
        raise Refused(f"{what} is missing or no object")
    return value


def as_list(value: Json, what: str) -> list[Json]:
    """The value, which is to be a list.

    Raises:
        Refused: it is none.
    """
    if not isinstance(value, list):
        raise Refused(f"{what} is missing or no list")
    return value


def as_number(value: Json, what: str) -> int:
    """The value, which is to be a whole number of zero or more.

    Raises:
        Refused: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise Refused(f"{what} is missing or no whole number")
    if value < 0:
        raise Refused(f"{what} is negative")
    return int(value)


def as_text(value: Json, what: str) -> str:
    """The value, which is to be text.

    Raises:
        Refused: it is none.
    """
    if not isinstance(value, str):
        raise Refused(f"{what} is missing or no text")
    return value

"""The lines of a requirements file as pip takes them: joined, without comments, each with its options.

Source: https://pip.pypa.io/en/stable/reference/requirements-file-format/ (read 2026-11-30)
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Final

from bot.checks.security.text.decode import decode

# What looks for the blanks before a mark takes the square of a line of blanks: it looks for the mark.
_COMMENT: Final = re.compile(r"(?:^|(?<=\s))#.*$")
_COOKIE: Final = re.compile(rb"#.*coding[:=]\s*([-\w.]+)")
_HASH: Final = re.compile(r"--hash[=\s]+(\S+)")
_OPTIONS: Final = re.compile(r"(?<=\s)--?(?=[A-Za-z])")
_MAX_LINE: Final = 200_000
# The grammar of a requirement takes some 60 microseconds a line.
MAX_LINES: Final = 20_000
# pip takes any beginning of a long option that only one begins with.
_LONG: Final = (
    *("--index-url", "--extra-index-url", "--no-index", "--constraint", "--requirement", "--editable"),
    *("--find-links", "--no-binary", "--only-binary", "--prefer-binary", "--require-hashes", "--pre"),
    *("--trusted-host", "--use-feature", "--pypi-url", "--always-unzip", "--process-dependency-links"),
)
_SHORT: Final = {"-r": "--requirement", "-c": "--constraint", "-e": "--editable", "-i": "--index-url"} | {
    "-f": "--find-links",
    "-Z": "--always-unzip",
}
_FLAGS: Final = frozenset(
    {
        *("--no-index", "--prefer-binary", "--require-hashes", "--pre", "--always-unzip"),
        "--process-dependency-links",
    }
)


@dataclass(frozen=True)
class Line:
    """One logical line.

    Attributes:
        number: of its first physical line.
        requirement: what it asks for, as text; empty for a line of options.
        hashes: those of the requirement.
        options: long name and value of each option.
        fault: why the line cannot be read, or empty.
    """

    number: int
    requirement: str
    hashes: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)
    fault: str = ""

    def values(self, name: str) -> list[str]:
        """The values of an option."""
        return [value for option, value in self.options if option == name]


@lru_cache(maxsize=16)
def split_lines(content: bytes) -> Sequence[Line]:
    """The lines that say something; past a limit a last one whose fault says so.

    Raises:
        UnreadableError: the content is no text.
    """
    text = decode(content, _encoding(content))
    lines = list(islice(filter(None, (_read_line(*one) for one in _join(text))), MAX_LINES + 1))
    if len(lines) > MAX_LINES:
        lines[MAX_LINES] = Line(lines[MAX_LINES].number, "", fault=f"more than {MAX_LINES:,} lines")
    return lines


def _read_line(number: int, text: str) -> Line | None:
    if len(text) > _MAX_LINE:
        return Line(number, "", fault=f"a line of more than {_MAX_LINE:,} characters")
    stripped = (_COMMENT.sub("", text) if "#" in text else text).strip()
    if stripped.startswith("-"):
        options = list(_read_options(stripped))
        unknown = any(name not in _LONG for name, _ in options)
        return Line(number, "", options=options, fault="an option that pip does not have" if unknown else "")
    if " -" not in stripped and "\t-" not in stripped:
        return Line(number, stripped) if stripped else None
    return Line(number, _OPTIONS.split(stripped, maxsplit=1)[0].rstrip(), sorted(set(_HASH.findall(stripped))))


def _encoding(content: bytes) -> str:
    for line in content[:1000].split(b"\n")[:2]:
        if found := _COOKIE.match(line):
            try:
                return codecs.lookup(found[1].decode("ascii")).name
            except LookupError:
                return "utf-8"
    return "utf-8"


def _join(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number of their first physical one, as pip joins them."""
    parts: list[str] = []
    first = 0
    for number, line in _physical(text):
        first = first if parts else number
        comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not comment:
            parts.append(line[:-1])
            continue
        # A comment ends what goes on before it.
        parts.append(f" {line}" if comment else line)
        yield first, "".join(parts)
        parts = []
    if parts:
        yield first, "".join(parts)


def _physical(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines by the number that git and editors give them; pip ends lines at more characters than they do."""
    for number, line in enumerate(text.split("\n"), 1):
        for part in line.splitlines() or [""]:
            yield number, part


def _read_options(text: str) -> Iterator[tuple[str, str]]:
    words = iter(text.split())
    for word in words:
        name, equals, value = word.partition("=")
        if not name.startswith("--") and name[:2] in _SHORT:
            name, value, equals = _SHORT[name[:2]], word[2:].removeprefix("="), word[2:]
        elif name.startswith("--"):
            candidates = [option for option in _LONG if option.startswith(name)]
            name = name if name in _LONG or len(candidates) != 1 else candidates[0]
        if name not in _LONG:
            yield name, ""
        elif not equals and name not in _FLAGS:
            yield name, next(words, "").strip("\"'")
        else:
            yield name, value.strip("\"'")

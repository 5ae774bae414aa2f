"""What is graded: an answer, and how one rule's result counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# No `<` inside: a text of nothing but beginnings of tags is then read once, not once for each of them.
_TAG: Final = re.compile(r"<(script|meta)\b([^<>]{0,4000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"([a-zA-Z-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_HTML: Final = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(frozen=True)
class Mark:
    """One rule's result in words, and by how much it changes the score of 100."""

    rule: str
    words: str
    points: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer of a site, and what it said besides.

    Attributes:
        headers: names in lower case.
        plain: the addresses over which a request without TLS went, the first included; None where nobody answered it.
        foreign: the headers of an answer to a request from another origin.
        origin: that origin.
    """

    https: bool
    host: str
    headers: Sequence[tuple[str, str]]
    body: str
    plain: Sequence[str] | None = None
    foreign: Sequence[tuple[str, str]] = ()
    origin: str = ""

    def values(self, name: str) -> list[str]:
        """The values of a header, one for each time that it is there."""
        return [value for key, value in self.headers if key == name]

    @property
    def is_html(self) -> bool:
        """Whether it is a page, or does not say what it is."""
        kinds = self.values("content-type")
        return not kinds or kinds[0].partition(";")[0].strip().lower() in _HTML

    def tags(self, name: str) -> Iterator[dict[str, str]]:
        """Yield the attributes of each such tag, their names in lower case; found by their text, not by a parser."""
        for tag in _TAG.finditer(self.body):
            if tag[1].lower() == name:
                yield {one[1].lower(): one[2] or one[3] or one[4] or "" for one in _ATTRIBUTE.finditer(tag[2])}

    def equivalents(self, name: str) -> list[str]:
        """What `<meta http-equiv>` says in place of a header."""
        return [tag.get("content", "") for tag in self.tags("meta") if tag.get("http-equiv", "").lower() == name]

"""Whether a formatter in a dictionary of Python's logging is one that a logger gets to, by way of a handler.

Rule: a handler names the formatter, and a list of handlers names that handler; a name that stands in place of either
stands for what the file gives it, also as the default of a variable of the environment.
Source: https://docs.python.org/3/library/logging.config.html#dictionary-schema-details (read 2026-11-30)
Out of sight: handlers and names of other files, for which a formatter is taken to be used.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile

_MAX_WORDS, _MAX_LISTS = 100, 50
_MAX_TEXT = 20_000
_WORD = re.compile(r"[A-Za-z_]\w*")
_CONSTANT = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
# A name of any kind that is all there is: `handlers`, `[settings.handler]`.
_BARE = re.compile(r"[\w.]++")
_QUOTED = re.compile(r"""[A-Za-z]?(?:"[^"\n]*"|'[^'\n]*')""")


def is_idle_formatter(file: SourceFile, element: Element) -> bool:
    """Whether an element is of a formatter that no logger's handler has."""
    formatter = _formatter_around(file, element)
    if formatter is None:
        return False
    given, lists = _said(file)
    handlers = [_entry(file, one) for one in given[:_MAX_LISTS] if _names(file, one.text, formatter.name)]
    if not given or not lists or None in handlers:
        return False
    names = [one.name for one in handlers if one is not None][:_MAX_LISTS]
    return not any(_names(file, one.text, name) for one in lists[:_MAX_LISTS] for name in names)


@lru_cache(maxsize=8)
def _said(file: SourceFile) -> tuple[Sequence[Element], Sequence[Element]]:
    """What a file gives handlers as their formatters, and the lists of handlers."""
    given = [one for one in file.assigns if _last(one.name) == "formatter"]
    lists = [one for one in file.assigns if _last(one.name) == "handlers" and not one.text.lstrip().startswith("{")]
    return given, lists


@lru_cache(maxsize=8)
def _assigned(file: SourceFile) -> Mapping[str, Sequence[str]]:
    """What a file gives names, by the names."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in file.assigns:
        found[one.name].append(one.text)
    return found


def _formatter_around(file: SourceFile, element: Element) -> Element | None:
    """The formatter that an element says something of: an entry of `formatters`."""
    around = [element, *file.around(element)]
    return next(
        (entry for entry, holder in pairwise(around) if holder.kind is Kind.ASSIGN and holder.name == "formatters"),
        None,
    )


def _entry(file: SourceFile, element: Element) -> Element | None:
    """The handler that holds an element; none where the element is given to it from outside of its dictionary."""
    return next((one for one in file.around(element) if one.kind is Kind.ASSIGN), None)


def _last(name: str) -> str:
    words: list[str] = _WORD.findall(name)
    return words[-1] if words else ""


def _names(file: SourceFile, text: str, name: str) -> bool:
    """Whether a text holds a name in quotation marks, or what it is made of does, or may."""
    quoted = re.compile(rf"""["'](?:cfg://\w{{1,80}}\.)?{re.escape(name)}["']""")
    waiting, seen = [text], set[str]()
    while waiting and len(seen) < _MAX_WORDS:
        text = waiting.pop()[:_MAX_TEXT]
        if quoted.search(text):
            return True
        words = {*_CONSTANT.findall(text), *_only_name(text)} - seen
        known = _assigned(file) if words else {}
        # A name that the file gives nothing stands for something all the same: one of another file.
        if any(one not in known for one in words.intersection(_WORD.findall(_QUOTED.sub("", text)))):
            return True
        seen |= words
        waiting += [given for one in words for given in known.get(one, ())]
    return False


def _only_name(text: str) -> Iterator[str]:
    text = text.strip("[] \t\r\n,")
    if _BARE.fullmatch(text):
        yield text.rpartition(".")[2]

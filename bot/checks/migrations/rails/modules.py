"""Modules that a migration includes and that define words of Rails anew: those do not do what Rails' own do.

Out of sight: modules of gems, and those whose file does not have their name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.migrations.rails.known_calls import ASKS, HARMLESS, RUNS_ROWS, RUNS_SQL
from bot.checks.migrations.rails.operations import OPERATIONS
from bot.checks.migrations.rails.ruby import Source, text_of
from bot.model import Tree

_TAKES_IN = re.compile(
    r"\b(?:include|extend|prepend)\b[ (][ ]{0,9}((?:::)?[A-Z][\w:]{0,200}(?:,[ ]{0,9}(?:::)?[A-Z][\w:]{0,200}){0,9})"
)
_DEFINES = re.compile(r"\bdef[ ]{1,9}(?:self\.)?(\w+[?!]?)|\b(?:define_method|alias_method|alias)[ (]{1,9}:?(\w+[?!]?)")
# As many parts as a name of that length has.
_MOST_PARTS = 70
_WORD = re.compile(r"\w+[?!]?")
_HUMP = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_KNOWN = frozenset({*OPERATIONS, *HARMLESS, *RUNS_SQL, *RUNS_ROWS, *ASKS, "reversible", "safety_assured", "revert"})


def find_overridden(tree: Tree, source: Source) -> Iterator[tuple[int, str]]:
    """Yield each word of Rails that a migration says and a module that it takes in defines, with its line there."""
    text = text_of(source.root)
    names = dict.fromkeys(name for found in _TAKES_IN.findall(text) for name in re.split(r",\s*", found))
    if not names:
        return
    words = _KNOWN.intersection(_WORD.findall(text))
    files = {f"{_HUMP.sub('_', name.strip(':')).replace('::', '/').lower()}.rb": name for name in names}
    short = {end.rpartition("/")[2] for end in files}
    near = (entry.path for entry in tree.entries() if entry.path.rpartition("/")[2] in short)
    paths = {path: files[end] for path in near for end in _ends(path) if end in files}
    for path, content in tree.read_many(paths):
        if not isinstance(content, bytes):
            yield _line(text, paths[path]), f"{paths[path]} of {path}, which is not read"
            continue
        defined = {one or other for one, other in _DEFINES.findall(content.decode("utf-8", "replace"))}
        for word in sorted(words & defined):
            yield _line(text, word), f"`{word}`, which {paths[path]} of {path} defines anew"
        # A word that is in doubt is told once.
        words -= defined


def _line(text: str, word: str) -> int:
    return text.count("\n", 0, text.index(word)) + 1


def _ends(path: str) -> Iterator[str]:
    """Yield the last part of a path, its last two, and so on."""
    parts = path.rsplit("/", _MOST_PARTS)
    # What is left of a longer path is one part, which no name has.
    yield from ("/".join(parts[at:]) for at in range(len(parts) - 1, -1, -1))

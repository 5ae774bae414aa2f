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

_MAX_NAMES = 500
_TAKES_IN = re.compile(
    r"\b(?:include|extend|prepend)\b[ (][ ]{0,9}((?:::)?[A-Z][\w:]{0,200}(?:,[ ]{0,9}(?:::)?[A-Z][\w:]{0,200}){0,9})"
)
_DEFINES = re.compile(r"\bdef[ ]{1,9}(?:self\.)?(\w+[?!]?)|\b(?:define_method|alias_method|alias)[ (]{1,9}:?(\w+[?!]?)")
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
    files = {
        f"{_HUMP.sub('_', name.strip(':')).replace('::', '/').lower()}.rb": name for name in list(names)[:_MAX_NAMES]
    }
    paths = {
        entry.path: name
        for entry in tree.entries()
        if (name := next((files[end] for end in files if f"/{entry.path}".endswith(f"/{end}")), None)) is not None
    }
    for path, content in tree.read_many(paths):
        helper = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        defined = {one or other for one, other in _DEFINES.findall(helper)}
        for word in sorted(words & defined):
            line = text.count("\n", 0, text.index(word)) + 1
            yield line, f"`{word}`, which {paths[path]} of {path} defines anew"

"""Which items a change can have an effect on, told by what their rules looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.files import Reads
from bot.globs import Glob
from bot.model import ChangedFile, Status

# Prose is evidence for documentation alone. A description of an API in a folder `docs` is none.
_PROSE = re.compile(
    r"(?:.*/)?(?:[^/]+\.(?:md|mdx|markdown|rst|adoc|asciidoc|textile|png|jpe?g|gif|svg|webp|ico|pdf|drawio|puml|plantuml"
    r"|mmd|mermaid)|licen[cs]e|authors|notice|codeowners|contributors|\.gitignore|\.gitattributes|\.mailmap)",
    re.IGNORECASE,
)


def only_prose(files: Sequence[ChangedFile]) -> bool:
    """Whether all that is changed is text for people and pictures."""
    return all(is_prose(path) for file in files for path in (file.path, file.old_path) if path)


def is_prose(path: str) -> bool:
    """Whether a file is text for people, or a picture."""
    return _PROSE.fullmatch(path) is not None


def touches(files: Sequence[ChangedFile], reads: Reads) -> bool:
    """Whether a change can have an effect on what was made of these reads.

    A file that is edited has one where it was read; one that comes, goes or is renamed, where its name was looked for.
    What ended early would have looked at more, which may be any of them.
    """
    if reads.ended_early:
        return bool(files)
    for file in files:
        if file.path in reads.paths or file.old_path in reads.paths:
            return True
        if file.status is not Status.MODIFIED and any(
            _is_looked_for(path.lower(), reads) for path in (file.path, file.old_path) if path
        ):
            return True
    return False


def _is_looked_for(path: str, reads: Reads) -> bool:
    name = path.rpartition("/")[2]
    return any(Glob(pattern).matches(path if "/" in pattern else name) for pattern in reads.patterns)

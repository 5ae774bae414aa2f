"""Words of a product's own name that are also the name of a kind of document, such as those of a product called OnCall.

Rule: a word that a manifest gives the product as its name, and that a good part of its documents have in a heading or
in their paths, names the product there, and no runbook.
Out of sight: a product that no manifest names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.rules.prose import documents, sections

_MANIFESTS = ("Chart.yaml", "package.json", "pyproject.toml", "composer.json", "Cargo.toml", "plugin.json", "app.json")
_NAME = re.compile(r"""^[ \t{]{0,20}["']?name["']?\s{0,9}[:=]\s{0,9}["']?([\w@/.-]{1,100})""", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z]+")
_MAX_MANIFESTS = 200
# One in so many of the documents, and so many at the least.
_SHARE, _LEAST = 5, 6


def find_own_names(files: Files, kind: re.Pattern[str]) -> re.Pattern[str] | None:
    """What finds the words of the product's name that would name a kind of document, too; None where there are none."""
    words = {word for word in _words_of_names(files) if kind.search(word)}
    known = documents(files)
    # Written in one, or as the words that it is made of: `oncall`, `on-call`.
    spelled = [rf"\b{'[-_ ]?'.join(word)}\b" for word in sorted(words)]
    own = [one for one in spelled if _is_common(files, re.compile(one, re.IGNORECASE), len(known))]
    return re.compile("|".join(own), re.IGNORECASE) if own else None


def _words_of_names(files: Files) -> Iterator[str]:
    for path in files.select(*_MANIFESTS)[:_MAX_MANIFESTS]:
        if found := _NAME.search(files.text(path) or ""):
            yield from (word.lower() for word in _WORD.findall(found[1]))


def _is_common(files: Files, word: re.Pattern[str], number: int) -> bool:
    """Whether a word stands in the paths or headings of so many documents that it names what all of them are about."""
    said = sum(
        bool(word.search(path) or any(word.search(section.title) for section in sections(files, path)))
        for path in documents(files)
    )
    return said >= max(_LEAST, number / _SHARE)

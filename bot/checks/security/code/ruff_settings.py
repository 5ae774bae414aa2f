"""What a project's own settings of ruff switch off, for the rules that begin with S.

Sources (read 2026-11-30): https://docs.astral.sh/ruff/settings/ (`ignore`, `per-file-ignores`, `exclude`, `extend`),
https://docs.astral.sh/ruff/configuration/#config-file-discovery (the closest file counts, and no other).
Where rules are chosen without the S rules, what is left out of linting as a whole says nothing of security.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.security.code.project_globs import matches_below
from bot.checks.security.text.located import UnreadableError
from bot.checks.security.text.toml_text import read_toml
from bot.model import NotRead, Tree

NAMES = (".ruff.toml", "ruff.toml", "pyproject.toml")
_ALL = "ALL"
_MAX_EXTENDS = 5
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class RuffSettings:
    """One settings file, with what it extends.

    Attributes:
        path: the file.
        ignored: codes, whole or their beginnings.
        selected: the same of what is chosen.
        by_file: patterns, below which folder they are meant, and the codes that are off for them.
        excluded: patterns of what is not linted, and below which folder they are meant.
    """

    path: str
    ignored: Sequence[str] = ()
    selected: Sequence[str] = ()
    by_file: Sequence[tuple[str, str, Sequence[str]]] = ()
    excluded: Sequence[tuple[str, str]] = ()

    def switches_off(self, rule: str, path: str) -> bool:
        """Whether a rule is off for a path."""
        ignored = _specificity(self.ignored, rule)
        if ignored and ignored >= _specificity(self.selected, rule):
            return True
        if any(self._names(codes, rule) and _stands_for(folder, glob, path) for folder, glob, codes in self.by_file):
            return True
        return self._speaks_of_security and any(_excludes(folder, pattern, path) for folder, pattern in self.excluded)

    @property
    def _speaks_of_security(self) -> bool:
        return any(code == _ALL or code.startswith("S") for code in self.selected)

    def _names(self, codes: Iterable[str], rule: str) -> bool:
        return any(rule.startswith(code) or (code == _ALL and self._speaks_of_security) for code in codes)


def _specificity(codes: Iterable[str], rule: str) -> int:
    """How closely the closest of the codes names a rule; 0 where none does."""
    return max(
        (1 if code == _ALL else 1 + len(code) for code in codes if code == _ALL or rule.startswith(code)), default=0
    )


def _stands_for(folder: str, glob: str, path: str) -> bool:
    if glob.startswith("!"):
        return not matches_below(folder, glob[1:], path)
    return matches_below(folder, glob, path)


def _excludes(folder: str, pattern: str, path: str) -> bool:
    """Whether the path or a folder around it is excluded."""
    parts = path.split("/")
    around = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    return any(matches_below(folder, pattern, one) for one in around)


def read_ruff_settings(tree: Tree, path: str, *, depth: int = _MAX_EXTENDS) -> RuffSettings | None:
    """The settings in a file; None where it has none for ruff or cannot be read."""
    table = _table(tree, path)
    if table is None:
        return None
    folder = posixpath.dirname(path)
    lint = table.get("lint")
    both = {**table, **(lint if isinstance(lint, dict) else {})}
    extended = table.get("extend")
    parent = RuffSettings(path)
    if isinstance(extended, str) and depth:
        found = read_ruff_settings(tree, posixpath.normpath(posixpath.join(folder, extended)), depth=depth - 1)
        parent = found or parent
    return RuffSettings(
        path,
        # Codes of one file after those of another; with a choice of its own a file begins anew.
        ignored=[
            *(() if "select" in both else parent.ignored),
            *_texts(both, "ignore"),
            *_texts(both, "extend-ignore"),
        ],
        selected=[*_texts(both, "select", parent.selected), *_texts(both, "extend-select")],
        by_file=[
            *_by_file(both, "per-file-ignores", folder, parent.by_file),
            *_by_file(both, "extend-per-file-ignores", folder),
        ],
        excluded=[*_excluded(both, "exclude", folder, parent.excluded), *_excluded(both, "extend-exclude", folder)],
    )


def _table(tree: Tree, path: str) -> Mapping[str, object] | None:
    content = next((content for _, content in tree.read_many([path])), None)
    if content is None or isinstance(content, NotRead) or len(content) > _MAX_BYTES:
        return None
    try:
        root = read_toml(content.decode())
    except (UnicodeDecodeError, UnreadableError):
        return None
    table = (root.get("tool", "ruff") if path.endswith("pyproject.toml") else root).value
    return table if isinstance(table, dict) else None


def _texts(table: Mapping[str, object], name: str, default: Sequence[str] = ()) -> Sequence[str]:
    value = table.get(name)
    return [one for one in value if isinstance(one, str) and one] if isinstance(value, list) else default


def _by_file(
    table: Mapping[str, object], name: str, folder: str, default: Sequence[tuple[str, str, Sequence[str]]] = ()
) -> Sequence[tuple[str, str, Sequence[str]]]:
    value = table.get(name)
    return [(folder, glob, _texts(value, glob)) for glob in value] if isinstance(value, dict) else default


def _excluded(
    table: Mapping[str, object], name: str, folder: str, default: Sequence[tuple[str, str]] = ()
) -> Sequence[tuple[str, str]]:
    return [(folder, pattern) for pattern in _texts(table, name)] if isinstance(table.get(name), list) else default

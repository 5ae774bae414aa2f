"""What a project's own settings of bandit switch off.

Source: https://bandit.readthedocs.io/en/latest/config.html (read 2026-11-30): `skips` and `exclude_dirs` of a YAML or
TOML file, `skips` and `exclude` of `.bandit`, at the repository's root. What is excluded matches as a pattern of the
whole path or stands anywhere in it, as bandit has it.
"""

from __future__ import annotations

import configparser
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.checks.security.code.rules import from_bandit
from bot.checks.security.text.located import UnreadableError
from bot.checks.security.text.toml_text import read_toml
from bot.checks.security.text.yaml_text import read_yaml
from bot.model import NotRead, Tree

_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class BanditSettings:
    """One settings file: the rules that are off everywhere, by ruff's names, and the places that are left out."""

    path: str
    skipped: frozenset[str]
    excluded: Sequence[str]

    def switches_off(self, rule: str, path: str) -> bool:
        """Whether a rule is off for a path."""
        seen = f"./{path}"
        return rule in self.skipped or any(fnmatchcase(seen, one) or one in seen for one in self.excluded)


def read_bandit_settings(tree: Tree) -> list[BanditSettings]:
    """The settings at the root; a file that cannot be read switches nothing off."""
    found = []
    for path, parse in _FILES.items():
        content = next((content for _, content in tree.read_many([path])), None)
        if content is None or isinstance(content, NotRead) or len(content) > _MAX_BYTES:
            continue
        try:
            values = parse(content.decode("utf-8-sig"))
        except (UnicodeDecodeError, UnreadableError, configparser.Error):
            continue
        if isinstance(values, Mapping):
            skipped = frozenset(map(from_bandit, _texts(values.get("skips"))))
            found.append(
                BanditSettings(path, skipped, [*_texts(values.get("exclude_dirs")), *_texts(values.get("exclude"))])
            )
    return found


def _from_toml(text: str) -> object:
    return read_toml(text).get("tool", "bandit").value


def _from_yaml(text: str) -> object:
    return next((root.value for root in read_yaml(text)), None)


def _from_ini(text: str) -> object:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return dict(parser["bandit"]) if parser.has_section("bandit") else None


_FILES: Mapping[str, Callable[[str], object]] = {
    "pyproject.toml": _from_toml,
    ".bandit": _from_ini,
    **dict.fromkeys(("bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml"), _from_yaml),
}


def _texts(value: object) -> list[str]:
    """A list of texts, or one text with commas."""
    several = value.split(",") if isinstance(value, str) else value
    return [one.strip() for one in several if isinstance(one, str) and one.strip()] if isinstance(several, list) else []

"""What settings files of Python's scanners switch off, entry by entry; those of other tools hide nothing.

Sources (read 2026-11-30): https://docs.astral.sh/ruff/settings/, https://flake8.pycqa.org/en/latest/user/options.html,
https://bandit.readthedocs.io/en/latest/config.html,
https://docs.github.com/en/code-security/code-scanning/creating-an-advanced-setup-for-code-scanning/customizing-your-advanced-setup-for-code-scanning
"""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

import yaml

_TOML: Final = frozenset({"pyproject.toml", "ruff.toml", ".ruff.toml"})
_INI: Final = frozenset({"setup.cfg", "tox.ini", ".flake8", ".bandit"})
_YAML: Final = re.compile(r"\.?bandit\.ya?ml|codeql-config\.ya?ml")
_RULE: Final = re.compile(r"S\d*|ALL")
_MAX_BYTES: Final = 1_000_000
_BANDIT_KEYS: Final = ("skips", "tests", "exclude_dirs", "exclude", "baseline")
_CODEQL_KEYS: Final = ("paths-ignore", "query-filters", "disable-default-queries")


def is_settings_file(path: str) -> bool:
    """Whether a file may switch rules off."""
    name = PurePosixPath(path).name
    return name in _TOML | _INI or _YAML.fullmatch(name) is not None


def find_switches(path: str, text: str) -> list[tuple[str, str]] | None:
    """Each entry that switches something off, with a text that stands on its line. None where unreadable."""
    name = PurePosixPath(path).name
    if len(text) > _MAX_BYTES:
        return None
    try:
        if name in _TOML:
            return list(_in_toml(tomllib.loads(text), whole=name != "pyproject.toml"))
        if name in _INI:
            return list(_in_ini(text))
        return list(_in_yaml(yaml.safe_load(text)))
    except (ValueError, RecursionError, configparser.Error, yaml.YAMLError):
        return None


def selects_security(path: str, text: str) -> bool:
    """Whether settings of ruff choose the S rules."""
    if PurePosixPath(path).name not in _TOML:
        return False
    try:
        ruff = _ruff(tomllib.loads(text), whole=PurePosixPath(path).name != "pyproject.toml")
    except (ValueError, RecursionError):
        return False
    return any(_RULE.fullmatch(code) for key in ("select", "extend-select") for code in _texts(ruff.get(key)))


def _ruff(table: Mapping[str, object], *, whole: bool) -> dict[str, object]:
    """The settings of ruff, those for linting over the others."""
    own = table if whole else _table(_table(table, "tool"), "ruff")
    return {**own, **_table(own, "lint")}


def _in_toml(table: Mapping[str, object], *, whole: bool) -> Iterator[tuple[str, str]]:
    ruff = _ruff(table, whole=whole)
    for key in ("ignore", "extend-ignore"):
        yield from ((f"{key} = {code}", code) for code in _texts(ruff.get(key)) if _RULE.fullmatch(code))
    for key in ("per-file-ignores", "extend-per-file-ignores"):
        for glob in _table(ruff, key):
            codes = _texts(_table(ruff, key)[glob])
            yield from ((f"{key}: {glob} = {code}", glob) for code in codes if _RULE.fullmatch(code))
    if any(_RULE.fullmatch(code) for key in ("select", "extend-select") for code in _texts(ruff.get(key))):
        for key in ("exclude", "extend-exclude"):
            yield from ((f"{key} = {pattern}", pattern) for pattern in _texts(ruff.get(key)))
    if not whole:
        yield from _of_bandit(_table(_table(table, "tool"), "bandit"))


def _of_bandit(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key in _BANDIT_KEYS:
        yield from ((f"bandit {key} = {one}", one) for one in _texts(table.get(key)))


def _in_ini(text: str) -> Iterator[tuple[str, str]]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.read_string(text)
    for name in parser.sections():
        if name in {"bandit", "tool:bandit"}:
            yield from _of_bandit(parser[name])
        if name in {"flake8", "ruff"}:
            for key in ("ignore", "extend-ignore", "per-file-ignores"):
                for line in parser[name].get(key, "").splitlines():
                    words = re.split(r"[\s,:=]+", line)
                    yield from ((f"{key}: {line.strip()}", word) for word in words if _RULE.fullmatch(word))


def _in_yaml(parsed: object) -> Iterator[tuple[str, str]]:
    if not isinstance(parsed, dict):
        return
    yield from _of_bandit(parsed)
    for key in _CODEQL_KEYS:
        value = parsed.get(key)
        entries = value if isinstance(value, list) else [value] if value else []
        yield from ((f"{key}: {entry}", str(entry) if isinstance(entry, str) else key) for entry in entries)


def _table(table: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = table.get(name)
    return value if isinstance(value, Mapping) else {}


def _texts(value: object) -> list[str]:
    """A list of texts, or one text with commas."""
    several = value.split(",") if isinstance(value, str) else value
    return [one.strip() for one in several if isinstance(one, str) and one.strip()] if isinstance(several, list) else []

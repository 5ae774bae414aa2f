"""What settings files of Python's scanners switch off, entry by entry; those of other tools hide nothing.

Sources (read 2026-11-30): https://docs.astral.sh/ruff/settings/, https://flake8.pycqa.org/en/latest/user/options.html,
https://bandit.readthedocs.io/en/latest/config.html,
https://docs.github.com/en/code-security/code-scanning/creating-an-advanced-setup-for-code-scanning/customizing-your-advanced-setup-for-code-scanning
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from bot.checks.security.text.ini_text import read_ini
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.toml_text import read_toml
from bot.checks.security.text.yaml_text import read_yaml

_TOML: Final = frozenset({"pyproject.toml", "ruff.toml", ".ruff.toml"})
_INI: Final = frozenset({"setup.cfg", "tox.ini", ".flake8", ".bandit"})
_YAML: Final = re.compile(r"\.?bandit\.ya?ml|codeql-config\.ya?ml")
_RULE: Final = re.compile(r"S\d*|ALL")
_MAX_BYTES: Final = 1_000_000
_BANDIT_KEYS: Final = ("skips", "tests", "exclude_dirs", "exclude", "baseline")
_BANDIT_SECTIONS: Final = frozenset({"bandit", "tool:bandit"})
_FLAKE8_SECTIONS: Final = frozenset({"flake8", "ruff"})
_FLAKE8_KEYS: Final = frozenset({"ignore", "extend-ignore", "per-file-ignores"})
_MAX_SHOWN: Final = 160
_CODEQL_KEYS: Final = ("paths-ignore", "query-filters", "disable-default-queries")


def is_settings_file(path: str) -> bool:
    """Whether a file may switch rules off."""
    name = PurePosixPath(path).name
    return name in _TOML | _INI or _YAML.fullmatch(name) is not None


def find_switches(path: str, text: str) -> list[tuple[str, int]] | None:
    """Each entry that switches something off, with its line. None where unreadable."""
    name = PurePosixPath(path).name
    if len(text) > _MAX_BYTES:
        return None
    try:
        if name in _TOML:
            return list(_in_toml(read_toml(text), whole=name != "pyproject.toml"))
        if name in _INI:
            return list(_in_ini(text))
        return [switch for root in read_yaml(text) for switch in _in_yaml(root)]
    except (UnreadableError, configparser.Error):
        return None


def selects_security(path: str, text: str) -> bool:
    """Whether settings of ruff choose the S rules."""
    if PurePosixPath(path).name not in _TOML or len(text) > _MAX_BYTES:
        return False
    try:
        root = read_toml(text)
    except UnreadableError:
        return False
    return _selects(_of_ruff(root, whole=PurePosixPath(path).name != "pyproject.toml"))


def _of_ruff(root: Place, *, whole: bool) -> tuple[Place, Place]:
    """The settings of ruff: those for linting, and the others, which count where those say nothing."""
    own = root if whole else root.get("tool", "ruff")
    return own.get("lint"), own


def _setting(ruff: tuple[Place, Place], key: str) -> Place:
    return next((table.get(key) for table in ruff if key in table), ruff[1].get(key))


def _selects(ruff: tuple[Place, Place]) -> bool:
    return any(_RULE.fullmatch(code) for key in ("select", "extend-select") for code, _ in _texts(_setting(ruff, key)))


def _in_toml(root: Place, *, whole: bool) -> Iterator[tuple[str, int]]:
    ruff = _of_ruff(root, whole=whole)
    for key in ("ignore", "extend-ignore"):
        yield from ((f"{key} = {code}", line) for code, line in _texts(_setting(ruff, key)) if _RULE.fullmatch(code))
    for key in ("per-file-ignores", "extend-per-file-ignores"):
        for glob in _setting(ruff, key).members():
            codes = ((code, line) for code, line in _texts(glob) if _RULE.fullmatch(code))
            yield from ((f"{key}: {glob.key[:_MAX_SHOWN]} = {code}", line) for code, line in codes)
    if _selects(ruff):
        for key in ("exclude", "extend-exclude"):
            yield from ((f"{key} = {pattern}", line) for pattern, line in _texts(_setting(ruff, key)))
    if not whole:
        yield from _of_bandit(root.get("tool", "bandit"))


def _of_bandit(table: Place) -> Iterator[tuple[str, int]]:
    for key in _BANDIT_KEYS:
        yield from ((f"bandit {key} = {one}", line) for one, line in _texts(table.get(key)))


def _in_ini(text: str) -> Iterator[tuple[str, int]]:
    # flake8 and bandit stop at what this refuses.
    configparser.ConfigParser(interpolation=None, strict=False).read_string(text)
    for section, key, value, line in read_ini(text):
        if section in _BANDIT_SECTIONS and key in _BANDIT_KEYS:
            yield from ((f"bandit {key} = {one}", line) for one in _split(value))
        if section in _FLAKE8_SECTIONS and key in _FLAKE8_KEYS:
            words = re.split(r"[\s,:=]+", value)
            yield from ((f"{key}: {value[:_MAX_SHOWN]}", line) for word in words if _RULE.fullmatch(word))


def _in_yaml(root: Place) -> Iterator[tuple[str, int]]:
    yield from _of_bandit(root)
    for key in _CODEQL_KEYS:
        place = root.get(key)
        entries = place.elements() if place.is_list else [place] if place else []
        yield from ((f"{key}: {str(entry.value)[:_MAX_SHOWN]}", entry.line) for entry in entries)


def _texts(place: Place) -> Iterator[tuple[str, int]]:
    """A list of texts, or one text with commas; with their lines."""
    if place.is_list:
        yield from ((one.text.strip(), one.line) for one in place.elements() if one.text.strip())
    else:
        yield from ((one, place.line) for one in _split(place.text))


def _split(text: str) -> Iterator[str]:
    return (one.strip() for one in text.split(",") if one.strip())

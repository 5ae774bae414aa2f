"""Settings files of scanners that are hostile or odd: what they switch off is told, or that they cannot be read."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from bot.checks.security.suppressions.settings_files import find_switches, selects_security

_SECONDS = 20.0


@pytest.mark.parametrize("tag", ["!!bool foo", "!!int ''", "!!float ''", "!!timestamp foo"])
def test_a_tag_that_does_not_fit_stops_no_reader(tag: str) -> None:
    assert find_switches(".bandit.yml", f"skips: [B101]\nother: {tag}\n") == [("bandit skips = B101", 1)]


def test_aliases_that_grow_are_not_followed() -> None:
    names = "abcdefghij"
    rows = [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in pairwise(names)]

    assert find_switches("codeql-config.yml", "\n".join(["a: &a [x]", *rows, "query-filters: [*j]"])) is None


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("ruff.toml", "a." * 200_000 + "a = 1\n"),
        ("pyproject.toml", "[" + "a." * 200_000 + "a]\n"),
        ("ruff.toml", "[lint.per-file-ignores]\n'" + "g" * 400_000 + "' = [" + "'S1', " * 80_000 + "]\n"),
        ("ruff.toml", "[lint]\nignore = [\n" + "".join(f"'S{number}',\n" for number in range(80_000)) + "]\n"),
        ("setup.cfg", "[flake8]\nignore = " + "S1," * 300_000 + "\n"),
        ("setup.cfg", "[flake8]\nignore =\n" + "".join(f" S{number}\n" for number in range(80_000))),
        (".bandit.yml", "[" * 200_000),
    ],
)
def test_a_file_of_a_megabyte_takes_seconds_and_little_memory(path: str, text: str) -> None:
    started = time.process_time()

    selects_security(path, text)
    found = find_switches(path, text)

    assert time.process_time() - started < _SECONDS
    assert sum(len(entry) for entry, _ in found or ()) < 100 * len(text)


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("ruff.toml", "[lint]\nignore = [\n  'E501',\n  'S307',\n]\n", 4),
        ("pyproject.toml", "# S307\n[tool.ruff]\nlint.ignore = ['S307']\n", 3),
        ("setup.cfg", "[metadata]\nname = x\n[flake8]\nextend-ignore =\n  E501\n  S307\n", 6),
        ("codeql-config.yml", "name: x\npaths-ignore:\n  - src\n", 3),
    ],
)
def test_an_entry_is_told_with_its_line(path: str, text: str, line: int) -> None:
    assert [found for _, found in find_switches(path, text) or ()] == [line]

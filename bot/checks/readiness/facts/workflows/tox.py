"""What tox runs: the commands of the environments that are asked for; of all, where no name, or no known one, is.

Rule: an environment has the commands of its own section, or else those of `[testenv]`; a line that begins with factors,
`tests,lint: ruff check`, is only of environments that have one of them.
Source: https://tox.wiki/en/latest/config.html (read 2026-11-30).
Out of sight: what an environment takes from others by `{[testenv:other]commands}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice, product
from posixpath import normpath
from typing import TYPE_CHECKING

from bot.checks.readiness.facts.documents import Found
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place

if TYPE_CHECKING:
    from bot.checks.readiness.facts.workflows.scripts import Script

_SECTION = re.compile(r"^\[testenv(?::([^\]\n]{1,200}))?\][ \t]*$|^\[[^\]\n]{1,200}\][ \t]*$", re.MULTILINE)
_COMMANDS = re.compile(r"^commands\s*=([^\n]*(?:\n[ \t]+[^\n]*|\n(?=[ \t]*\n))*)", re.MULTILINE)
# Tox passes over the failure of a command that begins so.
_PASSED_OVER = re.compile(r"^([ \t]*+)-[ \t]++([^\n]*+)$", re.MULTILINE)
_FACTORS = re.compile(r"^([ \t]*+)([\w{},.!-]{1,200}):[ \t]+([^\n]*)$", re.MULTILINE)
_OF_POSITION = re.compile(r"\{posargs(?::((?:[^{}\n]|\{[^{}\n]{0,200}\}){0,1000}))?\}")
_BRACES = re.compile(r"\{([\w.,-]{1,200})\}")
_ASKED = re.compile(r"-[a-z]*e")
_NAME = re.compile(r"[\w.{},-]+")
_LISTED = re.compile(r",(?![^{]*\})")
# Files, and the keys under which each has its environments.
_TABLES = (("pyproject.toml", ("tool", "tox")), ("tox.toml", ()))
_MOST = 60
# What is longer is made up: it is put in for each `{posargs}`, and each name is held against each line.
_MOST_GIVEN, _LONGEST_NAMES, _MOST_FACTORS = 2_000, 1_000, 500


def follow_tox(files: Files, words: Sequence[str], folder: str) -> Iterator[Script]:
    """Yield the commands of the environments of tox."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    for name, keys in _TABLES:
        path = _join(folder, name)
        document = files.parsed(path) if path in files else None
        for inner in (("env", "*", "commands"), ("env_run_base", "commands")):
            for found in document.find(*keys, *inner) if document else ():
                yield from _listed(found, path, folder)
    names, given = _asked(words), " ".join(words[list(words).index("--") + 1 :] if "--" in words else ())
    for name in ("tox.ini", "setup.cfg", "pyproject.toml"):
        path = _join(folder, name)
        text = (files.text(path) or "") if path in files else ""
        for at, commands in _chosen(text, names) if "testenv" in text else ():
            told = _PASSED_OVER.sub(r"\1\2 || true", _of(commands.replace("\\\n", " "), names))
            told = _OF_POSITION.sub(lambda found: given if 0 < len(given) < _MOST_GIVEN else found[1] or "", told)
            yield Script(told, Place(path, text.count("\n", 0, at) + 1), folder)


def _asked(words: Sequence[str]) -> frozenset[str]:
    """The environments that a command asks for; none where it asks for all, or for some that nobody knows."""
    told: list[str] = []
    for at, word in enumerate(words):
        if word == "--":
            break
        if _ASKED.fullmatch(word) or word == "--env":
            told += words[at + 1 : at + 2]
        elif word.startswith(("-e=", "--env=")):
            told.append(word.partition("=")[2])
    if (
        not told
        or sum(map(len, told)) > _LONGEST_NAMES
        or any(not _NAME.fullmatch(one) or one == "ALL" for one in told)
    ):
        return frozenset()
    return frozenset(islice((name for one in told for part in _LISTED.split(one) for name in _expanded(part)), _MOST))


def _chosen(text: str, names: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield the commands of the sections that the environments have, each with where it begins."""
    heads = list(_SECTION.finditer(text))
    found: list[tuple[frozenset[str], int, str]] = []
    for head, end in zip(heads, [*(one.start() for one in heads[1:]), len(text)], strict=True):
        if head[0].startswith("[testenv"):
            own = frozenset(name for part in _LISTED.split(head[1] or "") for name in _expanded(part.strip())) - {""}
            found += [(own, one.start(), one[1]) for one in _COMMANDS.finditer(text, head.end(), end)]
    without = names.difference(*(own for own, _, _ in found)) if found else names
    for own, at, commands in found:
        if not names or own & names or (not own and without):
            yield at, commands


def _of(commands: str, names: frozenset[str]) -> str:
    """Commands without their factors; lines of other environments are left empty."""
    having = [frozenset([*name.split("-"), name]) for name in names]

    @cache
    def are_asked(factors: str) -> bool:
        listed = (one.split("-") for part in _LISTED.split(factors) for one in _expanded(part))
        wanted = list(islice(listed, _MOST))
        return any(_has(own, one) for own in having for one in wanted)

    def told(found: re.Match[str]) -> str:
        known = not names or are_asked.cache_info().currsize < _MOST_FACTORS
        return found[1] + found[3] if known and (not names or are_asked(found[2])) else ""

    return _FACTORS.sub(told, commands)


def _has(own: frozenset[str], factors: Sequence[str]) -> bool:
    """Whether an environment has all of some factors, and none that is refused."""
    return all((one[1:] not in own) if one.startswith("!") else one in own for one in factors if one)


def _expanded(name: str) -> Iterator[str]:
    """Yield the names that one with braces stands for: `py{38,39}`."""
    parts = _BRACES.split(name)
    choices = [part.split(",") if at % 2 else [part] for at, part in enumerate(parts)]
    yield from islice(("".join(one) for one in product(*choices)), _MOST)


def _listed(found: Found, path: str, folder: str) -> Iterator[Script]:
    """Commands as lists of words; a word that is a mapping stands for what is given on the command line."""
    from bot.checks.readiness.facts.workflows.scripts import Script

    for words in found.value if isinstance(found.value, list) else ():
        if isinstance(words, list):
            text = _PASSED_OVER.sub(r"\1\2 || true", " ".join(one for one in words if isinstance(one, str)))
            yield Script(text, Place(path, found.line), folder)


def _join(folder: str, name: str) -> str:
    return normpath(f"{folder or '.'}/{name}")

"""Justfiles: their recipes on Linux, with the variables put in that are plain texts, and aliases.

Source: https://just.systems/man/en/attributes.html, and the chapters beside it (read 2026-11-30).
Out of sight: variables that are put together, or that a condition sets; imports, modules, folders of one recipe alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.facts.workflows.makefiles import Rule, indented

_RECIPE = re.compile(r"^@?([A-Za-z0-9_-]+)(?:\s[^:=\n]*)?:(?!=)([^\n]*)$", re.MULTILINE)
_ALIAS = re.compile(r"^alias[ \t]++([\w-]++)[ \t]*+:=[ \t]*+([\w-]++)[ \t]*+(?:#.*)?$", re.MULTILINE)
_SET = re.compile(
    r"^(?:export[ \t]++)?([A-Za-z_][\w-]*+)[ \t]*+:=[ \t]*+(?:\"([^\"\\\n]*+)\"|'([^'\n]*+)')[ \t]*+(?:#.*)?$",
    re.MULTILINE,
)
_USED = re.compile(r"\{\{[ \t]*+([A-Za-z_][\w-]*+)[ \t]*+\}\}")
# `(build "release")` needs `build`, and is given something.
_NEED = re.compile(r"\([ \t]*+([\w-]++)[^()\n]*+\)|([A-Za-z_][\w-]*+)")
# A recipe of these systems is no other's, and has the name of the one that Linux has.
_ELSEWHERE = frozenset({"windows", "macos", "openbsd", "freebsd", "netbsd", "dragonfly"})
_HERE = frozenset({"linux", "unix"})
_MOST_ATTRIBUTES, _MOST_ADDED = 10, 500_000


def read_justfile(files: Files, path: str) -> Mapping[str, Rule]:
    """The recipes of a justfile by name, in order, with its aliases behind them."""
    text = (files.text(path) or "").replace("\r\n", "\n")
    values = {found[1]: found[2] or found[3] or "" for found in _SET.finditer(text)}
    rules: dict[str, Rule] = {}
    line, counted, room = 1, 0, _MOST_ADDED
    for found in _RECIPE.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        if _is_elsewhere(text, found.start()):
            continue
        needs = [one[1] or one[2] for one in _NEED.finditer(found[2].partition("#")[0])]
        recipe, room = _with_values(indented(text, found.end()), values, room)
        rule = Rule(needs, recipe, Place(path, line))
        if found[1] not in rules or rule.recipe.strip():
            rules[found[1]] = rule
    for found in _ALIAS.finditer(text):
        rules.setdefault(found[1], Rule([found[2]], "", Place(path, 1)))
    return rules


def _with_values(recipe: str, values: Mapping[str, str], room: int) -> tuple[str, int]:
    """A recipe with the values put in that there is room for, and how much room is left for those behind it."""

    def value(found: re.Match[str]) -> str:
        nonlocal room
        told = values.get(found[1])
        room -= len(told or "")
        return found[0] if told is None or room < 0 else told

    return (_USED.sub(value, recipe) if "{{" in recipe else recipe), room


def _is_elsewhere(text: str, at: int) -> bool:
    """Whether the attributes above a recipe leave it to other systems."""
    named = set[str]()
    for _ in range(_MOST_ATTRIBUTES):
        start = text.rfind("\n", 0, max(at - 1, 0)) + 1
        above = text[start : max(at - 1, 0)].strip()
        if not above.startswith("["):
            break
        named.update(one.strip() for one in above.strip("[]").split(","))
        at = start
    return bool(named & _ELSEWHERE) and not named & _HERE

"""Makefiles: their rules, with the variables that a recipe is written with put in, and with the files they include.

Source: https://www.gnu.org/software/make/manual/make.html, chapters 3.3 and 6 (read 2026-11-30).
Out of sight: functions, but for the one that asks where a program is; variables of one target alone; what an
environment sets. A variable that a condition sets to more than one value stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from posixpath import dirname, normpath

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place

_RULE = re.compile(
    r"^ *+([A-Za-z0-9_.%/-][A-Za-z0-9_.%/ -]*+)[ \t]*+::?(?!=)[ \t]*([^\n#;]*)(?:;([^\n]*))?", re.MULTILINE
)
_ASSIGNED = re.compile(r"^ *+(?:(?:export|override) ++)*+([A-Za-z_][\w.-]*+)[ \t]*+(\?|\+|!|:{1,3})?=[ \t]*+(.*)$")
_CONDITION = re.compile(r" *+(?:ifeq|ifneq|ifdef|ifndef)\b")
# Conditions among the lines of a recipe, which go on with it; what has no other branch may not be run at all.
# Before a command: not to show it, not to mind its failure, to run it even where others are only shown.
_SIGNS = re.compile(r"^([ \t]++)([@+-]{1,3})[ \t]*+", re.MULTILINE)
_WITHIN = re.compile(r"^ *+(?:ifn?eq|ifn?def|else|endif)\b[^\n]*$", re.MULTILINE)
_MOST_NESTED = 20
_INCLUDE = re.compile(r"^ *+[-s]?include[ \t]++([^\n#]+)", re.MULTILINE)
_USED = re.compile(r"\$\$|\$\(([A-Za-z_][\w.-]*+)\)|\$\{([A-Za-z_][\w.-]*+)\}")
# `$(shell which go)`: the program itself.
_WHERE = re.compile(r"\$\(shell\s++(?:which|command\s+-v|type\s+-p)\s++([\w.-]++)(?:\s*+2>\s*+/dev/null)?\s*+\)$")
# Of a recipe, but for what a line before it goes on with.
_LINE_BEGINS = re.compile(r"(?<!\\\n)^([ \t]*+)(?=[^\s-])", re.MULTILINE)
_STEM = re.compile(r"\$(?:\*|\(\*\)|\{\*\})")
_BUILT_IN = {"MAKE": "make", "SHELL": "sh", "CURDIR": "."}
_LONGEST, _MOST_ADDED, _DEEPEST, _MOST_FILES = 2_000, 500_000, 10, 20
# Of one rule, and of all recipes of a file together: what is over that is left out.
_MOST_NAMES, _MOST_RECIPES = 500, 4_000_000
_MOST_READ = 1_000_000


@dataclass(frozen=True)
class Rule:
    """A target's rule: what it needs, and its recipe, with the place where it begins."""

    needs: Sequence[str]
    recipe: str
    place: Place


def read_makefile(files: Files, path: str, given: Mapping[str, str]) -> Mapping[str, Rule]:
    """The rules of a makefile and of those it includes, by target; `given` are variables of the command line."""
    texts = {path: _text(files, path)}
    variables = _Variables(dict(given))
    waiting = [path]
    while waiting:
        here = waiting.pop(0)
        variables.read(texts[here])
        for found in _INCLUDE.finditer(texts[here]):
            for name in variables.put_in(found[1]).split():
                # What is included is looked for from where make runs.
                other = normpath(f"{dirname(path) or '.'}/{name}")
                if other in files and other not in texts and len(texts) < _MOST_FILES and _fits(texts):
                    texts[other] = _text(files, other)
                    waiting.append(other)
    rules: dict[str, Rule] = {}
    for one, text in texts.items():
        for name, rule in _rules_of(variables.put_in(text), one):
            if name not in rules or rule.recipe.strip():
                rules[name] = rule
    if (ignored := rules.get(".IGNORE")) is not None:
        _forgive(rules, ignored.needs or list(rules))
    return rules


def _forgive(rules: dict[str, Rule], names: Iterable[str]) -> None:
    """Write the recipes of targets as make runs them whose failures it ignores: each command behind a `-`."""
    # Targets of one rule share its recipe.
    known = {rules[name].recipe for name in names if name in rules}
    written = {recipe: _LINE_BEGINS.sub(r"\1-", recipe) for recipe in known}
    for name in names:
        if name in rules:
            rules[name] = replace(rules[name], recipe=written.get(rules[name].recipe, rules[name].recipe))


def find_by_pattern(patterns: Mapping[str, Rule], name: str) -> Rule | None:
    """The rule of the pattern, such as `test-%`, which leaves the least of a target's name open."""
    fitting = ((stem, rule) for pattern, rule in patterns.items() if (stem := _stem_of(pattern, name)))
    stem, rule = min(fitting, key=lambda one: len(one[0]), default=("", None))
    if rule is None:
        return None
    needs = [need.replace("%", stem, 1) for need in rule.needs]
    return replace(rule, needs=needs, recipe=_STEM.sub(lambda _: stem, rule.recipe))


def _stem_of(pattern: str, name: str) -> str:
    """What `%` stands for where a name is of a pattern; empty where it is not."""
    before, found, behind = pattern.partition("%")
    fits = found and len(name) < _LONGEST and name.startswith(before) and name.endswith(behind)
    return name[len(before) : len(name) - len(behind)] if fits else ""


def _fits(texts: Mapping[str, str]) -> bool:
    return sum(map(len, texts.values())) < _MOST_READ


def _text(files: Files, path: str) -> str:
    return (files.text(path) or "").replace("\r\n", "\n")


def _rules_of(text: str, path: str) -> Iterator[tuple[str, Rule]]:
    line, counted, room = 1, 0, _MOST_RECIPES
    for found in _RULE.finditer(text):
        line += text.count("\n", counted, found.start())
        counted = found.start()
        recipe = (found[3] or "") + _without_conditions(indented(text, found.end(), _WITHIN))
        recipe = _SIGNS.sub(lambda signs: signs[1] + signs[2].replace("+", ""), recipe)
        needs = found[2].split(maxsplit=_MOST_NAMES)[:_MOST_NAMES]
        room -= len(recipe)
        if room < 0:
            return
        for name in found[1].split(maxsplit=_MOST_NAMES)[:_MOST_NAMES]:
            yield name, Rule([] if name == ".PHONY" else needs, recipe, Place(path, line))


def _without_conditions(recipe: str) -> str:
    """A recipe without the lines of its conditions, and of what may be left out; lines keep their numbers."""
    if not _WITHIN.search(recipe):
        return recipe
    lines = recipe.split("\n")
    begun: list[tuple[int, bool]] = []
    for at, line in enumerate(lines):
        word = line.split("(")[0].split()[0:1] if _WITHIN.match(line) else []
        if not word:
            continue
        lines[at] = ""
        if word[0] == "else" and begun:
            begun[-1] = begun[-1][0], True
        elif word[0] == "endif" and begun:
            start, whole = begun.pop()
            if not whole:
                lines[start:at] = [""] * (at - start)
        elif word[0] not in {"else", "endif"}:
            if len(begun) >= _MOST_NESTED:
                return ""
            begun.append((at, False))
    return "\n".join(lines)


def indented(text: str, at: int, besides: re.Pattern[str] | None = None) -> str:
    """The lines behind a place's own that are indented, or empty; what is left of its own is a comment.

    `besides` are lines that are not indented and end nothing.
    """
    end = text.find("\n", at)
    at = end = end if end >= 0 else len(text)
    while end < len(text):
        stop = text.find("\n", end + 1)
        line = text[end + 1 : stop if stop >= 0 else len(text)]
        if line.strip() and not line.startswith((" ", "\t")) and not (besides and besides.match(line)):
            break
        end = stop if stop >= 0 else len(text)
    return text[at:end]


@dataclass
class _Variables:
    """The variables of makefiles, as far as each has one value."""

    given: Mapping[str, str]
    _values: dict[str, str] = field(default_factory=lambda: dict(_BUILT_IN))
    _unsure: set[str] = field(default_factory=set)
    _known: dict[str, str | None] = field(default_factory=dict)
    _added: int = 0

    def read(self, text: str) -> None:
        depth = 0
        for line in _logical_lines(text):
            if _CONDITION.match(line):
                depth += 1
            elif depth and line.strip().startswith("endif"):
                depth -= 1
            elif found := _ASSIGNED.match(line):
                self._set(found[1], found[2] or "", found[3].partition(" #")[0].rstrip(), sure=not depth)
        self._known = {}

    def _set(self, name: str, how: str, value: str, *, sure: bool) -> None:
        before = self._values.get(name)
        if how == "!" or (not sure and before != value):
            self._unsure.add(name)
        elif how == "+" and before is not None:
            self._values[name] = f"{before} {value}"
        elif how != "?" or before is None:
            self._values[name] = value

    def put_in(self, text: str) -> str:
        """A text with the variables put in that have one value."""
        return _USED.sub(lambda found: self._instead(found, 0), text)

    def _instead(self, found: re.Match[str], depth: int) -> str:
        name = found[1] or found[2]
        value = self._value(name, depth) if name else None
        if value is None or self._added > _MOST_ADDED:
            return found[0]
        self._added += len(value)
        return value

    def _value(self, name: str, depth: int) -> str | None:
        if name not in self._known:
            self._known[name] = None
            self._known[name] = self._evaluated(name, depth)
        return self._known[name]

    def _evaluated(self, name: str, depth: int) -> str | None:
        value = self.given.get(name, None if name in self._unsure else self._values.get(name))
        if value is None or len(value) > _LONGEST or depth > _DEEPEST:
            return None
        if where := _WHERE.match(value):
            return where[1]
        # A value that needs itself stays as it is written.
        value = _USED.sub(lambda found: self._instead(found, depth + 1), value)
        return value if len(value) <= _LONGEST else None


def _logical_lines(text: str) -> Iterator[str]:
    """Yield the lines outside of recipes and of definitions, those that go on in one."""
    lines = iter(text.split("\n"))
    defining = False
    for line in lines:
        if defining or line.startswith("\t"):
            defining = defining and not line.strip().startswith("endef")
            continue
        defining = re.match(r" *+(?:override +)?define\b", line) is not None
        parts = [line]
        while parts[-1].endswith("\\") and (following := list(islice(lines, 1))):
            parts[-1] = parts[-1][:-1]
            parts += following
        yield " ".join(part.strip() if at else part for at, part in enumerate(parts))

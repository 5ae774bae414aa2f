"""What variables of Terraform come to where the repository says so, and which blocks a variable switches off.

Rule: a module's variable has the value that its callers of this repository give it, else its default; a root module's
has that of its committed values of production, else of those without an environment's name, else its default. Values
are of the root module beside them, or of the nearest one above; of several below, of the one that declares all of
them. Values that differ or may be another module's, and expressions, tell nothing. A block is off where its `count` is,
or that of every call of its module.
Source: https://developer.hashicorp.com/terraform/language/values/variables (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from posixpath import dirname, normpath

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.document_error import DocumentError
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.json_text import parse_json
from bot.checks.readiness.facts.terraform import Block
from bot.checks.readiness.facts.terraform_conditions import Kind, come_to, find_locals, outermost

_VARIABLE = re.compile(r'^[ \t]*variable[ \t]+"([\w-]+)"[ \t]*\{((?:[^{}]++|\{[^{}]*+\})*+)\}', re.MULTILINE)
_DEFAULT = re.compile(r'^[ \t]*default[ \t]*=[ \t]*(true|false|[\d.]+|"[^"\n]*")\s*?$', re.MULTILINE)
_GIVEN = re.compile(r'^[ \t]*([\w-]+)[ \t]*=[ \t]*(true|false|[\d.]+|"[^"\n]*"|var\.[\w-]+)\s*?$', re.MULTILINE)
_ARGUMENT = re.compile(r"^[ \t]*([\w-]+)[ \t]*=(?!=)", re.MULTILINE)
_SOURCE = re.compile(r'^[ \t]*source[ \t]*=[ \t]*"(\.{1,2}/[^"\n]*)"', re.MULTILINE)
_COUNT = re.compile(r"^[ \t]*count[ \t]*=[ \t]*(\S[^\n]{0,200})$", re.MULTILINE)
# One for each of a map or a list that a condition decides on, and of none else.
_EACH = re.compile(
    r"^[ \t]*for_each[ \t]*=[ \t]*([^?\n]{1,150})\?(?:[ \t]*(?P<none>\{[ \t]*\}|\[[ \t]*\]|toset\(\[[ \t]*\]\))[ \t]*:"
    r"|[^\n]{0,200}:[ \t]*(?:\{[ \t]*\}|\[[ \t]*\]|toset\(\[[ \t]*\]\))[ \t]*$)",
    re.MULTILINE,
)
_DYNAMIC = re.compile(r'\bdynamic[ \t]+"[\w-]+"[ \t]*\{((?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\})*+)\}')
# No blocks at all, by a condition that is known.
_NONE = re.compile(
    r"^[ \t]*for_each[ \t]*=[ \t]*(?:false[ \t]*\?[ \t]*\[[^\]\n]*\][ \t]*:[ \t]*\[[ \t]*\]"
    r"|true[ \t]*\?[ \t]*\[[ \t]*\][ \t]*:.*|\[[ \t]*\])\s*?$",
    re.MULTILINE,
)
# As Azure's command for developers has it: `${NAME}`, `${NAME=default}`.
_FROM_ENVIRONMENT = re.compile(r"\$\{\w{1,80}(?:=([^{}]{0,80}))?\}")
_USED = re.compile(r"\bvar\.([\w-]+)\b(?![.\[])")
# Modules are seldom called more than three deep; an expression takes some frames more at each.
_MAX_DEPTH = 20
_PRODUCTION = re.compile(r"(?:^|[._/-])(?:prod|production|live|prd)(?:[._/-]|$)", re.IGNORECASE)
_ENVIRONMENT = re.compile(
    r"(?:^|[._/-])(?:dev|devel|development|staging|stage|test|qa|uat|sandbox)(?:[._/-]|$)", re.IGNORECASE
)


class TerraformValues:
    """The values of variables, by the folder of the module and the variable's name."""

    def __init__(self, files: Files, blocks: Sequence[Block]) -> None:
        self._defaults: dict[str, dict[str, str | None]] = {}
        for path in files.select("*.tf", "*.tofu"):
            known = files.once("variables", path, _defaults)
            self._defaults.setdefault(dirname(path), {}).update(known or {})
        self._calls: dict[str, list[Block]] = {}
        for block in blocks:
            source = _SOURCE.search(block.body) if block.word == "module" else None
            if source:
                folder = normpath(f"{dirname(block.path) or '.'}/{source[1]}")
                self._calls.setdefault("" if folder == "." else folder, []).append(block)
        self._known: dict[tuple[str, str], str | None] = {}
        self._off: dict[tuple[str, int], bool] = {}
        self._arguments: dict[tuple[str, int], dict[str, str | None]] = {}
        self._locals: dict[str, dict[str, str]] = {}
        for path in files.select("*.tf", "*.tofu"):
            self._locals.setdefault(dirname(path), {}).update(files.once("locals", path, find_locals) or {})
        self._depth = 0
        self._set: dict[tuple[str, str], set[str | None]] = {}
        for path in files.select("*.tfvars"):
            self._take_values(path, files.once("values", path, partial(_given, path)) or {})
        for path in files.select("*.tfvars.json"):
            self._take_values(path, files.once("values", path, _given_as_json) or {})

    def _take_values(self, path: str, values: Mapping[str, str]) -> None:
        """Keep values for the root modules that they may be of, apart by whether they are production's."""
        production = bool(_PRODUCTION.search(path))
        if not production and _ENVIRONMENT.search(path):
            return
        roots = self._roots_of(dirname(path), values)
        for root in roots:
            for name, value in values.items():
                found = self._set.setdefault((root, name) if production else (f"{root}/", name), set())
                found.add(value)
                if len(roots) > 1:
                    found.add(self._defaults[root].get(name))

    def _roots_of(self, folder: str, names: Collection[str]) -> Sequence[str]:
        """The root modules that a folder's values may be given to."""
        roots = [one for one in self._defaults if one not in self._calls]
        while True:
            if folder in self._defaults:
                return [folder] if folder in roots else []
            below = [one for one in roots if not folder or one.startswith(f"{folder}/")]
            if below or not folder:
                declaring = [one for one in below if all(name in self._defaults[one] for name in names)]
                return declaring or below
            folder = dirname(folder)

    def of(self, folder: str, name: str) -> str | None:
        """The literal that a variable of a module comes to; None where that cannot be told."""
        key = (folder, name)
        if key not in self._known:
            # What rests on itself tells nothing.
            self._known[key] = None
            with self._nested() as deep:
                self._known[key] = None if deep else self._find(folder, name)
        return self._known[key]

    def _named(self, folder: str, kind: Kind, name: str) -> str | None:
        """What a variable or a local of a module comes to."""
        if kind == "var":
            return self.of(folder, name)
        key = (f"local {folder}", name)
        if key not in self._known:
            self._known[key] = None
            with self._nested() as deep:
                said = None if deep else self._locals.get(folder, {}).get(name)
                self._known[key] = come_to(said, partial(self._named, folder)) if said else None
        return self._known[key]

    @contextmanager
    def _nested(self) -> Iterator[bool]:
        """Whether modules call each other more deeply than is followed."""
        self._depth += 1
        try:
            yield self._depth > _MAX_DEPTH
        finally:
            self._depth -= 1

    def _find(self, folder: str, name: str) -> str | None:
        default = self._defaults.get(folder, {}).get(name)
        calls = self._calls.get(folder, [])
        if not calls:
            values = self._set.get((folder, name)) or self._set.get((f"{folder}/", name)) or {default}
            return next(iter(values)) if len(values) == 1 else None
        found = {self._called(call, name, default) for call in calls if not self.is_off(call)}
        return next(iter(found)) if len(found) == 1 else None

    def _called(self, call: Block, name: str, default: str | None) -> str | None:
        place = (call.path, call.line)
        if place not in self._arguments:
            body = outermost(call.body)
            literals = dict(_GIVEN.findall(body))
            self._arguments[place] = {one: literals.get(one) for one in _ARGUMENT.findall(body)}
        given = self._arguments[place]
        if name not in given:
            return default
        value = given[name]
        if value is None or not value.startswith("var."):
            return value
        return self.of(dirname(call.path), value.removeprefix("var."))

    def is_off(self, block: Block) -> bool:
        """Whether a block, or every call of the module that has it, is made no time at all."""
        place = (block.path, block.line)
        if place not in self._off:
            self._off[place] = False
            with self._nested() as deep:
                # What is not followed shows nothing that is there.
                self._off[place] = deep or self._counts_none(block)
        return self._off[place]

    def _counts_none(self, block: Block) -> bool:
        own = outermost(block.body)
        count, each = _COUNT.search(own), _EACH.search(own)
        known = partial(self._named, dirname(block.path))
        if count and come_to(count[1], known) in {"false", "0"}:
            return True
        if each and come_to(each[1], known) == ("true" if each["none"] else "false"):
            return True
        calls = self._calls.get(dirname(block.path), [])
        return bool(calls) and all(self.is_off(call) for call in calls)

    def written_out(self, block: Block) -> str:
        """A block's text, line for line, with what is known of its variables, less the blocks that are made no time."""
        folder = dirname(block.path)

        def value(found: re.Match[str]) -> str:
            known = self.of(folder, found[1])
            return found[0] if known is None else known

        return _DYNAMIC.sub(_less_none, _USED.sub(value, block.body))


def _less_none(block: re.Match[str]) -> str:
    return "\n" * block[0].count("\n") if _NONE.search(block[1]) else block[0]


def _defaults(text: str) -> Mapping[str, str | None]:
    """The variables that a file declares, each with its default where that is a literal."""
    code = without_comments("x.tf", text)
    found = ((one[1], _DEFAULT.search(one[2])) for one in _VARIABLE.finditer(code))
    return {name: default[1] if default is not None else None for name, default in found}


def _given_as_json(text: str) -> Mapping[str, str]:
    """The literals of a file of values that is JSON; one that the environment is to fill in gives its own default."""
    try:
        values = parse_json(text)
    except DocumentError:
        return {}
    found: dict[str, str] = {}
    for name, value in values.items() if isinstance(values, dict) else ():
        if isinstance(value, str):
            left_open = _FROM_ENVIRONMENT.fullmatch(value)
            kept = left_open[1] if left_open else value
            found.update({} if kept is None or "$" in kept or '"' in kept else {name: f'"{kept}"'})
        elif isinstance(value, bool | int | float):
            found[name] = str(value).lower()
    return found


def _given(path: str, text: str) -> Mapping[str, str]:
    del path
    told = _GIVEN.findall(outermost(without_comments("x.tf", text)))
    return {name: value for name, value in told if not value.startswith("var.")}

"""Scripts that the project itself runs when it is installed, and packages that it allows to run theirs.

Rule: an entry that head's file has and the merge base's has not, or has otherwise.
Sources: https://docs.npmjs.com/cli/v11/using-npm/scripts, https://pnpm.io/settings#onlybuiltdependencies,
https://bun.sh/docs/install/lifecycle and https://yarnpkg.com/configuration/manifest#dependenciesMeta.built
(read 2026-11-30)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.checks.security.dependencies.notes.sides import Sides, note
from bot.checks.security.text.decode import decode
from bot.checks.security.text.json_text import read_json
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.yaml_text import read_yaml
from bot.model import Finding, Tree

RULE = "install-script-allowed"
OWN_RULE = "install-script-of-project"
_FILE: Final = re.compile(r"(?:.*/)?(?:package\.json|pnpm-workspace\.yaml)", re.DOTALL)
_SCRIPTS: Final = ("preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare")
_LISTS: Final = ("onlyBuiltDependencies", "trustedDependencies")
_MAPPINGS: Final = ("allowBuilds", "allowScripts")
_ALL: Final = "dangerouslyAllowAllBuilds"
# YAML's values come as text.
_YES: Final = (True, "true")
_MAX_SHOWN: Final = 80


@dataclass(frozen=True)
class _Allowed:
    """An entry: its rule, what it is of, what it says, and its line."""

    rule: str
    name: str
    said: str
    line: int


def find(sides: Sides) -> Iterator[Finding]:
    """Yield one finding an entry."""
    for file in sides.change.files:
        if file.path not in sides.touched or not _FILE.fullmatch(file.path):
            continue
        old = {(one.rule, one.name, one.said) for one in _read(sides.change.merge_base, file.old_path or file.path)}
        for one in _read(sides.change.head, file.path):
            if (one.rule, one.name, one.said) not in old:
                yield _report(one, file.path)


def _report(one: _Allowed, path: str) -> Finding:
    about = f"{path}\0{one.name}\0{one.said}"
    if one.rule == OWN_RULE:
        said = one.said[:_MAX_SHOWN] + ("..." if len(one.said) > _MAX_SHOWN else "")
        message = f"installing the project runs its script {one.name}: {said}"
        return note(OWN_RULE, message, path=path, line=one.line, about=about, fix="read what it runs", likely=True)
    message = f"{one.name} may run scripts while it is installed"
    return note(RULE, message, path=path, line=one.line, about=about, fix="read its script, and name its version")


def _read(tree: Tree, path: str) -> list[_Allowed]:
    for _, content in tree.read_many([path]):
        if isinstance(content, bytes):
            try:
                text = decode(content)
                roots = read_yaml(text) if path.endswith(".yaml") else [read_json(text)]
            except UnreadableError:
                # The manifest's own reader tells so.
                return []
            return [one for root in roots for one in _allowed(root)]
    return []


def _allowed(root: Place) -> Iterator[_Allowed]:
    for name in _SCRIPTS:
        if said := root.get("scripts", name).text:
            yield _Allowed(OWN_RULE, name, said, root.get("scripts", name).line)
    for place in (root, root.get("pnpm"), root.get("lavamoat")):
        yield from _listed(place)
    for member in root.get("dependenciesMeta").members():
        if member.get("built").value is True:
            yield _Allowed(RULE, member.key, "built", member.line)


def _listed(place: Place) -> Iterator[_Allowed]:
    for key in _LISTS:
        for element in place.get(key).elements():
            yield _Allowed(RULE, element.text, key, element.line)
    for key in _MAPPINGS:
        for member in place.get(key).members():
            if member.value in _YES:
                yield _Allowed(RULE, member.key, key, member.line)
    if place.get(_ALL).value in _YES:
        yield _Allowed(RULE, "every package", _ALL, place.get(_ALL).line)

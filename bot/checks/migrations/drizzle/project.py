"""Where Drizzle's schema and migrations are: by `drizzle.config`, and by the journals of drizzle-kit.

Source: https://orm.drizzle.team/docs/drizzle-config-file.
"""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.drizzle.chains import options_of
from bot.checks.migrations.script.module import Module
from bot.checks.migrations.script.program import SUFFIXES, Found, Program
from bot.checks.migrations.script.values import Array, Call, Name, Text, Value
from bot.model import NotRead, Tree, Unknown

_DIALECTS = {"postgresql": "postgresql", "pg": "postgresql", "mysql": "mysql", "sqlite": "sqlite", "turso": "sqlite"}
_CASING = "snake_case"


@dataclass(frozen=True)
class Step:
    """A migration of the journal: its place in the order, and its name."""

    idx: int
    tag: str


@dataclass(kw_only=True)
class Project:
    """One configuration.

    Attributes:
        config: the file of the configuration, or the journal where there is none.
        folder: of the migrations.
        schema: paths or patterns of the schema's modules, from the repository's root; empty where that is not known.
        journal: the migrations in order; None where there is no journal that can be read.
    """

    config: str
    folder: str
    dialect: str
    schema: Sequence[str] = ()
    snake: bool = False
    journal: Sequence[Step] | None = None
    faults: list[Unknown] = field(default_factory=list)

    def snapshot(self, step: Step) -> str:
        """The path of a migration's snapshot."""
        return f"{self.folder}/meta/{step.tag.split('_', 1)[0]}_snapshot.json"

    def sql(self, step: Step) -> str:
        """The path of a migration's SQL."""
        return f"{self.folder}/{step.tag}.sql"


def find_projects(tree: Tree, program: Program) -> list[Project]:
    """The projects of a tree, one for each configuration, and one for each journal that none names."""
    projects = [
        project
        for entry in tree.glob("**/drizzle*.config.*")
        if entry.path.endswith(SUFFIXES) and "node_modules/" not in entry.path
        for project in _configured(tree, program, entry.path)
    ]
    named = {project.folder for project in projects}
    for entry in tree.glob("**/meta/_journal.json", "meta/_journal.json"):
        folder = entry.path.removesuffix("meta/_journal.json").rstrip("/")
        if folder not in named:
            projects.append(Project(config=entry.path, folder=folder, dialect=_dialect_of(tree, entry.path)))
    for project in projects:
        _read_journal(tree, project)
    return projects


def _configured(tree: Tree, program: Program, path: str) -> Iterator[Project]:
    module = program.module(path)
    if module is None:
        return
    options = options_of(_config(program, module))
    out = next(iter(_texts(program, module, options.get("out"))), "drizzle")
    root = _root(tree, path, out)
    # Where the folder is computed, it is not known which journal is meant.
    told = options.get("out") is None or bool(_texts(program, module, options.get("out")))
    schemas = [_join(root, text) for text in _texts(program, module, options.get("schema")) if told]
    dialect = next(iter(_texts(program, module, options.get("dialect") or options.get("driver"))), "")
    casing = next(iter(_texts(program, module, options.get("casing"))), "")
    yield Project(
        config=path,
        folder=_join(root, out),
        dialect=_DIALECTS.get(dialect, ""),
        schema=schemas,
        snake=casing == _CASING,
    )


def _root(tree: Tree, path: str, out: str) -> str:
    """The folder in which drizzle-kit is run: the nearest one at or above the configuration that has its journal."""
    above = posixpath.dirname(path)
    while True:
        if tree.entry(f"{_join(above, out)}/meta/_journal.json") is not None:
            return above
        if not above:
            return posixpath.dirname(path)
        above = posixpath.dirname(above)


def _config(program: Program, module: Module) -> Value | None:
    """What the module exports: an object, or what `defineConfig` is given."""
    name = module.exports.get("default")
    found = program.find(module, name) if name is not None else None
    value = found.declared.value if isinstance(found, Found) else None
    if isinstance(value, Name):
        again = program.find(module, value.name)
        value = again.declared.value if isinstance(again, Found) else None
    if isinstance(value, Call) and value.arguments:
        value = value.arguments[0]
    return value


def _texts(program: Program, module: Module, value: Value | None) -> list[str]:
    match value:
        case Text(text):
            return [text]
        case Array(items):
            return [text for item in items for text in _texts(program, module, item)]
        case Name(name):
            found = program.find(module, name)
            return _texts(program, found.module, found.declared.value) if isinstance(found, Found) else []
    return []


def _join(root: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(root, path.lstrip("/"))).removeprefix("./")


def _dialect_of(tree: Tree, journal: str) -> str:
    content = tree.read(journal)
    try:
        data = json.loads(content) if isinstance(content, bytes) else {}
        return _DIALECTS.get(str(data.get("dialect")), "")
    except (ValueError, RecursionError, AttributeError):
        return ""


def _read_journal(tree: Tree, project: Project) -> None:
    path = f"{project.folder}/meta/_journal.json"
    if tree.entry(path) is None:
        return
    content = tree.read(path)
    if isinstance(content, NotRead):
        project.faults.append(Unknown(path=path, reason=content.reason, settle=content.settle))
        return
    try:
        entries = json.loads(content)["entries"]
        project.journal = [Step(int(one["idx"]), str(one["tag"])) for one in entries]
    except (ValueError, RecursionError, KeyError, TypeError):
        settle = "run `drizzle-kit check` and mend what it says"
        project.faults.append(Unknown(path=path, line=1, reason="it is no journal of drizzle-kit", settle=settle))


def schema_modules(project: Project, tree: Tree, program: Program) -> list[Module]:
    """The modules that hold the schema, as the configuration says."""
    paths: dict[str, None] = {}
    for pattern in project.schema:
        if any(sign in pattern for sign in "*?{["):
            paths.update((entry.path, None) for entry in tree.glob(*_expand(pattern)))
            continue
        found = next((one for one in (pattern, *(pattern + suffix for suffix in SUFFIXES)) if tree.entry(one)), None)
        if found is not None:
            paths[found] = None
        else:
            paths.update((entry.path, None) for entry in tree.glob(f"{pattern}/**") if entry.path.endswith(SUFFIXES))
    modules = (program.module(path) for path in paths)
    return [module for module in modules if module is not None]


def _expand(pattern: str) -> list[str]:
    """The patterns that `{a,b}` stands for."""
    start, brace, rest = pattern.partition("{")
    if not brace or "}" not in rest:
        return [pattern]
    inner, _, end = rest.partition("}")
    return [one for choice in inner.split(",")[:20] for one in _expand(start + choice + end)]

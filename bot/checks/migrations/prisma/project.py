"""Where Prisma's schemas and migrations are in a tree.

A schema is a file with a `datasource`, with every other `.prisma` file below its folder; its migrations are folders
that hold a `migration.sql`. Source: https://www.prisma.io/docs/orm/prisma-schema/overview/location.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from bot.checks.migrations.prisma.native import DIALECTS
from bot.checks.migrations.prisma.syntax import Block, Text, Word, read_blocks
from bot.checks.migrations.sql.folder import decode
from bot.errors import ParseError
from bot.model import NotRead, Tree, Unknown

_MAX_SCHEMA_FILES = 500


@dataclass(kw_only=True)
class Project:
    """One datasource.

    Attributes:
        folder: of the file that holds the datasource; empty for the repository's root.
        migrations: the folder of the migrations; None where there is none.
        faults: files that could not be read.
    """

    folder: str
    source: Block
    blocks: list[Block] = field(default_factory=list)
    migrations: str | None = None
    faults: list[Unknown] = field(default_factory=list)

    @cached_property
    def provider(self) -> str:
        """The database, as the datasource says; empty where it does not say it as a text."""
        value = self.source.settings.get("provider")
        return value.text if isinstance(value, Text) else ""

    @property
    def known(self) -> bool:
        """Whether the provider is one whose SQL is read."""
        return self.provider in DIALECTS

    @property
    def foreign_keys(self) -> bool:
        """Whether relations are foreign keys of the database."""
        mode = self.source.settings.get("relationMode") or self.source.settings.get("referentialIntegrity")
        return not (isinstance(mode, Text | Word) and mode.text == "prisma")


def find_projects(tree: Tree) -> tuple[list[Project], list[Unknown]]:
    """The projects of a tree, and the schema files that belong to none since they could not be read."""
    paths = sorted(entry.path for entry in tree.glob("**/*.prisma") if "node_modules/" not in f"{entry.path}/")
    faults: list[Unknown] = []
    if len(paths) > _MAX_SCHEMA_FILES:
        settle = "leave generated ones out of the repository"
        faults.append(Unknown(reason=f"{len(paths):,} schema files: only {_MAX_SCHEMA_FILES} are read", settle=settle))
        paths = paths[:_MAX_SCHEMA_FILES]
    blocks: dict[str, list[Block]] = {}
    for path, content in tree.read_many(paths):
        if isinstance(content, NotRead):
            faults.append(Unknown(path=path, reason=content.reason, settle=content.settle))
            continue
        try:
            blocks[path] = read_blocks(decode(content), path)
        except ParseError as error:
            settle = "run `prisma validate` and mend what it says"
            faults.append(Unknown(path=path, line=error.line, reason=error.reason, settle=settle))
    projects = _group(blocks)
    _find_migrations(tree, projects)
    return projects, _share(faults, projects)


def _group(blocks: dict[str, list[Block]]) -> list[Project]:
    projects: dict[str, Project] = {}
    for path, found in blocks.items():
        source = next((block for block in found if block.kind == "datasource"), None)
        if source is not None:
            folder = path.rpartition("/")[0]
            # Several whole schemas beside each other, as for several databases, are a project each.
            key = folder if folder not in projects else path
            projects[key] = Project(folder=folder, source=source, blocks=list(found))
    whole = {project.source.path for project in projects.values()}
    for path, found in blocks.items():
        if path in whole:
            continue
        owner = _owner(path, list(projects.values()))
        if owner is not None:
            owner.blocks.extend(found)
    return list(projects.values())


def _owner(path: str, projects: Sequence[Project]) -> Project | None:
    """The project whose folder is the nearest one above a file."""
    above = [project for project in projects if not project.folder or path.startswith(f"{project.folder}/")]
    return max(above, key=lambda project: len(project.folder), default=None)


def _share(faults: Sequence[Unknown], projects: Sequence[Project]) -> list[Unknown]:
    """Give each fault to the project that its file would belong to; the rest is returned."""
    loose = []
    for fault in faults:
        owner = _owner(fault.path, projects) if fault.path else None
        if owner is not None:
            owner.faults.append(fault)
        else:
            loose.append(fault)
    return loose


def _find_migrations(tree: Tree, projects: Sequence[Project]) -> None:
    folders = {entry.path.rsplit("/", 2)[0] for entry in tree.glob("**/migration.sql") if entry.path.count("/") > 1}
    folders.update(entry.path.rpartition("/")[0] for entry in tree.glob("*/**/migration_lock.toml"))
    free = sorted(folders)
    for beside in (True, False):
        for project in projects:
            if project.migrations is None:
                project.migrations = _choose(project, free, beside=beside)
                if project.migrations in free:
                    free.remove(project.migrations)


def _choose(project: Project, folders: Sequence[str], *, beside: bool) -> str | None:
    """The folder beside the schema or above it; else the only one that shares most of the way with it."""
    usual = [f"{one}/migrations".lstrip("/") for one in (project.folder, project.folder.rpartition("/")[0])]
    if beside:
        return next((one for one in usual if one in folders), None)
    shared = {one: _shared(one, project.folder) for one in folders}
    best = [one for one in folders if shared[one] == max(shared.values())]
    return best[0] if len(best) == 1 else None


def _shared(one: str, other: str) -> int:
    length = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        length += 1
    return length

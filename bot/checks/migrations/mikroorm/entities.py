"""The schema that the entities of a project declare."""

from __future__ import annotations

from bot.checks.migrations.mikroorm.classes import ClassReader
from bot.checks.migrations.mikroorm.columns import Reading
from bot.checks.migrations.mikroorm.facts import Ent
from bot.checks.migrations.mikroorm.family import Family
from bot.checks.migrations.mikroorm.fields import Fields, Options
from bot.checks.migrations.mikroorm.keys import Keys
from bot.checks.migrations.mikroorm.naming import Naming
from bot.checks.migrations.mikroorm.project import Project
from bot.checks.migrations.mikroorm.relations import Relations
from bot.checks.migrations.mikroorm.schemas import SchemaReader
from bot.checks.migrations.mikroorm.tables import Declared, Tables
from bot.checks.migrations.script.classes import Class
from bot.checks.migrations.script.folding import Folder
from bot.checks.migrations.script.program import Found, Program


def declare(program: Program, project: Project) -> Declared:
    """What the entities of a project say."""
    config = project.config
    folder = Folder(program)
    reading = Reading(
        folder=folder,
        dialect=project.dialect,
        version=config.version,
        sources=config.sources,
        strict=config.strict,
        infers=config.infers,
    )
    options = Options(
        naming=config.naming or Naming(version=config.version),
        relative=config.relative,
        update_rule=config.update_rule,
        delete_rule=config.delete_rule,
    )
    family = Family(_read(program, folder, project), options.naming)
    tables = Tables(Fields(family, reading, options))
    keys = Keys(tables)
    for ent, table in tables.make():
        keys.add(ent, table)
    Relations(tables, keys).add()
    return tables.declared


def _read(program: Program, folder: Folder, project: Project) -> list[Ent]:
    classes = ClassReader(folder)
    schemas = SchemaReader(classes, folder)
    found = []
    program.read_ahead(project.sources)
    for path in project.sources:
        module = program.module(path)
        for name, declared in (module.declared if module is not None else {}).items():
            if module is None:
                continue
            if isinstance(declared.value, Class):
                ent: Ent | None = classes.read(module, name, declared.value) if declared.value.decorators else None
            else:
                ent = schemas.read(Found(module, name, declared))
            if ent is not None and ent.kind:
                found.append(ent)
    return found

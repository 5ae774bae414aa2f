"""The schema that the entities of a tree declare, in one dialect."""

from __future__ import annotations

import posixpath

from bot.checks.migrations.script.classes import Class
from bot.checks.migrations.script.folding import Folder
from bot.checks.migrations.script.program import Program
from bot.checks.migrations.typeorm.decorators import ClassReader
from bot.checks.migrations.typeorm.naming import Naming
from bot.checks.migrations.typeorm.project import Chain, Layout, find_classes, truths
from bot.checks.migrations.typeorm.relations import Relations
from bot.checks.migrations.typeorm.schemas import SchemaReader
from bot.checks.migrations.typeorm.tables import Declared, Tables


def declare(program: Program, layout: Layout, chain: Chain) -> Declared:
    """What the entities that a chain of migrations is for say."""
    folder = Folder(program, truths(chain.dialect))
    classes = ClassReader(program, folder)
    schemas = SchemaReader(classes, folder)
    found = []
    for one in find_classes(program, _sources_of(layout, chain)):
        if isinstance(one.declared.value, Class):
            facts = classes.read(one.module, one.name, one.declared.value) if one.declared.value.decorators else None
        else:
            facts = schemas.read(one)
        if facts is not None and facts.kind:
            found.append(facts)
    tables = Tables(folder, chain.dialect, layout.naming or Naming())
    tables.add(found)
    Relations(tables).add()
    tables.add_keys()
    return tables.declared


def _sources_of(layout: Layout, chain: Chain) -> list[str]:
    """The files that may declare entities: where there are several projects, those nearest to the migrations."""
    roots = {one.root for one in layout.chains}
    folder = chain.root
    while len(roots) > 1 and folder:
        found = [path for path in layout.sources if path.startswith(f"{folder}/")]
        if found:
            return found
        folder = posixpath.dirname(folder)
    return layout.sources

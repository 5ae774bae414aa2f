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

_MAX_MODULES = 3_000


def declare(program: Program, layout: Layout, chain: Chain) -> Declared:
    """What the entities that a chain of migrations is for say."""
    folder = Folder(program, truths(chain.dialect))
    classes = ClassReader(program, folder)
    schemas = SchemaReader(classes, folder)
    found = []
    for one in find_classes(program, _sources_of(program, layout, chain)):
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


def _sources_of(program: Program, layout: Layout, chain: Chain) -> list[str]:
    """The files that may declare entities: where there are several projects, those near the migrations.

    What stands in none of the projects belongs to those that import it.
    """
    roots = {one.root for one in layout.chains}
    folder = chain.root
    while len(roots) > 1 and folder:
        found = [path for path in layout.sources if path.startswith(f"{folder}/")]
        shared = [path for path in layout.sources if not any(path.startswith(f"{root}/") for root in roots if root)]
        found += _imported(program, layout, folder, shared) if shared else []
        if found:
            return found
        folder = posixpath.dirname(folder)
    return layout.sources


def _imported(program: Program, layout: Layout, folder: str, shared: list[str]) -> list[str]:
    """Those of the shared files that the scripts of a folder import, at once or through others."""
    waiting = [path for path in layout.mentions if path.startswith(f"{folder}/")]
    seen = set(waiting)
    while waiting and len(seen) < _MAX_MODULES:
        module = program.module(waiting.pop())
        if module is None:
            continue
        sources = {*(one.source for one in module.imports.values()), *module.passed_on}
        targets = {program.resolve(module.path, source) for source in sources} - seen - {None}
        seen |= {one for one in targets if one is not None}
        waiting += [one for one in targets if one is not None and not one.startswith(f"{folder}/")]
    return [path for path in shared if path in seen]

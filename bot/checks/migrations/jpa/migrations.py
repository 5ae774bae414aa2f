"""The migrations of one tree: folders of Flyway and changelogs of Liquibase, each as the schema that it adds up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from bot.checks.migrations.changelog.files import Changelog, Changelogs
from bot.checks.migrations.jpa.flyway import find_flyway
from bot.checks.migrations.jpa.liquibase import LiquibaseSet, find_sql_files
from bot.checks.migrations.jpa.sets import MigrationSet, module_of
from bot.model import Tree, Unknown


def find_sets(
    tree: Tree,
    usual: Sequence[str],
    known: dict[tuple[str, str], Changelog],
    touched: Collection[str] = (),
    added: Collection[str] = (),
) -> tuple[list[MigrationSet], list[Unknown]]:
    """The sets of migrations of a tree, and what of them could not be read.

    `touched` are the files of the change, `added` those of them that are new.
    """
    unread: list[Unknown] = []
    sets: list[MigrationSet] = [*find_flyway(tree, usual, unread)]
    changelogs = Changelogs(tree, known)
    by_module: dict[str, list[str]] = defaultdict(list)
    roots = changelogs.roots()
    # What the change adds beside included files and includes nowhere is run by nobody; older ones code may choose.
    for root in sorted(set(roots) - (changelogs.lone(roots) & set(added))):
        by_module[module_of(root)].append(root)
    for module, roots in sorted(by_module.items()):
        texts = {path: changelogs.text(path) for root in roots for path in changelogs.files(root)}
        texts.update(find_sql_files(changelogs, list(texts), tree))
        sets.append(
            LiquibaseSet(
                key=f"liquibase {module}",
                title="Liquibase",
                module=module,
                texts=texts,
                changelogs=changelogs,
                roots=roots,
                usual=usual,
                tree=tree,
            )
        )
    unread.extend(changelogs.unread)
    for path in touched:
        found = changelogs.get(path) if path in changelogs.contents else None
        if found is not None and found.fault is not None:
            reason = f"a changelog that {found.fault.reason}"
            unread.append(Unknown(path=path, line=found.fault.line, reason=reason, settle="mend the file"))
    # A file may look like one of both tools.
    return sets, list(dict.fromkeys(unread))

"""package.json and composer.json.

Sources: https://docs.npmjs.com/cli/v11/configuring-npm/package-json and https://getcomposer.org/doc/04-schema.md
(read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.dependencies.declared import Dependency
from bot.checks.readiness.facts.files import Files

_NPM = {"dependencies": False, "optionalDependencies": False, "peerDependencies": False, "devDependencies": True}
_COMPOSER = {"require": False, "require-dev": True}


def read_package_json(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the dependencies of a package of npm."""
    return _read(files, path, "npm", _NPM)


def read_composer_json(files: Files, path: str) -> Iterator[Dependency]:
    """Yield the dependencies of a package of PHP."""
    return _read(files, path, "composer", _COMPOSER)


def _read(files: Files, path: str, ecosystem: str, tables: Mapping[str, bool]) -> Iterator[Dependency]:
    document = files.parsed(path)
    if document is None:
        return
    for table, development in tables.items():
        names = document.get(table)
        if isinstance(names, Mapping):
            for name in names:
                yield Dependency(ecosystem, name.lower(), development, path, document.line(table, name))

"""Where Sequelize's models and migrations are.

Source: https://sequelize.org/docs/v6/other-topics/migrations/.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from bot.checks.migrations.script import folders
from bot.checks.migrations.script.folders import Group, folder_of, is_script
from bot.checks.migrations.script.program import Program

_SURE = re.compile(rb"queryInterface|sequelize", re.IGNORECASE)
_HINTS = re.compile(
    r"model|entit|(?:^|[/_.-])db(?:[/_.-]|$)|database|sequelize|schema|associat|relation|table", re.IGNORECASE
)
_MODEL = re.compile(
    rb"\.define\s*[<(]|\.init\s*[<(]|@Table\b|@Attribute\b|\.(?:belongsTo|hasMany|hasOne|belongsToMany)\s*\(|new\s+Sequelize\b"
)
_IMPORTS = re.compile(rb"(?:from|require\s*\(|import)\s*['\"]([^'\"\n]{1,200})['\"]")
_LEVELS = 3
_MAX_MODULES = 600
_SEQUELIZE = re.compile(rb"sequelize|DataTypes?\b", re.IGNORECASE)


def find_groups(program: Program) -> list[Group]:
    """The folders of migrations of a tree that are Sequelize's."""
    return folders.find_groups(program, _SURE.search)


def model_paths(program: Program, changed: Sequence[str]) -> list[str]:
    """The scripts that may define models: by their path, and those of the change and beside it."""
    folders = {posixpath.dirname(path) for path in changed}
    paths = sorted(
        path
        for path in program.paths()
        if is_script(path)
        and folder_of(path) is None
        and (_HINTS.search(path) or path in changed or posixpath.dirname(path) in folders)
    )
    program.read_ahead(paths)
    return [path for path in paths if defines_models(program.content(path) or b"")]


def named_modules(program: Program, paths: Sequence[str]) -> set[str]:
    """The last parts of the modules that scripts import, and that those import which they do."""
    found: set[str] = set()
    waiting, seen = list(paths), set(paths)
    for _ in range(_LEVELS):
        following = []
        for path in waiting:
            for source in _IMPORTS.findall(program.content(path) or b""):
                address = source.decode("utf-8", "replace")
                found.add(posixpath.splitext(posixpath.basename(address))[0])
                target = program.resolve(path, address)
                if target is not None and target not in seen and len(seen) < _MAX_MODULES:
                    seen.add(target)
                    following.append(target)
        program.read_ahead(following)
        waiting = following
    return found


def defines_models(content: bytes) -> bool:
    """Whether a script looks as if it defined models, or how they are defined."""
    return bool(_SEQUELIZE.search(content) and _MODEL.search(content))

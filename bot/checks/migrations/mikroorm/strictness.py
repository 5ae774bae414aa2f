"""Whether TypeScript's compiler minds null and undefined, by `tsconfig.json` and what it extends.

Source: https://www.typescriptlang.org/tsconfig/#strictNullChecks.
"""

from __future__ import annotations

import posixpath
import re

from bot.model import Tree

_NAMES = ("tsconfig.json", "tsconfig.base.json")
_LINE = re.compile(r"(^|\s)//.*")
_OPTION = re.compile(r'"(strict|strictNullChecks)"\s*:\s*(true|false)')
_EXTENDS = re.compile(r'"extends"\s*:\s*\[?\s*"([^"]+)"')
_MAX_EXTENDS = 5


def is_strict(tree: Tree, folder: str) -> bool | None:
    """Whether it does in a package; None where that cannot be told. Without a configuration it does not."""
    while True:
        for name in _NAMES:
            path = posixpath.join(folder, name)
            if tree.entry(path) is not None:
                return _read(tree, path, 0)
        if not folder:
            return False
        folder = posixpath.dirname(folder)


def _read(tree: Tree, path: str, depth: int) -> bool | None:
    content = tree.read(path)
    if not isinstance(content, bytes) or depth > _MAX_EXTENDS:
        return None
    text = _LINE.sub("", content.decode("utf-8", "replace"))
    options: dict[str, str] = dict(_OPTION.findall(text))
    told = options.get("strictNullChecks", options.get("strict"))
    if told is not None:
        return told == "true"
    extends = _EXTENDS.search(text)
    if extends is None:
        return False
    if extends[1].startswith("@tsconfig/"):
        # All of these are strict.
        return True
    if not extends[1].startswith("."):
        return None
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), extends[1]))
    found = next((one for one in (target, f"{target}.json") if tree.entry(one) is not None), None)
    return _read(tree, found, depth + 1) if found is not None else None

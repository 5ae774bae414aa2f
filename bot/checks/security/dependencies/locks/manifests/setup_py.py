"""setuptools' `setup.py`, as text: lists of requirements that stand in it as they are.

Source: https://setuptools.pypa.io/en/latest/references/keywords.html (read 2026-11-30)
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Statement
from bot.checks.security.dependencies.locks.manifests.python_requirement import declare_requirement
from bot.checks.security.text.located import UnreadableError

_KEYWORDS: Final = frozenset({"install_requires", "extras_require", "tests_require"})
_MAX_CHARACTERS: Final = 500_000
_COMPUTED: Final = "requirements that the file computes"
_SETTLE: Final = "write them out, or move them to pyproject.toml"


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the call of `setup` asks for; what would have to be run is told."""
    module = _parse(source.text)
    names = _assigned(module)
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and _is_setup(call.func):
            for keyword in call.keywords:
                if keyword.arg is None:
                    yield source.unknown(keyword.value.lineno, _COMPUTED, _SETTLE)
                elif keyword.arg in _KEYWORDS:
                    yield from _declare(source, keyword.value, names)


def _parse(text: str) -> ast.Module:
    if len(text) > _MAX_CHARACTERS:
        raise UnreadableError(None, f"has more than {_MAX_CHARACTERS:,} characters")
    try:
        return ast.parse(text)
    except SyntaxError as error:
        raise UnreadableError(error.lineno, "is not Python") from None
    except (ValueError, RecursionError, MemoryError):
        raise UnreadableError(None, "is not Python that can be read") from None


def _assigned(module: ast.Module) -> Mapping[str, ast.expr]:
    """The names that the module gives a value once, and whose methods and elements it leaves alone."""
    nodes = list(ast.walk(module))
    stored = Counter(one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
    used = {
        one.value.id
        for one in nodes
        if isinstance(one, ast.Attribute | ast.Subscript) and isinstance(one.value, ast.Name)
    }
    values: dict[str, list[ast.expr]] = {}
    for statement in module.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                values.setdefault(target.id, []).append(statement.value)
    return {name: found[0] for name, found in values.items() if stored[name] == 1 and name not in used}


def _is_setup(function: ast.expr) -> bool:
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    return name == "setup"


def _declare(source: Source, value: ast.expr, names: Mapping[str, ast.expr]) -> Iterator[Statement]:
    value = names.get(value.id, value) if isinstance(value, ast.Name) else value
    lists = value.values if isinstance(value, ast.Dict) else [value]
    for one in lists:
        listed = names.get(one.id, one) if isinstance(one, ast.Name) else one
        elements = listed.elts if isinstance(listed, ast.List | ast.Tuple) else [listed]
        for element in elements:
            if isinstance(element, ast.Constant) and isinstance(element.value, str):
                # One text may hold a requirement a line.
                for text in filter(str.strip, element.value.split("\n")):
                    yield declare_requirement(source, text.partition("#")[0], element.lineno)
            else:
                yield source.unknown(element.lineno, _COMPUTED, _SETTLE)

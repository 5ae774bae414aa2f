"""How a value is written, with all that it names: so that what cannot be read is seen to change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from bot.checks.migrations.script.classes import Class
from bot.checks.migrations.script.module import Import, Module
from bot.checks.migrations.script.program import Found, Program
from bot.checks.migrations.script.values import Name, Value

_MAX_NAMES = 100


def written(program: Program, module: Module, value: Value) -> str:
    """A value's own words, and those of every constant and function of the repository that it rests on."""
    parts = [repr(value)]
    waiting = [(module, name) for name in _names(value)]
    seen: set[tuple[str, str]] = set()
    while waiting and len(seen) < _MAX_NAMES:
        home, name = waiting.pop(0)
        if (home.path, name) in seen:
            continue
        seen.add((home.path, name))
        found = program.find(home, name)
        if isinstance(found, Found) and isinstance(found.declared.value, Class):
            parts.append(f"{name} is a class of {found.module.path}")
        elif isinstance(found, Found):
            parts.append(f"{name} = {found.declared.value!r}")
            waiting += [(found.module, one) for one in _names(found.declared.value)]
        elif isinstance(found, Import):
            parts.append(f"{name} from {found.source}")
    return "\n".join(parts)


def _names(value: object) -> Iterator[str]:
    """Yield the names in a value, in their order."""
    waiting = [value]
    while waiting:
        one = waiting.pop(0)
        if isinstance(one, Name):
            yield one.name
        elif isinstance(one, list | tuple):
            waiting[:0] = one
        elif is_dataclass(one):
            waiting[:0] = [getattr(one, each.name) for each in fields(one)]

"""The rules, by name. A section's module is loaded when one of its rules is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from bot.checks.readiness.rule import Rule

# Each module has `RULES`, a tuple of `Rule`, and sits in this package under this name.
_MODULES: tuple[str, ...] = ()


@cache
def all_rules() -> Mapping[str, Rule]:
    """Every rule by its name."""
    rules = (rule for module in _MODULES for rule in import_module(f"{__name__}.{module}").RULES)
    return {rule.name: rule for rule in rules}

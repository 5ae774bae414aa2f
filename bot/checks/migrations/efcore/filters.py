"""Loops over a model that give it query filters alone, which are nothing to the database."""

from __future__ import annotations

import re

from bot.checks.migrations.csharp.values import Statement
from bot.checks.migrations.efcore.model import written

_NAMED = re.compile(r"name='(\w+)'")
# Methods that give something to the model, by their names; calls of methods of the class itself may, too.
_GIVES = re.compile(r"(Set|Has|Is|To|Use|Add|Remove|Ignore|Owns|With|On|Configure|Apply)[A-Z]")
_FILTERS = frozenset(
    {"HasQueryFilter", "SetQueryFilter", "AddQueryFilter", "IsAssignableFrom", "IsOwned", "IsAbstract", "HasValue"}
)


def only_filters(one: Statement) -> bool:
    """Whether a loop gives query filters alone, which are nothing to the database."""
    words = set(_NAMED.findall(written(one)))
    given = {word for word in words if _GIVES.match(word)}
    return bool(given) and given <= _FILTERS

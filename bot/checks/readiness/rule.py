"""The face of a rule: a name that policies use, the model of its settings, and a function from facts to a look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from bot.checks.readiness.look import Look

if TYPE_CHECKING:
    from bot.checks.readiness.facts import Facts


class NoSettings(BaseModel):
    """The settings of a rule that has none, and the base of all others: frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule.

    Attributes:
        name: `section.name`, as the item's id without `readiness.` (`security.rate-limiting`).
        settings: the pydantic model of what a policy may set besides `rule`; a subclass of `NoSettings`.
        look: pure; reads the tree through the facts alone. The second argument is an instance of `settings`. It may
            raise: the check makes that `not-checked` for the item.
    """

    name: str
    look: Callable[[Facts, Any], Look]
    settings: type[BaseModel] = NoSettings

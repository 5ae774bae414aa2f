"""The items of a policy that this check can answer: those that name a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.checks.readiness.rule import load_rule
from bot.checks.readiness.rules import RULES
from bot.model import ItemSpec, Json, UnknownKind


def make_spec(item_id: str, settings: Mapping[str, Json]) -> ItemSpec:
    """The item of an id, with the model of its rule's settings.

    Raises:
        UnknownKind: the settings name no rule, or none that there is.
    """
    name = settings.get("rule")
    if name is None:
        raise UnknownKind("rule", None, sorted(RULES))
    if not isinstance(name, str) or name not in RULES:
        raise UnknownKind("rule", str(name), sorted(RULES))
    title = item_id.rpartition(".")[2].replace("-", " ").capitalize()
    return ItemSpec(id=item_id, title=title, settings=load_rule(name).settings)


def all_kinds() -> Sequence[ItemSpec]:
    """Each rule by its name, with the model of its settings."""
    return [ItemSpec(id=name, title=name, settings=load_rule(name).settings) for name in sorted(RULES)]

"""The items of a policy that this check can answer: those that name a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.checks.readiness.ask import Ask, ShippedAsk
from bot.checks.readiness.rules import RULES
from bot.model import ItemSpec, Json, UnknownKind


def make_spec(item_id: str, settings: Mapping[str, Json], *, shipped: bool = False) -> ItemSpec:
    """The item of an id, with the model of its rule's settings.

    An item that is wholly shipped keeps its settings as they are: to load each rule of the list takes a second.

    Raises:
        UnknownKind: the settings name no rule, or none that there is.
    """
    name = settings.get("rule")
    if name is None:
        raise UnknownKind("rule", None, sorted(RULES))
    if not isinstance(name, str) or name not in RULES:
        raise UnknownKind("rule", str(name), sorted(RULES))
    title = item_id.rpartition(".")[2].replace("-", " ").capitalize()
    return ItemSpec(id=item_id, title=title, settings=ShippedAsk if shipped else _settings(name))


def all_kinds() -> Sequence[ItemSpec]:
    """Each rule by its name, with the model of its settings."""
    return [ItemSpec(id=name, title=name, settings=_settings(name)) for name in sorted(RULES)]


def _settings(name: str) -> type[Ask]:
    from bot.checks.readiness.rule import load_rule

    return load_rule(name).settings

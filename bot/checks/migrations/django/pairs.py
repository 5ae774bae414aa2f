"""A model at both sides of a change, with what the migrations make of it, and how sure a difference is."""

from __future__ import annotations

from dataclasses import dataclass

from bot.checks.migrations.django.drift import ABSENT, Drift, Key, Kind, compare_any
from bot.checks.migrations.django.state import ModelState
from bot.checks.migrations.django.statements import CONDITIONAL
from bot.checks.migrations.django.values import Opaque, Same
from bot.checks.migrations.syntax.folding import Value
from bot.model import Certainty


@dataclass(frozen=True)
class Pair:
    """A model and what the migrations make of it, at head and before."""

    model: ModelState | None
    state: ModelState | None
    old_model: ModelState | None
    old_state: ModelState | None

    @property
    def is_made_up(self) -> bool:
        """Whether the change's migrations make a model that no class declares."""
        return self.state is not None and self.old_state is None

    @property
    def is_dynamic(self) -> bool:
        """Whether no class declares the model, at either side: it is made at run time, or another package's."""
        return self.model is None and self.old_model is None

    def weigh(self, drift: Drift) -> Certainty | None:
        """How sure a difference is; None where it cannot be told, NOTE where it is to be expected."""
        if drift.same is Same.NO:
            return Certainty.CERTAIN if drift.exact else Certainty.LIKELY
        model_changed = not _equal(_said(self.model, drift.key), _said(self.old_model, drift.key))
        state_changed = not _equal(_said(self.state, drift.key), _said(self.old_state, drift.key))
        if isinstance(drift.wanted, Opaque) and drift.wanted.kind == CONDITIONAL:
            return None
        if self._may_be_inherited(drift):
            return Certainty.NOTE
        if drift.key.kind is Kind.OPTION_CHANGED and drift.wanted == ABSENT and Opaque("Meta") in _bases(self.model):
            return None
        if model_changed and not state_changed:
            return None if self._got_another_class(drift) else Certainty.LIKELY
        # The migrations have an operation for it, and nothing that can be read speaks against it.
        return Certainty.NOTE if drift.expected else None

    def _may_be_inherited(self, drift: Drift) -> bool:
        """Whether a base that is not in sight may well bring what the class does not say."""
        if drift.key.kind is Kind.MANAGERS_CHANGED:
            return bool(_bases(self.model))
        gained = self.bases_changed and drift.wanted == ABSENT
        return gained and drift.key.kind in {Kind.FIELD_REMOVED, Kind.OPTION_CHANGED, Kind.LIST_REMOVED}

    def _got_another_class(self, drift: Drift) -> bool:
        """Whether the field's class in the code changed, to one that migrations hold as the class they had."""
        if drift.key.kind is not Kind.FIELD_CHANGED or drift.key.aspect == "class":
            return False
        fields = [one.fields.get(drift.key.name) if one is not None else None for one in (self.model, self.old_model)]
        return all(fields) and fields[0].source != fields[1].source  # type: ignore[union-attr]

    @property
    def bases_changed(self) -> bool:
        """Whether the model has got or lost a base that is not in sight."""
        known = self.model is not None and self.old_model is not None
        return known and not _equal(_bases(self.model), _bases(self.old_model))

    @property
    def is_unanswered(self) -> bool:
        """Whether the bases out of sight changed and no migration touches the model."""
        if not self.bases_changed:
            return False
        return self.state is not None and self.old_state is not None and is_same_model(self.state, self.old_state)


def is_same_model(left: ModelState | None, right: ModelState | None) -> bool:
    """Whether two models are equal in all that migrations see."""
    if left is None or right is None or left is right:
        return left is right
    if left.fields.keys() != right.fields.keys() or left.unsure.keys() != right.unsure.keys():
        return False
    pairs: list[tuple[Value, Value]] = [(one, right.fields[name]) for name, one in left.fields.items()]
    pairs += [(left.name, right.name), (left.unsure, right.unsure), (left.options, right.options)]
    pairs += [(list(left.open_bases), list(right.open_bases)), (left.managers, right.managers)]
    return all(_equal(one, other) for one, other in pairs)


def _equal(left: Value, right: Value) -> bool:
    return left is right or compare_any(left, right) is Same.YES


def _said(model: ModelState | None, key: Key) -> Value:  # noqa: PLR0911 - one answer a kind
    """What a model or a state says of what a key names; None where it says nothing."""
    if model is None:
        return None
    match key.kind:
        case Kind.FIELD_ADDED | Kind.FIELD_REMOVED:
            return model.fields.get(key.name, model.unsure.get(key.name))
        case Kind.FIELD_CHANGED:
            state = model.fields.get(key.name)
            if state is None:
                return None
            return state.func if key.aspect == "class" else state.kwargs.get(key.aspect, ABSENT)
        case Kind.OPTION_CHANGED | Kind.LIST_ADDED | Kind.LIST_REMOVED:
            return model.options.get(key.name)
        case Kind.MANAGERS_CHANGED:
            return [*model.managers] if isinstance(model.managers, list) else model.managers
    return model.name


def _bases(model: ModelState | None) -> list[Value]:
    return [] if model is None else list(model.open_bases)

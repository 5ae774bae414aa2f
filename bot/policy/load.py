"""From a policy file's text to a `Policy`: read, checked, merged over what it extends, and resolved to checks.

A file may extend one of the policies that are shipped with gonogo, by name; never a path or an address. Those are
part of the program, like its code, and are read from where it is installed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import PolicyError
from bot.model import ItemSource, ItemSpec, Json, Level, SignOff, UnknownKind
from bot.policy.document import DEFAULT_SALT, ItemDocument, PolicyDocument, SignOffDocument, WaiverDocument
from bot.policy.effective import digest_of
from bot.policy.faults import near, validate
from bot.policy.values import POLICY_PATH, PathFilter, Policy, PolicyItem, Waiver
from bot.policy.yaml_values import Located, Place, excerpt, read_mapping

_PACKAGE = Path(__file__).parents[1]


def parse_policy(text: bytes, source: str, checks: Sequence[ItemSource]) -> Policy:
    """The policy that a file's text makes, with all that it extends.

    Args:
        text: the file's bytes, from anybody.
        source: the file as the user knows it, for messages and the report.
        checks: every check there is; an item must be one that a check answers.

    Raises:
        PolicyError: the first fault of the text, in one line.
    """
    return _parse(_read_layer(text, source), checks)


def _parse(top: _Layer, checks: Sequence[ItemSource]) -> Policy:
    layers = [*_layers(top)]
    layers.reverse()
    return _Merger(layers, _read_list(layers), checks).merge()


def shipped_policy(name: str, checks: Sequence[ItemSource]) -> Policy:
    """A policy that is shipped with gonogo.

    Raises:
        PolicyError: there is none of that name.
    """
    return _parse(_read_layer(_read_shipped(name, name, None), f"{name} (shipped)", shipped=True), checks)


def shipped_names() -> Sequence[str]:
    """The names of the policies that are shipped with gonogo, sorted."""
    return sorted(path.stem for path in _shipped_folder().glob("*.yml"))


@cache
def _shipped_folder() -> Path:
    # In a wheel the policies stand inside the package; in a checkout beside it. The package comes first: what is
    # beside an installed one belongs to somebody else.
    inside = _PACKAGE / "policies"
    return inside if inside.is_dir() else _PACKAGE.parent / "policies"


def _read_shipped(name: str, source: str, line: int | None) -> bytes:
    names = shipped_names()
    if name not in names:
        raise PolicyError(source, line, f"no policy {excerpt(name)} is shipped with gonogo{near(name, names)}")
    return (_shipped_folder() / f"{name}.yml").read_bytes()


@dataclass(frozen=True)
class _Layer:
    """One file: its source, its text as values with lines, and the same as a checked document."""

    source: str
    located: Located
    document: PolicyDocument
    shipped: bool

    def error(self, place: Place, reason: str) -> PolicyError:
        return PolicyError(self.source, self.located.line_of(place), reason)

    def line(self, *place: str | int) -> int:
        return self.located.line_of(place)


def _read_layer(text: bytes, source: str, *, shipped: bool = False) -> _Layer:
    located = read_mapping(text, source)
    return _Layer(source, located, validate(PolicyDocument, located.value, located, source), shipped)


def _layers(top: _Layer) -> Iterator[_Layer]:
    """Yield a file and all that it extends, the nearest first; a shipped policy extends none but other shipped ones."""
    yield top
    if (name := top.document.extends) is not None:
        text = _read_shipped(name, top.source, top.line("extends"))
        yield from _layers(_read_layer(text, f"{name} (shipped)", shipped=True))


def _read_list(layers: Sequence[_Layer]) -> list[_Layer]:
    """The readiness list that the last of the layers names, with what it extends; none where none is named."""
    for layer in reversed(layers):
        if (name := layer.document.readiness.list) is not None:
            text = _read_shipped(name, layer.source, layer.line("readiness", "list"))
            found = [*_layers(_read_layer(text, f"{name} (shipped)", shipped=True))]
            return found[::-1]
    return []


class _Merger:
    """Merges layers, the most general first, into one policy. Errors are those of the last layer, the user's own."""

    def __init__(self, layers: Sequence[_Layer], listed: Sequence[_Layer], checks: Sequence[ItemSource]) -> None:
        self._own = layers
        self._layers = [*listed, *layers]
        self._top = layers[-1]
        self._checks = checks
        self._specs = {spec.id: (check.name, spec) for check in checks for spec in check.items()}

    def merge(self) -> Policy:
        top = self._top.document
        name = self._last("name")
        if name is None:
            raise PolicyError(self._top.source, 1, 'the key "name" is missing; a policy without `extends` has one')
        # The sections of a list come last, their titles may be the policy's own.
        ordered = [*self._own, *self._layers]
        sections = {key: title for layer in ordered for key, title in layer.document.sections.items()}
        sections |= {key: title for layer in self._own for key, title in layer.document.sections.items()}
        items = self._merge_items(sections)
        policy = Policy(
            name=name,
            source=self._top.source,
            digest="",
            extends=top.extends,
            salt=(self._last("salt") or DEFAULT_SALT).encode(),
            branches=top.branches,
            sections=sections,
            items=items,
            waivers=self._merge_waivers({item.id for item in items}),
            signoffs=self._merge_signoffs({item.id for item in items}),
            author_may_sign_off=any(layer.document.readiness.author_may_sign_off for layer in self._layers),
        )
        return replace(policy, digest=digest_of(policy))

    def _last(self, key: str) -> str | None:
        given = [getattr(layer.document, key) for layer in self._layers]
        return next((value for value in reversed(given) if value is not None), None)

    def _merge_items(self, sections: Mapping[str, str]) -> tuple[PolicyItem, ...]:
        ids = dict.fromkeys(item_id for layer in self._layers for item_id in layer.document.items)
        items = [self._merge_item(item_id, sections) for item_id in ids]
        order = list(sections)
        return tuple(sorted(items, key=lambda item: order.index(item.section)))

    def _merge_item(self, item_id: str, sections: Mapping[str, str]) -> PolicyItem:
        place = ("items", item_id)
        layers = [layer for layer in self._layers if item_id in layer.document.items]
        given = [layer.document.items[item_id] for layer in layers]
        merged: dict[str, Json] = {key: value for item in given for key, value in item.settings.items()}
        check, spec = self._find_spec(item_id, merged, place, shipped=all(layer.shipped for layer in layers))
        section = self._required(given, "section", place)
        if section not in sections:
            reason = f"the section {excerpt(section)} is not in `sections`{near(section, sections)}"
            raise self._top.error((*place, "section"), reason)
        level, ratchet = Level(self._required(given, "required", place)), None
        if item_id not in self._specs:
            level, ratchet = self._readiness(item_id, level, _last_given(given, "ratchet"))
        elif _last_given(given, "ratchet") is not None:
            raise self._top.error((*place, "ratchet"), "`ratchet` is for readiness items; the check compares by itself")
        return PolicyItem(
            id=item_id,
            section=section,
            title=_last_given(given, "title") or spec.title,
            check=check,
            level=level,
            ratchet=ratchet,
            settings=validate(spec.settings, merged, self._top.located, self._top.source, (*place, "settings")),
            paths=_merge_paths(given),
            line=self._top.line(*place) if item_id in self._top.document.items else None,
        )

    def _required(self, given: Sequence[ItemDocument], key: str, place: Place) -> str:
        value = _last_given(given, key)
        if value is None:
            raise self._top.error(place, f'the key "{key}" is missing; an item that is not inherited has one')
        return str(value)

    def _readiness(self, item_id: str, level: Level, given: bool | None) -> tuple[Level, bool]:  # noqa: FBT001 - a key
        """What an item of a readiness list decides, and whether by the ratchet alone."""
        if level is Level.OFF:
            return level, False
        if given is not None:
            return level, given
        enforced = [one for layer in self._layers for one in layer.document.readiness.enforce]
        if any(item_id.startswith(one) if one.endswith(".") else item_id == one for one in enforced):
            return Level.BLOCK, False
        modes = [layer.document.readiness.mode for layer in self._layers]
        match next((mode for mode in reversed(modes) if mode is not None), "ratchet"):
            case "report":
                return Level.WARN, False
            case "enforce":
                return (Level.WARN if enforced else level), False
            case _:
                return level, True

    def _find_spec(
        self, item_id: str, settings: Mapping[str, Json], place: Place, *, shipped: bool
    ) -> tuple[str, ItemSpec]:
        """The check that answers an item, and the item's kind; a check may leave its items to policies."""
        if item_id in self._specs:
            return self._specs[item_id]
        for check in self._checks:
            if check.spec is None or not item_id.startswith(f"{check.name}."):
                continue
            try:
                return check.name, check.spec(item_id, settings, shipped)
            except UnknownKind as unknown:
                raise self._top.error(*_unknown_kind(unknown, place)) from None
        reason = f"no check answers the item {excerpt(item_id)}{near(item_id, self._specs)}"
        raise self._top.error(place, reason)

    def _merge_waivers(self, ids: set[str]) -> tuple[Waiver, ...]:
        return tuple(
            self._resolve_waiver(layer, number, waiver, ids)
            for layer in self._layers
            for number, waiver in enumerate(layer.document.waivers)
        )

    def _merge_signoffs(self, ids: set[str]) -> dict[str, SignOff]:
        return {
            item: self._resolve_signoff(layer, item, signoff, ids)
            for layer in self._layers
            for item, signoff in layer.document.signoffs.items()
        }

    def _resolve_signoff(self, layer: _Layer, item: str, signoff: SignOffDocument, ids: set[str]) -> SignOff:
        place = ("signoffs", item)
        # A policy that asks no readiness list may hold the sign-offs for whoever asks one.
        if not item.startswith("readiness.") and item not in ids:
            raise layer.error(place, f"the policy has no item {excerpt(item)}{near(item, ids)}")
        return SignOff(
            by=signoff.by,
            on=signoff.date,
            link=signoff.link,
            expires=signoff.expires,
            path=POLICY_PATH,
            line=layer.line(*place),
        )

    def _resolve_waiver(self, layer: _Layer, number: int, waiver: WaiverDocument, ids: set[str]) -> Waiver:
        if waiver.item not in ids:
            reason = f"the policy has no item {excerpt(waiver.item)}{near(waiver.item, ids)}"
            raise layer.error(("waivers", number, "item"), reason)
        return Waiver(**waiver.model_dump(), line=layer.line("waivers", number))


def _unknown_kind(unknown: UnknownKind, place: Place) -> tuple[Place, str]:
    if unknown.name is None:
        return (*place, "settings"), f'the key "{unknown.key}" of `settings` is missing'
    reason = f"no {unknown.key} is named {excerpt(unknown.name)}{near(unknown.name, unknown.known)}"
    return (*place, "settings", unknown.key), reason


def _last_given(given: Sequence[ItemDocument], key: str) -> Any:  # noqa: ANN401 - a key's own type
    values = [getattr(item, key) for item in given]
    return next((value for value in reversed(values) if value is not None), None)


def _merge_paths(given: Sequence[ItemDocument]) -> PathFilter:
    merged = {key: getattr(item.paths, key) for item in given for key in sorted(item.paths.model_fields_set)}
    return PathFilter(**merged)

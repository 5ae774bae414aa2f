"""Functions of Go templates over lists and mappings. `set`, `unset` and the merges change what they are given."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

from bot.checks.readiness.facts.helm.arithmetic import to_int
from bot.checks.readiness.facts.helm.faults import FunctionFault
from bot.checks.readiness.facts.helm.values import Budget, is_true, show
from bot.checks.readiness.facts.located import Located

_LONGEST = 20_000


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    if value is None:
        return []
    raise FunctionFault("what is no list")


def _dict(value: object) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise FunctionFault("what is no mapping")


def _bounded(budget: Budget, values: list[object]) -> list[object]:
    budget.step(1 + len(values) // 10)
    if len(values) > _LONGEST:
        raise FunctionFault("a very long list")
    return values


def _make_dict(_budget: Budget, *pairs: object) -> dict[str, object]:
    padded = [*pairs, ""] if len(pairs) % 2 else [*pairs]
    return {show(key): value for key, value in zip(padded[::2], padded[1::2], strict=True)}


def _get(_budget: Budget, mapping: object, key: str) -> object:
    return _dict(mapping).get(key, "")


def _set(_budget: Budget, mapping: object, key: str, value: object) -> object:
    _dict(mapping)[key] = value
    return mapping


def _unset(_budget: Budget, mapping: object, key: str) -> object:
    _dict(mapping).pop(key, None)
    return mapping


def _dig(_budget: Budget, *arguments: object) -> object:
    *keys, fallback, value = arguments
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return fallback
        value = value[key]
    return value


def _index(_budget: Budget, value: object, *keys: object) -> object:
    for key in keys:
        if isinstance(value, dict):
            value = value.get(key if isinstance(key, str) else show(key))
        elif isinstance(value, list):
            at = to_int(key)
            if not 0 <= at < len(value):
                raise FunctionFault("an index out of range")
            value = value[at]
        else:
            raise FunctionFault("an index of what has no members")
    return value


def _slice(_budget: Budget, value: object, *ends: object) -> object:
    if not isinstance(value, list | str):
        raise FunctionFault("a slice of what is no list")
    first, last = [to_int(one) for one in [*ends, len(value)][:2]] if ends else (0, len(value))
    if not 0 <= first <= last <= len(value):
        raise FunctionFault("an index out of range")
    return value[first:last]


def merge(budget: Budget, into: dict[str, object], source: Mapping[str, object], *, overwrite: bool) -> None:
    """Merge one mapping into another, level by level; without `overwrite` only what is empty is filled."""
    for key, value in source.items():
        budget.step()
        mine = into.get(key)
        if isinstance(mine, dict) and isinstance(value, dict):
            merge(budget, mine, value, overwrite=overwrite)
        elif key not in into or (is_true(value) if overwrite else not is_true(mine)):
            into[key] = deep_copy(budget, value)
            if isinstance(into, Located) and isinstance(source, Located) and key in source.places:
                into.places[key] = source.places[key]


def deep_copy(budget: Budget, value: object) -> object:
    """A copy that shares no mapping and no list with the original."""
    budget.step()
    if isinstance(value, Located):
        return Located(((key, deep_copy(budget, one)) for key, one in value.items()), value.places)
    if isinstance(value, dict):
        return {key: deep_copy(budget, one) for key, one in value.items()}
    if isinstance(value, list):
        return [deep_copy(budget, one) for one in value]
    return value


def _merge_all(*, overwrite: bool) -> Callable[..., object]:
    def merge_all(budget: Budget, into: object, *sources: object) -> object:
        for source in sources:
            if source is not None:
                merge(budget, _dict(into), _dict(source), overwrite=overwrite)
        return into

    return merge_all


def _uniq(budget: Budget, values: object) -> list[object]:
    kept: list[object] = []
    seen: set[str] = set()
    for one in _list(values):
        budget.step()
        mark = repr(one)
        if mark not in seen:
            seen.add(mark)
            kept.append(one)
    return kept


def _concat(budget: Budget, *lists: object) -> list[object]:
    return _bounded(budget, [one for values in lists for one in _list(values)])


def _has(budget: Budget, member: object, values: object) -> bool:
    budget.step(1 + (len(values) // 10 if isinstance(values, list) else 0))
    return member in _list(values)


def _keys(budget: Budget, *mappings: object) -> list[object]:
    return _bounded(budget, [key for mapping in mappings for key in sorted(_dict(mapping), key=str)])


def _chunk(budget: Budget, size: object, values: object) -> list[object]:
    step = max(1, to_int(size))
    members = _bounded(budget, _list(values))
    return [members[at : at + step] for at in range(0, len(members), step)]


COLLECTIONS: Mapping[str, Callable[..., object]] = {
    "list": lambda budget, *values: _bounded(budget, [*values]),
    "tuple": lambda budget, *values: _bounded(budget, [*values]),
    "dict": _make_dict,
    "get": _get,
    "set": _set,
    "unset": _unset,
    "hasKey": lambda _budget, mapping, key: key in _dict(mapping),
    "pluck": lambda _budget, key, *mappings: [_dict(one)[key] for one in mappings if key in _dict(one)],
    "keys": _keys,
    "values": lambda budget, mapping: _bounded(budget, [mapping[key] for key in sorted(_dict(mapping), key=str)]),
    "pick": lambda _budget, mapping, *keys: {key: _dict(mapping)[key] for key in keys if key in _dict(mapping)},
    "omit": lambda _budget, mapping, *keys: {key: one for key, one in _dict(mapping).items() if key not in keys},
    "dig": _dig,
    "index": _index,
    "slice": _slice,
    "merge": _merge_all(overwrite=False),
    "mergeOverwrite": _merge_all(overwrite=True),
    "deepCopy": deep_copy,
    "copy": lambda _budget, value: copy.copy(value),
    "first": lambda _budget, values: values[0] if values else None,
    "last": lambda _budget, values: values[-1] if values else None,
    "rest": lambda _budget, values: _list(values)[1:],
    "initial": lambda _budget, values: _list(values)[:-1],
    "append": lambda budget, values, one: _bounded(budget, [*_list(values), one]),
    "push": lambda budget, values, one: _bounded(budget, [*_list(values), one]),
    "prepend": lambda budget, values, one: _bounded(budget, [one, *_list(values)]),
    "concat": _concat,
    "reverse": lambda budget, values: _bounded(budget, _list(values))[::-1],
    "uniq": _uniq,
    "without": lambda budget, values, *gone: _bounded(budget, [one for one in _list(values) if one not in gone]),
    "has": _has,
    "compact": lambda budget, values: _bounded(budget, [one for one in _list(values) if is_true(one)]),
    "chunk": _chunk,
    "sortAlpha": lambda budget, values: sorted(show(one) for one in _bounded(budget, _list(values))),
}

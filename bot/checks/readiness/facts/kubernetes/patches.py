"""Kustomize's ways to change an object: strategic merges and JSON patches, over values that keep their places.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/patches/ (read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.checks.readiness.facts.located import Located, mappings

# Lists whose elements are told apart by a key of theirs; other lists are replaced whole.
_MERGE_KEYS: Mapping[str, str] = {
    "containers": "name",
    "initContainers": "name",
    "ephemeralContainers": "name",
    "env": "name",
    "volumes": "name",
    "imagePullSecrets": "name",
    "volumeMounts": "mountPath",
    "ports": "containerPort",
    "hostAliases": "ip",
}


def merge_strategic(value: object, patch: object, key: str = "") -> object:
    """The value with a strategic merge patch laid over it; neither is changed."""
    if isinstance(value, dict) and isinstance(patch, dict):
        if patch.get("$patch") == "replace":
            return _without_directive(patch)
        return _merge_mappings(value, patch)
    if isinstance(value, list) and isinstance(patch, list) and key in _MERGE_KEYS:
        return _merge_lists(
            value, patch, _MERGE_KEYS[key] if key != "ports" or _has(patch, "containerPort") else "port"
        )
    return patch


def _has(elements: list[object], key: str) -> bool:
    return any(key in one for one in mappings(elements))


def _without_directive(patch: Mapping[str, object]) -> Located:
    places = patch.places if isinstance(patch, Located) else {}
    return Located(((key, one) for key, one in patch.items() if key != "$patch"), places)


def _merge_mappings(value: Mapping[str, object], patch: Mapping[str, object]) -> Located:
    merged = Located(value.items(), value.places if isinstance(value, Located) else {})
    for name, one in patch.items():
        gone = one is None or (isinstance(one, dict) and one.get("$patch") == "delete")
        if gone:
            merged.pop(name, None)
            continue
        merged[name] = merge_strategic(merged[name], one, name) if name in merged else one
        if isinstance(patch, Located) and name in patch.places:
            merged.places[name] = patch.places[name]
    return merged


def _merge_lists(value: list[object], patch: list[object], key: str) -> list[object]:
    merged = list(value)
    for one in patch:
        mark = one.get(key) if isinstance(one, dict) else None
        at = next((at for at, mine in enumerate(merged) if isinstance(mine, dict) and mine.get(key) == mark), None)
        if isinstance(one, dict) and one.get("$patch") == "delete":
            if at is not None:
                del merged[at]
        elif at is None or mark is None:
            merged.append(one)
        else:
            merged[at] = merge_strategic(merged[at], one)
    return merged


def apply_json_patch(value: object, operations: object) -> object | None:
    """The value after the operations of a JSON patch (RFC 6902); None where one of them does not apply."""
    for one in mappings(operations):
        path, operation = one.get("path"), one.get("op")
        if not isinstance(path, str) or operation not in {"add", "replace", "remove", "test"}:
            return None
        if operation == "test":
            continue
        keys = [key.replace("~1", "/").replace("~0", "~") for key in path.split("/")[1:]]
        changed = _change(value, keys, str(operation), one)
        if changed is None:
            return None
        value = changed
    return value


def _change(value: object, keys: list[str], operation: str, one: Mapping[str, object]) -> object | None:
    if not keys:
        return one.get("value")
    key, rest = keys[0], keys[1:]
    if isinstance(value, dict):
        return _change_mapping(value, key, rest, operation, one)
    if isinstance(value, list):
        return _change_list(value, key, rest, operation, one)
    return None


def _change_mapping(
    value: Mapping[str, object], key: str, rest: list[str], operation: str, one: Mapping[str, object]
) -> object | None:
    changed = Located(value.items(), value.places if isinstance(value, Located) else {})
    if operation == "remove" and not rest:
        return None if changed.pop(key, None) is None else changed
    if rest and key not in value:
        return None
    inner = _change(value.get(key), rest, operation, one)
    if rest and inner is None:
        return None
    changed[key] = inner
    if not rest and isinstance(one, Located) and "value" in one.places:
        changed.places[key] = one.places["value"]
    return changed


def _change_list(
    value: list[object], key: str, rest: list[str], operation: str, one: Mapping[str, object]
) -> object | None:
    at = len(value) if key == "-" else int(key) if key.isdecimal() and len(key) < 6 else -1  # noqa: PLR2004 - an index
    changed = list(value)
    if rest or operation != "add":
        if not 0 <= at < len(value):
            return None
        if operation == "remove" and not rest:
            del changed[at]
            return changed
        inner = _change(value[at], rest, operation, one)
        if inner is None:
            return None
        changed[at] = inner
        return changed
    if not 0 <= at <= len(value):
        return None
    changed.insert(at, one.get("value"))
    return changed

"""The JSON Schema of a policy file, made from the models that read it and from each check's settings models."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import models_json_schema

from bot.model import ItemSource, ItemSpec, Json
from bot.policy.document import PolicyDocument

if TYPE_CHECKING:
    from pydantic import BaseModel

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DEFINITION = "#/$defs/{model}"


def policy_schema(checks: Sequence[ItemSource]) -> dict[str, Any]:
    """The schema, in JSON Schema 2020-12, for editors and for other programs.

    It knows each item of the checks, with its settings. What spans several places (an item that is neither inherited
    nor whole, a section that is not there) is left to `parse_policy`.
    """
    specs = [spec for check in checks for spec in check.items()]
    kinds = {check.name: check.kinds() for check in checks if check.spec}
    open_specs = [kind for of_check in kinds.values() for kind in of_check]
    models: set[type[BaseModel]] = {PolicyDocument, *(spec.settings for spec in [*specs, *open_specs])}
    ordered = sorted(models, key=lambda model: model.__qualname__)
    references, generated = models_json_schema([(model, "validation") for model in ordered], ref_template=_DEFINITION)
    definitions: dict[str, Any] = _without_null_defaults(generated["$defs"])
    items = {spec.id: _item(spec, references[spec.settings, "validation"]) for spec in specs}
    document = definitions.pop(PolicyDocument.__name__)
    of_policies = {
        f"^{name}\\.": _open_item(of_check, [references[kind.settings, "validation"] for kind in of_check])
        for name, of_check in kinds.items()
    }
    known = {
        "type": "object",
        "properties": items,
        **({"patternProperties": of_policies} if of_policies else {}),
        "additionalProperties": False,
    }
    document["properties"]["items"] = {"description": document["properties"]["items"]["description"], **known}
    whole = {"anyOf": [{"required": ["extends"]}, {"required": ["name"]}]}
    return {"$schema": _DIALECT, **document, **whole, "title": "gonogo policy", "$defs": definitions}


def render_schema(checks: Sequence[ItemSource]) -> str:
    """The schema as the JSON text that docs/policy.schema.json holds."""
    return json.dumps(policy_schema(checks), indent=2) + "\n"


def _item(spec: ItemSpec, settings: dict[str, Any]) -> dict[str, Json]:
    return {
        "$ref": _DEFINITION.format(model="ItemDocument"),
        "description": spec.title,
        "properties": {"settings": settings},
    }


def _open_item(kinds: Sequence[ItemSpec], references: Sequence[dict[str, Any]]) -> dict[str, Json]:
    """An item that a policy makes up: its settings are those of the rule that they name.

    Where a file changes an item that it inherits the settings may leave out the rule, and what else the rule must have.
    """
    names: list[Json] = [kind.id for kind in kinds]
    chosen: list[Json] = [
        {"if": {"properties": {"rule": {"const": kind.id}}, "required": ["rule"]}, "then": reference}
        for kind, reference in zip(kinds, references, strict=True)
    ]
    settings: Json = {"type": "object", "properties": {"rule": {"enum": names}}, "allOf": chosen}
    return {
        "$ref": _DEFINITION.format(model="ItemDocument"),
        "description": "an item of the policy's own, judged by the rule that its settings name",
        "properties": {"settings": settings},
    }


def _without_null_defaults(schema: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """The schema without `default: null`: a key that is not there is no null, and a null is refused."""
    if isinstance(schema, dict):
        kept = {key: value for key, value in schema.items() if not (key == "default" and value is None)}
        return {key: _without_null_defaults(value) for key, value in kept.items()}
    return [_without_null_defaults(value) for value in schema] if isinstance(schema, list) else schema

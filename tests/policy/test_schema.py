from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.checks import CHECKS as REAL_CHECKS
from bot.errors import PolicyError
from bot.gate.registry import GATE
from bot.policy.load import parse_policy, shipped_names
from bot.policy.schema import policy_schema, render_schema
from bot.policy.values import GATE_POLICY
from bot.policy.yaml_values import read_mapping
from tests.policy.registry import CHECKS

ROOT = Path(__file__).parents[2]
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "docs/policy.md").read_text(), re.MULTILINE | re.DOTALL)


def faults(text: bytes, schema: dict[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return [error.message for error in validator.iter_errors(read_mapping(text, "x").value)]


def test_the_committed_schema_is_the_one_that_the_models_make() -> None:
    committed = (ROOT / "docs/policy.schema.json").read_text()

    assert committed == render_schema(REAL_CHECKS), "run `gonogo policy schema > docs/policy.schema.json`"


def test_the_gate_s_committed_schema_is_the_one_that_the_models_make() -> None:
    committed = (ROOT / "docs/gate-policy.schema.json").read_text()

    assert committed == render_schema(GATE), "run `gonogo policy schema --gate > docs/gate-policy.schema.json`"


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(policy_schema(CHECKS))
    jsonschema.Draft202012Validator.check_schema(policy_schema(REAL_CHECKS))
    jsonschema.Draft202012Validator.check_schema(policy_schema(GATE))


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_policy_is_valid_by_the_schema(name: str) -> None:
    schema = policy_schema(GATE if name == GATE_POLICY else REAL_CHECKS)
    assert faults((ROOT / f"policies/{name}.yml").read_bytes(), schema) == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_of_the_documentation_is_valid_by_parser_and_schema(example: str) -> None:
    assert parse_policy(example.encode(), "docs/policy.md", REAL_CHECKS)
    assert faults(example.encode(), policy_schema(REAL_CHECKS)) == []


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "name: 1",
        "name:",
        "name: x\nzzz: 1",
        "name: x\nitems: {zzz: {}}",
        "name: x\nitems: {lint.added: {zzz: 1}}",
        "name: x\nitems: {lint.added: {required: maybe}}",
        "name: x\nitems: {lint.added: {settings: {zzz: 1}}}",
        "name: x\nitems: {lint.added: {settings: {limit: x}}}",
        "name: x\nitems: {lint.added: {settings: {inner: {deep: yes}}}}",
        "name: x\nitems: {lint.known: {settings: {limit: 1}}}",
        "name: x\nwaivers: [{item: lint.added, path: '**', owner: a, reason: r}]",
        "name: x\nwaivers: [{item: lint.added, owner: a, reason: r, expires: 2027-01-31}]",
        "name: x\nwaivers: [{item: lint.added, path: '**', owner: a, reason: r, expires: soon}]",
    ],
)
def test_what_the_schema_refuses_the_parser_refuses(text: str) -> None:
    assert faults(text.encode(), policy_schema(CHECKS)) != []
    with pytest.raises(PolicyError):
        parse_policy(text.encode(), "x", CHECKS)


def test_an_editor_is_told_of_each_item_and_setting() -> None:
    schema = policy_schema(CHECKS)

    item = schema["properties"]["items"]["properties"]["lint.added"]
    assert item == {
        "$ref": "#/$defs/ItemDocument",
        "description": "Nothing to lint is added",
        "properties": {"settings": {"$ref": "#/$defs/LintSettings"}},
    }
    assert "null" not in json.dumps([schema["$defs"][name] for name in ("ItemDocument", "WaiverDocument")])

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.checks import CHECKS
from bot.checks.readiness.rule import load_rule
from bot.checks.readiness.rules import RULES
from bot.errors import PolicyError
from bot.policy.load import parse_policy, shipped_policy

_POLICY = """\
name: ours
sections: {ready: Ready}
items:
  readiness.ours.thing:
    section: ready
    required: block
    settings:
      rule: files
      files: [a.py]
"""


def test_a_policy_may_make_up_items_that_name_a_rule() -> None:
    [item] = parse_policy(_POLICY.encode(), "ours.yml", CHECKS).items

    assert (item.id, item.check, item.title) == ("readiness.ours.thing", "readiness", "Thing")


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("rule: files", "rule: fils", 'ours.yml:8: no rule is named "fils"; did you mean "files"?'),
        ("rule: files", "strength: wired", 'ours.yml:7: the key "rule" of `settings` is missing'),
        (
            "files: [a.py]",
            "files: [a.py]\n      fils: [a.py]",
            'ours.yml:10: unknown key "fils"; did you mean "files"?',
        ),
        ("[a.py]", "[a.py]\n      pattern: '('", 'ours.yml:10: "pattern" is no regular expression'),
        ("readiness.ours", "ready.ours", 'ours.yml:4: no check answers the item "ready.ours.thing"'),
    ],
)
def test_a_fault_is_one_error_with_its_line(old: str, new: str, error: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(_POLICY.replace(old, new).encode(), "ours.yml", CHECKS)

    assert str(caught.value).startswith(error)


_PARTS = """\
      rule: any-of
      rules:
        - rule: import
          module: tenacity
        - rule: workflow-step
          runs: retry
        - rule: any-of
          rules:
            - rule: document
              files: [a.tf]
              path: [resource, "*"]
"""


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("module: tenacity", "module: '('", 'ours.yml:11: "module" is no regular expression'),
        ("module: tenacity", "module: a.b", 'ours.yml:11: "module" needs a word of three letters'),
        ("module: tenacity", "modul: tenacity", 'ours.yml:10: the key "module" is missing'),
        ("rule: import", "rule: imports", 'ours.yml:10: "rule" is no rule; did you mean import?'),
        ("rule: import", "strength: wired", 'ours.yml:10: the key "rule" is missing'),
        ("          runs: retry\n", "", 'ours.yml:12: entry 2 of "rules" needs `runs` or `uses`'),
        ("runs: retry", "runs: retry\n          given: {a: b}", 'ours.yml:12: entry 2 of "rules" `given` needs `uses`'),
        (
            "rule: import\n          module: tenacity",
            "rule: code\n          marks: [{shows: x, words: [y], text: '('}]",
            'ours.yml:11: "text" is no regular expression',
        ),
        ("runs: retry", "runs: retry\n          when: never", 'ours.yml:14: "when" must be one of'),
        ("path: [resource", "least: x\n              path: [resource", 'ours.yml:18: "least" must be a number'),
        (
            "- rule: import\n          module: tenacity",
            "- tenacity",
            'ours.yml:10: entry 1 of "rules" must be a mapping',
        ),
    ],
)
def test_a_fault_of_a_rule_within_a_rule_has_its_line(old: str, new: str, error: str) -> None:
    text = _POLICY.replace("      rule: files\n      files: [a.py]\n", _PARTS)
    assert parse_policy(text.encode(), "ours.yml", CHECKS).items

    with pytest.raises(PolicyError) as caught:
        parse_policy(text.replace(old, new).encode(), "ours.yml", CHECKS)

    assert str(caught.value).startswith(error)


def _examples() -> list[dict[str, Any]]:
    """The settings that docs/readiness.md shows."""
    page = (Path(__file__).parents[3] / "docs" / "readiness.md").read_text()
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    lines = [line for block in blocks for line in block.split("\n") if line.startswith("{")]
    whole = [block for block in blocks if re.search("^rule:", block, re.MULTILINE)]
    return [yaml.safe_load(text) for text in (*lines, *whole)]


def test_the_examples_of_the_page_are_settings_that_rules_take() -> None:
    examples = _examples()
    for settings in examples:
        load_rule(settings["rule"]).settings.model_validate_json(json.dumps(settings), strict=True)

    kinds = {"document", "import", "call", "dependency", "workflow-step", "any-of", "all-of"}
    assert {settings["rule"] for settings in examples} == kinds


def test_every_rule_can_be_loaded() -> None:
    assert [load_rule(name).name for name in RULES] == list(RULES)


def test_each_item_of_the_list_says_what_it_asks_why_and_how_to_mend_it() -> None:
    items = shipped_policy("production-readiness", CHECKS).items

    assert items
    for item in items:
        settings = item.settings.model_dump()
        assert all(settings[key] for key in ("rows", "fix", "why", "source")), item.id

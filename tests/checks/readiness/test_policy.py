from __future__ import annotations

import pytest

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


def test_every_rule_can_be_loaded() -> None:
    assert [load_rule(name).name for name in RULES] == list(RULES)


def test_each_item_of_the_list_says_what_it_asks_why_and_how_to_mend_it() -> None:
    items = shipped_policy("production-readiness", CHECKS).items

    assert items
    for item in items:
        settings = item.settings.model_dump()
        assert all(settings[key] for key in ("rows", "fix", "why", "source")), item.id

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checks import CHECKS as REAL_CHECKS
from bot.gate.registry import GATE
from bot.policy.effective import render_policy
from bot.policy.load import parse_policy, shipped_names, shipped_policy
from bot.policy.values import GATE_POLICY
from tests.policy.registry import CHECKS

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=60).filter(
    lambda text: text.strip() == text and text.isprintable()
)
TRICKY = st.sampled_from(
    ["off", "no", "12", "1.5", "null", "~", "2027-01-31", "- a", "a: b", "# a", "&a", "*", "'", '"', "!"]
)
TEXT = WORDS | TRICKY


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_policy_reads_back_to_the_same_digest(name: str) -> None:
    registry = GATE if name == GATE_POLICY else REAL_CHECKS
    text = render_policy(shipped_policy(name, registry))
    again = parse_policy(text.encode(), "x", registry)

    assert again.digest == shipped_policy(name, registry).digest
    assert render_policy(again) == text


@settings(deadline=None)
@given(
    title=TEXT,
    salt=TEXT,
    reason=TEXT,
    names=st.lists(TEXT, max_size=3),
    words=st.sets(TEXT, max_size=5),
    limit=st.integers(0, 10**17),
    expires=st.dates(date(2000, 1, 1)),
    required=st.sampled_from(["block", "warn", "off"]),
)
def test_any_policy_reads_back_to_the_same_digest(**values: object) -> None:
    template = {key: _quoted(value) for key, value in values.items()}
    text = (
        "name: x\nsalt: {salt}\nsections: {{s: {title}}}\nitems:\n  lint.added:\n    section: s\n    title: {title}\n"
        "    required: {required}\n    settings: {{limit: {limit}, names: {names}, words: {words}}}\n"
        "waivers: [{{item: lint.added, path: '**', owner: {title}, reason: {reason}, expires: {expires}}}]\n"
    ).format(**template)
    policy = parse_policy(text.encode(), "x", CHECKS)

    assert policy.sections == {"s": values["title"]}
    assert policy.waivers[0].expires == values["expires"]
    assert policy.items[0].settings.model_dump()["words"] == values["words"]
    assert parse_policy(render_policy(policy).encode(), "y", CHECKS).digest == policy.digest


def _quoted(value: object) -> str:
    if isinstance(value, list | set):
        return f"[{', '.join(_quoted(one) for one in value)}]"
    return str(value) if not isinstance(value, str) else "'" + value.replace("'", "''") + "'"

from __future__ import annotations

import pytest

from bot.policy.compare import Loosening, find_loosenings
from bot.policy.load import parse_policy
from tests.policy.registry import CHECKS

WAIVER = "{item: test.passed, fingerprint: 12345678x, owner: '@ada', reason: r, expires: 2027-01-31}"
OLD = f"""\
name: x
branches: [main]
sections: {{s: S}}
items:
  lint.added: {{section: s, required: block, paths: {{include: [src/**, lib/**], exclude: [src/old/**]}}}}
  lint.known: {{section: s, required: off}}
  test.passed: {{section: s, required: warn}}
waivers: [{WAIVER}]
"""


def loosenings(old: str, new: str) -> list[Loosening]:
    return list(find_loosenings(*(parse_policy(text.encode(), "x", CHECKS) for text in (old, new))))


def edited(*edits: tuple[str, str]) -> str:
    text = OLD
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("edits", "found"),
    [
        ([("required: block", "required: warn")], [Loosening("`lint.added` is `warn`, was `block`", 5)]),
        ([("required: block", "required: off")], [Loosening("`lint.added` is `off`, was `block`", 5)]),
        ([("required: warn", "required: off")], [Loosening("`test.passed` is `off`, was `warn`", 7)]),
        (
            [("  test.passed: {section: s, required: warn}\n", ""), (WAIVER, "")],
            [Loosening("`test.passed` is not asked any more, was `warn`")],
        ),
        ([("[src/old/**]", "[src/old/**, vendor/**]")], [Loosening("`lint.added` leaves out `vendor/**`", 5)]),
        ([("[src/**, lib/**]", "[src/**]")], [Loosening("`lint.added` does not ask for `lib/**` any more", 5)]),
        (
            [("[src/old/**]}", "[src/old/**]}, settings: {limit: 9, mode: slow}")],
            [Loosening("`lint.added` has other settings: `limit`, `mode`", 5, certain=False)],
        ),
        (
            [(f"[{WAIVER}]", f"[{WAIVER}, {WAIVER.replace('fingerprint: 12345678x', 'path: src/**')}]")],
            [Loosening("`test.passed` in `src/**` is waived until 2027-01-31 by @ada", 8)],
        ),
        (
            [("2027-01-31", "2028-01-31")],
            [Loosening("`test.passed` with fingerprint `12345678x` is waived until 2028-01-31 by @ada", 8)],
        ),
        (
            [("[main]", "['release/*']")],
            [Loosening("`branches` is changed: other base branches follow the policy which they hold", certain=False)],
        ),
        (
            [("name: x\n", "name: x\nsalt: other\n")],
            [Loosening("`salt` is changed: the fingerprints of secrets that waivers name are others", certain=False)],
        ),
        (
            [("name: x\n", "name: x\nextends: strict\n")],
            [Loosening("`extends` is `strict`, was not given", certain=False)],
        ),
    ],
)
def test_each_way_to_ask_less_is_told_with_its_line(
    edits: list[tuple[str, str]], found: list[Loosening], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.policy.load._read_shipped", lambda *_: b"name: strict\n")

    assert loosenings(OLD, edited(*edits)) == found


@pytest.mark.parametrize(
    "edits",
    [
        [],
        [("name: x", "name: y # other words")],
        [("sections: {s: S}", "sections: {s: T}")],
        [("required: warn", "required: block")],
        [("required: off", "required: block")],
        [("exclude: [src/old/**]", "exclude: []")],
        [("[src/**, lib/**]", "['**']")],
        [("[src/**, lib/**]", "[lib/**, src/**, x/**]")],
        [(f"[{WAIVER}]", "[]")],
        [
            (
                "lint.known: {section: s, required: off}",
                "lint.known: {section: s, required: off, paths: {exclude: ['**']}}",
            )
        ],
    ],
)
def test_what_asks_no_less_is_quiet(edits: list[tuple[str, str]]) -> None:
    assert loosenings(OLD, edited(*edits)) == []


def test_what_is_turned_off_is_told_once() -> None:
    new = edited(("required: block", "required: off"), ("[src/**, lib/**]", "[src/**]"))

    assert loosenings(OLD, new) == [Loosening("`lint.added` is `off`, was `block`", 5)]

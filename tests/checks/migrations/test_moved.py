"""Migrations that only got another version are not new; each file is looked at once."""

from __future__ import annotations

from bot.checks.migrations.moved import find_moved
from tests.checks.migrations.django.memory import make_change


def test_what_has_the_code_and_the_name_of_one_that_is_gone_moved() -> None:
    change = make_change({"1_a": "code", "2_b": "other"}, {"3_a": "CODE", "4_b": "else", "5_c": "other"})
    new = {"3_a": "a", "4_b": "b", "5_c": "c"}

    assert find_moved(change, {"1_a": "a", "2_b": "b"}, new, lambda content: content.lower()) == {"3_a"}


def test_each_file_is_looked_at_once_though_all_have_one_name() -> None:
    gone, new = ({f"{side}/{at}": "a" for at in range(50)} for side in ("old", "new"))
    change = make_change({path: f"1 {path}" for path in gone}, {path: f"2 {path}" for path in new})
    seen: list[bytes] = []

    def code_of(content: bytes) -> bytes:
        seen.append(content)
        return content

    assert find_moved(change, gone, new, code_of) == frozenset()
    assert len(seen) == len(gone) + len(new)

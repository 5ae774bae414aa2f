"""Lines carried through git's own hunks, held against what the texts say."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest

from bot.checks.coverage.carry import LineMap
from bot.checks.coverage.known import ranges, say_percent, say_points
from bot.checks.coverage.lines import Ratio
from bot.checks.coverage.relate import is_test, module_name
from bot.checks.coverage.words import merge_lines
from bot.model import Hunk
from tests.fixtures import ReadChange
from tests.repo import GitRepo


@pytest.mark.parametrize("seed", range(8))
def test_every_line_is_found_again_where_its_text_is(tmp_path: Path, read_change: ReadChange, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a test's
    old = [f"line {number}" for number in range(chance.randrange(60))]
    new = [line for line in old if chance.random() > 0.3]
    for number in range(chance.randrange(12)):
        new.insert(chance.randrange(len(new) + 1), f"new {number}")
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"a.txt": "".join(f"{line}\n" for line in old), "b": "b"}, "old")
    repo.branch("topic")
    repo.commit({"a.txt": "".join(f"{line}\n" for line in new)}, "new")
    hunks = next((file.hunks for file in read_change(repo.folder).files if file.path == "a.txt"), ())
    way = LineMap(hunks)

    places = {line: number for number, line in enumerate(new, start=1)}
    expected = [places.get(line) for line in old]
    states = bytes([0, *(number % 3 + 1 for number in range(len(old)))])
    carried = way.states(states)

    assert [way.new(number) for number in range(1, len(old) + 1)] == expected
    assert {number: state for number, state in enumerate(carried) if state} == {
        where: states[number] for number, where in enumerate(expected, start=1) if where
    }
    assert list(way.removed(states)) == [number for number, where in enumerate(expected, start=1) if where is None]


def test_a_report_shorter_than_its_file_is_carried_as_far_as_it_goes() -> None:
    assert LineMap([Hunk(2, 0, 3, 2), Hunk(50, 1, 53, 1)]).states(bytes([0, 1, 2, 3])) == bytes([0, 1, 2, 0, 0, 3])


@pytest.mark.parametrize(
    ("ratio", "words"),
    [((1, 3), "33.33 %"), ((99_999, 100_000), "99.99 %"), ((5, 5), "100.00 %"), ((0, 0), "nothing to cover")],
)
def test_percentages_are_rounded_down(ratio: tuple[int, int], words: str) -> None:
    assert say_percent(Ratio(*ratio)) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Fraction(-1, 32_804), "\u2212<0.01 points"),
        (Fraction(1, 10**9), "+<0.01 points"),
        (Fraction(0), "\u00b10.00 points"),
        (Fraction(-1, 8), "\u221212.50 points"),
    ],
)
def test_minus_zero_is_never_said(change: Fraction, words: str) -> None:
    assert say_points(change) == words


def test_lines_are_merged_into_ranges_over_what_does_not_count() -> None:
    assert merge_lines([2, 3, 6, 9], [1, 7]) == [(2, 6), (9, 9)]
    assert ranges([1, 2, 4]) == [(1, 2), (4, 4)]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/cart.py", "cart"),
        ("tests/test_cart.py", "cart"),
        ("src/cart.test.ts", "cart"),
        ("src/cart_test.go", "cart"),
        ("src/test/java/CartTest.java", "Cart"),
        ("spec/cart_spec.rb", "cart"),
        ("src/cart/index.ts", "cart"),
        ("cart/__init__.py", "cart"),
        ("src/latest.py", "latest"),
    ],
)
def test_a_test_is_named_after_its_module(path: str, name: str) -> None:
    assert module_name(path) == name


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("tests/helper.py", True),
        ("src/androidTest/A.kt", True),
        ("a/conftest.py", True),
        ("pkg/cart_test.go", True),
        ("CartTests.cs", True),
        ("src/latest.py", False),
        ("src/contest/a.py", False),
        ("src/testimony.py", False),
        ("src/attestation/b.go", False),
    ],
)
def test_tests_are_known_by_their_names(path: str, answer: bool) -> None:  # noqa: FBT001 - a parameter
    assert is_test(path) is answer

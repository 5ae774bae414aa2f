from __future__ import annotations

import time

import pytest

from bot.globs import Glob


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a.py", "a.py"),
        ("*.py", "a.py"),
        ("**/*.py", "a.py"),
        ("**/*.py", "x/y/a.py"),
        ("**/a/*b", "a/x/a/cb"),
        ("src/**", "src/a/b"),
        ("src/**/test_*.py", "src/test_a.py"),
        ("src/**/**/x", "src/x"),
        ("**", "any/thing"),
        ("**/Dockerfile*", "api/Dockerfile.dev"),
        ("app/[slug]/page.tsx", "app/[slug]/page.tsx"),
        ("a?c", "abc"),
        ("*a*b*c", "xaybzc"),
        ("*.py", "odd\nname.py"),
        ("*.py", "\udcff.py"),
    ],
)
def test_a_pattern_stands_for_the_path(pattern: str, path: str) -> None:
    assert Glob(pattern).matches(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.py", "x/a.py"),
        ("a.py", "b/a.py"),
        ("src/**", "src"),
        ("src/**", "srcs/a"),
        ("src/*/x", "src/x"),
        ("**/a/*b", "a/x/cb"),
        ("a?c", "a/c"),
        ("*.py", "a.pyc"),
        ("ab*ba", "aba"),
        ("", "a"),
    ],
)
def test_a_pattern_does_not_stand_for_the_path(pattern: str, path: str) -> None:
    assert not Glob(pattern).matches(path)


def test_no_pattern_takes_long() -> None:
    started = time.process_time()

    assert not Glob("**/" * 50 + "*a" * 50 + "!").matches("a/" * 200 + "a" * 2000)

    assert time.process_time() - started < 1

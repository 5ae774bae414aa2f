"""Texts of which one stands wherever an expression matches."""

from __future__ import annotations

import random
import re

import pytest

from bot.checks.readiness.facts.needles import AnyOf, find_needles, find_words, may_hold, may_name
from bot.checks.readiness.facts.source.words import Texts
from bot.checks.readiness.rules.code import load_table, table_names


@pytest.mark.parametrize(
    ("pattern", "needles"),
    [
        ("abc", {"abc"}),
        ("(?i)ABC", {"abc"}),
        (r"^\s*access_log\s+(?!off)", {"access_log"}),
        ("abc|(?:def|ghi)+", {"abc", "def", "ghi"}),
        ("abc|ab", set()),
        ("(abc|def)?ghi", {"ghi"}),
        ("abcd?e", {"abce", "abcde"}),
        ("abc{0,2}def", {"def"}),
        ("abcd{00,2}ef", {"abc"}),
        ("abcd{2}ef", {"abcd"}),
        ("(?<!abc)def", {"def"}),
        ("(?P<name>abc)", {"abc"}),
        (r"[abc\]]def", {"def"}),
        ("[]abc]def", {"def"}),
        (r"a\$b", {"a$b"}),
        ("(?i:abc)", {"abc"}),
        (r"abc\ndef\tghij", {"ghij"}),
        ("(?=.*abcd)def", {"abcd"}),
        ("(?<=abcd)def", {"def"}),
        ("", set()),
    ],
)
def test_texts_that_must_stand_there_are_told(pattern: str, needles: set[str]) -> None:
    assert find_needles(pattern) == needles


@pytest.mark.parametrize(
    "pattern", [r"a\x41bc", r"(abc)\1", "(?x) abc", "(?(1)abc|def)", "äbcd", "(" * 5_000 + ")" * 5_000]
)
def test_of_what_is_not_followed_none_is_told(pattern: str) -> None:
    assert find_needles(pattern) == frozenset()


def _made_up(chance: random.Random, depth: int = 0) -> str:
    """An expression: pieces in a row, some in groups, some repeated, some with another beside them."""
    pieces = []
    for _ in range(chance.randrange(1, 4)):
        if depth < 2 and chance.random() < 0.4:
            piece = f"({chance.choice(['', '?:', '?='])}{_made_up(chance, depth + 1)})"
        else:
            piece = chance.choice(["abc", "bca", "cab", "abcabc", "a", "[ab]", ".", r"\w", r"\.", "(?:)"])
        pieces.append(piece + chance.choice(["", "", "", "", "?", "*", "+", "{0,1}", "{2}", "+?"]))
    return "".join(pieces) + (f"|{_made_up(chance, depth + 1)}" if depth < 2 and chance.random() < 0.2 else "")


def test_no_text_that_an_expression_is_found_in_is_passed_over() -> None:
    chance = random.Random(7)  # noqa: S311 - nothing is guarded by it
    found = told = 0
    for _ in range(600):
        pattern = _made_up(chance)
        needles, search = find_needles(pattern), re.compile(pattern, re.IGNORECASE).search
        for _ in range(10):
            text = "".join(chance.choice(["abc", "ABC", "bca", "cab", "a", ".", "b\n"]) for _ in range(4))
            if search(text):
                found += 1
                told += bool(needles)
                assert may_hold(text.encode(), needles), (pattern, text)
    assert found > 1_000
    assert told > 300


@pytest.mark.parametrize(
    ("pattern", "folded", "groups"),
    [
        (r"(?:.*\.)?(?:app|router)\.(?:use|get)", False, [{b"app", b"router"}, {b"use", b"get"}]),
        (r"redis\.createClient", False, [{b"createClient"}]),
        (r"(?i)Redis\w*", True, [{b"redis"}]),
        (r"(?s)Redis|(?i:Valkey)", True, [{b"redis", b"valkey"}]),
        (r"on|redis", False, []),
        (r"\w+", False, []),
    ],
)
def test_words_that_must_stand_in_source_are_told(pattern: str, folded: bool, groups: list[set[bytes]]) -> None:  # noqa: FBT001 - a case
    assert find_words(pattern) == (folded, tuple(map(frozenset, groups)))


def test_no_name_that_matches_is_passed_over() -> None:
    chance = random.Random(8)  # noqa: S311 - nothing is guarded by it
    found = told = 0
    for _ in range(600):
        pattern = _made_up(chance)
        flags = chance.choice([re.IGNORECASE, re.NOFLAG])
        words, matches = find_words(pattern, folded=bool(flags)), re.compile(pattern, flags).search
        for _ in range(10):
            name = "".join(chance.choice(["abc", "ABC", "bca", "cab", "a", "."]) for _ in range(4))
            if matches(name):
                found += 1
                told += bool(words[1])
                assert may_name(name.replace(".", " -> ").encode(), words), (pattern, name)
    assert found > 1_000
    assert told > 300


@pytest.mark.parametrize("letter", ["\u0131", "\u0130", "\u017f", "\u212a"])
def test_letters_that_count_as_others_hold_everything(letter: str) -> None:
    assert may_hold(letter.encode(), {"abc"})
    assert may_name(letter.encode(), find_words("(?i)abc"))


def test_nearly_every_line_that_is_looked_for_has_such_a_text() -> None:
    lines = [one.line for name in table_names() for one in load_table(name).lines]

    assert [line for line in lines if not find_needles(line)] == [r"\S"]


def test_one_of_many_is_found_where_it_stands_and_only_as_it_is_written() -> None:
    either = AnyOf([r"\bcreate_engine\(", "^skip$", r"[ab]\d"], re.MULTILINE)

    assert either.found_in("x = create_engine()")
    assert either.found_in("one\nskip\n")
    assert either.found_in("b1")
    assert not either.found_in("Create_Engine() recreate_engine( skipped c1")


def test_a_text_of_whole_words_and_of_parts_is_found_where_it_stands_and_nowhere_else() -> None:
    chance = random.Random(3)  # noqa: S311 - nothing is guarded by it
    pieces = [b"a", b"in", b"foo", b"bar", b"_", b"foobar", b" ", b".", b"(", b"\n", b"\xc3\xa9", b"\0"]

    def made_up(length: int) -> bytes:
        return b"".join(chance.choice(pieces) for _ in range(length))

    for _ in range(30):
        contents = {f"{number}.py": made_up(chance.randrange(30)) for number in range(12)}
        texts = Texts(contents)
        for text in (made_up(chance.randrange(1, 6)) for _ in range(60)):
            assert sorted(texts.mentioning(text)) == sorted(path for path in contents if text in contents[path])

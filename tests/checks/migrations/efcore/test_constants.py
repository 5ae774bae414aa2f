"""Constants of a change: what is computed from them stays small, and takes no time."""

from __future__ import annotations

import pytest

from bot.checks.migrations.csharp.library import Cache, Library
from bot.checks.migrations.csharp.values import Member, Name
from bot.checks.migrations.efcore.constants import NotConstantError, constant
from tests.checks.migrations.django.memory import MemoryTree


def _value(text: str, name: str, member: str) -> object:
    library = Library(MemoryTree({"a.cs": text}), Cache())
    file = library.file("a.cs")
    assert file is not None
    return constant(library, Member(Name(name), member), file.types[0])


def _chain(first: str, one: str) -> str:
    return f"static class K {{ const {first}; " + " ".join(one.format(i, i - 1) for i in range(1, 9)) + " }"


def test_members_of_an_enumeration_may_name_those_before() -> None:
    members = "A0 = 2, " + ", ".join(f"A{number} = A{number - 1}" for number in range(1, 60)) + ", B, C = A3 | 1"
    text = f"enum E {{ {members} }}"

    assert [_value(text, "E", name) for name in ("A59", "B", "C")] == [2, 3, 3]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("static class K { const int C8 = 1 << -1; }", id="a shift to the left of nothing"),
        pytest.param(
            _chain(f'string C0 = "{"x" * 1_000}"', "const string C{0} = C{1} + C{1};"), id="a text that doubles"
        ),
        pytest.param(_chain("int C0 = 1_000_000", "const int C{0} = C{1} * C{1};"), id="a number that squares itself"),
    ],
)
def test_what_grows_without_end_is_no_constant(text: str) -> None:
    with pytest.raises(NotConstantError):
        _value(text, "K", "C8")


def test_a_constant_is_computed_once() -> None:
    levels = " ".join(f"const int C{n} = (C{n - 1} + C{n - 1}) + (C{n - 1} - C{n - 1});" for n in range(1, 9))
    library = Library(MemoryTree({"a.cs": f"static class K {{ const int C0 = 1; {levels} }}"}), Cache())
    file = library.file("a.cs")
    assert file is not None

    assert constant(library, Member(Name("K"), "C6"), file.types[0]) == 64
    assert len(library.constants) == 7


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("static class K { const int C8 = C8; }", id="itself"),
        pytest.param(
            "static class K { const int C8 = L.C; } static class L { const int C = K.C8 + 1; }", id="each other"
        ),
        pytest.param("class K : L { } class L : K { }", id="bases that are each other's"),
    ],
)
def test_constants_in_a_ring_have_no_value(text: str) -> None:
    with pytest.raises(NotConstantError):
        _value(text, "K", "C8")


def test_a_member_that_cannot_be_told_leaves_the_others_as_they_are() -> None:
    text = "enum E { A = 1, B = Unknown.X, C, D = 5, F }"

    assert [_value(text, "E", name) for name in ("A", "D", "F")] == [1, 5, 6]
    with pytest.raises(NotConstantError):
        _value(text, "E", "C")

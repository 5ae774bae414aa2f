"""Files of tasks that are made up to take long, or much memory, to be read."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import pytest

from bot.checks.readiness.facts.workflows.bullseye import follow_bullseye
from bot.checks.readiness.facts.workflows.justfiles import read_justfile
from bot.checks.readiness.facts.workflows.tox import follow_tox
from tests.checks.readiness.look import look

_BUILD = ("dotnet", "run", "--project", "b")
_POSITIONS = "[testenv]\ncommands = " + "\n {posargs:pytest}" * 5_000
_FACTORS = "[testenv]\ncommands = " + "\n a1,b1: pytest" * 8_000


def _many(line: str, count: int = 40_000) -> Iterator[str]:
    return (line % number for number in range(count))


@pytest.mark.parametrize(
    "code",
    [
        "".join(_many('Target("a%d",\n')),
        'Target("default",\n' + "DependsOn(a, a, a, a, a, a, a);\n" * 20_000,
        'Target("default",\n' + "".join(_many('Run("a", "b%d");\n')),
    ],
    ids=["targets", "needs", "commands"],
)
def test_no_targets_of_bullseye_take_long(code: str) -> None:
    files = look({"b/b.csproj": '<PackageReference Include="Bullseye" />', "b/p.cs": code}).files
    begun = time.process_time()
    list(follow_bullseye(files, _BUILD, ""))

    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (_POSITIONS, ["tox", "--", "a" * 20_000]),
        (_FACTORS, ["tox", "-e", ",".join(_many("a%d", 3_000))]),
        (_FACTORS, ["tox", "-e", "a," * 20_000]),
    ],
    ids=["given", "names", "commas"],
)
def test_nothing_that_tox_is_given_takes_long_or_much(text: str, words: Sequence[str]) -> None:
    files, begun = look({"tox.ini": text}).files, time.process_time()
    made = list(follow_tox(files, words, ""))

    assert sum(len(one.text) for one in made) < 1_000_000
    assert time.process_time() - begun < 2


def test_the_recipes_of_a_justfile_have_one_room_for_values() -> None:
    recipes = "".join(_many("r%d:\n  run {{x}}\n", 5_000))
    files = look({"justfile": f'x := "{"a" * 20_000}"\n{recipes}'}).files
    made = read_justfile(files, "justfile")

    assert "aaa" in made["r0"].recipe
    assert sum(len(one.recipe) for one in made.values()) < 1_000_000

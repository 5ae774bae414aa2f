"""Where the commands of a script run."""

from __future__ import annotations

import pytest

from bot.checks.readiness.facts.workflows.folders import Folders
from bot.checks.readiness.facts.workflows.parts import Manner
from bot.checks.readiness.facts.workflows.shell import split_script


@pytest.mark.parametrize(
    ("script", "manner", "expected"),
    [
        ("cd ui && yarn test\nmake", Manner.STRICT, [("yarn test", "ui"), ("make", "ui")]),
        ("cd ui && yarn test\nmake", Manner.LINES, [("yarn test", "ui"), ("make", "")]),
        ("(cd ui && CI=true yarn test)\nmake", Manner.STRICT, [("yarn test", "ui"), ("make", "")]),
        ("(cd a && x); (cd b && y)\n(z)", Manner.STRICT, [("x", "a"), ("y", "b"), ("z", "")]),
        ("cd a\n(cd b; (cd c; x); y)\nz", Manner.STRICT, [("x", "a/b/c"), ("y", "a/b"), ("z", "a")]),
        ("cd a && x && cd .. && y", Manner.STRICT, [("x", "a"), ("y", "")]),
        ("cd ./a/ && x && cd - && y", Manner.STRICT, [("x", "a"), ("y", "")]),
        ("cd $HOME/a && x", Manner.STRICT, [("x", "$HOME/a")]),
        ("x $(cd a && pwd)\ny", Manner.STRICT, [("x $(cd a && pwd)", ""), ("y", "")]),
        (")))\nx", Manner.STRICT, [("x", "")]),
    ],
)
def test_a_folder_counts_to_the_end_of_its_shell(script: str, manner: Manner, expected: list[tuple[str, str]]) -> None:
    folders = Folders("", manner)
    found = [(" ".join(one.words), folders.of(one), one.words[0]) for one in split_script(script, manner)]

    assert [(text, folder) for text, folder, word in found if word != "cd"] == expected


def test_a_script_goes_on_from_the_folder_that_it_is_run_in() -> None:
    folders = Folders("web", Manner.LINES)

    assert [folders.of(one) for one in split_script("cd e2e && npm test\nnpm test", Manner.LINES)] == [
        *("web/e2e", "web/e2e"),
        "web",
    ]

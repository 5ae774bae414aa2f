"""Where a line stands that a mark describes: what was found for one mark is no answer to another."""

from __future__ import annotations

from bot.checks.readiness.facts.files import Files, Memory
from bot.checks.readiness.facts.marks import LineMark, find_lines
from tests.checks.readiness.look import MemoryTree

_TEXT = "build:\n  limit: 1\nrun:\n  limit: 2\n"


def _lines(files: Files, line: str, within: str = "") -> list[tuple[str | None, int | None]]:
    return [
        (one.path, one.line)
        for one in find_lines(files, [LineMark(shows="a limit", files=("*.yml",), line=line, within=within)])
    ]


def test_a_line_is_told_by_the_key_that_it_stands_below() -> None:
    files = Files(MemoryTree({"a.yml": _TEXT}))

    asked = [_lines(files, line="limit:", within=within) for within in ("", "run", "test", "")]

    assert asked == [[("a.yml", 2)], [("a.yml", 4)], [], [("a.yml", 2)]]


def test_each_revision_is_told_by_its_own_text() -> None:
    memory = Memory()
    base = Files(MemoryTree({"a.yml": _TEXT, "b.yml": _TEXT}), memory)
    head = Files(MemoryTree({"a.yml": f"# {_TEXT}", "b.yml": _TEXT}), memory)

    told = [_lines(side, line="limit:") for side in (base, head)]
    with head.recording() as reads:
        _lines(head, line="limit:")

    assert told == [[("a.yml", 2), ("b.yml", 2)], [("a.yml", 2), ("b.yml", 2)]]
    assert _lines(head, line="build:") == [("b.yml", 1)]
    assert reads.paths == {"a.yml", "b.yml"}

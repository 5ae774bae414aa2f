"""Where a line stands that a mark describes: what was found for one mark is no answer to another."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize("text", ["é\nLIMIT: 1\nlimit: 2\n", "ü: limit\nl\u0130mit: 1\n", "a\nl\u0131mit: 1\n"])
def test_a_line_is_found_whatever_its_case_and_its_letters(text: str) -> None:
    files = Files(MemoryTree({"a.yml": text}))

    assert _lines(files, line=r"limit:\s") == [("a.yml", 2)]


def test_the_line_has_the_number_that_an_editor_shows() -> None:
    text = "# deploy\r\na: deployed\r\n\fb: 1\n\n  run: a deploy of it\r\n"
    files = Files(MemoryTree({"a.yml": text}))

    assert _lines(files, line=r"(?:\w+ )+deploy\b.*$") == [("a.yml", 5)]
    assert _lines(files, line=r"deploy") == [("a.yml", 2)]
    assert _lines(files, line=r"\ba\b.*\bof\b") == [("a.yml", 5)]

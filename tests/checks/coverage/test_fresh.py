"""Reports that real tools wrote of the very sources are believed, and of the sources before an edit they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.coverage.formats.read import REPORTS, SOURCES
from tests.checks.coverage.make import Case
from tests.repo import GitRepo

_NAMES = sorted(path.name for path in REPORTS.iterdir() if path.name != "printed.txt")
_TOTALS_ALONE = {"c8-coverage-summary.json", "nyc-coverage-summary.json", "llvm-summary.json", "gcovr-jacoco.xml"}
_AMBIGUOUS = {"coverage-py-twins.xml"}
_CODE = {".py", ".js", ".go", ".c", ".h", ".java", ".rb", ".php", ".rs"}


@pytest.fixture
def fresh(tmp_path: Path) -> Case:
    """A repository whose branch adds all sources."""
    repo = GitRepo(tmp_path / "repo")
    repo.commit({"README.md": "shops\n"}, "first")
    repo.branch("topic")
    files = {path.relative_to(SOURCES).as_posix(): path.read_bytes() for path in SOURCES.rglob("*") if path.is_file()}
    repo.commit({name.removesuffix(".txt"): content for name, content in files.items()}, "sources")
    case = Case(repo, tmp_path)
    case.settings["coverage.patch"] = {"target": 0}
    return case


@pytest.mark.parametrize("name", _NAMES)
def test_a_fresh_report_is_believed(fresh: Case, name: str) -> None:
    judged = fresh.judge(str(REPORTS / name))

    expected = "totals-only" if name in _TOTALS_ALONE else "ambiguous" if name in _AMBIGUOUS else "first-run"
    assert (judged.total.figures["status"], judged.total.reason) == (expected, judged.total.reason)


def _with_notes(name: str, content: bytes) -> bytes:
    """The same source with three lines in its middle that no tool counts."""
    mark = b"#" if name.endswith((".py", ".rb")) else b"//"
    lines = content.split(b"\n")
    middle = len(lines) // 2
    return b"\n".join([*lines[:middle], mark + b" note", b"", mark + b" more", *lines[middle:]])


def test_no_report_of_the_sources_before_an_edit_is_believed(fresh: Case) -> None:
    fresh.repo.branch("edited")
    sources = [path for path in fresh.repo.folder.rglob("*.*") if path.suffix in _CODE]
    edited: dict[str, str | bytes | None] = {
        (name := path.relative_to(fresh.repo.folder).as_posix()): _with_notes(name, path.read_bytes())
        for path in sources
    }
    fresh.repo.commit(edited)

    states = {name: fresh.judge(str(REPORTS / name), base_ref="topic").patch.state.value for name in _NAMES}

    assert set(states.values()) == {"not-checked"}

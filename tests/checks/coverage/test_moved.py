"""Code that a change only moves is not new: it is shown, and nobody is blamed for what was missed before."""

from __future__ import annotations

from bot.checks.coverage.compare import find_added
from bot.checks.coverage.lines import HIT, MISSED, NOT_COUNTED, Arms, FileLines, Ratio
from bot.model import ChangedFile, Hunk, Mode, Status
from tests.checks.coverage.make import Case, lcov, numbered

FULL = dict.fromkeys(range(1, 41), 1)
OLD = FULL | dict.fromkeys(range(11, 31), 0)


def _move(case: Case) -> None:
    """Take lines 11 to 30 of one file to another, indented, below three lines that are new."""
    case.repo.commit({"src/old.js": numbered(40), "src/tax.js": numbered(40, 200)}, "before")
    case.repo.branch("moves")
    kept = "".join(numbered(40).splitlines(keepends=True)[:10] + numbered(40).splitlines(keepends=True)[30:])
    moved = "".join(f"  {line}" for line in numbered(20, 11).splitlines(keepends=True))
    case.repo.commit({"src/old.js": kept, "src/new.js": f"{numbered(3, 500)}{moved}"}, "move")


def _judge(case: Case, lines: dict[int, int], base: dict[int, int] | None = None) -> tuple[str, ...]:
    head = {"src/old.js": dict.fromkeys(range(1, 21), 1), "src/tax.js": FULL, "src/new.js": lines}
    before = {"src/old.js": base or OLD, "src/tax.js": FULL}
    judged = case.judge(case.report(lcov(head)), case.report(lcov(before)), base_ref="HEAD^")
    return (*judged.states, judged.patch.reason)


def test_uncovered_code_that_is_moved_fails_nothing_and_is_still_shown(case: Case) -> None:
    _move(case)
    lines = dict.fromkeys(range(1, 4), 1) | dict.fromkeys(range(4, 24), 0)

    total, patch, indirect, reason = _judge(case, lines)

    assert (total, patch, indirect) == ("pass", "pass", "pass")
    assert reason == "13.04 % of 23 changed lines are covered; 20 missed lines were only moved"


def test_code_that_loses_its_tests_where_it_is_moved_to_fails(case: Case) -> None:
    _move(case)
    lines = dict.fromkeys(range(1, 4), 1) | dict.fromkeys(range(4, 24), 0)

    assert _judge(case, lines, base=FULL)[1] == "fail"


def test_only_what_is_new_is_accused_beside_code_that_is_moved(case: Case) -> None:
    _move(case)
    case.repo.commit({"src/new.js": numbered(8, 700) + (case.repo.folder / "src/new.js").read_text()}, "more")
    lines = dict.fromkeys(range(1, 9), 0) | dict.fromkeys(range(9, 12), 1) | dict.fromkeys(range(12, 32), 0)
    head = {"src/old.js": dict.fromkeys(range(1, 21), 1), "src/tax.js": FULL, "src/new.js": lines}

    judged = case.judge(
        case.report(lcov(head)), case.report(lcov({"src/old.js": OLD, "src/tax.js": FULL})), base_ref="HEAD~2"
    )

    assert judged.patch.state.value == "fail"
    assert [(one.line, one.end_line) for one in judged.patch.findings] == [(1, 8)]


def test_branches_of_moved_code_are_not_counted_against_the_change() -> None:
    lines = FileLines(bytearray([NOT_COUNTED, HIT, MISSED, MISSED]), arms={1: Arms(1, 2), 2: Arms(0, 2), 3: Arms(0, 2)})
    change = ChangedFile(
        status=Status.ADDED,
        path="new.py",
        old_path=None,
        old_mode=Mode.ABSENT,
        new_mode=Mode.FILE,
        old_oid=None,
        new_oid="1" * 40,
        hunks=[Hunk(0, 0, 1, 3)],
    )

    added = find_added(lines, change, {2})

    assert (added.missed, added.blamed, added.judged, added.arms) == ([2, 3], [3], Ratio(1, 2), Ratio(1, 4))


def test_uncovered_code_that_is_copied_is_new(case: Case) -> None:
    case.repo.commit({"src/old.js": numbered(40)}, "before")
    case.repo.branch("copies")
    case.repo.commit({"src/new.js": numbered(20, 11)}, "copy")
    head = {"src/old.js": OLD, "src/new.js": dict.fromkeys(range(1, 21), 0)}

    judged = case.judge(case.report(lcov(head)), case.report(lcov({"src/old.js": OLD})), base_ref="HEAD^")

    assert judged.patch.state.value == "fail"
    assert judged.patch.figures["moved"] == {}

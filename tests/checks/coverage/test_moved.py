"""Code that a change only moves is not new: it is shown, and nobody is blamed for what was missed before."""

from __future__ import annotations

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


def test_uncovered_code_that_is_copied_is_new(case: Case) -> None:
    case.repo.commit({"src/old.js": numbered(40)}, "before")
    case.repo.branch("copies")
    case.repo.commit({"src/new.js": numbered(20, 11)}, "copy")
    head = {"src/old.js": OLD, "src/new.js": dict.fromkeys(range(1, 21), 0)}

    judged = case.judge(case.report(lcov(head)), case.report(lcov({"src/old.js": OLD})), base_ref="HEAD^")

    assert judged.patch.state.value == "fail"
    assert judged.patch.figures["moved"] == {}

"""Reports of another commit, and baselines of other code."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.checks.coverage.make import Case, lcov, numbered

FULL = dict.fromkeys(range(1, 41), 1)
BASE = {"src/cart.js": FULL, "src/tax.js": FULL}
OPEN = ("not-checked", "not-checked", "not-checked")
NOTHING: dict[str, object] = {"hit": None, "total": None, "percent": None, "uncovered": {}, "partial": {}}


def add_ten(case: Case) -> str:
    """Add ten lines on top of `src/cart.js`."""
    return case.repo.commit({"src/cart.js": numbered(10, 100) + numbered(40)})


HEAD = {**BASE, "src/cart.js": dict.fromkeys(range(1, 51), 1)}


def test_a_head_report_said_to_be_of_another_commit_gives_no_number(case: Case) -> None:
    add_ten(case)

    judged = case.judge(case.report(lcov(HEAD)), case.report(lcov(BASE)), head_commit="main")

    assert judged.states == OPEN
    assert (judged.total.figures["status"], judged.total.figures["head"]) == ("stale", None)
    assert judged.total.figures["change"] is judged.total.figures["headline"] is None
    assert judged.patch.figures == NOTHING


def test_a_commit_that_is_not_here_is_another(case: Case) -> None:
    add_ten(case)

    judged = case.judge(case.report(lcov(HEAD)), head_commit="a" * 40)

    assert (judged.states, judged.total.figures["status"]) == (OPEN, "stale")


def test_the_base_s_report_given_for_both_is_found_out(case: Case) -> None:
    add_ten(case)

    assert case.judge(case.report(lcov(BASE)), case.report(lcov(BASE))).states == OPEN


def test_lines_past_the_end_are_another_content_s(case: Case) -> None:
    case.repo.commit({"src/cart.js": numbered(20)})

    judged = case.judge(case.report(lcov(BASE)))

    assert (judged.states, judged.total.figures["status"]) == (OPEN, "stale")
    assert judged.total.reason.endswith("it counts line 40 of a file that has 20")


def test_a_report_that_fits_the_file_as_it_was_is_of_that_commit(case: Case) -> None:
    case.repo.switch("main")
    was = "a = 1\nb = 2\n\n\nc = 3\nd = 4\n"
    case.repo.commit({"src/gap.js": was})
    case.repo.branch("gap")
    case.repo.commit({"src/gap.js": f"z = 0\n{was}"})

    judged = case.judge(case.report(lcov({"src/gap.js": dict.fromkeys((1, 2, 5, 6), 1)})))

    assert (judged.states, judged.total.figures["status"]) == (OPEN, "stale")


def test_a_report_of_an_earlier_push_is_found_out(case: Case) -> None:
    case.repo.commit({"src/gap.js": "a = 1\n\n\nb = 2\n"})
    case.repo.commit({"src/gap.js": "// one\n// two\na = 1\n\n\nb = 2\n"})

    judged = case.judge(case.report(lcov({**BASE, "src/gap.js": {1: 1, 4: 1}})))

    assert (judged.states, judged.total.figures["status"]) == (OPEN, "stale")


def test_python_s_statements_tell_an_old_report(case: Case) -> None:
    was = "def one():\n    return (\n        1\n    )\n\n\ndef two():\n    return 2\n"
    case.repo.switch("main")
    case.repo.commit({"shop.py": was})
    case.repo.branch("py")
    case.repo.commit({"shop.py": f'"""A shop."""\n\nimport sys\n{was}'})
    files = {"shop.py": {"executed_lines": [1, 2, 7], "missing_lines": [8], "excluded_lines": []}}
    totals = {"covered_lines": 3, "num_statements": 4, "percent_covered": 75.0, "missing_lines": 1, "excluded_lines": 0}
    report = {"meta": {"version": "7.11.0", "format": 3, "branch_coverage": False}, "files": files, "totals": totals}

    judged = case.judge(case.report(json.dumps(report), "coverage.json"))

    assert (judged.states, judged.total.figures["status"]) == (OPEN, "stale")


def test_a_checksum_of_a_line_tells_for_sure(case: Case) -> None:
    add_ten(case)
    lines = [
        {"line_number": 1, "count": 1, "branches": [], "gcovr/md5": hashlib.md5(b"x1 = 1").hexdigest()}  # noqa: S324
    ]
    report = {"gcovr/format_version": "0.14", "files": [{"file": "src/cart.js", "lines": lines, "functions": []}]}

    judged = case.judge(case.report(json.dumps(report), "gcovr.json"))

    assert (judged.states, judged.total.figures["status"]) == (OPEN, "stale")


def test_a_fresh_report_with_counted_comments_is_fresh(case: Case) -> None:
    """Some tools count whole regions: blank lines and comments are then in every file."""
    text = "f = 1\n\n// why\ng = 2\n"
    case.repo.switch("main")
    case.repo.commit({"src/a.js": text, "src/b.js": text})
    case.repo.branch("regions")
    case.repo.commit({"src/a.js": f"e = 0\n{text}"})

    judged = case.judge(
        case.report(lcov({"src/a.js": dict.fromkeys(range(1, 6), 1), "src/b.js": dict.fromkeys(range(1, 5), 1)}))
    )

    assert judged.states == ("not-applicable", "pass", "not-applicable")


# The baseline


def test_a_newer_base_s_report_is_no_baseline(case: Case) -> None:
    add_ten(case)
    case.repo.switch("main")
    newer = case.repo.commit({"src/tax.js": numbered(30)})
    case.repo.switch("topic")
    base = {**BASE, "src/tax.js": dict.fromkeys(range(1, 31), 1)}

    judged = case.judge(case.report(lcov(HEAD)), case.report(lcov(base)), base_commit=newer)

    assert judged.states == ("not-checked", "pass", "not-checked")
    assert (judged.total.figures["status"], judged.total.figures["base"]) == ("stale", None)
    assert judged.total.figures["head"] == {"lines": [90, 90], "branches": None, "statements": None}


def test_an_older_base_s_report_is_carried_to_the_merge_base(case: Case) -> None:
    case.repo.switch("main")
    old = case.repo.git("rev-parse", "main")
    case.repo.commit({"src/cart.js": numbered(5, 200) + numbered(40)})
    case.repo.branch("later")
    case.repo.commit({"test/tax.test.js": None})
    head = {
        "src/cart.js": dict.fromkeys(range(1, 46), 0),
        "src/tax.js": FULL | dict.fromkeys(range(1, 8), 0),
    }

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)), base_commit=old)

    assert judged.states == ("fail", "pass", "fail")
    assert judged.indirect.figures["lost"] == {"src/tax.js": list(range(1, 8))}
    assert (judged.total.figures["base_commit"], judged.total.figures["base_distance"]) == (old, 1)


def test_the_base_s_drift_is_not_the_change_s_doing(case: Case) -> None:
    """The baseline is of the base's tip, which has moved on, and nobody says so."""
    add_ten(case)
    case.repo.switch("main")
    case.repo.commit({"src/tax.js": numbered(20)})
    case.repo.switch("topic")
    head = {**HEAD, "src/tax.js": FULL | dict.fromkeys(range(5, 20), 0)}
    tip = {"src/cart.js": FULL, "src/tax.js": dict.fromkeys(range(1, 21), 1)}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(tip)))

    assert judged.states == ("pass", "pass", "pass")
    assert judged.indirect.figures["lost"] == {}


def test_a_loss_that_the_base_may_have_made_is_not_checked(case: Case) -> None:
    old = case.repo.git("rev-parse", "main")
    case.repo.switch("main")
    case.repo.commit({"test/tax.test.js": None, "src/other.js": numbered(3)})
    case.repo.branch("later")
    add_ten(case)
    head = {"src/cart.js": dict.fromkeys(range(1, 51), 1), "src/tax.js": dict.fromkeys(range(1, 41), 0)}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)), base_commit=old)

    assert judged.states == ("pass", "pass", "not-checked")
    assert judged.indirect.unknowns[0].path == "src/tax.js"


def test_a_baseline_that_is_too_old_is_none(case: Case) -> None:
    case.settings["coverage.total"] = {"max_distance": 1}
    old = case.repo.git("rev-parse", "main")
    case.repo.switch("main")
    for number in range(2):
        case.repo.commit({"README.md": f"{number}\n"})
    case.repo.branch("later")
    add_ten(case)

    judged = case.judge(case.report(lcov(HEAD)), case.report(lcov(BASE)), base_commit=old)

    assert judged.states == ("not-checked", "pass", "not-checked")
    assert "2 commits old" in judged.total.reason


@pytest.mark.parametrize("measure", ["lines", "other-format", "totals"])
def test_what_is_not_measured_alike_is_not_comparable(case: Case, measure: str) -> None:
    add_ten(case)
    every_second = dict.fromkeys(range(1, 41, 2), 1)
    summary = {"lines": {"total": 80, "covered": 80, "pct": 100}}
    summary |= {key: {"total": 0, "covered": 0, "pct": 100} for key in ("statements", "branches", "functions")}
    base = {
        "lines": case.report(lcov({"src/cart.js": every_second, "src/tax.js": every_second})),
        "other-format": case.report("mode: set\nsrc/tax.js:1.1,9.2 3 1\n", "c.out"),
        "totals": case.report(json.dumps({"total": summary}), "coverage-summary.json"),
    }[measure]

    judged = case.judge(case.report(lcov(HEAD)), base)

    assert judged.states == ("not-checked", "pass", "not-checked")
    assert judged.total.figures["change"] is None


@pytest.mark.parametrize(("covered", "total", "state"), [(80, 80, "pass"), (79, 80, "not-checked"), (60, 80, "fail")])
def test_totals_alone_are_judged_as_far_as_they_go(case: Case, covered: int, total: int, state: str) -> None:
    add_ten(case)

    def summary(covered: int, total: int) -> str:
        none = {key: {"total": 0, "covered": 0, "pct": 100} for key in ("statements", "branches", "functions")}
        lines = {"total": total, "covered": covered, "pct": 100}
        return case.report(json.dumps({"total": {"lines": lines, **none}}), "coverage-summary.json")

    judged = case.judge(summary(covered, total), summary(80, 80))

    assert judged.states == (state, "not-checked", "not-checked")
    assert judged.total.figures["status"] == "totals-only"
    assert judged.patch.figures == NOTHING


@pytest.mark.parametrize(("mark", "state"), [("", "not-checked"), ("  # pragma: no cover", "pass")])
def test_a_report_that_counts_none_of_the_new_statements_is_not_checked(case: Case, mark: str, state: str) -> None:
    """The old report of a file that grew at its end fits what is left of it."""
    case.repo.switch("main")
    was = numbered(8)
    case.repo.commit({"shop.py": was})
    case.repo.branch("py")
    case.repo.commit({"shop.py": f"{was}\n\ndef pay():{mark}\n    one = 1\n    return one\n"})
    files = {"shop.py": {"executed_lines": list(range(1, 9)), "missing_lines": [], "excluded_lines": []}}
    totals = {"covered_lines": 8, "num_statements": 8, "percent_covered": 100, "missing_lines": 0, "excluded_lines": 0}
    report = {"meta": {"version": "7.11.0", "format": 3, "branch_coverage": False}, "files": files, "totals": totals}

    judged = case.judge(case.report(json.dumps(report), "coverage.json"))

    assert judged.states == ("not-applicable", state, "not-applicable")

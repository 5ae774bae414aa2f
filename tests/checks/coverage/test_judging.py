"""What is said of base and head, given both reports."""

from __future__ import annotations

import pytest

from tests.checks.coverage.make import Case, lcov, numbered

FULL = dict.fromkeys(range(1, 41), 1)
BASE = {"src/cart.js": FULL, "src/tax.js": FULL}
PASS, FAIL, OPEN, NONE = "pass", "fail", "not-checked", "not-applicable"


def without(*lines: int) -> dict[int, int]:
    """All 40 lines, these missed."""
    return FULL | dict.fromkeys(lines, 0)


def shifted(lines: dict[int, int], by: int, added: dict[int, int]) -> dict[int, int]:
    """The lines further down, with those that were added before."""
    return added | {line + by: hits for line, hits in lines.items()}


def test_a_change_that_tests_reach_passes(case: Case) -> None:
    case.repo.commit({"src/cart.js": numbered(10, 100) + numbered(40)})
    head = {**BASE, "src/cart.js": shifted(FULL, 10, dict.fromkeys(range(1, 11), 3))}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.states == (PASS, PASS, PASS)
    assert judged.total.figures["head"] == {"lines": [90, 90], "branches": None, "statements": None}
    assert judged.total.figures["base"] == {"lines": [80, 80], "branches": None, "statements": None}
    assert (judged.total.figures["status"], judged.total.figures["change"]) == ("ok", 0)
    assert judged.patch.figures["uncovered"] == judged.patch.figures["partial"] == {}
    assert [judged.patch.figures[name] for name in ("hit", "total", "percent")] == [10, 10, 100]


def test_uncovered_new_lines_fail_with_a_finding_for_each_range(case: Case) -> None:
    case.repo.commit({"src/cart.js": numbered(10, 100) + numbered(40)})
    added = dict.fromkeys(range(1, 11), 1) | dict.fromkeys((2, 3, 6, 7, 8), 0)
    head = {**BASE, "src/cart.js": shifted(FULL, 10, added)}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.states == (FAIL, FAIL, PASS)
    assert judged.patch.figures["uncovered"] == {"src/cart.js": [2, 3, 6, 7, 8]}
    places = [(finding.path, finding.line, finding.end_line, finding.fails) for finding in judged.patch.findings]
    assert places == [("src/cart.js", 2, 3, True), ("src/cart.js", 6, 8, True)]
    assert judged.patch.reason == "50.00 % of 10 changed lines are covered, 5 are not; the target is 80 %"


@pytest.mark.parametrize("missed", [1, 4])
def test_a_tiny_patch_never_fails_by_percent(case: Case, missed: int) -> None:
    case.repo.commit({"src/cart.js": numbered(missed, 100) + numbered(40)})
    head = {**BASE, "src/cart.js": shifted(FULL, missed, dict.fromkeys(range(1, missed + 1), 0))}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.states == (PASS, PASS, PASS)
    assert judged.patch.figures["percent"] == 0
    assert not any(finding.fails for finding in judged.patch.findings)


def test_a_removed_test_is_seen_in_the_lines_that_it_reached(case: Case) -> None:
    case.repo.commit({"test/tax.test.js": None})
    head = {**BASE, "src/tax.js": without(*range(11, 21))}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.states == (FAIL, PASS, FAIL)
    assert judged.indirect.figures["lost"] == {"src/tax.js": list(range(11, 21))}
    assert "src/tax.js:11-20" in judged.total.reason


def test_a_few_lost_lines_in_a_file_that_the_test_names_still_count_for_the_total(case: Case) -> None:
    case.repo.commit({"test/tax.test.js": "// nothing\n"})
    head = {**BASE, "src/tax.js": without(11, 12)}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.states == (FAIL, PASS, PASS)


def test_removing_covered_code_is_no_drop(case: Case) -> None:
    half = without(*range(1, 21))
    case.repo.commit({"src/cart.js": None, "test/cart.test.js": None})
    base = {"src/cart.js": FULL, "src/tax.js": half}

    judged = case.judge(case.report(lcov({"src/tax.js": half})), case.report(lcov(base)))

    assert judged.states == (PASS, PASS, PASS)
    assert judged.total.figures["change"] == -25
    assert judged.total.reason.endswith("; of that \u00b10.00 points by this change")


def test_a_flaky_line_elsewhere_is_noise(case: Case) -> None:
    case.repo.commit({"src/cart.js": numbered(1, 99) + numbered(40)})
    head = {"src/cart.js": shifted(FULL, 1, {1: 1}), "src/tax.js": without(7)}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.states == (PASS, PASS, PASS)
    assert judged.indirect.figures["lost"] == {"src/tax.js": [7]}
    assert [finding.fails for finding in judged.indirect.findings] == [False]


def test_many_lost_lines_elsewhere_are_none(case: Case) -> None:
    case.repo.commit({"src/cart.js": numbered(1, 99) + numbered(40)})
    head = {"src/cart.js": shifted(FULL, 1, {1: 1}), "src/tax.js": without(*range(1, 12))}

    assert case.judge(case.report(lcov(head)), case.report(lcov(BASE))).states == (FAIL, PASS, FAIL)


def test_a_change_without_code_has_nothing_to_cover(case: Case) -> None:
    case.repo.commit({"README.md": "a better shop\n"})

    judged = case.judge(case.report(lcov(BASE)), case.report(lcov(BASE)))

    assert judged.states == (PASS, PASS, PASS)
    assert [judged.patch.figures[name] for name in ("hit", "total", "percent")] == [0, 0, None]


def test_the_first_run_judges_the_patch_alone(case: Case) -> None:
    case.repo.commit({"src/cart.js": numbered(10, 100) + numbered(40)})
    head = {**BASE, "src/cart.js": shifted(FULL, 10, dict.fromkeys(range(1, 11), 0))}

    judged = case.judge(case.report(lcov(head)))

    assert judged.states == (NONE, FAIL, NONE)
    assert (judged.total.figures["status"], judged.total.figures["base"]) == ("first-run", None)


def test_lines_follow_a_rename(case: Case) -> None:
    case.repo.git("mv", "src/cart.js", "src/basket.js")
    case.repo.commit({"src/basket.js": numbered(1, 99) + numbered(40)})
    head = {"src/basket.js": shifted(without(5), 1, {1: 1}), "src/tax.js": FULL}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.indirect.figures == {"lost": {"src/basket.js": [6]}, "gained": {}, "noise": {}}


def test_gained_lines_are_listed(case: Case) -> None:
    case.repo.commit({"test/tax.test.js": "require('../src/tax').all()\n"})

    judged = case.judge(case.report(lcov(BASE)), case.report(lcov({**BASE, "src/tax.js": without(3, 4)})))

    assert judged.states == (PASS, PASS, PASS)
    assert judged.indirect.figures["gained"] == {"src/tax.js": [3, 4]}


def test_a_file_that_is_not_measured_any_more_is_not_checked(case: Case) -> None:
    case.repo.commit({"test/tax.test.js": None})

    judged = case.judge(case.report(lcov({"src/cart.js": FULL})), case.report(lcov(BASE)))

    assert judged.states == (OPEN, PASS, OPEN)
    assert [unknown.path for unknown in judged.total.unknowns] == ["src/tax.js"]


def test_a_file_that_is_measured_only_now_is_no_drop(case: Case) -> None:
    case.repo.commit({"README.md": "a better shop\n"})
    head = {**BASE, "src/tax.js": dict.fromkeys(range(1, 41), 0)}

    judged = case.judge(case.report(lcov(head)), case.report(lcov({"src/cart.js": FULL})))

    assert judged.states == (PASS, PASS, PASS)
    assert judged.total.figures["change"] == -50


def test_a_lost_report_accuses_no_line(case: Case) -> None:
    case.repo.commit({"src/cart.js": numbered(10, 100) + numbered(40)})
    unit = {
        **BASE,
        "src/cart.js": shifted(FULL, 10, dict.fromkeys(range(1, 11), 0)),
        "src/tax.js": without(*range(1, 41)),
    }
    base = [case.report(lcov({"src/cart.js": FULL})), case.report(lcov({"src/tax.js": FULL}))]

    judged = case.judge(case.report(lcov(unit)), base)

    assert judged.states == (OPEN, OPEN, OPEN)
    assert "one seems to be missing" in judged.patch.reason


def test_a_new_file_that_no_report_knows_is_not_checked(case: Case) -> None:
    case.repo.commit({"src/new.js": numbered(3), "src/new.test.js": numbered(3), "docs/conf.js": numbered(3)})

    judged = case.judge(case.report(lcov(BASE)), case.report(lcov(BASE)))

    assert judged.states == (PASS, OPEN, PASS)
    assert [unknown.path for unknown in judged.patch.unknowns] == ["src/new.js"]


def test_generated_and_vendored_files_are_left_out_by_the_base_s_word_alone(case: Case) -> None:
    case.repo.switch("main")
    case.repo.commit({".gitattributes": "src/gen.js linguist-generated\n"})
    case.repo.branch("later")
    case.repo.commit(
        {
            ".gitattributes": "src/gen.js linguist-generated\nsrc/mine.js linguist-generated\n",
            "src/gen.js": numbered(9),
            "src/mine.js": numbered(9),
            "vendor/x.js": numbered(9),
        }
    )
    missed = dict.fromkeys(range(1, 10), 0)
    head = {**BASE, "src/gen.js": missed, "src/mine.js": missed, "vendor/x.js": missed}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.patch.figures["uncovered"] == {"src/mine.js": list(range(1, 10))}
    assert {seen.path for seen in judged.patch.evidence if seen.path} == {"src/gen.js", "vendor/x.js"}


def test_what_configures_the_measuring_is_named(case: Case) -> None:
    case.repo.commit(
        {".nycrc.json": "{}\n", "package.json": '{"scripts": {"test": "c8 mocha"}}\n', "tox.ini": "[tox]\n"}
    )

    judged = case.judge(case.report(lcov(BASE)), case.report(lcov(BASE)))

    assert judged.states == (PASS, PASS, PASS)
    assert {finding.path for finding in judged.total.findings} == {".nycrc.json", "package.json"}


def test_a_policy_may_forbid_that(case: Case) -> None:
    case.settings["coverage.total"] = {"producer_edited": "fail"}
    case.repo.commit({".nycrc.json": "{}\n"})

    assert case.judge(case.report(lcov(BASE)), case.report(lcov(BASE))).states == (FAIL, PASS, PASS)


@pytest.mark.parametrize(("minimum", "state"), [(75, PASS), (75.01, FAIL)])
def test_the_minimum_is_compared_exactly(case: Case, minimum: float, state: str) -> None:
    case.settings["coverage.total"] = {"minimum": minimum}
    case.repo.commit({"README.md": "a better shop\n"})
    same = {**BASE, "src/tax.js": without(*range(1, 21))}

    assert case.judge(case.report(lcov(same)), case.report(lcov(same))).states[0] == state


@pytest.mark.parametrize(("most", "state"), [(2.5, PASS), (2.49, FAIL)])
def test_rounding_flips_no_verdict(case: Case, most: float, state: str) -> None:
    case.settings["coverage.total"] = {"max_drop": most}
    case.repo.commit({"test/tax.test.js": None})
    head = {**BASE, "src/tax.js": without(1, 2)}

    assert case.judge(case.report(lcov(head)), case.report(lcov(BASE))).states[0] == state


def test_components_have_limits_of_their_own(case: Case) -> None:
    part = {"paths": ["src/tax.js"]}
    case.settings["coverage.total"] = {"max_drop": 50, "components": {"tax": {**part, "max_drop": 1}}}
    case.settings["coverage.patch"] = {"target": 0, "components": {"tax": {**part, "target": 60, "min_lines": 1}}}
    case.repo.commit({"src/tax.js": numbered(2, 90) + numbered(40)})
    head = {**BASE, "src/tax.js": shifted(without(1, 2), 2, {1: 0, 2: 1})}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.states == (FAIL, FAIL, PASS)
    assert judged.patch.reason == "50.00 % of 2 changed lines are covered; of tax 50.00 %, where the target is 60 %"


def test_the_item_s_paths_narrow_everything(case: Case) -> None:
    case.paths = type(case.paths)(include=("src/cart.js",))
    case.repo.commit({"src/tax.js": numbered(9, 90) + numbered(40)})
    head = {**BASE, "src/tax.js": shifted(without(*range(1, 30)), 9, dict.fromkeys(range(1, 10), 0))}

    judged = case.judge(case.report(lcov(head)), case.report(lcov(BASE)))

    assert judged.states == (PASS, PASS, PASS)
    assert judged.total.figures["head"] == {"lines": [40, 40], "branches": None, "statements": None}


def test_shards_are_united_line_by_line(case: Case) -> None:
    case.repo.commit({"README.md": "a better shop\n"})
    shards = [
        case.report(lcov({"src/cart.js": without(*range(1, 21))})),
        case.report(lcov({"src/cart.js": without(*range(21, 41))})),
    ]

    judged = case.judge(shards, case.report(lcov({"src/cart.js": FULL})))

    assert judged.states == (PASS, PASS, PASS)
    assert judged.total.figures["head"] == {"lines": [40, 40], "branches": None, "statements": None}

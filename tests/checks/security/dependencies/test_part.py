"""The item on real repositories, with advisories as somebody knows them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from bot.checks.security import CHECK
from bot.checks.security.settings import SeveritySettings
from bot.collect.tools import EngineTools
from bot.model import (
    Advisories,
    Advisory,
    AdvisoryAnswer,
    ItemRequest,
    Outcome,
    Package,
    PackageAnswer,
    Request,
    Severity,
    State,
    Unknown,
    VersionRange,
)
from tests.fixtures import ReadChange
from tests.repo import GitRepo

ITEM = "security.dependencies"
GAP = Unknown(reason="the service answered with 500", settle="run it again")
Files = Mapping[str, str | bytes | None]


class Knows:
    """Advisories of packages by name and version; asked about anything else it has none, or a gap."""

    def __init__(self, known: Mapping[str, Sequence[Advisory]] | None = None, gap: Unknown | None = None) -> None:
        self._known, self._gap = known or {}, gap
        self.asked: list[str] = []

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        self.asked += [_shown(package) for package in added]
        answers = {
            package: PackageAnswer(advisories=self._known.get(_shown(package), ()), gap=self._gap)
            for package in (*added, *before)
        }
        return AdvisoryAnswer(packages=answers)


def _shown(package: Package) -> str:
    return f"{package.name} {package.version}"


def advisory(name: str, *aliases: str, severity: Severity | None = Severity.HIGH, fixed: str = "") -> Advisory:
    events = [("introduced", "0"), ("fixed", fixed)] if fixed else [("introduced", "0")]
    return Advisory(
        id=name, aliases=aliases, severity=severity, ranges=[VersionRange(events)], url=f"https://a.example/{name}"
    )


def lock(**packages: str) -> str:
    """A package-lock.json with packages at versions."""
    entries = {f"node_modules/{name}": {"version": version} for name, version in packages.items()}
    document = {"name": "shop", "lockfileVersion": 3, "packages": {"": {"name": "shop"}, **entries}}
    return json.dumps(document, indent=1) + "\n"


class Judge:
    def __init__(self, repo: GitRepo, read_change: ReadChange, scratch: Path) -> None:
        self.repo, self.read_change, self.scratch = repo, read_change, scratch

    def __call__(
        self, base: Files, head: Files, advisories: Advisories | None, *, ignored: str = "", **settings: object
    ) -> Outcome:
        self.repo.commit(dict(base))
        self.repo.branch("topic")
        self.repo.commit(dict(head))
        item = ItemRequest(
            id=ITEM, settings=SeveritySettings.model_validate(settings), matches=lambda path: path != ignored
        )
        request = Request(
            change=self.read_change(self.repo.folder),
            items=[item],
            tools=EngineTools(self.scratch),
            salt=b"salt",
            deadline_s=60,
            advisories=advisories,
        )
        [outcome] = CHECK.run(request).outcomes
        return outcome


@pytest.fixture
def judge(repo: GitRepo, read_change: ReadChange, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(repo, read_change, tmp_path_factory.mktemp("engines"))


def test_a_vulnerable_version_that_is_added_fails_and_the_upgrade_is_named(judge: Judge) -> None:
    knows = Knows({"lodash 4.17.20": [advisory("GHSA-1", "CVE-1", fixed="4.17.21")]})

    outcome = judge({}, {"package-lock.json": lock(lodash="4.17.20", ms="2.0.0")}, knows)

    assert (outcome.state, knows.asked) == (State.FAIL, ["lodash 4.17.20", "ms 2.0.0"])
    [found] = outcome.findings
    assert (found.rule, found.severity, found.path, found.line) == (
        "vulnerable-dependency",
        Severity.HIGH,
        "package-lock.json",
        9,
    )
    assert found.message == "lodash 4.17.20 has a known vulnerability: (GHSA-1, CVE-1)"
    assert found.help == "https://a.example/GHSA-1"
    assert {name: found.details[name] for name in ("package", "version", "advisories", "fixed_in")} == {
        "package": "lodash",
        "version": "4.17.20",
        "advisories": ["GHSA-1", "CVE-1"],
        "fixed_in": "4.17.21",
    }


def test_packages_without_advisories_pass(judge: Judge) -> None:
    outcome = judge({}, {"package-lock.json": lock(ms="2.0.0")}, Knows())

    assert (outcome.state, outcome.findings) == (State.PASS, [])


def test_a_change_without_dependencies_does_not_apply_and_nobody_is_asked(judge: Judge) -> None:
    knows = Knows(gap=GAP)

    outcome = judge({"package-lock.json": lock(ms="2.0.0")}, {"app.py": "x = 1\n"}, knows)

    assert (outcome.state, knows.asked) == (State.NOT_APPLICABLE, [])


def test_a_version_that_stays_is_not_asked_about(judge: Judge) -> None:
    knows = Knows()

    judge({"package-lock.json": lock(ms="2.0.0")}, {"package-lock.json": lock(ms="2.0.0", qs="6.0.0")}, knows)

    assert knows.asked == ["qs 6.0.0"]


def test_a_lock_that_moves_or_is_doubled_adds_nothing(judge: Judge) -> None:
    knows = Knows({"ms 2.0.0": [advisory("GHSA-1")]})
    text = lock(ms="2.0.0")

    outcome = judge(
        {"package-lock.json": text, "kept/package-lock.json": text},
        {"package-lock.json": None, "web/package-lock.json": text, "more/package-lock.json": text},
        knows,
    )

    assert (outcome.state, knows.asked) == (State.PASS, [])


def test_a_bump_that_leaves_an_old_advisory_is_no_alarm_and_one_that_mends_is_credited(judge: Judge) -> None:
    knows = Knows(
        {
            "a 1.0.0": [advisory("GHSA-old"), advisory("GHSA-mended", "CVE-9")],
            "a 1.0.1": [advisory("GHSA-old")],
        }
    )

    outcome = judge({"package-lock.json": lock(a="1.0.0")}, {"package-lock.json": lock(a="1.0.1")}, knows)

    assert (outcome.state, outcome.figures["known"]) == (State.PASS, 1)
    assert outcome.figures["fixed"] == [
        {
            "rule": "vulnerable-dependency",
            "path": "package-lock.json",
            "package": "a",
            "version": "1.0.0",
            "advisories": ["GHSA-mended", "CVE-9"],
        }
    ]


def test_a_bump_to_a_version_with_another_advisory_fails_for_that_one_alone(judge: Judge) -> None:
    knows = Knows({"a 1.0.0": [advisory("GHSA-1")], "a 2.0.0": [advisory("GHSA-1"), advisory("GHSA-2")]})

    outcome = judge({"package-lock.json": lock(a="1.0.0")}, {"package-lock.json": lock(a="2.0.0")}, knows)

    assert [found.details["advisories"] for found in outcome.findings] == [["GHSA-2"]]


def test_ids_of_one_fault_in_several_databases_are_one(judge: Judge) -> None:
    knows = Knows(
        {"a 1.0.0": [advisory("CVE-1")], "a 2.0.0": [advisory("PYSEC-1", "CVE-1"), advisory("GHSA-1", "CVE-1")]}
    )

    outcome = judge({"package-lock.json": lock(a="1.0.0")}, {"package-lock.json": lock(a="2.0.0")}, knows)

    assert (outcome.state, outcome.figures["known"]) == (State.PASS, 1)


def test_a_package_taken_out_is_credited(judge: Judge) -> None:
    knows = Knows({"a 1.0.0": [advisory("GHSA-1")]})

    outcome = judge({"package-lock.json": lock(a="1.0.0", b="1.0.0")}, {"package-lock.json": lock(b="1.0.0")}, knows)

    assert (outcome.state, len(outcome.figures["fixed"])) == (State.PASS, 1)  # type: ignore[arg-type] # a list


def test_the_same_package_in_two_files_is_one_finding(judge: Judge) -> None:
    text = lock(a="1.0.0")
    knows = Knows({"a 1.0.0": [advisory("GHSA-1")]})

    outcome = judge({}, {"package-lock.json": text, "web/package-lock.json": text}, knows)

    [found] = outcome.findings
    assert (found.path, "(also in web/package-lock.json)" in found.message) == ("package-lock.json", True)


@pytest.mark.parametrize(
    ("severity", "fail_on", "state"),
    [
        (Severity.MEDIUM, "high", State.PASS),
        (Severity.MEDIUM, "medium", State.FAIL),
        (Severity.CRITICAL, "critical", State.FAIL),
        (Severity.CRITICAL, "nothing", State.PASS),
        (None, "high", State.FAIL),
    ],
)
def test_the_policy_says_from_which_severity_on_it_fails(
    judge: Judge, severity: Severity | None, fail_on: str, state: State
) -> None:
    knows = Knows({"a 1.0.0": [advisory("GHSA-1", severity=severity)]})

    outcome = judge({}, {"package-lock.json": lock(a="1.0.0")}, knows, fail_on=fail_on)

    assert (outcome.state, len(outcome.findings)) == (state, 1)


def test_an_advisory_whose_severity_could_not_be_had_never_passes(judge: Judge) -> None:
    knows = Knows({"a 1.0.0": [Advisory(id="GHSA-1", detailed=False)]})

    outcome = judge({}, {"package-lock.json": lock(a="1.0.0")}, knows, fail_on="critical")

    assert outcome.state is State.NOT_CHECKED
    assert "severity not known, so high" in outcome.findings[0].message


def test_the_upgrade_mends_every_fault(judge: Judge) -> None:
    knows = Knows({"a 1.0.0": [advisory("GHSA-1", fixed="1.2.0"), advisory("GHSA-2", fixed="1.10.0")]})

    outcome = judge({}, {"package-lock.json": lock(a="1.0.0")}, knows)

    assert outcome.findings[0].details["fixed_in"] == "1.10.0"


def test_a_fault_that_no_version_mends_has_no_upgrade(judge: Judge) -> None:
    knows = Knows({"a 1.0.0": [advisory("GHSA-1", fixed="1.2.0"), advisory("GHSA-2")]})

    outcome = judge({}, {"package-lock.json": lock(a="1.0.0")}, knows)

    assert outcome.findings[0].details["fixed_in"] is None


def test_a_service_that_does_not_answer_is_never_a_pass(judge: Judge) -> None:
    outcome = judge({}, {"package-lock.json": lock(a="1.0.0", b="1.0.0")}, Knows(gap=GAP))

    assert (outcome.state, outcome.needs_network) == (State.NOT_CHECKED, False)
    assert [one.reason for one in outcome.unknowns] == ["the service answered with 500: a 1.0.0, b 1.0.0"]


def test_where_nobody_may_be_asked_it_needs_the_network(judge: Judge) -> None:
    outcome = judge({}, {"package-lock.json": lock(a="1.0.0")}, None)

    assert (outcome.state, outcome.needs_network, len(outcome.unknowns)) == (State.NOT_CHECKED, True, 1)


def test_where_nobody_may_be_asked_and_nothing_is_added_it_passes(judge: Judge) -> None:
    outcome = judge({"package-lock.json": lock(a="1.0.0", b="1.0.0")}, {"package-lock.json": lock(b="1.0.0")}, None)

    assert (outcome.state, outcome.needs_network) == (State.PASS, False)


def test_a_lock_that_cannot_be_read_is_named_and_no_matter_of_the_network(judge: Judge) -> None:
    outcome = judge({}, {"package-lock.json": "{", "web/package-lock.json": lock(a="1.0.0")}, None)

    assert (outcome.state, outcome.needs_network) == (State.NOT_CHECKED, False)
    assert [one.path for one in outcome.unknowns] == ["package-lock.json", None]


def test_paths_that_the_policy_leaves_out_do_not_count(judge: Judge) -> None:
    knows = Knows({"a 1.0.0": [advisory("GHSA-1")]})

    outcome = judge({}, {"examples/package-lock.json": lock(a="1.0.0")}, knows, ignored="examples/package-lock.json")

    assert (outcome.state, knows.asked) == (State.NOT_APPLICABLE, [])


def test_a_fingerprint_stays_with_another_version_and_changes_with_another_fault(judge: Judge) -> None:
    one, two = advisory("GHSA-1"), advisory("GHSA-2")
    knows = Knows({"a 1.0.0": [one], "a 1.0.1": [one], "a 1.0.2": [one, two]})

    texts = {f"{version}/package-lock.json": lock(a=f"1.0.{version}") for version in range(3)}
    marks = [found.fingerprint for found in judge({}, texts, knows).findings]

    assert (marks[0] == marks[1], marks[0] == marks[2]) == (True, False)


def test_three_thousand_bumps_are_judged(judge: Judge) -> None:
    base = lock(**{f"p{number}": "1.0.0" for number in range(3_000)})
    head = lock(**{f"p{number}": "1.0.1" for number in range(3_000)})
    knows = Knows({"p7 1.0.1": [advisory("GHSA-1")]})

    outcome = judge({"package-lock.json": base}, {"package-lock.json": head}, knows)

    assert (outcome.state, len(outcome.findings), len(knows.asked)) == (State.FAIL, 1, 3_000)


def test_a_file_of_any_name_that_requirements_include_is_read(judge: Judge) -> None:
    knows = Knows({"django 3.0": [advisory("PYSEC-1")]})
    base = {"requirements.txt": "-r deps/base.in\n", "deps/base.in": "django==4.2\n"}

    outcome = judge(base, {"deps/base.in": "django==3.0\n"}, knows)

    assert [(found.path, found.line) for found in outcome.findings] == [("deps/base.in", 1)]


def test_a_text_that_no_requirements_include_is_none(judge: Judge) -> None:
    outcome = judge({"requirements.txt": "django==4.2\n"}, {"notes.in": "django==3.0\n"}, Knows())

    assert outcome.state is State.NOT_APPLICABLE


@pytest.mark.parametrize(
    "line", ["django", "django>=3", "x @ https://a.example/x.tar.gz", "git+https://a.example/x.git", "-e ."]
)
def test_a_line_that_is_not_pinned_is_named_where_the_change_adds_it(judge: Judge, line: str) -> None:
    outcome = judge({"requirements.txt": "six==1.0\n"}, {"requirements.txt": f"six==1.0\n{line}\n"}, Knows())

    assert (outcome.state, [(one.path, one.line) for one in outcome.unknowns]) == (
        State.NOT_CHECKED,
        [("requirements.txt", 2)],
    )


def test_a_line_that_was_not_pinned_before_is_no_matter_of_the_change(judge: Judge) -> None:
    outcome = judge({"requirements.txt": "django\nsix==1.0\n"}, {"requirements.txt": "six==1.1\n\ndjango\n"}, Knows())

    assert (outcome.state, outcome.unknowns) == (State.PASS, [])

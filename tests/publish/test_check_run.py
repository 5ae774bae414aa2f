"""The check run: every finding on its line, within GitHub's limits, and written once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.github.client import GitHub as Client
from bot.github.transport import GitHubError
from bot.model import Certainty, Finding, Level, Report, Severity, State, Verdict
from bot.publish.check_run import MAX_ANNOTATIONS, find_annotations, publish_check_run
from tests.github_server.handle import GitHub
from tests.render.reports import HEAD, item, report

_URL = "https://github.com/octo/shop/actions/runs/1"


def _report(*findings: Finding, level: Level = Level.BLOCK) -> Report:
    return report(Verdict.NO_GO, item("secrets.added", "No secrets", State.FAIL, "bad", level=level, findings=findings))


def _finding(number: int, **members: object) -> Finding:
    return replace(Finding(rule="r", message=f"fault {number}", path=f"src/{number:04}.py", line=number + 1), **members)  # type: ignore[arg-type]


@pytest.fixture
def client(github: GitHub) -> Client:
    github.add_pull(7, head_sha=HEAD)
    return Client(github.api_url, github.token(), github.repository, budget_s=0)


def test_a_finding_is_whole_on_its_line(github: GitHub, client: Client) -> None:
    made = publish_check_run(client, _report(_finding(1, end_line=4, column=3, fix="do this\nor that")), "", _URL)

    [run] = github.check_runs(HEAD)
    [annotation] = github.annotations(made.id)
    assert (run["name"], run["status"], run["conclusion"]) == ("gonogo/report", "completed", "failure")
    assert run["output"]["title"] == "No go: the one required item fails"
    assert run["details_url"] == _URL
    assert {name: value for name, value in annotation.items() if value is not None and name != "blob_href"} == {
        "path": "src/0001.py",
        "start_line": 2,
        "end_line": 4,
        "annotation_level": "failure",
        "title": "No secrets",
        "message": "fault 1\ndo this\nor that",
    }


@pytest.mark.parametrize(
    ("count", "shown", "requests"), [(0, 0, 1), (50, 50, 1), (51, 51, 2), (400, MAX_ANNOTATIONS, 3)]
)
def test_annotations_go_in_batches_of_fifty_and_end_somewhere(
    github: GitHub, client: Client, count: int, shown: int, requests: int
) -> None:
    made = publish_check_run(client, _report(*(_finding(number) for number in range(count))), "", _URL)

    paths = [annotation["path"] for annotation in github.annotations(made.id)]
    assert paths == [f"src/{number:04}.py" for number in range(shown)]
    assert len(github.writes()) == requests
    [run] = github.check_runs(HEAD)
    assert run["output"]["text"] == (
        f"{count - shown} further findings are not shown on their lines." if count > shown else None
    )


def test_the_same_again_writes_nothing(github: GitHub, client: Client) -> None:
    told = _report(*(_finding(number) for number in range(60)))
    first = publish_check_run(client, told, "", _URL)
    before = len(github.writes())

    again = publish_check_run(client, replace(told, seconds=99.0), "", "https://github.com/octo/shop/actions/runs/2")

    assert (again.id, len(github.writes())) == (first.id, before)


@pytest.mark.parametrize("change", [{"message": "another fault"}, {"line": 9}, {"fails": False}])
def test_anything_else_is_a_new_one(github: GitHub, client: Client, change: dict[str, object]) -> None:
    publish_check_run(client, _report(_finding(1)), "", _URL)

    publish_check_run(client, _report(_finding(1, **change)), "", _URL)

    assert len(github.check_runs(HEAD)) == 2


def test_one_that_lost_its_annotations_on_the_way_is_written_again(github: GitHub, client: Client) -> None:
    told = _report(*(_finding(number) for number in range(60)))
    github.fail("PATCH", "/repos/acme/shop/check-runs/*", times=1, status=422)
    with pytest.raises(GitHubError, match="add annotations"):
        publish_check_run(client, told, "", _URL)

    made = publish_check_run(client, told, "", _URL)

    assert len(github.annotations(made.id)) == 60


def test_the_worst_comes_first_and_what_has_no_line_at_the_head_is_left_out() -> None:
    low, high, advice = (
        _finding(1, severity=Severity.LOW),
        _finding(2, severity=Severity.HIGH),
        _finding(3, severity=Severity.CRITICAL, certainty=Certainty.NOTE, fails=False),
    )
    nowhere, gone, unnameable = _finding(4, path=None), _finding(5, in_head=False), _finding(6, path="a\udcff.py")
    warned = item("security.added", "No holes", State.FAIL, "bad", level=Level.WARN, findings=[_finding(7)])
    off = item("coverage.total", "Covered", State.FAIL, "bad", level=Level.OFF, findings=[_finding(8)])
    told = _report(low, high, advice, nowhere, gone, unnameable)

    found = find_annotations(replace(told, items=[off, warned, *told.items]))

    assert [(one.path, one.level) for one in found] == [
        ("src/0002.py", "failure"),
        ("src/0001.py", "failure"),
        ("src/0003.py", "notice"),
        ("src/0007.py", "warning"),
    ]


def test_a_summary_beyond_the_limit_is_a_pointer(github: GitHub, client: Client) -> None:
    wide = [_finding(number, message="\u6f22" * 400, path="\u6f22" * 60 + str(number)) for number in range(200)]

    publish_check_run(client, _report(*wide), "", _URL)

    [run] = github.check_runs(HEAD)
    assert len(run["output"]["summary"].encode()) <= 65_535

"""Other tools' answers, as they really write them and as nobody should."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.checks.security import CHECK
from bot.collect.reports import GivenReports
from bot.collect.tools import EngineTools
from bot.model import ItemRequest, Outcome, Reports, ReportSet, Request, State
from tests.fixtures import ReadChange
from tests.repo import GitRepo

BASE = "import os\n\n\ndef f(x):\n    return x\n"
HEAD = BASE + "\n\ndef g(x):\n    return eval(x)\n"
EVAL_LINE = 9


class Given:
    """A base and a head in which `src/app.py` gets a line of `eval`, and SARIF files beside them."""

    def __init__(self, repo: GitRepo, read_change: ReadChange, folder: Path) -> None:
        self.repo, self.read_change, self.folder = repo, read_change, folder
        repo.commit({"src/app.py": BASE, "main.py": BASE, "infra/pod.yaml": "a: 1\n"})
        repo.branch("topic")
        repo.commit({"src/app.py": HEAD, "infra/pod.yaml": "a: 1\nb: 2\n"})

    def file(self, name: str, content: object) -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    def judge(
        self,
        head: Sequence[str],
        base: Sequence[str] = (),
        *,
        item: str = "security.sarif",
        also: Sequence[str] = (),
        **settings: object,
    ) -> Outcome:
        models = {spec.id: spec.settings for spec in CHECK.items()}
        sides = [
            ReportSet(source=GivenReports(paths, self.folder, self.repo.folder, "SARIF")) if paths else None
            for paths in (head, base)
        ]
        request = Request(
            change=self.read_change(self.repo.folder),
            items=[
                ItemRequest(id=one, settings=models[one].model_validate(settings), matches=lambda _: True)
                for one in (item, *also)
            ],
            tools=EngineTools(self.folder),
            salt=b"salt",
            deadline_s=60,
            sarif=Reports(*sides),
        )
        return CHECK.run(request).outcomes[0]

    def judge_one(self, *results: object, **run: Any) -> Outcome:  # noqa: ANN401 - members of the JSON object
        return self.judge([self.file("one.sarif", sarif(*results, **run))])


@pytest.fixture
def given(repo: GitRepo, read_change: ReadChange, tmp_path_factory: pytest.TempPathFactory) -> Given:
    return Given(repo, read_change, tmp_path_factory.mktemp("sarif"))


def sarif(*results: object, tool: str = "Tool", rules: Sequence[object] = (), **run: object) -> dict[str, object]:
    driver = {"name": tool, "rules": list(rules)}
    return {"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": list(results), **run}]}


def result(uri: str = "src/app.py", line: int = EVAL_LINE, **more: object) -> dict[str, object]:
    location = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}}
    return {
        "ruleId": "no-eval",
        "level": "error",
        "message": {"text": "eval"},
        "locations": [location],
        **more,
    }


def places(outcome: Outcome) -> list[tuple[str, str | None, int | None]]:
    return [(found.rule, found.path, found.line) for found in outcome.findings]


FOUND = [("no-eval", "src/app.py", EVAL_LINE)]


def _run(tool: str, *args: str, cwd: Path) -> bytes:
    command = [str(Path(sys.executable).parent / tool), *args]
    return subprocess.run(command, cwd=cwd, check=False, capture_output=True).stdout


def test_without_files_the_items_do_not_apply_and_say_how_they_would(given: Given) -> None:
    outcomes = [given.judge([], item=item) for item in ("security.sarif", "security.infrastructure")]

    assert {(one.state, "docs/security.md" in one.reason) for one in outcomes} == {(State.NOT_APPLICABLE, True)}


def test_what_ruff_writes_is_read_and_compared(given: Given) -> None:
    arguments = ("check", "--isolated", "--no-cache", "--select", "S", "--exit-zero", "--output-format", "sarif", ".")
    head = given.file("head.sarif", _run("ruff", *arguments, cwd=given.repo.folder))
    given.repo.git("checkout", "-q", "main")
    base = given.file("base.sarif", _run("ruff", *arguments, cwd=given.repo.folder))
    given.repo.git("checkout", "-q", "topic")

    alone, compared = given.judge([head]), given.judge([head], [base])

    expected = [("S307", "src/app.py", EVAL_LINE)]
    assert (alone.state, places(alone)) == (State.FAIL, expected)
    assert (compared.state, places(compared), compared.figures["known"]) == (State.FAIL, expected, 0)


def test_what_zizmor_and_hadolint_write_is_read(given: Given) -> None:
    workflow = (
        "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    given.repo.commit({".github/workflows/w.yml": workflow, "Dockerfile": "FROM ubuntu\nRUN apt-get install curl\n"})
    folder = given.repo.folder
    files = [
        given.file("z.sarif", _run("zizmor", "--offline", "--no-config", "--format", "sarif", ".", cwd=folder)),
        given.file("h.sarif", _run("hadolint", "--no-fail", "-f", "sarif", "Dockerfile", cwd=folder)),
    ]

    outcome = given.judge(files)

    rules = {found.rule: (found.path, str(found.severity)) for found in outcome.findings}
    assert rules["DL3006"] == ("Dockerfile", "medium")
    assert rules["zizmor/template-injection"] == (".github/workflows/w.yml", "high")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "is not JSON"),
        (b'{"version": "2.1.0", "runs": [', "is not JSON"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"version": "2.1.0"}', "no list of runs"),
        (b'{"version": "2.1.0", "runs": {}}', "no list of runs"),
        (b'{"version": "2.1.0", "runs": []}', "holds no run"),
        (b'{"version": "1.0.0", "runs": [{}]}', "is not SARIF 2.1.0"),
        (b'{"version": "2.1.0", "runs": [null]}', "no list of results"),
        (b'{"version": "2.1.0", "runs": [{"results": null}]}', "no list of results"),
        (b'{"version": "2.1.0", "runs": [{"results": [1]}]}', "no objects"),
        (b'{"results": []}', "no list of runs"),
        (b"\x1f\x8bnonsense", "unpacked"),
        (json.dumps(sarif(invocations=[{"executionSuccessful": False}])).encode(), "did not end well"),
        (json.dumps(sarif(result("/nowhere/x.py"))).encode(), "names a file of the repository"),
    ],
)
def test_what_is_no_whole_answer_is_no_pass(given: Given, content: bytes, words: str) -> None:
    outcome = given.judge([given.file("x.sarif", content)])

    reasons = " ".join(unknown.reason for unknown in outcome.unknowns)
    assert (outcome.state, words in reasons, outcome.findings) == (State.NOT_CHECKED, True, [])


def test_a_file_that_is_not_there_is_no_pass(given: Given) -> None:
    assert given.judge(["gone.sarif"]).state is State.NOT_CHECKED


def test_too_large_a_file_is_no_pass(given: Given) -> None:
    packed = gzip.compress(b" " * (101 * 2**20), compresslevel=1)

    outcome = given.judge([given.file("x.sarif", packed)])

    assert (outcome.state, "100 MiB" in outcome.reason) == (State.NOT_CHECKED, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("packed", [False, True])
def test_every_encoding_is_read(given: Given, encoding: str, packed: bool) -> None:  # noqa: FBT001 - a case
    content = json.dumps(sarif(result())).encode(encoding)

    outcome = given.judge([given.file("x.sarif", gzip.compress(content) if packed else content)])

    assert (outcome.state, places(outcome)) == (State.FAIL, FOUND)


@pytest.mark.parametrize(
    "uri",
    [
        "src/app.py",
        "./src/app.py",
        "src/../src/app.py",
        "src%2Fapp.py",
        "src\\app.py",
        "file:///home/runner/work/shop/shop/src/app.py",
        "file://localhost/src/src/app.py",
        "file:///D:/a/shop/shop/src/app.py",
        "C:\\agent\\src\\app.py",
        "/github/workspace/src/app.py",
        "shop/src/app.py",
    ],
)
def test_a_file_is_known_by_each_of_its_addresses(given: Given, uri: str) -> None:
    outcome = given.judge_one(result(uri))

    assert (outcome.state, places(outcome)) == (State.FAIL, FOUND)


@pytest.mark.parametrize(
    "uri",
    [
        "../src/app.py",
        "%2e%2e/src/app.py",
        "/etc/main.py",
        "https://x.example/src/app.py",
        "/usr/lib/main.py",
        "\0",
        "",
    ],
)
def test_what_is_outside_is_no_finding(given: Given, uri: str) -> None:
    outcome = given.judge_one(result(uri), result())

    assert places(outcome) == FOUND


def test_only_one_place_of_a_machine_is_the_checkout(given: Given) -> None:
    inside = [result("file:///w/shop/src/app.py"), result("file:///w/shop/infra/pod.yaml", 2)]

    outcome = given.judge_one(*inside, result("file:///opt/other/src/app.py", 8))

    assert sorted(places(outcome)) == [("no-eval", "infra/pod.yaml", 2), *FOUND]


@pytest.mark.parametrize(
    "bases",
    [
        {"%SRCROOT%": {"uri": "file:///w/shop/"}},
        {"%SRCROOT%": {"uri": "./"}},
        {"%SRCROOT%": {}},
        {},
        {"%SRCROOT%": {"uri": "shop/", "uriBaseId": "HOME"}, "HOME": {"uri": "file:///home/me/"}},
    ],
)
def test_addresses_go_through_their_bases(given: Given, bases: Mapping[str, object]) -> None:
    location = {"artifactLocation": {"uri": "src/app.py", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 9}}
    outcome = given.judge_one(result(locations=[{"physicalLocation": location}]), originalUriBaseIds=bases)

    assert places(outcome) == FOUND


def test_bases_in_a_circle_end(given: Given) -> None:
    location = {"artifactLocation": {"uri": "src/app.py", "uriBaseId": "A"}, "region": {"startLine": 9}}
    bases = {"A": {"uri": "a/", "uriBaseId": "B"}, "B": {"uri": "b/", "uriBaseId": "A"}}

    outcome = given.judge_one(result(locations=[{"physicalLocation": location}]), originalUriBaseIds=bases)

    assert (outcome.state, outcome.findings) == (State.NOT_CHECKED, [])


def test_a_symbolic_link_is_no_file_of_a_finding(given: Given) -> None:
    (given.repo.folder / "link.py").symlink_to("/etc/passwd")
    given.repo.git("add", "link.py")
    given.repo.git("commit", "-q", "-m", "link")

    assert given.judge_one(result("link.py", 1)).findings == []


@pytest.mark.parametrize(
    "more",
    [
        *({"kind": kind} for kind in ("pass", "notApplicable", "informational")),
        {"level": "none"},
        {"suppressions": [{"kind": "inSource"}]},
        {"suppressions": [{"kind": "external", "status": "accepted"}]},
        {"baselineState": "absent"},
        {"baselineState": "unchanged"},
    ],
)
def test_what_a_tool_calls_no_fault_is_none(given: Given, more: Mapping[str, Any]) -> None:
    outcome = given.judge_one(result(**more))

    assert (outcome.state, outcome.findings) == (State.PASS, [])


@pytest.mark.parametrize("status", ["rejected", "underReview"])
def test_a_suppression_that_nobody_accepted_hides_nothing(given: Given, status: str) -> None:
    outcome = given.judge_one(result(suppressions=[{"kind": "external", "status": status}]))

    assert places(outcome) == FOUND


RULES = [
    {
        "id": "by-index",
        "defaultConfiguration": {"level": "note"},
        "helpUri": "https://x.example/r",
        "messageStrings": {"m": {"text": "{0} is {{bad}}, {1}"}},
        "properties": {"security-severity": "9.8"},
    }
]


def test_what_the_rule_says_completes_a_result(given: Given) -> None:
    bare = result(ruleIndex=0, message={"id": "m", "arguments": ["eval", "very"]})
    del bare["ruleId"], bare["level"]

    [found] = given.judge_one(bare, rules=RULES).findings

    assert (found.rule, found.message, str(found.severity), found.help) == (
        "by-index",
        "eval is {bad}, very",
        "critical",
        "https://x.example/r",
    )


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({"level": "error"}, "high"),
        ({"level": "warning"}, "medium"),
        ({"level": "note"}, "low"),
        ({"level": "error", "properties": {"issue_severity": "LOW"}}, "low"),
        ({"properties": {"security-severity": "7.0"}}, "high"),
        ({"properties": {"security-severity": 4}}, "medium"),
        ({"properties": {"security-severity": "NaN"}}, "high"),
        ({"level": "nonsense"}, "medium"),
    ],
)
def test_severity_is_the_score_else_the_tool_s_word_else_the_level(
    given: Given, more: Mapping[str, Any], severity: str
) -> None:
    [found] = given.judge_one(result(**more)).findings

    assert str(found.severity) == severity


@pytest.mark.parametrize("odd", [{"ruleIndex": 10**6}, {"ruleIndex": -5}, {"ruleIndex": True}, {"rule": 3}])
def test_odd_members_are_as_if_they_were_not_there(given: Given, odd: Mapping[str, Any]) -> None:
    assert places(given.judge_one(result(message="no object", suppressions={}, **odd), rules=[7])) == FOUND


def test_hostile_text_is_made_one_line(given: Given) -> None:
    [found] = given.judge_one(result(message={"text": "a\ud800\u202e\n# b\0" + "c" * 10_000})).findings

    assert (found.message[:8], len(found.message)) == ("a? # b c", 1000)


def test_an_old_result_is_known_though_it_moved(given: Given) -> None:
    given.repo.commit({"src/app.py": "# moved\n\n" + HEAD})
    base = given.file("base.sarif", sarif(result("main.py", 5), result("src/app.py", 5)))
    head = given.file("head.sarif", sarif(result("main.py", 5), result("src/app.py", 7), result("src/app.py", 11)))

    outcome = given.judge([head], [base])

    assert (places(outcome), outcome.figures["known"]) == ([("no-eval", "src/app.py", 11)], 2)


def test_semgrep_s_rules_are_the_same_wherever_their_file_lies(given: Given) -> None:
    run = {"tool": "Semgrep OSS"}
    base = given.file("base.sarif", sarif(result(line=2, ruleId="home.runner.work.rules.no-eval"), **run))
    head = given.file("head.sarif", sarif(result(line=2, ruleId="rules.no-eval"), **run))
    alone = given.judge([given.file("alone.sarif", sarif(result(ruleId="rules.no-eval"), **run))])

    assert given.judge([head], [base]).figures["known"] == 1
    assert places(alone) == FOUND


def test_one_mended_is_credited_and_one_suppressed_is_not(given: Given) -> None:
    base = given.file("base.sarif", sarif(result("main.py", 5), result("src/app.py", 5)))
    head = given.file("head.sarif", sarif(result("main.py", 5, suppressions=[{"kind": "inSource"}])))

    outcome = given.judge([head], [base])

    assert (outcome.state, outcome.figures["fixed"]) == (State.PASS, [{"rule": "no-eval", "path": "src/app.py"}])


def test_without_the_base_only_changed_lines_count_and_it_is_said(given: Given) -> None:
    outcome = given.judge_one(result(), result(line=5), result("main.py", 5))

    assert (places(outcome), outcome.figures["known"]) == (FOUND, 2)
    assert "no SARIF for the base" in outcome.evidence[0].text


def test_a_broken_base_is_no_pass_and_makes_nothing_old_new(given: Given) -> None:
    head = given.file("head.sarif", sarif(result("main.py", 5)))

    outcome = given.judge([head], [given.file("base.sarif", b"nonsense")])

    assert (outcome.state, outcome.findings) == (State.NOT_CHECKED, [])


def test_a_tool_that_is_left_out_at_head_is_no_pass(given: Given) -> None:
    head, base = given.file("head.sarif", sarif()), given.file("base.sarif", sarif(tool="Other"))

    outcome = given.judge([head], [base])

    assert (outcome.state, outcome.unknowns[0].reason) == (
        State.NOT_CHECKED,
        "Other looked at the base and not at head",
    )


def test_the_same_file_twice_counts_once(given: Given) -> None:
    files = [given.file(name, sarif(result())) for name in ("a.sarif", "b.sarif")]

    assert places(given.judge(files)) == FOUND


def test_a_folder_is_searched_for_files_that_end_in_sarif(given: Given) -> None:
    given.file("a.sarif", sarif(result()))
    given.file("notes.txt", b"nonsense")

    assert places(given.judge([str(given.folder)])) == FOUND


@pytest.mark.parametrize("tool", ["Checkov", "Trivy", "KICS", "tfsec", "terrascan"])
def test_tools_for_infrastructure_answer_their_own_item_where_it_is_asked(given: Given, tool: str) -> None:
    files = [given.file("a.sarif", sarif(result("infra/pod.yaml", 2), tool=tool)), given.file("b.sarif", sarif())]

    own = given.judge(files, item="security.infrastructure")
    others = given.judge(files, also=["security.infrastructure"])
    alone = given.judge(files)

    assert [one.state for one in (own, others, alone)] == [State.FAIL, State.PASS, State.FAIL]


def test_a_doubled_folder_is_seen_through(given: Given) -> None:
    assert places(given.judge_one(result("infra/infra/pod.yaml", 2))) == [("no-eval", "infra/pod.yaml", 2)]


@pytest.mark.parametrize(
    "path", [".github/workflows/ci.yml", "tools/scan/action.yml", ".trivyignore", "web/eslint.config.js"]
)
def test_what_makes_the_sarif_is_named_where_the_change_edits_it(given: Given, path: str) -> None:
    given.repo.commit({path: "a: 1\n"})
    files = [given.file("one.sarif", sarif())]
    listed, failing = given.judge(files), given.judge(files, producer_edited="fail")

    assert (listed.state, places(listed)) == (State.PASS, [("producer-edited", path, 1)])
    assert (failing.state, places(failing)) == (State.FAIL, [("producer-edited", path, 1)])
    assert failing.reason.startswith("the change edits 1 files that may have made the SARIF; ")


@pytest.mark.parametrize("path", ["workflows/ci.yml", "docs/trivy.md", "src/action.py"])
def test_other_files_make_no_sarif(given: Given, path: str) -> None:
    given.repo.commit({path: "x = 1\n"})

    assert given.judge([given.file("one.sarif", sarif())], producer_edited="fail").state is State.PASS


def test_many_results_take_seconds(given: Given) -> None:
    given.repo.commit({"src/app.py": "".join(f"eval(x{number})\n" for number in range(5000))})
    base = given.file("base.sarif", sarif(*(result(line=5, message={"text": "m"}) for _ in range(10)), result()))
    many = [result(line=number % 5000 + 1, message={"text": f"m{number % 5}"}, n=number) for number in range(25_000)]
    head = given.file("head.sarif", sarif(*many))
    started = time.process_time()

    outcome = given.judge([head], [base])

    assert (outcome.state, time.process_time() - started < 20) == (State.FAIL, True)


def test_long_addresses_and_like_lines_take_seconds(given: Given) -> None:
    old, new = ("".join(f"{'a' * 900}{side}{number}\n" for number in range(1000)) for side in "bc")
    given.repo.git("checkout", "-q", "main")
    given.repo.commit({"long.py": old})
    given.repo.git("checkout", "-q", "topic")
    given.repo.git("merge", "-q", "main")
    given.repo.commit({"long.py": new})
    every = [result("long.py", number + 1) for number in range(1000)]
    far = [result(f"{'/a' * 2000}/{number}.py") for number in range(1000)]
    base, head = given.file("base.sarif", sarif(*every)), given.file("head.sarif", sarif(*every, *far))
    started = time.process_time()

    outcome = given.judge([head], [base])

    assert (outcome.state, time.process_time() - started < 20) == (State.FAIL, True)

"""The check on real repositories, with the real engines."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.checks.security import CHECK
from bot.collect import tools
from bot.collect.tools import EngineTools, find_engine
from bot.model import Change, ItemRequest, Outcome, Request, State
from tests.fixtures import ReadChange
from tests.repo import GitRepo

EVAL = "def f(x):\n    return eval(x)\n"
SHELL = "import subprocess\n\n\ndef g(x):\n    subprocess.run(x, shell=True)\n"


class Judge:
    """Answers one item for a base and a head."""

    def __init__(self, repo: GitRepo, read_change: ReadChange, scratch: Path) -> None:
        self.repo, self.read_change, self.scratch = repo, read_change, scratch

    def __call__(
        self,
        item: str,
        base: dict[str, str | bytes | None],
        head: dict[str, str | bytes | None],
        *,
        deadline_s: float = 60,
        **settings: object,
    ) -> Outcome:
        self.repo.commit(base)
        self.repo.branch("topic")
        self.repo.commit(head)
        return self.ask(item, self.read_change(self.repo.folder), deadline_s=deadline_s, **settings)

    def ask(self, item: str, change: Change, *, deadline_s: float = 60, **settings: object) -> Outcome:
        """The answer to a change."""
        model = next(spec.settings for spec in CHECK.items() if spec.id == item)
        request = Request(
            change=change,
            items=[ItemRequest(id=item, settings=model.model_validate(settings), matches=lambda _: True)],
            tools=EngineTools(self.scratch),
            salt=b"salt",
            deadline_s=deadline_s,
        )
        [outcome] = CHECK.run(request).outcomes
        return outcome


@pytest.fixture
def judge(repo: GitRepo, read_change: ReadChange, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(repo, read_change, tmp_path_factory.mktemp("engines"))


def _rules(outcome: Outcome) -> list[tuple[str, str | None, int | None]]:
    return [(found.rule, found.path, found.line) for found in outcome.findings]


def test_a_fault_that_is_added_fails_once(judge: Judge) -> None:
    outcome = judge("security.code", {"app.py": "x = 1\n"}, {"app.py": EVAL})

    assert (outcome.state, _rules(outcome)) == (State.FAIL, [("S307", "app.py", 2)])


def test_an_old_fault_is_known_wherever_it_moves_to(judge: Judge) -> None:
    outcome = judge("security.code", {"app.py": EVAL, "b.py": "x = 1\n"}, {"app.py": "y = 1\n", "b.py": "\n\n" + EVAL})

    assert (outcome.state, _rules(outcome), outcome.figures["known"]) == (State.PASS, [], 1)


def test_a_second_equal_fault_is_new(judge: Judge) -> None:
    outcome = judge("security.code", {"app.py": EVAL}, {"app.py": EVAL + "\n\n" + EVAL})

    assert (outcome.state, len(outcome.findings), outcome.figures["known"]) == (State.FAIL, 1, 1)


def test_a_fault_that_is_mended_is_credited(judge: Judge) -> None:
    outcome = judge("security.code", {"app.py": EVAL}, {"app.py": "def f(x):\n    return x\n"})

    assert (outcome.state, outcome.figures["fixed"]) == (State.PASS, [{"rule": "S307", "path": "app.py"}])


def test_an_unchanged_line_that_becomes_unsafe_is_new(judge: Judge) -> None:
    base = "from json import loads\n\n\ndef f(x):\n    return loads(x)\n"

    outcome = judge("security.code", {"app.py": base}, {"app.py": base.replace("json", "pickle")})

    assert (outcome.state, ("S301", "app.py", 5) in _rules(outcome)) == (State.FAIL, True)


def test_a_test_file_that_becomes_the_app_s_is_not_old(judge: Judge) -> None:
    outcome = judge("security.code", {"tests/a.py": EVAL}, {"tests/a.py": None, "app/a.py": EVAL})

    assert (outcome.state, _rules(outcome)) == (State.FAIL, [("S307", "app/a.py", 2)])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", '[tool.ruff]\nexclude = ["*"]\n[tool.bandit]\nskips = ["B307"]\n'),
        (".bandit", "[bandit]\nskips: B307\n"),
        ("ruff.toml", "nonsense = [\n"),
        (".gitignore", "*.py\n"),
        (".gitattributes", "*.py binary -diff\n"),
        ("ruff.py", "raise SystemExit\n"),
        ("sitecustomize.py", "raise SystemExit\n"),
    ],
)
def test_nothing_in_the_tree_switches_the_engines_off(judge: Judge, name: str, content: str) -> None:
    outcome = judge("security.code", {}, {"app.py": EVAL, name: content})

    assert (outcome.state, _rules(outcome)) == (State.FAIL, [("S307", "app.py", 2)])


@pytest.mark.parametrize("name", ["--config=x.py", "build/a.py", "node modules/a.py", "é\n.py", "venv/a.py"])
def test_no_name_hides_a_fault(judge: Judge, name: str) -> None:
    outcome = judge("security.code", {}, {name: EVAL})

    assert (outcome.state, _rules(outcome)) == (State.FAIL, [("S307", name, 2)])


@pytest.mark.parametrize(
    "first", ["#!/usr/bin/env python", "#!/usr/bin/python3.12 -u", "#!/usr/bin/env -S uv run --script", "#! /opt/pypy3"]
)
def test_a_script_without_an_ending_is_python_by_its_first_line(judge: Judge, first: str) -> None:
    outcome = judge("security.code", {}, {"bin/run": f"{first}\n{EVAL}"})

    assert (outcome.state, _rules(outcome)) == (State.FAIL, [("S307", "bin/run", 3)])


@pytest.mark.parametrize("first", ["", "#!/bin/sh", "#!/usr/bin/env pythonesque", "# !/usr/bin/env python"])
def test_a_file_without_an_ending_is_no_python_else(judge: Judge, first: str) -> None:
    outcome = judge("security.code", {}, {"bin/run": f"{first}\n{EVAL}"})

    assert outcome.state is State.NOT_APPLICABLE


def test_a_suppression_in_a_script_without_an_ending_is_listed(judge: Judge) -> None:
    outcome = judge("security.suppressions", {}, {"bin/run": "#!/usr/bin/env python3\nx = 1  # nosec\n"})

    assert _rules(outcome) == [("nosec", "bin/run", 2)]


def test_text_that_becomes_python_by_its_new_name_is_not_old(judge: Judge) -> None:
    outcome = judge("security.code", {"app.txt": EVAL}, {"app.txt": None, "app.py": EVAL})

    assert (outcome.state, _rules(outcome)) == (State.FAIL, [("S307", "app.py", 2)])


@pytest.mark.parametrize("mark", ["# nosec", "# noqa: S307", "# ruff: ignore[S307]"])
def test_a_suppression_that_the_change_adds_is_shown_and_does_not_count(judge: Judge, mark: str) -> None:
    outcome = judge("security.code", {}, {"app.py": EVAL.replace("eval(x)", f"eval(x)  {mark}")})

    assert (outcome.state, [found.suppression is not None for found in outcome.findings]) == (State.FAIL, [True])


@pytest.mark.parametrize("content", ["def f(:\n", b"# coding: nonsense\nx = 1\n", b"x = '\xff'\n"])
def test_what_cannot_be_read_is_named(judge: Judge, content: str | bytes) -> None:
    outcome = judge("security.code", {}, {"app.py": content})

    assert (outcome.state, [unknown.path for unknown in outcome.unknowns]) == (State.NOT_CHECKED, ["app.py"])


def test_latin_1_by_its_cookie_is_read(judge: Judge) -> None:
    outcome = judge("security.code", {}, {"app.py": b"# coding: latin-1\nx = '\xe9'\neval(input())\n"})

    assert (outcome.state, ("S307", "app.py", 3) in _rules(outcome)) == (State.FAIL, True)


def test_a_symbolic_link_is_never_followed(judge: Judge) -> None:
    target = judge.scratch / "outside.py"
    target.write_text(EVAL)
    judge.repo.commit({"z.py": "x = 1\n"})
    judge.repo.branch("topic")
    (judge.repo.folder / "link.py").symlink_to(target)
    judge.repo.commit({"z.py": "x = 2\n"})
    change = judge.read_change(judge.repo.folder)
    assert {file.path for file in change.files} == {"link.py", "z.py"}

    outcome = judge.ask("security.code", change)

    assert (outcome.state, outcome.findings) == (State.PASS, [])


def test_what_bandit_cannot_parse_is_not_checked_and_ruff_s_findings_count(judge: Judge) -> None:
    newer = "x = 1\ny = f'{\"a\" + f'{x}'}'\n"

    outcome = judge("security.code", {}, {"app.py": newer})

    parsed = sys.version_info >= (3, 12)
    assert outcome.state is (State.PASS if parsed else State.NOT_CHECKED)
    assert [unknown.path for unknown in outcome.unknowns] == ([] if parsed else ["app.py"])


def test_text_that_is_marked_as_safe_counts_where_it_comes_from_elsewhere(judge: Judge) -> None:
    marks = "from django.utils.safestring import mark_safe\n\n\ndef f(given):\n    return {}\n"
    safe, unsafe = marks.format("mark_safe('<b>fixed</b>')"), marks.format("mark_safe(given)")

    outcome = judge("security.code", {}, {"safe.py": safe, "unsafe.py": unsafe})

    assert _rules(outcome) == [("S308", "unsafe.py", 5)]


@pytest.mark.parametrize(("engine", "ending"), [("bandit", "kill -9 $$"), ("ruff", "exit 3"), ("ruff", "exit 0")])
def test_an_engine_that_fails_is_not_checked_and_the_other_reports(
    judge: Judge, monkeypatch: pytest.MonkeyPatch, engine: str, ending: str
) -> None:
    stub = judge.scratch / "bin" / engine
    stub.parent.mkdir()
    stub.write_text(f"#!/bin/sh\n{ending}\n")
    stub.chmod(0o755)
    monkeypatch.setattr(tools, "find_engine", lambda tool: stub if tool == engine else find_engine(tool))

    quiet = judge("security.code", {}, {"app.py": "x = 1\n"})

    assert (quiet.state, len(quiet.unknowns)) == (State.NOT_CHECKED, 1)
    assert engine in quiet.unknowns[0].reason


def test_added_suppressions_are_listed_and_moved_ones_are_old(judge: Judge) -> None:
    old = "a = eval(b)  # nosec B307\n"
    new = "c = '# nosec'\nd = exec(e)  # noqa: S102\n"

    outcome = judge("security.suppressions", {"a.py": old, "b.py": "x\n"}, {"a.py": "x\n", "b.py": old + new})

    assert [(found.path, found.line, found.suppression) for found in outcome.findings] == [("b.py", 3, "# noqa: S102")]
    assert outcome.findings[0].fingerprint
    assert outcome.state is State.PASS


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("ruff.toml", 'select = ["E", "S"]\n'),
        (".github/workflows/zizmor.yml", "on: push\njobs: {a: {runs-on: x, steps: [{run: zizmor .}]}}\n"),
    ],
)
def test_what_switches_scanners_on_hides_nothing(judge: Judge, path: str, content: str) -> None:
    assert not judge("security.suppressions", {}, {path: content}).findings


def test_a_workflow_that_drops_its_scanner_is_told(judge: Judge) -> None:
    path = ".github/workflows/ci.yml"

    outcome = judge(
        "security.suppressions",
        {path: "run: bandit -r .\n"},
        {path: "run: pytest\n", ".trivyignore": "CVE-1\n"},
        added="fail",
    )

    assert (outcome.state, [found.rule for found in outcome.findings]) == (
        State.FAIL,
        ["ignore-file", "scanner-removed"],
    )


def test_a_workflow_that_runs_a_title_fails(judge: Judge) -> None:
    path = ".github/workflows/a.yml"
    bad = "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo %s\n"

    outcome = judge("security.workflows", {}, {path: bad % "${{ github.event.pull_request.title }}"})

    assert (outcome.state, "template-injection" in {found.rule for found in outcome.findings}) == (State.FAIL, True)


def test_a_workflow_that_cannot_be_read_is_not_checked(judge: Judge) -> None:
    outcome = judge("security.workflows", {}, {".github/workflows/a.yml": "a: [\n"})

    assert outcome.state is State.NOT_CHECKED


def test_faults_of_a_dockerfile_are_notes(judge: Judge) -> None:
    outcome = judge("security.containers", {"Dockerfile": "FROM a:1\n"}, {"Dockerfile": "FROM a:1\nRUN sudo x\n"})

    assert (outcome.state, _rules(outcome)) == (State.PASS, [("DL3004", "Dockerfile", 2)])


def test_a_dockerfile_that_cannot_be_parsed_is_not_checked(judge: Judge) -> None:
    assert judge("security.containers", {}, {"Dockerfile": "FRM x\n"}).state is State.NOT_CHECKED


def test_findings_past_the_limit_of_the_list_still_fail_and_the_reason_says_so(judge: Judge) -> None:
    many = "".join(f"x{number} = eval(y)\n" for number in range(505))

    outcome = judge("security.code", {}, {"a/vendor/x.py": many, "z.py": EVAL})

    assert (outcome.state, len(outcome.findings)) == (State.FAIL, 500)
    assert outcome.findings[0].path == "z.py"
    assert outcome.reason.endswith("the worst 500 are listed")


@pytest.mark.parametrize("mark", ["# nosec", "# nosec B301", "# noqa", "# noqa: S301"])
def test_a_suppression_of_the_base_is_honoured_on_its_line_alone(judge: Judge, mark: str) -> None:
    kept = "".join(f"a{number} = {number}\n" for number in range(30))
    base = f"from json import loads\n\n\ndef f(x):\n    return loads(x)  {mark}\n\n\n{kept}"
    head = base.replace("json", "pickle") + "\n\ndef g(x):\n    return eval(x)\n"

    outcome = judge("security.code", {"app.py": base}, {"app.py": head})

    assert (outcome.state, _rules(outcome)) == (State.FAIL, [("S307", "app.py", 41)])


@pytest.mark.parametrize("mark", ["# nosec", "# nosec B301", "# noqa", "# noqa: S301"])
def test_a_suppression_of_the_base_is_honoured_in_a_file_that_is_renamed(judge: Judge, mark: str) -> None:
    kept = "".join(f"a{number} = {number}\n" for number in range(30))
    base = f"from json import loads\n\n\ndef f(x):\n    return loads(x)  {mark}\n\n\n{kept}"
    head = base.replace("json", "pickle") + "\n\ndef g(x):\n    return eval(x)\n"

    outcome = judge("security.code", {"old.py": base}, {"old.py": None, "new.py": head})

    assert _rules(outcome) == [("S307", "new.py", 41)]


def test_thousands_of_equal_faults_in_one_file_take_seconds(judge: Judge) -> None:
    many = "def f(y):\n" + "".join("    eval(y)\n" for _ in range(20_000))

    outcome = judge("security.code", {"a.py": many}, {"a.py": many + "    eval(y)\n"})

    assert (outcome.state, outcome.figures["known"], outcome.figures["new"]) == (State.FAIL, 20_000, 1)


@pytest.mark.parametrize("mark", ["# ruff: noqa", "# ruff: noqa: S307", "# flake8: noqa"])
def test_a_suppression_of_the_base_for_a_file_is_honoured_in_that_file_alone(judge: Judge, mark: str) -> None:
    outcome = judge("security.code", {"a.py": f"{mark}\n"}, {"a.py": f"{mark}\n{EVAL}", "b.py": EVAL})

    assert _rules(outcome) == [("S307", "b.py", 2)]


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ("x = f(y)  # nosec\n", "x = eval(y)  # nosec\n"),
        ("x = eval(y)  # nosec\n", "x = eval(y)  # nosec\nx = eval(y)  # nosec\n"),
        ("# ruff: disable[S307]\nx = 1\n# ruff: enable[S307]\n", "x = eval(y)\n# ruff: disable[S307]\nx = 1\n"),
        ("x = 1  # ruff: noqa\n", "x = 1  # ruff: noqa\nx = eval(y)\n"),
        ("# ruff: noqa: S102\n", "# ruff: noqa: S102\nx = eval(y)\n"),
        ("print(\n    y,\n)  # nosec\n", "eval(\n    y,\n)  # nosec\n"),
    ],
)
def test_no_suppression_of_the_base_covers_other_code(judge: Judge, base: str, head: str) -> None:
    outcome = judge("security.code", {"a.py": base}, {"a.py": head})

    assert (outcome.state, [found.rule for found in outcome.findings]) == (State.FAIL, ["S307"])


def test_a_broken_notebook_is_not_checked_and_a_fault_in_a_cell_counts(judge: Judge) -> None:
    cell = '{"cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": ["eval(input())"]}'
    book = f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'

    outcome = judge("security.code", {}, {"a.ipynb": book, "b.ipynb": "{"})

    assert (outcome.state, [(found.rule, found.path) for found in outcome.findings]) == (
        State.FAIL,
        [("S307", "a.ipynb")],
    )
    assert [unknown.path for unknown in outcome.unknowns] == ["b.ipynb"]


def test_an_engine_that_hangs_is_ended_and_not_checked(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    stub = judge.scratch / "bin" / "ruff"
    stub.parent.mkdir()
    stub.write_text("#!/bin/sh\nexec sleep 60\n")
    stub.chmod(0o755)
    monkeypatch.setattr(tools, "find_engine", lambda tool: stub if tool == "ruff" else find_engine(tool))

    outcome = judge("security.code", {}, {"app.py": "x = 1\n"}, deadline_s=5)

    assert (outcome.state, len(outcome.unknowns)) == (State.NOT_CHECKED, 1)
    assert "ruff" in outcome.unknowns[0].reason


def test_a_submodule_with_the_name_of_python_is_passed_over(judge: Judge) -> None:
    judge.repo.commit({"z.py": "x = 1\n"})
    judge.repo.branch("topic")
    judge.repo.git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},lib.py")
    judge.repo.git("commit", "-q", "-m", "change")

    outcome = judge.ask("security.code", judge.read_change(judge.repo.folder))

    assert (outcome.state, _rules(outcome)) == (State.NOT_APPLICABLE, [])


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [(".bandit", "[bandit]\nskips = B307\n", "scanner-settings"), (".trivyignore", "CVE-1\n", "ignore-file")],
)
def test_a_file_that_becomes_an_ignore_file_without_edits_is_listed(
    judge: Judge, name: str, content: str, rule: str
) -> None:
    outcome = judge("security.suppressions", {"notes.txt": content}, {"notes.txt": None, name: content})

    assert [(found.rule, found.path) for found in outcome.findings] == [(rule, name)]


@pytest.mark.parametrize(
    ("mark", "hides"), [("noqa: B", False), ("noqa: B008", False), ("noqa: S", True), ("nosec B307", True)]
)
def test_a_rule_of_another_linter_hides_nothing(judge: Judge, mark: str, hides: bool) -> None:  # noqa: FBT001 - the case
    line = f"a = eval(b)  # {mark}\n"

    assert bool(judge("security.suppressions", {"a.py": "x\n"}, {"a.py": line}).findings) is hides

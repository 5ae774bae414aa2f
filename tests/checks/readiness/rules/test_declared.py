"""The kinds of rules that a policy uses without Python: document, import, call, dependency, workflow-step, combined."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.model import NotRead, State, Strength
from tests.checks.readiness.look import Content, ask, look, places
from tests.checks.readiness.shop import deployment

_PDB = "kind: PodDisruptionBudget\nspec:\n  maxUnavailable: 1\n"
_DATABASE = (
    'resource "aws_db_instance" "main" {\n  engine = "postgres"\n  # backup_retention_period = 30\n'
    '  backup_retention_period = 7\n  timeouts {\n    create = "40m"\n  }\n}\n'
)


@pytest.mark.parametrize(
    ("files", "settings", "place"),
    [
        ({"a.yaml": _PDB}, {"files": ["*.yaml"], "path": ["spec", "maxUnavailable"], "most": 1}, "a.yaml:3"),
        ({"a.yaml": f"kind: X\n---\n{_PDB}"}, {"files": ["*.yaml"], "path": ["spec", "*"]}, "a.yaml:5"),
        (
            {"tsconfig.json": '{\n "a": {"strict": true}\n}'},
            {"path": ["a", "strict"], "pattern": "^true$"},
            "tsconfig.json:2",
        ),
        ({"pyproject.toml": "[tool.mypy]\nstrict = true\n"}, {"path": ["tool", "mypy", "strict"]}, "pyproject.toml:2"),
        (
            {"m.tf": _DATABASE},
            {"path": ["resource", "aws_db_instance", "*", "backup_retention_period"], "least": 7},
            "m.tf:4",
        ),
        ({"m.tf": _DATABASE}, {"path": ["resource", "*", "*", "timeouts", "create"], "pattern": "40m"}, "m.tf:6"),
    ],
    ids=["yaml", "a second document", "json", "toml", "terraform", "a block in a block"],
)
def test_a_value_of_a_document_passes_at_its_line(files: dict[str, str], settings: dict[str, Any], place: str) -> None:
    judged = ask("document", files, **{"files": ["*.*"], "strength": "configured", **settings})

    assert (judged.state, places(judged)) == (State.PASS, [place])


@pytest.mark.parametrize(
    "settings",
    [
        {"path": ["spec", "minAvailable"]},
        {"path": ["spec", "maxUnavailable"], "most": 0},
        {"path": ["spec", "maxUnavailable"], "least": 2},
        {"path": ["spec", "maxUnavailable"], "pattern": "^50%$"},
        {"path": ["kind"], "least": 0},
    ],
)
def test_a_value_that_is_not_there_or_not_good_fails(settings: dict[str, Any]) -> None:
    assert ask("document", {"a.yaml": _PDB}, files=["*.yaml"], **settings).state is State.FAIL


def test_a_document_that_cannot_be_parsed_leaves_it_open() -> None:
    judged = ask("document", {"a.yaml": "a: [\n"}, files=["*.yaml"], path=["a"])

    assert (judged.state, judged.unknowns[0].path) == (State.NOT_CHECKED, "a.yaml")


def test_terraform_that_is_too_large_leaves_it_open() -> None:
    judged = ask("document", {"a.tf": _DATABASE + "#" * 600_000}, files=["*.tf"], path=["resource", "aws_db_instance"])

    assert (judged.state, judged.unknowns[0].path) == (State.NOT_CHECKED, "a.tf")


def test_a_number_with_one_bound_is_one_that_a_change_may_not_make_worse() -> None:
    [measure] = ask(
        "document", {"a.yaml": _PDB}, files=["*"], path=["spec", "maxUnavailable"], most=3
    ).measures.values()

    assert (measure.value, measure.line, measure.higher_is_better) == (1, 3, False)


def test_the_value_of_a_document_is_never_told() -> None:
    judged = ask("document", {"a.yaml": "password: hunter22\n"}, files=["*"], path=["password"], strength="configured")

    assert (judged.state, "hunter22" in repr(judged)) == (State.PASS, False)


_LOADED = {"main.py": "import tenacity\nfrom app import x\n", "app.py": "x = 1\n"}


@pytest.mark.parametrize(
    ("files", "settings", "strength"),
    [
        (_LOADED, {"module": "tenacity"}, Strength.WIRED),
        (
            {"main.go": 'package main\nimport "github.com/sony/gobreaker/v2"\n'},
            {"module": ".*/gobreaker(?:/v\\d+)?"},
            "wired",
        ),
        ({**_LOADED, "lost.py": "import backoff\n"}, {"module": "backoff"}, Strength.CONFIGURED),
    ],
)
def test_a_module_counts_where_code_that_is_loaded_imports_it(
    files: dict[str, str], settings: dict[str, Any], strength: str
) -> None:
    judged = ask("import", files, strength="configured", **settings)

    assert (judged.state, judged.strength) == (State.PASS, strength)


@pytest.mark.parametrize(
    "files",
    [{"main.py": "# import tenacity\n"}, {"tests/test_a.py": "import tenacity\n"}, {"docs/a.md": "import tenacity\n"}],
)
def test_a_module_of_a_comment_a_test_or_a_document_is_not_imported(files: dict[str, str]) -> None:
    assert ask("import", files, module="tenacity").state is State.FAIL


def test_a_call_counts_by_its_name_and_arguments() -> None:
    files = {"server.ts": "import express from 'express'\nconst app = express()\napp.set('trust proxy', 1)\n"}

    assert places(ask("call", files, name=r"app\.set", arguments="trust proxy")) == ["server.ts:3"]
    assert ask("call", files, name=r"app\.set", arguments="etag").state is State.FAIL
    assert ask("call", files, name=r"app\.set", module="koa").state is State.FAIL


@pytest.mark.parametrize(
    ("files", "settings", "strength"),
    [
        ({"requirements.txt": "tenacity\n", "main.py": "import tenacity\n"}, {"name": "tenacity"}, Strength.WIRED),
        ({"requirements.txt": "tenacity\n"}, {"name": "tenacity"}, Strength.CONFIGURED),
        ({"package.json": '{"devDependencies": {"knip": "1"}}'}, {"name": "knip", "development": True}, "configured"),
    ],
)
def test_a_dependency_is_wired_where_it_is_imported(
    files: dict[str, str], settings: dict[str, Any], strength: str
) -> None:
    judged = ask("dependency", files, strength="configured", **settings)

    assert (judged.state, judged.strength) == (State.PASS, strength)


def test_a_dependency_of_another_name_ecosystem_or_scope_is_none() -> None:
    files = {"package.json": '{"devDependencies": {"knip": "1"}}', "requirements.txt": "tenacity\n"}

    assert ask("dependency", files, name="knip").state is State.FAIL
    assert ask("dependency", files, name="tena").state is State.FAIL
    assert ask("dependency", files, name="tenacity", ecosystem="npm").state is State.FAIL


_STEP = "on: {}\njobs:\n  t:\n    steps:\n      - {}\n"


@pytest.mark.parametrize(
    ("on", "step", "settings", "strength"),
    [
        ("pull_request", "run: npx size-limit", {"runs": "size-limit"}, Strength.WIRED),
        ("pull_request", "uses: acme/check@v1", {"uses": "acme/check"}, Strength.WIRED),
        ("schedule", "run: npx size-limit", {"runs": "size-limit"}, Strength.CONFIGURED),
        ("pull_request", "run: npx size-limit || true", {"runs": "size-limit"}, Strength.CONFIGURED),
    ],
)
def test_a_step_counts_where_its_failure_does(on: str, step: str, settings: dict[str, Any], strength: Strength) -> None:
    files = {".github/workflows/a.yml": _STEP.format(on, step)}
    judged = ask("workflow-step", files, strength="configured", **settings)

    assert (judged.state, judged.strength, places(judged)) == (State.PASS, strength, [".github/workflows/a.yml:5"])


def test_a_step_that_no_pipeline_has_fails_with_how_many_were_read() -> None:
    judged = ask("workflow-step", {".github/workflows/a.yml": _STEP.format("push", "run: make")}, runs="size-limit")

    assert (judged.state, judged.reason) == (State.FAIL, "none of 1 pipelines runs such a step")


def _file(name: str, **more: object) -> dict[str, Any]:
    return {"rule": "files", "files": [name], "strength": "configured", **more}


@pytest.mark.parametrize(
    ("parts", "any_of", "all_of"),
    [
        ([_file("a"), _file("b")], "pass", "pass"),
        ([_file("a"), _file("gone")], "pass", "fail"),
        ([_file("gone"), _file("lost")], "fail", "fail"),
        ([_file("gone"), _file("lost", otherwise="needs-sign-off")], "needs-sign-off", "fail"),
        ([_file("a"), _file("lost", otherwise="needs-sign-off")], "pass", "needs-sign-off"),
        ([_file("a"), _file("lost", needs=["nats"])], "pass", "pass"),
        ([_file("lost", needs=["nats"])], "not-applicable", "not-applicable"),
        ([_file("gone"), {"rule": "document", "files": ["broken.yml"], "path": ["x"]}], "not-checked", "fail"),
        ([{"rule": "any-of", "rules": [_file("gone"), _file("b")]}], "pass", "pass"),
    ],
)
def test_rules_are_taken_together(parts: list[dict[str, Any]], any_of: str, all_of: str) -> None:
    files = {"a": "x\n", "b": "x\n", "broken.yml": "a: [\n"}
    states = [ask(rule, files, rules=parts, strength="configured").state for rule in ("any-of", "all-of")]

    assert states == [any_of, all_of]


def test_a_part_that_names_no_strength_is_held_against_the_one_of_the_item() -> None:
    part = {"rule": "files", "files": ["a"]}

    assert ask("any-of", {"a": "x\n"}, rules=[part], strength="wired").state is State.FAIL
    assert ask("any-of", {"a": "x\n"}, rules=[part], strength="configured").state is State.PASS


def test_terraform_on_one_line_or_of_many_brackets_is_read_in_no_time() -> None:
    text = 'resource "a" "b" {\n' + "x = {\n" * 20_000 + "}\n" * 20_000 + "}\n" + "{" * 200_000
    started = time.process_time()
    found = look({"m.tf": text}).terraform.blocks
    ask("document", {"m.tf": text}, files=["*.tf"], path=["resource", "a", "b", "x"])

    assert (len(found), time.process_time() - started < 3) == (1, True)


@pytest.mark.parametrize("rule", ["any-of", "all-of"])
def test_what_a_part_could_not_read_leaves_open_that_something_is_nowhere(rule: str) -> None:
    files: dict[str, Content] = {".gitignore": ".env\n", "settings.txt": NotRead("too large", "split it")}

    judged = ask(rule, files, rules=[{"rule": "no-secrets"}])

    assert (judged.state, [unknown.path for unknown in judged.unknowns]) == (State.NOT_CHECKED, ["settings.txt"])


def test_a_part_that_fails_to_run_takes_nothing_from_one_that_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("bot.checks.readiness.rules.code.find_evidence", fail)
    parts = [{"rule": "code", "applies": "always"}, {"rule": "files", "files": ["a"]}]

    assert ask("any-of", {"a": "x\n"}, rules=parts, strength="configured").state is State.PASS
    assert ask("all-of", {"a": "x\n"}, rules=parts, strength="configured").state is State.NOT_CHECKED


def test_the_parts_of_a_rule_are_those_of_the_whole() -> None:
    files = {"k8s/d.yaml": deployment(), "server.js": "x\n"}
    judged = ask("all-of", files, rules=[{"rule": "kubernetes-manifests"}])

    assert judged.parts.keys() == ask("kubernetes-manifests", files).parts.keys() != set()

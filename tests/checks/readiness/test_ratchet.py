from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.checks import CHECKS
from bot.checks.readiness import check
from bot.checks.readiness.ask import Ask
from bot.checks.readiness.check import check_readiness
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rule import load_rule
from bot.model import CheckResult, ItemRequest, Level, Outcome, Request, State
from bot.policy.load import parse_policy
from tests.fixtures import ReadChange
from tests.repo import GitRepo

_POLICY = """\
name: ours
sections: {ready: Ready}
items:
  readiness.ours.limiter:
    section: ready
    required: warn
    settings: {rule: files, strength: configured, files: ["*.py"], pattern: "limit\\\\(", fix: limit it}
  readiness.ours.diagram:
    section: ready
    required: block
    settings: {rule: files, strength: configured, files: ["*.puml"], roles: [docs, product], fix: draw it}
"""
_BASE: dict[str, str | bytes | None] = {
    "README.md": "# Shop\n",
    "shop/app.py": "import x\n\n\nlimit(app)\nrun(app)\n",
    "docs/shop.puml": "@startuml\n@enduml\n",
    "shop/other.py": "y = 1\n",
}

Judge = Callable[[dict[str, str | bytes | None]], dict[str, Outcome]]


@pytest.fixture
def judge(tmp_path: Path, read_change: ReadChange) -> Judge:
    def run(edit: dict[str, str | bytes | None]) -> dict[str, Outcome]:
        repo = GitRepo(tmp_path / "shop")
        repo.commit(_BASE)
        repo.branch("change")
        repo.commit(edit)
        items = parse_policy(_POLICY.encode(), "ours.yml", CHECKS).items
        result = _ask(
            read_change(repo.folder), [ItemRequest(id=i.id, settings=i.settings, matches=i.matches) for i in items]
        )
        return {outcome.item.removeprefix("readiness.ours."): outcome for outcome in result.outcomes}

    return run


def _ask(change: Any, items: list[ItemRequest]) -> CheckResult:  # noqa: ANN401 - a change
    tools: Any = None
    return check_readiness(Request(change=change, items=items, tools=tools, salt=b"", deadline_s=60))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("import x\n\n\nrun(app)\n", 3),
        ("import x\n\n\n# limit(app)\nrun(app)\n", 4),
        ("import x\nimport y\n\n\n# limit(app)\nrun(app)\n", 5),
    ],
)
def test_a_pass_that_is_taken_away_is_lost_at_the_line_that_took_it(judge: Judge, text: str, line: int) -> None:
    lost = judge({"shop/app.py": text})["limiter"]

    assert (lost.state, lost.regressed) == (State.FAIL, True)
    found = lost.findings[0]
    assert (found.rule, found.path, found.line, found.fix) == ("regressed", "shop/app.py", line, "limit it")
    assert found.details == {"base": {"path": "shop/app.py", "line": 4}}


def test_what_went_with_its_file_is_named_where_it_was(judge: Judge) -> None:
    lost = judge({"shop/app.py": None, "docs/shop.puml": None})

    assert all(outcome.regressed for outcome in lost.values())
    assert [(f.path, f.line, f.in_head) for f in lost["diagram"].findings[:1]] == [("docs/shop.puml", 1, False)]


@pytest.mark.parametrize(
    "edit",
    [
        {"shop/app.py": "import x\nlimit(app)\n"},
        {"shop/app.py": None, "web/app.py": "limit(app)\n"},
        {"shop/other.py": "y = 2\n"},
        {"shop/new.py": "z = 2\n"},
    ],
)
def test_what_takes_nothing_away_is_as_before(judge: Judge, edit: dict[str, str | bytes | None]) -> None:
    outcomes = judge(edit)

    assert {outcome.regressed for outcome in outcomes.values()} == {False}
    assert outcomes["limiter"].state is State.PASS


def test_what_was_missing_before_is_not_lost(tmp_path: Path, read_change: ReadChange) -> None:
    repo = GitRepo(tmp_path / "shop")
    repo.commit({"shop/app.py": "run(app)\n"})
    repo.branch("change")
    repo.commit({"shop/app.py": "run(app, 2)\n"})
    [item, _] = parse_policy(_POLICY.encode(), "ours.yml", CHECKS).items

    [outcome] = _ask(
        read_change(repo.folder), [ItemRequest(id=item.id, settings=item.settings, matches=item.matches)]
    ).outcomes

    assert (outcome.state, outcome.regressed) == (State.FAIL, False)


_LIMIT = "[tool.coverage.report]\nfail_under = 80\n"
_COVERED: dict[str, str | bytes | None] = {
    "api/pyproject.toml": _LIMIT,
    "api/shop.py": "x = 1\n",
    "web/vitest.config.ts": "export default { test: { coverage: { enabled: true, thresholds: { lines: 70 } } } }\n",
    "web/shop.ts": "x = 1\n",
    ".github/workflows/ci.yml": (
        "on: pull_request\njobs:\n  test:\n    steps:\n      - run: coverage report\n      - run: npx vitest run\n"
    ),
}
_NO_LIMIT = "[tool.coverage.report]\nshow_missing = true\n"


@pytest.mark.parametrize(
    ("edit", "place"),
    [
        ({"api/pyproject.toml": _NO_LIMIT}, ("api/pyproject.toml", 2)),
        ({"api/pyproject.toml": _NO_LIMIT, "api/.coveragerc": "[report]\nfail_under = 8\n"}, ("api/pyproject.toml", 2)),
        ({"api/pyproject.toml": None, "api/.coveragerc": "[report]\nfail_under = 8\n"}, ("api/pyproject.toml", None)),
        ({"web/vitest.config.ts": "export default { test: { environment: 'jsdom' } }\n"}, ("web/vitest.config.ts", 1)),
    ],
)
def test_a_limit_that_is_taken_out_is_lost_though_another_one_is_left(
    tmp_path: Path, read_change: ReadChange, edit: dict[str, str | bytes | None], place: tuple[str, int | None]
) -> None:
    outcome = _compare("coverage-thresholds", tmp_path, read_change, _COVERED, edit)

    assert (outcome.state, outcome.regressed) == (State.FAIL, True)
    assert (outcome.findings[0].path, outcome.findings[0].line) == place


@pytest.mark.parametrize(
    "edit",
    [
        {"api/pyproject.toml": _NO_LIMIT, "api/.coveragerc": "[report]\nfail_under = 80\n"},
        {"api/pyproject.toml": f"# ours\n{_LIMIT}"},
        {"api/pyproject.toml": None, "api/shop.py": None},
    ],
)
def test_a_limit_that_moves_or_goes_with_its_code_is_none_that_is_lost(
    tmp_path: Path, read_change: ReadChange, edit: dict[str, str | bytes | None]
) -> None:
    outcome = _compare("coverage-thresholds", tmp_path, read_change, _COVERED, edit)

    assert (outcome.state, outcome.regressed) == (State.PASS, False)


_TABLES = """create table shops (id int primary key);
create table orders (id int primary key, shop_id int references shops (id));
create table items (id int primary key, order_id int references orders (id));
create table notes (id int primary key, order_id int references orders (id));
create index orders_shop_id_idx on orders (shop_id);
create index items_order_id_idx on items (order_id);
create index notes_order_id_idx on notes (order_id);
"""


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ("drop index notes_order_id_idx;\n", State.FAIL),
        ("drop table notes;\n", State.PASS),
        ("create table tags (id int primary key);\n", State.PASS),
    ],
)
def test_an_index_that_is_dropped_is_lost_though_most_keys_have_theirs(
    tmp_path: Path, read_change: ReadChange, edit: str, expected: State
) -> None:
    base: dict[str, str | bytes | None] = {
        "requirements.txt": "psycopg\n",
        "main.py": "import psycopg\npsycopg.connect(a)\n",
        "migrations/001_a.sql": _TABLES,
    }

    outcome = _compare("indexes", tmp_path, read_change, base, {"migrations/001_a.sql": _TABLES + edit})

    assert (outcome.state, outcome.regressed) == (expected, expected is State.FAIL)


_RETENTION = """\
resource "aws_cloudwatch_log_group" "web" {
  name              = "web"
  retention_in_days = 30
}

resource "aws_cloudwatch_log_group" "jobs" {
  name              = "jobs"
  retention_in_days = 30
}
"""
_JOBS = _RETENTION.partition("\n\n")[2]
_SCANNED = """\
on: pull_request
jobs:
  scan:
    steps:
      - uses: github/codeql-action/analyze@v4
      - name: Brakeman
        run: bundle exec brakeman
"""


@pytest.mark.parametrize(
    ("rule", "path", "text", "edit", "line"),
    [
        ("signals", "main.tf", _RETENTION, _RETENTION.replace("  retention_in_days = 30\n", "", 1), 2),
        ("signals", "main.tf", _RETENTION, _JOBS, None),
        ("signals", "main.tf", _RETENTION, _RETENTION.replace("30", "60"), None),
        (
            "scans",
            ".github/workflows/ci.yml",
            _SCANNED,
            _SCANNED.replace("      - name: Brakeman\n        run: bundle exec brakeman\n", ""),
            5,
        ),
        ("scans", ".github/workflows/ci.yml", _SCANNED, _SCANNED.replace("bundle exec brakeman", "semgrep ci"), None),
    ],
)
def test_one_of_several_things_that_show_an_item_is_lost_where_what_it_is_for_stays(
    rule: str, path: str, text: str, edit: str, line: int | None, tmp_path: Path, read_change: ReadChange
) -> None:
    signals = {
        "signals": '{terraform: aws_cloudwatch_log_group, body: "retention_in_days"}',
        "scans": '{action: "github/codeql-action/analyze"}, {command: "bundle exec brakeman|brakeman|semgrep ci"}',
    }[rule]
    settings = f"signals, strength: configured, signals: [{signals}]"

    outcome = _compare(settings, tmp_path, read_change, {path: text}, {path: edit})

    assert outcome.regressed is (line is not None), outcome.findings
    assert [found.line for found in outcome.findings if found.rule == "regressed"] == ([line] if line else [])


_GUARDED: dict[str, str | bytes | None] = {
    "config/application.rb": "class Shop < Rails::Application\nend\n",
    "app/controllers/application_controller.rb": (
        "class ApplicationController < ActionController::Base\n  before_action :authenticate_user!\nend\n"
    ),
    "app/controllers/orders_controller.rb": (
        "class OrdersController < ApplicationController\n  before_action :require_admin\nend\n"
    ),
    "app/controllers/notes_controller.rb": (
        "class NotesController < ApplicationController\n  before_action :authenticate_user!\nend\n"
    ),
}
_UNGUARDED = "class ApplicationController < ActionController::Base\n  before_action :set_locale\nend\n"
_CONCERN = "module Signed\n  included do\n    before_action :authenticate_user!\n  end\nend\n"


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        ({"app/controllers/application_controller.rb": _UNGUARDED}, State.FAIL),
        (
            {"app/controllers/application_controller.rb": _UNGUARDED, "app/controllers/concerns/signed.rb": _CONCERN},
            State.PASS,
        ),
        # That all have to be signed in is no reason to let all of them in here.
        ({"app/controllers/orders_controller.rb": "class OrdersController < ApplicationController\nend\n"}, State.FAIL),
        ({"app/controllers/notes_controller.rb": "class NotesController < ApplicationController\nend\n"}, State.PASS),
    ],
)
def test_a_guard_of_every_route_is_lost_though_some_route_keeps_its_own(
    tmp_path: Path, read_change: ReadChange, edit: dict[str, str | bytes | None], expected: State
) -> None:
    outcome = _compare("code, table: auth-middleware", tmp_path, read_change, _GUARDED, edit)

    assert (outcome.state, outcome.regressed) == (expected, expected is State.FAIL)
    if expected is State.FAIL:
        [path] = set(edit) - {"app/controllers/concerns/signed.rb"}
        assert outcome.findings[0].path == path
        assert outcome.findings[0].line in {1, 2}


_WORKLOAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
        - name: shop
          image: ghcr.io/acme/shop:1
          ports: [{containerPort: 3000}]
          readinessProbe: {httpGet: {path: /readyz, port: 3000}}
"""


def test_the_parts_of_a_manifest_that_is_broken_are_lost(tmp_path: Path, read_change: ReadChange) -> None:
    base: dict[str, str | bytes | None] = {"k8s/shop.yaml": _WORKLOAD}

    outcome = _compare("kubernetes-manifests", tmp_path, read_change, base, {"k8s/shop.yaml": f"{_WORKLOAD}  [\n"})

    assert (outcome.state, outcome.regressed) == (State.NOT_CHECKED, True)
    assert {found.details.get("part") for found in outcome.findings} == {"workloads", "probes"}


def test_a_number_of_a_part_is_said_once(tmp_path: Path, read_change: ReadChange) -> None:
    spec = "{maxUnavailable: 1, selector: {matchLabels: {app: shop}}}"
    budget = f"apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {{name: shop}}\nspec: {spec}\n"
    base: dict[str, str | bytes | None] = {"k8s/shop.yaml": f"{_WORKLOAD}---\n{budget}"}

    outcome = _compare("kubernetes-manifests", tmp_path, read_change, base, {"k8s/shop.yaml": _WORKLOAD})
    said = [found.message for found in outcome.findings if "without a disruption budget" in found.message]

    assert said == ["pdb: workloads without a disruption budget is 1, was 0"]


_REPLICAS = "document, files: [values.yaml], path: [replicas], least: 2, strength: configured"


@pytest.mark.parametrize("replicas", [1, 3])
def test_a_number_of_a_document_that_got_worse_is_made_up_for_by_none_of_another_file(
    tmp_path: Path, read_change: ReadChange, replicas: int
) -> None:
    edit: dict[str, str | bytes | None] = {"z/values.yaml": f"replicas: {replicas}\n", "a/values.yaml": "replicas: 9\n"}

    outcome = _compare(_REPLICAS, tmp_path, read_change, {"z/values.yaml": "replicas: 5\n"}, edit)

    assert (outcome.state, outcome.regressed) == (State.FAIL, True)
    assert (outcome.findings[0].path, outcome.findings[0].line) == ("z/values.yaml", 1)


def test_a_document_that_moves_takes_its_number_along(tmp_path: Path, read_change: ReadChange) -> None:
    edit: dict[str, str | bytes | None] = {"z/values.yaml": None, "a/values.yaml": "replicas: 5\n"}

    outcome = _compare(_REPLICAS, tmp_path, read_change, {"z/values.yaml": "replicas: 5\n"}, edit)

    assert (outcome.state, outcome.regressed) == (State.PASS, False)


_COSTLY = 'files, strength: configured, files: ["*.py", "*.md"], roles: [product, docs], pattern: "^(a+)+$"'
_LONG = "a" * 40 + "b"


@pytest.mark.parametrize(
    ("base", "edit", "regressed"),
    [
        ({"a.py": _LONG, "b.py": "aa"}, {"b.py": "b"}, None),
        ({"a.py": _LONG, "b.py": "aa"}, {"c.txt": "b"}, None),
        ({"a.md": _LONG, "b.py": "aa"}, {"b.md": "b"}, None),
        ({"a.py": _LONG, "b.py": "aa"}, {"a.py": "b"}, None),
        ({"b.py": "aa"}, {"a.py": _LONG}, True),
    ],
)
def test_of_a_rule_that_is_ended_it_is_not_known_that_nothing_is_lost(
    tmp_path: Path,
    read_change: ReadChange,
    monkeypatch: pytest.MonkeyPatch,
    base: dict[str, str | bytes | None],
    edit: dict[str, str | bytes | None],
    regressed: bool | None,  # noqa: FBT001 - an expected value
) -> None:
    monkeypatch.setattr(check, "_LIMIT_S", 0.2)

    outcome = _compare(_COSTLY, tmp_path, read_change, base, edit)

    assert outcome.regressed is regressed
    assert outcome.state is (State.PASS if edit == {"a.py": "b"} else State.NOT_CHECKED)


def test_of_a_rule_that_fails_it_is_not_known_that_nothing_is_lost(
    tmp_path: Path, read_change: ReadChange, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(look: Look, ask: Ask) -> Judged:
        look.files.text("a.py")
        raise KeyError(ask.rule)

    monkeypatch.setattr(check, "load_rule", lambda name: replace(load_rule(name), judge=fails))

    outcome = _compare("files, strength: configured, files: [a.py]", tmp_path, read_change, {"a.py": ""}, {"b.py": ""})

    assert (outcome.state, outcome.regressed) == (State.NOT_CHECKED, None)


def _compare(
    rule: str,
    folder: Path,
    read_change: ReadChange,
    base: dict[str, str | bytes | None],
    edit: dict[str, str | bytes | None],
) -> Outcome:
    repo = GitRepo(folder / "shop")
    repo.commit(base)
    repo.branch("change")
    repo.commit(edit)
    item_text = f"{{section: s, required: block, settings: {{rule: {rule}}}}}"
    policy = f"name: ours\nsections: {{s: S}}\nitems:\n  readiness.one: {item_text}\n"
    [item] = parse_policy(policy.encode(), "ours.yml", CHECKS).items
    asked = ItemRequest(id=item.id, settings=item.settings, matches=item.matches)
    return _ask(read_change(repo.folder), [asked]).outcomes[0]


def test_a_change_of_prose_asks_of_documents_alone(judge: Judge) -> None:
    quiet = judge({"README.md": "# The shop\n"})

    assert {outcome.state for outcome in quiet.values()} == {State.NOT_APPLICABLE}
    assert {outcome.regressed for outcome in quiet.values()} == {False}


def test_by_the_ratchet_what_is_lost_blocks_and_nothing_else() -> None:
    items = parse_policy(_POLICY.encode(), "ours.yml", CHECKS).items

    assert [(item.level, item.ratchet) for item in items] == [(Level.WARN, True), (Level.BLOCK, True)]


@pytest.mark.parametrize(
    ("readiness", "expected"),
    [
        ("{mode: enforce}", [(Level.WARN, False), (Level.BLOCK, False)]),
        ("{mode: enforce, enforce: [readiness.ours.limiter]}", [(Level.BLOCK, False), (Level.WARN, False)]),
        ("{enforce: [readiness.ours.limiter]}", [(Level.BLOCK, False), (Level.BLOCK, True)]),
        ("{mode: report}", [(Level.WARN, False), (Level.WARN, False)]),
    ],
)
def test_a_policy_says_how_its_list_counts(readiness: str, expected: list[tuple[Level, bool]]) -> None:
    items = parse_policy(f"{_POLICY}readiness: {readiness}\n".encode(), "ours.yml", CHECKS).items

    assert [(item.level, item.ratchet) for item in items] == expected

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.checks.readiness.attested import settle
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.rules.sign_off import SignOffAsk
from bot.cli import main
from bot.collect.authors import find_names
from bot.model import Attested, Commit, Evidence, Finding, LiveAnswer, SignOff, State, Strength
from tests.repo import GitRepo

_ITEM = "readiness.backup.rto"
_TODAY = date(2026, 6, 30)
_OPEN = Judged(state=State.NEEDS_SIGN_OFF, reason="no file can show this")
_FAILS = Judged(
    state=State.FAIL,
    reason="the interval is longer",
    evidence=[Evidence(text="weekly", path="backup.yaml", line=3, strength=Strength.WIRED)],
    missing=[Finding(rule="interval", message="the interval is longer")],
)

# What the tree does not hold may stand elsewhere: a proxy that ends TLS.
_ABSENT = Judged(
    state=State.FAIL, reason="nothing shows it", missing=[Finding(rule="missing", message="nothing shows it")]
)


def _signoff(**changes: Any) -> SignOff:  # noqa: ANN401 - any member
    given = {"by": "@ada", "on": date(2026, 1, 10), "link": "https://wiki.acme.io/rto", "expires": None, **changes}
    return SignOff(path=".github/gonogo.yml", line=4, **given)


def _settled(judged: Judged, signoff: SignOff | None, *, months: int = 12, **attested: Any) -> Judged:  # noqa: ANN401
    ask = SignOffAsk(rule="sign-off", valid_months=months)
    signoffs = {_ITEM: signoff} if signoff else {}
    return settle(_ITEM, judged, ask, Attested(**{"today": _TODAY, "signoffs": signoffs, **attested}))


@pytest.mark.parametrize(
    ("changes", "months"),
    [
        ({}, 12),
        ({"on": date(2025, 6, 30)}, 12),
        ({"on": date(2026, 6, 30)}, 1),
        ({"on": date(2024, 1, 1), "expires": date(2026, 6, 30)}, 12),
        ({"by": "Grace Hopper"}, 12),
        ({"link": "http://wiki.acme.io:8080/rto?x=1#y"}, 12),
    ],
)
def test_a_sign_off_passes_what_no_file_can_show(changes: dict[str, Any], months: int) -> None:
    judged = _settled(_OPEN, _signoff(**changes), months=months)

    assert judged.state is State.PASS
    assert judged.reason.startswith("signed off by ")
    assert (judged.evidence[0].path, judged.evidence[0].line) == (".github/gonogo.yml", 4)


@pytest.mark.parametrize(
    ("changes", "months", "word"),
    [
        ({"on": date(2025, 6, 29)}, 12, "expired on 2026-06-29"),
        ({"on": date(2025, 12, 29)}, 6, "expired on 2026-06-29"),
        ({"expires": date(2026, 6, 29)}, 12, "expired on 2026-06-29"),
        ({"on": date(2026, 7, 1)}, 12, "of the future"),
        ({"link": "TBD"}, 12, "no web address"),
        ({"link": "wiki/rto"}, 12, "no web address"),
        ({"link": "javascript:alert(1)"}, 12, "no web address"),
        ({"link": "https://wiki.acme.io/TODO"}, 12, "no web address"),
        ({"by": "TBD"}, 12, "names nobody"),
        ({"by": "@Mallory"}, 12, "is an author of the change"),
        ({"by": "Mallory <mallory@acme.io>"}, 12, "is an author of the change"),
    ],
)
def test_a_sign_off_that_does_not_count_says_why(changes: dict[str, Any], months: int, word: str) -> None:
    judged = _settled(_OPEN, _signoff(**changes), months=months, authors=frozenset({"mallory"}))

    assert judged.state is State.NEEDS_SIGN_OFF
    assert word in judged.unknowns[0].reason


def test_whoever_signs_off_an_item_says_that_it_applies() -> None:
    absent = Judged(state=State.NOT_APPLICABLE, reason="no database")

    assert _settled(absent, _signoff()).state is State.PASS
    assert _settled(absent, _signoff(link="TBD")).state is State.NEEDS_SIGN_OFF


def test_the_policy_may_let_authors_sign_off() -> None:
    judged = _settled(_OPEN, _signoff(), authors=frozenset({"ada"}), author_may_sign_off=True)

    assert judged.state is State.PASS


def test_a_sign_off_never_makes_a_pass_of_what_the_tree_shows_to_fail() -> None:
    judged = _settled(_FAILS, _signoff())

    assert judged.state is State.FAIL
    assert "but the tree shows otherwise" in judged.evidence[-1].text


@pytest.mark.parametrize("state", [State.PASS, State.NOT_CHECKED, State.PENDING])
def test_a_sign_off_changes_no_answer(state: State) -> None:
    judged = Judged(state=state, reason="so")

    assert _settled(judged, _signoff()) == judged


@pytest.mark.parametrize(
    ("judged", "state", "expected"),
    [
        (_OPEN, State.PASS, State.PASS),
        (_OPEN, State.FAIL, State.FAIL),
        (_OPEN, State.NOT_CHECKED, State.NEEDS_SIGN_OFF),
        (Judged(state=State.PASS, reason="so"), State.FAIL, State.FAIL),
        (_FAILS, State.PASS, State.FAIL),
        (_ABSENT, State.PASS, State.PASS),
        (_ABSENT, State.NOT_CHECKED, State.FAIL),
    ],
)
def test_the_gate_decides_what_the_tree_leaves_open(judged: Judged, state: State, expected: State) -> None:
    live = {_ITEM: LiveAnswer(state=state, reason="30 of 30 tries answered")}

    assert _settled(judged, None, live=live).state is expected


def test_authors_are_known_by_name_address_and_login() -> None:
    commit = Commit("0" * 40, (), "", (), "Mallory M <12+mal@users.noreply.github.com>")

    assert find_names(["Opener"], [commit]) >= {"opener", "mallory m", "mal"}


def _judged(repo: GitRepo, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    main(["check", "--repo", str(repo.folder), "--policy", "production-readiness", "--format", "json", *more])
    return {item["id"]: item for item in json.loads(capsys.readouterr().out)["items"]}


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    repo = GitRepo(tmp_path / "shop")
    repo.commit({"README.md": "# Shop\n", "app.py": "x = 1\n", "requirements.txt": "psycopg==3.2\n"})
    return repo


def _policy(by: str) -> str:
    day = datetime.now(UTC).date() - timedelta(days=1)
    return f"extends: pull-request\nsignoffs:\n  {_ITEM}: {{by: '{by}', date: {day}, link: 'https://acme.io/rto'}}\n"


def test_an_audit_counts_the_sign_offs_that_the_revision_holds(
    repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.commit({".github/gonogo.yml": _policy("@grace")})

    item = _judged(repo, capsys)[_ITEM]

    assert (item["state"], item["evidence"][0]["line"]) == ("pass", 3)


@pytest.mark.parametrize(("by", "state"), [("@grace", "pass"), ("@ada", "needs-sign-off")])
def test_a_change_counts_those_of_the_base_that_are_not_its_authors(
    by: str, state: str, repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.commit({".github/gonogo.yml": _policy(by)})
    repo.branch("change")
    repo.commit({"app.py": "x = 2\n"})

    assert _judged(repo, capsys, "--base", "main")[_ITEM]["state"] == state


def test_what_a_change_signs_off_itself_is_listed_and_does_not_count(
    repo: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.branch("change")
    repo.commit({".github/gonogo.yml": _policy("@grace"), "app.py": "x = 2\n"})

    assert _judged(repo, capsys, "--base", "main")[_ITEM]["state"] == "needs-sign-off"

    main(["check", "--repo", str(repo.folder), "--base", "main", "--only", "policy.", "--format", "json"])
    [changed] = json.loads(capsys.readouterr().out)["items"]
    assert any("is signed off by @grace" in finding["message"] for finding in changed["findings"])


@pytest.mark.parametrize(("head", "state"), [(None, "needs-sign-off"), ("0" * 40, "needs-sign-off"), ("HEAD", "pass")])
def test_a_report_of_the_gate_counts_for_its_own_commit(
    head: str | None, state: str, repo: GitRepo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = repo.git("rev-parse", "HEAD") if head == "HEAD" else head
    answers = [{"id": _ITEM, "state": "pass", "reason": "so", "evidence": []}]
    report = {"schema": 1, "tool": "gonogo 1", "head": of, "targets": ["https://shop.acme.io"], "items": answers}
    (tmp_path / "gate.json").write_text(json.dumps(report))

    assert _judged(repo, capsys, "--gate-report", str(tmp_path / "gate.json"))[_ITEM]["state"] == state


@pytest.mark.parametrize(
    "text", ["", "[]", '{"tool": "gonogo 1", "head": null, "targets": [], "items": []}', "[" * 9999]
)
def test_what_is_no_report_of_the_gate_is_a_usage_error(
    text: str, repo: GitRepo, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gate.json"
    path.write_text(text)

    status = main(["check", "--repo", str(repo.folder), "--policy", "production-readiness", "--gate-report", str(path)])

    assert status == 2
    assert f"--gate-report {path}" in capsys.readouterr().err

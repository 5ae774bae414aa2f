"""The JSON report keeps the contract that other programs rely on."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from typing import Any

import pytest

from bot.model import Finding, Report, State, Verdict
from bot.render.as_json import render_json
from tests.render.reports import ALL, BASE, HEAD, KEY_IN_HEAD, NASTY, NO_GO, REVOKE, SHALLOW, hostile, item, report

REPORT_MEMBERS = [
    *("schema", "tool", "repository", "url", "pull_request", "audit", "base", "base_name", "merge_base", "head"),
    *("commits", "files", "policy", "verdict", "counts", "notes", "targets", "seconds", "items"),
]
ITEM_MEMBERS = [
    *("id", "section", "title", "state", "level", "required", "needs_network", "reason", "findings", "unknowns"),
    *("evidence", "figures", "rows", "regressed", "seconds"),
]


def parsed(judged: Report) -> Any:  # noqa: ANN401 - JSON
    return json.loads(render_json(judged))


@pytest.mark.parametrize("judged", ALL.values(), ids=ALL)
def test_every_member_is_always_there(judged: Report) -> None:
    found = parsed(judged)

    assert list(found) == REPORT_MEMBERS
    assert found["schema"] == 1
    assert set(found["counts"]) == set(State)
    assert all(list(shown) == ITEM_MEMBERS for shown in found["items"])


def test_a_report_says_what_was_compared_by_which_policy() -> None:
    found = parsed(NO_GO)

    assert {name: value for name, value in found.items() if name != "items"} == {
        "schema": 1,
        "tool": "gonogo 0.1.0",
        "repository": "octo/shop",
        "url": "https://github.com/octo/shop",
        "pull_request": 17,
        "audit": False,
        "base": BASE,
        "base_name": "main",
        "merge_base": BASE,
        "head": HEAD,
        "commits": 3,
        "files": 8,
        "policy": {"name": "pull-request", "source": "shipped with gonogo", "digest": "0" * 64},
        "verdict": "no-go",
        "counts": {
            "pass": 1,
            "fail": 2,
            "not-applicable": 1,
            "not-checked": 0,
            "pending": 0,
            "needs-sign-off": 0,
            "waived": 0,
        },
        "notes": [],
        "targets": [],
        "seconds": 1.84,
    }


def test_a_finding_holds_its_members_whole() -> None:
    assert parsed(NO_GO)["items"][0]["findings"][1] == {
        "rule": "aws-access-token",
        "message": "AWS access key `AKIA…` (20 characters)",
        "severity": "critical",
        "certainty": "certain",
        "path": "shop/settings/production.py",
        "line": 41,
        "end_line": None,
        "column": 22,
        "commit": HEAD,
        "fingerprint": "s1:6f1ed002ab5595859014ebf0951522d9",
        "fix": REVOKE,
        "help": KEY_IN_HEAD.help,
        "suppression": None,
        "fails": True,
        "in_head": True,
    }


def test_an_unknown_and_a_level_are_told() -> None:
    shown = parsed(SHALLOW)["items"][0]

    assert (shown["state"], shown["level"], shown["required"]) == ("not-checked", "block", True)
    assert set(shown["unknowns"][0]) == {"path", "line", "reason", "settle"}


def test_details_stand_in_the_finding_and_replace_nothing() -> None:
    finding = Finding(
        rule="r", message="m", details={"package": "left-pad", "advisories": ["a"], "rule": "forged", "fails": False}
    )
    shown = parsed(report(Verdict.NO_GO, item("a.b", "A", State.FAIL, "so", findings=[finding])))["items"][0]
    found = shown["findings"][0]

    assert (found["rule"], found["fails"], found["package"], found["advisories"]) == ("r", True, "left-pad", ["a"])
    assert "in_head" not in found


def test_names_that_are_not_utf8_and_numbers_that_json_lacks_are_made_valid() -> None:
    path = os.fsdecode(b"caf\xe9.py")
    finding = Finding(rule="r", message="m", path=path)
    figures = {"uncovered": {path: (1, 2)}, "percent": float("nan"), "top": float("inf")}
    judged = report(Verdict.GO, item("a.b", "A", State.PASS, "so", findings=[finding], figures=figures))
    text = render_json(replace(judged, repository="caf\u00e9"))
    shown = json.loads(text.encode())["items"][0]

    assert "caf\u00e9" in text
    assert shown["findings"][0]["path"] == "caf\\xe9.py"
    assert shown["figures"] == {"uncovered": {"caf\\xe9.py": [1, 2]}, "percent": None, "top": None}


@pytest.mark.parametrize("text", NASTY)
def test_hostile_text_arrives_as_it_was(text: str) -> None:
    found = parsed(hostile(text))
    kept = not any("\ud800" <= char <= "\udfff" for char in text)

    assert (found["items"][0]["reason"] == text) is kept
    assert json.dumps(found, ensure_ascii=False).encode()

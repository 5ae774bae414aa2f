"""The SARIF log is valid, and within what GitHub's code scanning takes."""

from __future__ import annotations

import gzip
import json
import os
import random
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bot.model import Certainty, Finding, Report, Severity, State, Unknown, Verdict
from bot.render.sarif import render_sarif
from tests.github_server.description import SARIF
from tests.render.reports import (
    ALL,
    HEAD,
    KEY_IN_HEAD,
    NASTY,
    NO_GO,
    REVOKE,
    SHALLOW,
    WAIVED,
    hostile,
    item,
    many,
    report,
)


@pytest.fixture(scope="session")
def validator() -> Draft4Validator:
    """A validator for the schema of SARIF 2.1.0."""
    if not SARIF.cached.is_file():
        pytest.skip("the schema of SARIF is not cached: run `python -m tests.github_server.description`")
    return Draft4Validator(json.loads(SARIF.cached.read_bytes()))


def parsed(judged: Report) -> Any:  # noqa: ANN401 - JSON
    log = json.loads(render_sarif(judged).encode())
    [run] = log["runs"]
    return run


def one(finding: Finding, name: str = "security.code", state: State = State.FAIL) -> Any:  # noqa: ANN401 - JSON
    return parsed(report(Verdict.NO_GO, item(name, "A title", state, "why", findings=[finding])))


@pytest.mark.parametrize("judged", [*ALL.values(), *map(hostile, NASTY)], ids=[*ALL, *map(repr, range(len(NASTY)))])
def test_every_log_is_valid(judged: Report, validator: Draft4Validator) -> None:
    log = json.loads(render_sarif(judged))

    assert [error.message for error in validator.iter_errors(log)] == []


def test_a_finding_is_a_result_with_its_rule() -> None:
    run = parsed(NO_GO)

    assert run["tool"]["driver"]["rules"][1] == {
        "id": "aws-access-token",
        "shortDescription": {"text": "No secret is added"},
        "fullDescription": {"text": "No secret is added (aws-access-token)"},
        "help": {"text": REVOKE},
        "helpUri": KEY_IN_HEAD.help,
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["security", "secrets"], "security-severity": "9.5"},
    }
    assert run["results"][1] == {
        "ruleId": "aws-access-token",
        "ruleIndex": 1,
        "level": "error",
        "message": {"text": "AWS access key `AKIA…` (20 characters)"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "shop/settings/production.py", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 41, "startColumn": 22},
                }
            }
        ],
        "properties": {
            "item": "secrets.added",
            "state": "fail",
            "severity": "critical",
            "certainty": "certain",
            "commit": HEAD,
            "inHead": True,
        },
        "partialFingerprints": {"gonogo/v1": "s1:6f1ed002ab5595859014ebf0951522d9"},
    }


def test_a_run_names_the_tool_the_repository_and_the_commit() -> None:
    run = parsed(NO_GO)

    assert run["tool"]["driver"]["name"] == "gonogo"
    assert run["tool"]["driver"]["semanticVersion"] == "0.1.0"
    assert run["automationDetails"] == {"id": "gonogo/"}
    assert run["versionControlProvenance"] == [{"repositoryUri": "https://github.com/octo/shop", "revisionId": HEAD}]
    assert "versionControlProvenance" not in parsed(SHALLOW)


@pytest.mark.parametrize(
    ("finding", "level"),
    [
        (Finding(rule="r", message="m", path="a", severity=Severity.CRITICAL), "error"),
        (Finding(rule="r", message="m", path="a", severity=Severity.HIGH), "error"),
        (Finding(rule="r", message="m", path="a", severity=Severity.MEDIUM), "warning"),
        (Finding(rule="r", message="m", path="a", severity=Severity.LOW), "note"),
        (Finding(rule="r", message="m", path="a", severity=Severity.INFO), "note"),
        (Finding(rule="r", message="m", path="a", fails=False), "note"),
        (Finding(rule="r", message="m", path="a", certainty=Certainty.NOTE), "note"),
    ],
)
def test_the_level_follows_from_the_severity(finding: Finding, level: str) -> None:
    assert one(finding)["results"][0]["level"] == level


def test_only_checks_of_security_claim_a_security_severity() -> None:
    finding = Finding(rule="r", message="m", path="a")

    assert one(finding, "coverage.patch")["tool"]["driver"]["rules"][0]["properties"] == {"tags": ["coverage"]}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b/ü.py", "a%20b/%C3%BC.py"),
        (os.fsdecode(b"caf\xe9"), "caf%E9"),
        ("a:b", "a%3Ab"),
        ("//evil.example/x", "evil.example/x"),
    ],
)
def test_a_path_is_an_address_below_the_root(path: str, uri: str) -> None:
    [result] = one(Finding(rule="r", message="m", path=path))["results"]

    assert result["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}


def test_a_waived_finding_is_suppressed_and_a_comment_only_asks() -> None:
    [waived] = parsed(WAIVED)["results"]
    [asking] = one(Finding(rule="r", message="m", path="a", suppression="# nosec"))["results"]

    assert waived["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "waived by @ada until 2027-01-31: the documented example key",
        }
    ]
    assert asking["suppressions"] == [{"kind": "inSource", "status": "underReview", "justification": "# nosec"}]


def test_a_result_has_github_s_hash_of_its_line_where_head_has_the_line() -> None:
    here = Finding(rule="r", message="m", path="a", line=3, fingerprint="f")
    gone = replace(here, in_head=False)
    judged = report(
        Verdict.NO_GO,
        item("security.code", "A title", State.FAIL, "why", findings=[here, gone, replace(here, path="b")]),
        line_hashes={"a": {3: "a7f2ff13bc495cf2:1"}},
    )

    assert [result["partialFingerprints"] for result in parsed(judged)["results"]] == [
        {"primaryLocationLineHash": "a7f2ff13bc495cf2:1", "gonogo/v1": "f"},
        {"gonogo/v1": "f"},
        {"gonogo/v1": "f"},
    ]


def test_what_has_no_file_or_was_not_checked_is_a_notification() -> None:
    judged = report(
        Verdict.NO_GO,
        item(
            "a.b",
            "A",
            State.NOT_CHECKED,
            "why",
            findings=[Finding(rule="r", message="no file")],
            unknowns=[Unknown(reason="too large", settle="raise the limit", path="big.bin")],
        ),
        item("a.c", "C", State.NOT_CHECKED, "it crashed"),
    )
    run = parsed(judged)

    assert run["results"] == []
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                {"message": {"text": "A: too large (big.bin). To settle it: raise the limit"}, "level": "error"},
                {"message": {"text": "C: not checked: it crashed"}, "level": "error"},
                {"message": {"text": "A: no file"}, "level": "error"},
            ],
        }
    ]


def test_a_log_stays_within_githubs_limits_and_counts_what_it_leaves_out(validator: Draft4Validator) -> None:
    text = render_sarif(many(50_000))
    [run] = json.loads(text)["runs"]

    assert len(gzip.compress(text.encode())) <= 10_000_000
    assert len(run["results"]) == 5_000
    assert {result["properties"]["severity"] for result in run["results"]} == {"critical"}
    assert run["invocations"][0]["toolExecutionNotifications"] == [
        {"message": {"text": "45,003 entries are left out: the file would be too large"}, "level": "warning"}
    ]
    few = {"version": "2.1.0", "runs": [{**run, "results": run["results"][:100]}]}
    assert [error.message for error in validator.iter_errors(few)] == []


def test_texts_that_do_not_compress_are_cut_too() -> None:
    numbers = random.Random(7)  # noqa: S311 - nothing secret
    finding = Finding(rule="r", message="m", path="a")
    words = [f"{numbers.getrandbits(8 * 960):x}" for _ in range(10_000)]
    found = [
        replace(finding, rule=f"r{number}", message=message, fix=fix)
        for number, (message, fix) in enumerate(zip(words[::2], words[1::2], strict=True))
    ]
    text = render_sarif(report(Verdict.NO_GO, item("a.b", "A", State.FAIL, "why", findings=found)))

    assert len(gzip.compress(text.encode())) <= 10_000_000
    assert "2,500 entries are left out" in text

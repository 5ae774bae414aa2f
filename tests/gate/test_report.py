from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.collect.gate_report import read_gate_report
from bot.model import State
from tests.gate.run import OLDER, SHA, gate, policy
from tests.gate.service import Service

HEALTH, SMOKE = "readiness.verify.health", "readiness.verify.smoke"


def test_a_check_reads_the_report_for_the_commit_that_was_deployed(tmp_path: Path, service: Service) -> None:
    gate(tmp_path, policy({HEALTH: {}, SMOKE: {}}), "--url", service.url, "--sha", SHA)

    answers, _ = read_gate_report(tmp_path / "report.json", SHA)

    assert {item: answers[item].state for item in (HEALTH, SMOKE)} == {HEALTH: State.PASS, SMOKE: State.NOT_CHECKED}
    assert read_gate_report(tmp_path / "report.json", OLDER)[0] == {}


def test_a_report_has_one_order(tmp_path: Path, service: Service) -> None:
    items = {"readiness.deploy.cors-proper": {"paths": ["/", "/health", "/version"]}}

    first, second = (gate(tmp_path, policy(items), "--url", service.url).report["items"] for _ in range(2))

    assert [item["evidence"] for item in first] == [item["evidence"] for item in second]


def test_a_waiver_lets_a_fault_be(tmp_path: Path, service: Service) -> None:
    service.headers["Server"] = "nginx/1.25"
    headers = "readiness.deploy.headers-verified"
    asked = policy({headers: {}})
    found = gate(tmp_path, asked, "--url", service.url)
    waivers = [
        {"item": headers, "fingerprint": one["fingerprint"], "owner": "ada", "reason": "known", "expires": "2099-01-01"}
        for one in found.item(headers)["findings"]
    ]

    waived = gate(tmp_path, {**asked, "waivers": waivers}, "--url", service.url)

    # The place of the second fault is a path that nobody made, and has the same name each time.
    assert (found.status, waived.status, waived.state(headers)) == (1, 0, "waived")


def test_the_summary_says_where_a_fault_is_waived(
    tmp_path: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.headers["Server"] = "nginx/1.25"
    named = tmp_path / "gate.yml"
    named.write_text(json.dumps(policy({"readiness.deploy.headers-verified": {}})))

    assert main(["gate", "--policy", str(named), "--url", service.url, "--format", "markdown"]) == 1
    said = capsys.readouterr().out
    assert "a waiver to <code>.github/gonogo-gate.yml</code>: item" in said or ".github/gonogo-gate.yml`: item" in said


@pytest.mark.parametrize("options", [["--wait", "0"], ["--wait", "x"], ["--sha", "main"], ["--format", "pdf"]])
def test_an_option_that_is_not_usable_is_an_error_of_usage(
    tmp_path: Path, service: Service, options: list[str]
) -> None:
    try:
        status = gate(tmp_path, policy({HEALTH: {}}), "--url", service.url, *options).status
    except SystemExit as error:
        status = int(str(error.code))

    assert status == 2


def test_progress_goes_to_stderr_alone(tmp_path: Path, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    asked = policy({HEALTH: {"paths": ["/nowhere"]}})

    assert gate(tmp_path, asked, "--url", service.url, "--wait", "2").status == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert "waiting for readiness.verify.health" in said.err

"""A real Prometheus with the history of every case, asked by the gate."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.gate.certificates import Authority
from tests.gate.history import History
from tests.gate.metric_cases import CASES, P95, Case
from tests.gate.prometheus import Server, run_prometheus
from tests.gate.run import Result, gate, policy


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("prometheus")
    history = History()
    for case in CASES:
        case.arrange(history, case.name)
    with run_prometheus(folder, authority.path, blocks=history.write(folder / "history")) as server:
        yield server


def ask(tmp_path: Path, prometheus: Server, case: Case) -> Result:
    selector = f'job="{case.name}"'
    uptime = {"selector": selector} if case.item == "readiness.metrics.uptime" else {}
    items = {**case.others, case.item: {**case.settings, **uptime}}
    named = json.loads(json.dumps(policy(items, targets={"selector": selector})).replace("{job}", case.name))
    return gate(tmp_path, named, "--prometheus", prometheus.url)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_judged_as_it_was_written_down(tmp_path: Path, prometheus: Server, case: Case) -> None:
    result = ask(tmp_path, prometheus, case)

    assert result.state(case.item) == case.state, result.reason(case.item)
    assert (result.status == 0) <= (case.state == "pass")


@pytest.mark.parametrize("name", ["fast", "at-499-ms", "at-501-ms", "restarted"])
def test_the_p95_is_that_of_the_query_within_one_percent(tmp_path: Path, prometheus: Server, name: str) -> None:
    [case] = [case for case in CASES if case.name == name]
    series = f'http_request_duration_seconds_bucket{{job="{name}"}}'

    value = ask(tmp_path, prometheus, case).item(P95)["figures"]["value"]

    assert value == pytest.approx(
        prometheus.value(f"histogram_quantile(0.95, sum by (le) (rate({series}[10m])))"), rel=0.01
    )


def test_every_reason_names_its_query(tmp_path: Path, prometheus: Server) -> None:
    [case] = [case for case in CASES if case.name == "at-501-ms"]

    assert re.search(
        r"histogram_quantile\(0\.95, .*is 501 ms, not below 500 ms", ask(tmp_path, prometheus, case).reason(P95)
    )


def test_what_was_before_the_gate_began_can_be_left_out(tmp_path: Path, prometheus: Server) -> None:
    [case] = [case for case in CASES if case.name == "fast"]
    fresh = replace(case, settings={"since_start": True})

    result = ask(tmp_path, prometheus, fresh)

    assert result.state(P95) == "not-checked"
    assert "[1s]" in result.reason(P95)

"""Metrics that Markus sends, which nothing has to serve."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_CODE = (
    "import markus\nfrom fastapi import FastAPI\napp = FastAPI()\nmetrics = markus.get_metrics()\n"
    "{made}\n@app.get('/orders')\ndef orders():\n    metrics.incr('orders')\n    return []\n"
)
_LISTED = (
    "backends = [{{'class': '{name}', 'options': {{'statsd_host': HOST}}}}]\nmarkus.configure(backends=backends)\n"
)
_ADDED = "backends = []\nbackends.append({{'class': '{name}'}})\nmarkus.configure(backends=backends)\n"
_GIVEN = "markus.configure(backends=[{{'class': '{name}'}}])\n"


@pytest.mark.parametrize("made", [_LISTED, _ADDED, _GIVEN])
@pytest.mark.parametrize(
    ("name", "collected", "served"),
    [
        ("markus.backends.datadog.DatadogMetrics", State.PASS, State.NOT_APPLICABLE),
        ("markus.backends.statsd.StatsdMetrics", State.PASS, State.NOT_APPLICABLE),
        # Into the log only.
        ("markus.backends.logging.LoggingMetrics", State.FAIL, State.FAIL),
    ],
)
def test_markus_sends_metrics_where_a_backend_does(made: str, name: str, collected: State, served: State) -> None:
    files = {"main.py": _CODE.format(made=made.format(name=name)), "requirements.txt": "fastapi\nmarkus\n"}
    assert ask_item("monitoring.metrics-collection", files).state is collected
    assert ask_item("monitoring.metrics-endpoint", files).state is served

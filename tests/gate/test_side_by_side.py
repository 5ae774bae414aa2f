from __future__ import annotations

import time
from pathlib import Path

from tests.gate.run import gate, policy
from tests.gate.service import Reply, Request, Service

SMOKE = "readiness.verify.smoke"
SLOWEST_S = 2.0


def test_fifty_probes_take_no_longer_than_the_slowest_and_half_a_second(tmp_path: Path, service: Service) -> None:
    def wait(request: Request) -> Reply:
        time.sleep(SLOWEST_S * int(request.path.rpartition("/")[2]) / 50)
        return Reply({"ok": True})

    paths = [f"/slow/{number}" for number in range(1, 51)]
    service.routes.update(dict.fromkeys(paths, wait))
    requests = [{"name": path, "path": path, "expect": {"fields": {"ok": True}}} for path in paths]

    # On a machine that is busy with other things one of a few runs is undisturbed.
    took = []
    for _ in range(4):
        result = gate(tmp_path, policy({SMOKE: {"requests": requests}}), "--url", service.url)
        assert result.state(SMOKE) == "pass"
        took.append(result.item(SMOKE)["seconds"])
        if took[-1] <= SLOWEST_S + 0.5:
            return

    raise AssertionError(f"50 requests, the slowest of {SLOWEST_S} s, took {took} s")

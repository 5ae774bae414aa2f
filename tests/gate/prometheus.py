"""A real Prometheus of the tests' own, and a service with a histogram and counters that it scrapes over TLS."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import pytest

_NEEDED = "Prometheus is needed: apt-get install prometheus"
_CONFIGURATION = """
global: {{ scrape_interval: {interval}, scrape_timeout: {interval} }}
scrape_configs:
  - job_name: shop
    scheme: https
    tls_config: {{ ca_file: {authority}, server_name: localhost }}
    static_configs: [ {{ targets: [ {targets} ] }} ]
"""


class Server:
    """A running Prometheus."""

    def __init__(self, url: str) -> None:
        self.url = url

    def value(self, query: str) -> float:
        """The one value of a query, by Prometheus itself."""
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{urlencode({'query': query})}") as answer:  # noqa: S310 - loopback
            [found] = json.load(answer)["data"]["result"]
        return float(found["value"][1])

    def wait_for(self, query: str, seconds: float = 30) -> None:
        """Wait until a query gives something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                self.value(query)
            except (OSError, ValueError):
                time.sleep(0.2)
            else:
                return
        raise AssertionError(f"{query} gave nothing in {seconds} s")


def find_program() -> str:
    """Prometheus' program; the test is skipped where there is none."""
    found = shutil.which("prometheus")
    if found is None:
        pytest.skip(_NEEDED)
    return found


@contextmanager
def run_prometheus(
    folder: Path, authority: Path, targets: Sequence[str] = (), *, interval: str = "1s", blocks: Path | None = None
) -> Iterator[Server]:
    """Run Prometheus on a free port; `blocks` is a file in OpenMetrics of what happened before."""
    program = find_program()
    data = folder / "data"
    if blocks is not None:
        tool = str(Path(program).with_name("promtool"))
        command = [tool, "tsdb", "create-blocks-from", "openmetrics", str(blocks), str(data)]
        subprocess.run(command, check=True, capture_output=True)
    named = ", ".join(f'"{target}"' for target in targets)
    configuration = folder / "prometheus.yml"
    configuration.write_text(_CONFIGURATION.format(interval=interval, authority=authority, targets=named))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    log = (folder / "log").open("wb")
    process = subprocess.Popen(
        [
            program,
            f"--config.file={configuration}",
            f"--storage.tsdb.path={data}",
            f"--web.listen-address={address}",
            "--storage.tsdb.allow-overlapping-blocks",
            "--storage.tsdb.retention.time=60d",
        ],
        stdout=log,
        stderr=log,
    )
    try:
        server = Server(f"http://{address}")
        _wait_until_ready(server, process)
        yield server
    finally:
        process.terminate()
        process.wait()
        log.close()


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise AssertionError("Prometheus ended")
        try:
            server.value("vector(1)")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("Prometheus does not answer")

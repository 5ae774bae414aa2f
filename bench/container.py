"""Measure the action's image: its size, unpacked and as it is pulled, and how long it takes to say its first word.

Builds the Dockerfile without Docker, on a base of Debian's Python, as the tests do; the official image's own size
differs a little. Needs root, buildah, mmdebstrap, crun and uidmap. Run it with `python -m bench.container`.
"""

from __future__ import annotations

import os
import resource
import stat
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.packaging.container import Container, Containers, lacks

_ROOT = Path(__file__).parents[1]
_IMAGE = "localhost/gonogo:bench"
_PYTHON = "/opt/gonogo/bin/python"
_MB = 1_000_000
_RUNS = 5
# Without an event the action says what is missing, and that is its first word: it comes after all imports it needs.
_FIRST_WORD = (_PYTHON, "-I", "-m", "bot", "action")


def main() -> int:
    """Print the numbers; 2 where an image cannot be built here."""
    if missing := lacks():
        sys.stderr.write(f"to build and run an image, {missing} could not be had\n")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        containers = Containers(Path(folder))
        containers.make_base(_ROOT / ".cache" / "container" / "base.tar")
        started = time.perf_counter()
        containers.build(_ROOT, _IMAGE)
        print(f"built in {time.perf_counter() - started:.0f} s")
        archive = Path(folder) / "image.tar"
        containers.call("push", "--quiet", _IMAGE, f"oci-archive:{archive}")
        with containers.container(_IMAGE) as container:
            print(f"unpacked   {_unpacked(container) / _MB:6.0f} MB (this release: under 550, the aim: 350)")
            print(f"compressed {archive.stat().st_size / _MB:6.0f} MB (this release: under 200, the aim: 130)")
            bare, whole = _seconds(container, ("/bin/true",)), _seconds(container, _FIRST_WORD)
            print(f"first word {whole.wall - bare.wall:6.2f} s  (this release: under 1.5, the aim: 0.7)")
            print(
                f"           {whole.cpu - bare.cpu:6.2f} s  of that a processor worked: what an idle machine would take"
            )
            print(f"           {bare.wall:6.2f} s  is what an empty command takes here, and left out")
    return 0


def _unpacked(container: Container) -> int:
    """The bytes of all files; those with several names count once."""
    files = {(told.st_dev, told.st_ino): told for told in container.files().values() if stat.S_ISREG(told.st_mode)}
    return sum(told.st_size for told in files.values())


@dataclass(frozen=True)
class _Seconds:
    """How long something took by the clock, and how long a processor worked for it."""

    wall: float
    cpu: float


def _seconds(container: Container, command: Sequence[str]) -> _Seconds:
    """What a command takes in the container, the middle of several runs."""
    walls, cpus = [], []
    with tempfile.TemporaryDirectory() as workspace:
        os.chown(workspace, 1001, 127)
        for _ in range(_RUNS):
            started, worked = time.perf_counter(), _worked()
            container.run(command, Path(workspace))
            walls.append(time.perf_counter() - started)
            cpus.append(_worked() - worked)
    return _Seconds(statistics.median(walls), statistics.median(cpus))


def _worked() -> float:
    """Seconds that processors have worked for all commands so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from bot.collect.process import Bounds, Ended, run_bounded
from bot.settings import MIB


def run(tmp_path: Path, program: str, *, stdin: bytes = b"", timeout_s: float = 10, output: int = MIB) -> Ended:
    return run_bounded(
        [sys.executable, "-I", "-c", program],
        environment={},
        folder=tmp_path,
        bounds=Bounds(timeout_s, 1024 * MIB, output),
        stdin=stdin,
    )


def test_output_and_exit_status_come_back(tmp_path: Path) -> None:
    ended = run(
        tmp_path, "import sys; print(sys.stdin.read().upper()); sys.stderr.write('oops'); sys.exit(3)", stdin=b"x"
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (3, b"X\n", b"oops")


def test_a_child_that_does_not_end_is_killed_with_its_children(tmp_path: Path) -> None:
    started = time.monotonic()

    ended = run(tmp_path, "import subprocess; subprocess.run(['sleep', '60'])", timeout_s=0.5)

    assert ended.timed_out
    assert time.monotonic() - started < 5


def test_a_child_that_prints_without_end_is_cut(tmp_path: Path) -> None:
    ended = run(tmp_path, "while True: print('x' * 1000)", output=10_000)

    assert ended.cut
    assert len(ended.stdout) == 10_000


def test_a_child_that_reads_nothing_does_not_block_the_writer(tmp_path: Path) -> None:
    assert run(tmp_path, "print(1)", stdin=b"x" * 10 * MIB).stdout == b"1\n"


def test_a_child_that_closes_its_output_and_stays_is_killed_in_time(tmp_path: Path) -> None:
    assert run(tmp_path, "import os, time; os.close(1); time.sleep(60)", timeout_s=0.5).timed_out


@pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux alone")
def test_a_child_that_eats_memory_fails(tmp_path: Path) -> None:
    ended = run(tmp_path, "import time; time.sleep(0.2); x = b'x' * (2 << 30)")

    assert b"MemoryError" in ended.stderr

"""A request to end comes through wherever it reaches gonogo, and leaves no process behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest

import bot.__main__ as command
from bot.interrupts import Interrupted, errors_of_interruption, raise_on_signals, signals_held_back
from bot.sessions import kill_session

_NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    before, hook = [signal.getsignal(number) for number in _NUMBERS], sys.unraisablehook
    raise_on_signals()
    yield
    # Forget the request of the test.
    raise_on_signals()
    sys.unraisablehook = hook
    for number, handler in zip(_NUMBERS, before, strict=True):
        signal.signal(number, handler)


# Prints a line once a signal is a request to end.
_TELLING_WHEN = """
import bot.__main__ as command
raise_on_signals = command.raise_on_signals
command.raise_on_signals = lambda: (raise_on_signals(), print(flush=True))
raise SystemExit(command.main())
"""


class _Finalized:
    def __del__(self) -> None:
        signal.raise_signal(signal.SIGTERM)


def _wait() -> None:
    time.sleep(30)


def test_a_request_that_python_drops_in_a_finalizer_comes_again() -> None:
    with pytest.raises(Interrupted, match="SIGTERM"):  # noqa: PT012 - the second statement is interrupted
        _Finalized()
        _wait()


def test_an_error_that_a_library_makes_of_a_request_is_the_request() -> None:
    def library() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except BaseException as error:
            raise ValueError from error

    with pytest.raises(Interrupted, match="SIGINT"), errors_of_interruption():
        library()


def test_an_error_without_a_request_stays_what_it_is() -> None:
    with pytest.raises(ValueError, match="other"), errors_of_interruption():
        raise ValueError("other")


def test_an_error_that_python_makes_of_a_request_while_a_class_is_made_is_the_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Named:
        def __set_name__(self, owner: type, name: str) -> None:
            signal.raise_signal(signal.SIGINT)

    # Python 3.11 raises a RuntimeError of whatever `__set_name__` raises.
    monkeypatch.setattr("bot.cli.main", lambda: type("Model", (), {"field": Named()}))

    assert (command.main(), capsys.readouterr().err) == (130, "gonogo: interrupted by SIGINT\n")


def test_what_is_begun_and_noted_belongs_together() -> None:
    done = []

    with pytest.raises(Interrupted), signals_held_back():  # noqa: PT012 - the second statement must be reached
        signal.raise_signal(signal.SIGINT)
        done.append("noted")

    assert done == ["noted"]


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.05, 0.1, 0.2, 0.3])
def test_the_command_ends_in_one_line_wherever_it_is(after_s: float, tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _TELLING_WHEN, "demo"],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        cwd=Path(__file__).parents[1],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    child.stdout.readline()
    time.sleep(after_s)
    child.send_signal(signal.SIGINT)
    _, stderr = child.communicate(timeout=60)

    assert (child.returncode, stderr.splitlines()[-1:]) == (130, ["gonogo: interrupted by SIGINT"])
    assert list(tmp_path.glob("gonogo-*")) == []


def _lead(path: str) -> None:
    os.setsid()
    engine = subprocess.Popen(["sleep", "60"], process_group=0)
    Path(path).write_text(f"{engine.pid}\n")
    engine.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists the processes of a session")
def test_an_engine_in_a_group_of_its_own_ends_with_the_session(tmp_path: Path) -> None:
    path = tmp_path / "engine"
    leader = get_context("fork").Process(target=_lead, args=(str(path),))
    leader.start()
    while not (path.exists() and path.read_text()):
        time.sleep(0.01)
    engine = int(path.read_text())

    leader.kill()
    assert leader.pid
    kill_session(leader.pid)
    leader.join()

    stat = Path(f"/proc/{engine}/stat")
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"

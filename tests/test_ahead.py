"""Work that a second process does: what it makes is taken, and what it does not make is nobody's loss."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import ahead
from bot.ahead import SecondProcess
from bot.model import Made

_PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_processors", lambda: 2)
    # On a busy machine a nice process may not run for a minute.
    monkeypatch.setattr(ahead, "_NICENESS", 0)


def start(make: Callable[[int], object], count: int, done: Path) -> Made:
    """Begin, and wait until the things have been made: the first one is the last that is."""

    def noting(number: int) -> object:
        made = make(number)
        if not number:
            done.touch()
        return made

    made = SecondProcess().start(noting, count)
    waited = time.monotonic() + _PATIENCE_S
    while not done.exists() and time.monotonic() < waited:
        time.sleep(0.01)
    return made


def test_what_is_made_is_taken_once(tmp_path: Path) -> None:
    made = start(lambda number: [number] * 3, 5, tmp_path / "done")

    assert [made.take(number) for number in (4, 1, 3)] == [[4] * 3, [1] * 3, [3] * 3]
    assert made.take(4) is None


def test_it_sees_the_process_as_it_was(tmp_path: Path) -> None:
    held = {"text": "before"}

    def begin() -> Made:
        return start(lambda _: held["text"], 2, tmp_path / "done")

    made = begin()
    held["text"] = "after"

    assert made.take(1) == "before"


def test_what_was_asked_for_before_is_made_no_more(tmp_path: Path) -> None:
    go = tmp_path / "go"

    def make(number: int) -> object:
        while not go.exists():
            time.sleep(0.01)
        (tmp_path / str(number)).touch()
        return number

    made = SecondProcess().start(make, 3)

    assert made.take(0) is None
    go.touch()
    waited = time.monotonic() + _PATIENCE_S
    while not (tmp_path / "1").exists() and time.monotonic() < waited:
        time.sleep(0.01)
    assert sorted(one.name for one in tmp_path.iterdir() if one != go) == ["1", "2"]


def test_what_is_wanted_is_made_before_all_else(tmp_path: Path) -> None:
    go, order = tmp_path / "go", tmp_path / "order"

    def make(number: int) -> object:
        while not go.exists():
            time.sleep(0.01)
        with order.open("a") as written:
            written.write(f"{number}")
        return number

    made = SecondProcess().start(make, 6)
    made.take(3)
    made.want([1, 2, 3])
    go.touch()
    waited = time.monotonic() + _PATIENCE_S
    while not (order.exists() and "0" in order.read_text()) and time.monotonic() < waited:
        time.sleep(0.01)

    # It may have begun with the last one, and begins with the last that is wanted: the check comes from the other end.
    assert order.read_text().removeprefix("5") in {"2140", "21540"}
    assert [made.take(number) for number in (1, 2, 3)] == [1, 2, None]


def test_what_is_begun_ends_what_was_begun_before(tmp_path: Path) -> None:
    go = tmp_path / "go"

    def make(number: int) -> object:
        while not go.exists():
            time.sleep(0.01)
        (tmp_path / str(number)).touch()
        return number

    second = SecondProcess()
    first = second.start(make, 5)
    # It has begun with the last one.
    time.sleep(0.3)
    then = second.start(lambda number: number, 1)
    go.touch()
    waited = time.monotonic() + _PATIENCE_S
    while not (tmp_path / "4").exists() and time.monotonic() < waited:
        time.sleep(0.01)
    time.sleep(0.3)

    assert [one.name for one in tmp_path.iterdir() if one != go] == ["4"]
    assert (first.take(4), first.take(0), then.take(0) in {0, None}) == (4, None, True)


def test_a_process_that_is_begun_later_takes_nothing_from_the_check(tmp_path: Path) -> None:
    first = start(lambda number: number + 1, 3, tmp_path / "done")
    second = start(lambda _: [first.take(number) for number in range(3)], 1, tmp_path / "done too")

    assert second.take(0) == [None] * 3
    assert [first.take(number) for number in (1, 2)] == [2, 3]


def test_a_process_that_is_killed_gives_nothing_more(tmp_path: Path) -> None:
    def make(number: int) -> object:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    made = start(lambda number: number, 1, tmp_path / "done")
    killed = SecondProcess().start(make, 3)
    time.sleep(0.2)

    assert [killed.take(0), killed.take(1)] == [None, None]
    assert made.take(0) in {0, None}


def test_what_fails_and_what_has_no_room_is_left_to_the_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ahead, "_ROOM_BYTES", 4096)

    def make(number: int) -> object:
        (tmp_path / str(number)).touch()
        return "a" * (3000 if number else 10)

    made = SecondProcess().start(make, 3)
    waited = time.monotonic() + _PATIENCE_S
    while not (tmp_path / "1").exists() and time.monotonic() < waited:
        time.sleep(0.01)
    time.sleep(0.1)

    assert made.take(2) == "a" * 3000
    assert [made.take(1), made.take(0)] == [None, None]


@pytest.mark.parametrize("processors", [1, 2])
def test_nothing_is_begun_for_nothing_and_with_one_processor(monkeypatch: pytest.MonkeyPatch, processors: int) -> None:
    monkeypatch.setattr(ahead, "_processors", lambda: processors)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("a process is begun"))

    made = SecondProcess().start(lambda number: number, 0 if processors == 2 else 1)

    assert made.take(0) is None


def test_it_holds_nothing_open_that_somebody_waits_for() -> None:
    reading, writing = os.pipe()

    def make(_: int) -> object:
        time.sleep(_PATIENCE_S)
        return None

    SecondProcess().start(make, 1)
    # Waits for as long as any process can still write.
    os.close(writing)
    started = time.monotonic()
    assert os.read(reading, 1) == b""

    assert time.monotonic() - started < _PATIENCE_S / 2
    os.close(reading)


def test_a_machine_that_lets_no_process_be_made_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    # Root's processes are never too many.
    monkeypatch.setattr(os, "fork", refuse)

    assert SecondProcess().start(lambda number: number, 3).take(0) is None

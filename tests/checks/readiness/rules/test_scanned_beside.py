"""Secrets that a second process looks for: what it finds is what the check would, and nothing rests on it alone."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Self

import pytest

from bot.checks.readiness.facts.files import Memory
from bot.checks.readiness.facts.source import index
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.no_secrets import find_secrets, scan_beside
from bot.model import NotRead
from tests.checks.readiness.look import Content, MemoryTree

_KEY = "key = 'sk_live_" + "aB3dE5fG7h" * 3 + "'\n"
_FILES: Mapping[str, Content] = {"a.ts": "f()\n", "b/c.json": "{}\n", "d.sql": f"-- one\n{_KEY}", "e.txt": "no\n"}


class _Tree(MemoryTree):
    """Notes what is read."""

    def __init__(self, files: Mapping[str, Content]) -> None:
        super().__init__(files)
        self.read_paths: list[str] = []

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        wanted = list(paths)
        self.read_paths += wanted
        return super().read_many(wanted)


class _Second:
    """Makes all at once, and hands over what another process would: nothing where that is killed."""

    def __init__(self, *, killed: bool = False) -> None:
        self._killed = killed

    def start(self, make: Callable[[int], object], count: int) -> Self:
        self._made = {number: pickle.dumps(make(number)) for number in range(0 if self._killed else count)}
        return self

    def take(self, number: int) -> object:
        return pickle.loads(self._made.pop(number)) if number in self._made else None  # noqa: S301 - its own

    def want(self, numbers: Iterable[int]) -> None:
        pass


@pytest.fixture(autouse=True)
def _any_source_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "_WORTH_BYTES", 0)


def _places(look: Look) -> list[tuple[str | None, int | None]]:
    return [(one.path, one.line) for one in find_secrets(look)]


def _helped(tree: _Tree, second: _Second, memory: Memory | None = None) -> Look:
    """A look whose second process has made, or not made, all that it is asked for."""
    look = Look(tree, memory, ahead=second)
    scan_beside(look)
    assert look.source.paths
    tree.read_paths.clear()
    return look


def test_what_a_second_process_finds_is_taken_and_nothing_is_read_again() -> None:
    tree = _Tree(_FILES)
    look = _helped(tree, _Second())

    with look.files.recording() as reads:
        assert _places(look) == [("d.sql", 2)]
    assert tree.read_paths == []
    assert reads.paths >= _FILES.keys()
    assert _places(look) == [("d.sql", 2)]
    # What is parsed beside has its own numbers still.
    assert [one.name for one in look.source.file("a.ts").calls] == ["f"]


def test_where_the_second_process_is_killed_the_check_looks_itself() -> None:
    tree = _Tree(_FILES)

    assert _places(_helped(tree, _Second(killed=True))) == [("d.sql", 2)]
    assert "d.sql" in tree.read_paths


def test_a_file_that_a_second_process_could_not_read_is_known_to_be_unread() -> None:
    look = _helped(_Tree({**_FILES, "f.sql": NotRead("too large", "split it")}), _Second())

    with look.files.recording() as reads:
        assert _places(look) == [("d.sql", 2)]
    assert [one.path for one in look.files.doubts(reads)] == ["f.sql"]


def test_the_other_side_of_a_change_is_scanned_where_it_differs() -> None:
    memory = Memory()
    head = _helped(_Tree(_FILES), _Second(), memory)
    base = _Tree({**_FILES, "e.txt": _KEY})

    assert _places(head) == [("d.sql", 2)]
    assert _places(Look(base, memory)) == [("d.sql", 2), ("e.txt", 1)]
    assert base.read_paths == ["e.txt"]

"""A tree out of a mapping, for tests of rules and facts, and shorthands to ask one rule about it."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

from bot.checks import CHECKS
from bot.checks.readiness.ask import Ask
from bot.checks.readiness.check import judge
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rule import load_rule
from bot.globs import Glob
from bot.model import Entry, Mode, NotRead
from bot.policy.load import shipped_policy

Content = str | bytes | NotRead


class MemoryTree:
    """A `Tree` that holds what it is given; a `NotRead` is a file over a limit."""

    commit = "0" * 40

    def __init__(self, files: Mapping[str, Content]) -> None:
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}

    def entries(self) -> Sequence[Entry]:
        return tuple(Entry(path, Mode.FILE, _oid(self._files[path])) for path in sorted(self._files))

    def entry(self, path: str) -> Entry | None:
        return next((entry for entry in self.entries() if entry.path == path), None)

    def glob(self, *patterns: str) -> Iterator[Entry]:
        globs = [Glob(pattern) for pattern in patterns]
        return (entry for entry in self.entries() if any(glob.matches(entry.path) for glob in globs))

    def read(self, path: str) -> bytes | NotRead:
        return self._files[path]

    def read_many(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | NotRead]]:
        return ((path, self._files[path]) for path in paths)

    def contains(self, values: Iterable[bytes]) -> frozenset[bytes]:
        texts = [text for text in self._files.values() if isinstance(text, bytes)]
        return frozenset(value for value in values if any(value in text for text in texts))


def _oid(content: bytes | NotRead) -> str:
    return hashlib.sha1(content if isinstance(content, bytes) else b"", usedforsecurity=False).hexdigest()


def look(files: Mapping[str, Content]) -> Look:
    """A revision that holds these files."""
    return Look(MemoryTree(files))


def ask(rule: str, files: Mapping[str, Content], /, **settings: Any) -> Judged:  # noqa: ANN401 - a rule's own settings
    """What a rule says of these files, held against the strength that the settings ask (`wired` by default)."""
    asked = load_rule(rule).settings.model_validate({"rule": rule, "fix": "mend it", **settings})
    judged, _ = judge(look(files), asked)
    return judged


@functools.cache
def shipped_asks() -> dict[str, Ask]:
    """What the shipped policy asks by each item, without `readiness.` before its id."""
    items = shipped_policy("production-readiness", CHECKS).items
    return {item.id.removeprefix("readiness."): cast("Ask", item.settings) for item in items}


def ask_item(item: str, files: Mapping[str, Content]) -> Judged:
    """What an item of the shipped policy says of these files."""
    judged, _ = judge(look(files), shipped_asks()[item])
    return judged


def places(judged: Judged) -> list[str]:
    """The evidence's `path:line`, in order."""
    return [f"{seen.path}:{seen.line}" for seen in judged.evidence]

"""Lock files whose formats no reader knows yet: named, so that none passes for read.

They are Bun's old binary format, and those of conda, pixi, Deno, Dart, Elixir, CocoaPods and Swift.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.security.dependencies.locks.entries import Entry, Source


def read(source: Source) -> Iterator[Entry]:
    """Yield that the file is not read."""
    settle = "look at what it changes by hand, or bring another scanner's answer as SARIF"
    yield source.unknown(None, "a lock file whose format is not read", settle)

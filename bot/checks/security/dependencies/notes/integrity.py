"""Hashes that a lock had of a version and has no longer, or has otherwise.

Rule: the same version of the same package in the same file. A published version does not change, so that another hash
of the same kind means other content.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from bot.checks.security.dependencies.locked import Locked, LockFile
from bot.checks.security.dependencies.notes.sides import Sides, note, title
from bot.model import Finding

REMOVED = "integrity-removed"
CHANGED = "integrity-changed"
_FIX: Final = "write the lock anew with its package manager, from a registry that you trust"
_KIND: Final = re.compile(r"[A-Za-z0-9]+(?=[-:])")

Hashes: TypeAlias = Mapping[tuple[str, str], frozenset[str]]


def find(sides: Sides) -> Iterator[Finding]:
    """Yield at most one finding a file and rule, with the first package and how many there are."""
    before = {file.path: file for file in sides.before}
    for file in sides.after:
        old = before.get(file.path)
        if old is None or file.path not in sides.touched:
            continue
        hashes = _hashes(old)
        yield from _report(REMOVED, "has no hash any more", file, hashes, lambda was, now: bool(was) and not now)
        yield from _report(CHANGED, "has another hash at the same version", file, hashes, _differ)


def _hashes(file: LockFile) -> Hashes:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in file.packages:
        if one.package:
            found[one.name, one.package.version].update(one.integrity.split())
    return {key: frozenset(values) for key, values in found.items()}


def _differ(was: frozenset[str], now: frozenset[str]) -> bool:
    """Whether both have hashes of one kind and share none."""
    kinds = {_kind(one) for one in was} & {_kind(one) for one in now}
    return bool(kinds) and was.isdisjoint(now)


def _kind(text: str) -> str:
    found = _KIND.match(text)
    return found[0] if found else ""


def _report(
    rule: str,
    words: str,
    file: LockFile,
    before: Hashes,
    is_bad: Callable[[frozenset[str], frozenset[str]], bool],
) -> Iterator[Finding]:
    now = _hashes(file)
    bad = [one for one in file.packages if (key := _key(one)) in before and is_bad(before[key], now[key])]
    if not bad:
        return
    first = bad[0]
    names = len({_key(one) for one in bad})
    more = f", as {names - 1:,} more of the file" if names > 1 else ""
    about = f"{file.path}\0{title(first)}"
    yield note(
        rule, f"{title(first)} {words}{more}", path=file.path, line=first.line, about=about, fix=_FIX, likely=True
    )


def _key(one: Locked) -> tuple[str, str]:
    return one.name, one.package.version if one.package else ""

"""Merged migrations that do something else because a script that they import was changed.

They are not edited themselves, and new databases get another schema than old ones all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator

from bot.checks.migrations.script.program import Program
from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Finding, Severity, Unknown

_IMPORTS = re.compile(rb"(?:\bfrom|\brequire\s*\(|\bimport\s*\(?)\s*['\"`]([^'\"`\n]{1,200})['\"`]")
_LEVELS = 3
_MOST = 200


def find_shaken(
    orm: str, program: Program, merged: Collection[str], touched: Collection[str], is_same: Callable[[str], bool | None]
) -> Iterator[Finding | Unknown]:
    """Yield a result for each merged migration that the change leaves alone, and that does something else now.

    `is_same` says whether the migration at a path does what it did; None where it cannot be followed to its end.
    """
    if not any(path in program.paths() and path not in merged for path in touched):
        return
    program.read_ahead(merged)
    named: dict[str, list[str]] = {}
    for path in sorted(merged):
        by = _reached(program, path, touched, named) if path not in touched else None
        same = by is None or is_same(path)
        if by is None or same:
            continue
        if same is None:
            reason = f"{path} was merged before and cannot be followed, and {by}, which it imports, is changed"
            yield Unknown(path=by, line=1, reason=reason, settle="look whether the migration does what it did")
            continue
        yield Finding(
            rule=f"{orm}-merged-migration-shaken",
            message=f"{path} was merged before, and does something else now that {by} is changed",
            severity=Severity.HIGH,
            certainty=Certainty.LIKELY,
            path=by,
            line=1,
            fingerprint=fingerprint(orm, "shaken", path, by),
            fix="leave what merged migrations import as it was, and put what is to change into a new migration",
        )


def _reached(program: Program, path: str, touched: Collection[str], named: dict[str, list[str]]) -> str | None:
    """The changed script that one imports, at once or through others; None where there is none.

    `named` keeps what each script imports.
    """
    waiting, seen = [path], {path}
    for _ in range(_LEVELS):
        following = []
        for one in waiting:
            if one not in named:
                named[one] = list(_imports(program, one))
            for target in named[one]:
                if target in touched:
                    return target
                if target not in seen and len(seen) < _MOST:
                    seen.add(target)
                    following.append(target)
        waiting = following
    return None


def _imports(program: Program, path: str) -> Iterator[str]:
    for source in dict.fromkeys(_IMPORTS.findall(program.content(path) or b"")):
        target = program.resolve(path, source.decode("utf-8", "replace"))
        if target is not None:
            yield target

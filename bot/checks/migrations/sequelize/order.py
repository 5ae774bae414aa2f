"""The order of migrations, which is that of their files' names."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from bot.checks.migrations.sql.report import fingerprint
from bot.model import Certainty, Finding, Severity

_NUMBER = re.compile(r"\d+")
_HELP = "https://github.com/sequelize/umzug#readme"


def find_conflicts(new: Sequence[str], merged: Sequence[str]) -> Iterator[Finding]:
    """Yield a finding for each new migration whose place in the order is taken, or before a merged one."""
    newest = max((posixpath.basename(path) for path in merged), default="")
    numbers = {number: path for path in merged if (number := _number(path))}
    stems = {posixpath.splitext(posixpath.basename(path))[0]: path for path in merged}
    for path in new:
        name = posixpath.basename(path)
        twin = numbers.get(_number(path))
        same = stems.get(posixpath.splitext(name)[0])
        if path in merged:
            continue
        if same is not None:
            message = f"it has the name of {same}: one of the two is taken for the other, or both are run"
            yield _finding("same-name", path, message, Certainty.LIKELY)
        elif twin is not None:
            message = f"its number is that of {twin}: which of the two runs first is told by the rest of their names"
            yield _finding("same-number", path, message, Certainty.NOTE)
        elif name < newest:
            message = f"its name sorts before {newest}, which was merged: new databases run it earlier than old ones"
            yield _finding("late", path, message, Certainty.NOTE)


def _number(path: str) -> str:
    found = _NUMBER.match(posixpath.basename(path))
    return found[0] if found is not None else ""


def _finding(kind: str, path: str, message: str, certainty: Certainty) -> Finding:
    return Finding(
        rule=f"sequelize-{kind}",
        message=message,
        severity=Severity.MEDIUM,
        certainty=certainty,
        path=path,
        line=1,
        fingerprint=fingerprint("sequelize", kind, path),
        fix="give it a number of its own, after the newest",
        help=_HELP,
    )

"""What a change touches and nobody could read, whatever tool it belongs to: no silence of a tool speaks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.checks.migrations.face import Answer, Question
from bot.model import Change, NotRead, Unknown

# Scripts of SQL Server are often in UTF-16, and XML says its encoding: both are read so.
_ANY_ENCODING = (".sql", ".xml")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def tell_unread(answer: Answer, change: Change, concerns: Callable[[str], bool]) -> Answer:
    """The answer, with the changed files that were not read and that it does not name itself."""
    unread = list(_find(change, concerns))
    if not unread:
        return answer
    unknowns = dict(answer.unknowns)
    for question in (Question.MISSING, Question.RISKY):
        if question is Question.MISSING and (answer.absent_reason or answer.undeclared):
            continue
        said = unknowns.get(question, ())
        told = {unknown.path for unknown in said}
        unknowns[question] = [*said, *(one for one in unread if one.path not in told)]
    return replace(answer, unknowns=unknowns)


def _find(change: Change, concerns: Callable[[str], bool]) -> Iterator[Unknown]:
    paths = {file.new_oid: file.path for file in change.files if file.new_oid and concerns(file.path)}
    for oid, content in change.blobs.read(paths):
        path = paths[oid]
        if isinstance(content, NotRead):
            yield Unknown(path=path, reason=content.reason, settle=content.settle)
        elif content.startswith(_UTF_16) and not path.endswith(_ANY_ENCODING):
            yield Unknown(path=path, line=1, reason="the file is in UTF-16, and is not read", settle="keep it in UTF-8")

"""Versions and names of migrations, and what a change does to merged ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.checks.migrations.edited import find_edited
from bot.checks.migrations.face import Question
from bot.checks.migrations.rails.migration import class_name, migration_class
from bot.checks.migrations.rails.project import Database, Migration, parse_path
from bot.checks.migrations.rails.ruby import Source, TooBigError, parse
from bot.checks.migrations.sql.report import fingerprint
from bot.checks.migrations.syntax.leaves import digest
from bot.model import Certainty, Change, Finding, Severity, Status, Unknown

if TYPE_CHECKING:
    from bot.checks.migrations.rails.judge import Said

_HELP = "https://guides.rubyonrails.org/active_record_migrations.html#running-migrations"
_MARK = re.compile(rb"^<{7} ", re.MULTILINE)


def newest(sources: Sequence[Source]) -> int:
    """The highest version of some migrations; 0 where there are none."""
    found = (parse_path(source.path) for source in sources)
    return max((one.version for one in found if one is not None), default=0)


def version_of(source: Source) -> str:
    """The digits of a migration's version."""
    one = parse_path(source.path)
    return str(one.version) if one is not None else ""


def judge(  # noqa: PLR0913, PLR0917 - what there is to judge
    change: Change,
    database: Database,
    old: Database | None,
    new: Sequence[Migration],
    sources: Sequence[Source],
    said: Said,
) -> None:
    """Say what is wrong with the order, and which merged migrations are changed."""
    found = said.findings[Question.CONFLICTS]
    tip = [one for entry in change.base.entries() if (one := parse_path(entry.path)) is not None] if new else []
    folders = {one.folder for one in database.migrations.values()}
    others = {one.path: one for one in [*database.migrations.values(), *(one for one in tip if one.folder in folders)]}
    _find_twins(new, list(others.values()), found)
    _find_late(change, new, [one for one in tip if one.folder in folders], found)
    for source in sources:
        _find_misnamed(source, found)
    _find_marks(change, database, said)
    if old is not None:
        _find_edits(change, old, said)


def judge_gone(change: Change, database: Database, said: Said) -> None:
    """Say which migrations are gone of a database that has none any more."""
    _find_edits(change, database, said)


def _find_twins(new: Sequence[Migration], others: Sequence[Migration], found: list[Finding]) -> None:
    """Two of one version, or of one name: Active Record refuses to run any."""
    for one in new:
        for other in others:
            if other.path == one.path or other.path.rpartition("/")[2] == one.path.rpartition("/")[2]:
                continue
            what = "version" if other.version == one.version else "name" if other.name == one.name else ""
            if what and not (other in new and other.path > one.path):
                message = f"its {what} is that of {other.path}: Rails refuses to run any migration"
                found.append(_finding(f"same-{what}", one.path, message, f"give it a {what} of its own"))
                break


def _find_late(change: Change, new: Sequence[Migration], tip: Sequence[Migration], found: list[Finding]) -> None:
    merged = [one for one in tip if one.path not in {each.path for each in new} and change.base.entry(one.path)]
    last = max(merged, key=lambda one: one.version, default=None)
    for one in new:
        if last is not None and one.version < last.version:
            message = (
                f"its version is below that of {last.path}, which was merged: Rails runs it all the same, "
                "but new databases run it earlier than old ones"
            )
            found.append(
                _finding("late", one.path, message, "give it a version after the newest", certainty=Certainty.NOTE)
            )


def _find_misnamed(source: Source, found: list[Finding]) -> None:
    """Active Record takes the class's name from the file's."""
    node, named = migration_class(source), parse_path(source.path)
    if node is None or named is None:
        return
    name = class_name(node).rpartition("::")[2]
    if name.lower() != named.name.replace("_", "").lower():
        message = f"its class is {name}, and the file's name asks for another: Rails does not find it"
        fix = "give the class the name of the file in camel case"
        found.append(_finding("class-name", source.path, message, fix, line=node.start_point.row + 1))


def _find_marks(change: Change, database: Database, said: Said) -> None:
    """Marks of a merge that was not finished."""
    if database.schema not in {file.path for file in change.files} or change.head.entry(database.schema) is None:
        return
    content = change.head.read(database.schema)
    mark = _MARK.search(content) if isinstance(content, bytes) else None
    if mark is not None and isinstance(content, bytes):
        line = content.count(b"\n", 0, mark.start()) + 1
        message = "marks of a merge that was not finished are in the schema"
        fix = "take the base's file, run `bin/rails db:migrate`, and commit what it writes"
        said.findings[Question.CONFLICTS].append(_finding("merge-marks", database.schema, message, fix, line=line))


def _finding(  # noqa: PLR0913 - what a finding is made of
    kind: str, path: str, message: str, fix: str, *, line: int = 1, certainty: Certainty = Certainty.CERTAIN
) -> Finding:
    return Finding(
        rule=f"rails-{kind}",
        message=message,
        severity=Severity.MEDIUM if certainty is Certainty.NOTE else Severity.HIGH,
        certainty=certainty,
        path=path,
        line=line,
        fingerprint=fingerprint("rails", kind, path),
        fix=fix,
        help=_HELP,
    )


def _find_edits(change: Change, old: Database, said: Said) -> None:
    squashed = _squashed(change, old)
    for one in find_edited(
        change, "rails", lambda path: path in old.migrations or parse_path(path) is not None, same_ruby
    ):
        if isinstance(one, Unknown):
            said.unknowns[Question.EDITED].append(one)
        elif one.path not in squashed and _is_of(change, old, one):
            said.findings[Question.EDITED].append(one)


def _is_of(change: Change, old: Database, one: Finding) -> bool:
    return any(file.path == one.path and file.old_path in old.migrations for file in change.files)


def _squashed(change: Change, old: Database) -> set[str]:
    """Deleted migrations that are older than all that stay: the schema holds what they did."""
    deleted = {file.path for file in change.files if file.status is Status.DELETED}
    gone = [one for path, one in old.migrations.items() if path in deleted]
    left = [one for path, one in old.migrations.items() if path not in deleted]
    oldest = min((one.version for one in left), default=0)
    return {one.path for one in gone} if len(gone) > 1 and all(one.version < oldest for one in gone) else set()


def same_ruby(old: bytes, new: bytes) -> bool:
    """Whether two files hold the same code; comments and layout count for nothing."""
    return code_of(old) == code_of(new)


def code_of(content: bytes) -> str | bytes:
    """What is the same for two files of the same code; all of it where it is too big to be parsed."""
    try:
        return digest(parse("", content).root)
    except TooBigError:
        return content

"""Migrations that are SQL files: what of them a change adds, what it does to merged ones, and advice on their steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.checks.migrations.sql.comments import with_directives, with_run_comments
from bot.checks.migrations.sql.report import fingerprint
from bot.checks.migrations.sql.statements import Statement, UnreadSqlError, read_statements
from bot.checks.migrations.sql.steps import find_steps
from bot.model import Certainty, Finding, NotRead, Severity, Tree, Unknown

_ALTER = "https://www.postgresql.org/docs/current/sql-altertable.html"
_INDEX = "https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"
# Kind of a step to what it does and what is the safe way.
# Source: PostgreSQL's documentation of ALTER TABLE and CREATE INDEX.
_ADVICE: Mapping[str, tuple[str, str, str]] = {
    "drop-table": ("drops a table with its data", "deploy code that does not use it first; keep a copy", _ALTER),
    "drop-column": ("drops a column with its data", "deploy code that does not read it first, then drop it", _ALTER),
    "rename-column": ("renames a column that running code still uses", "add, copy, switch, then drop", _ALTER),
    "rename-table": ("renames a table that running code still uses", "keep a view under the old name", _ALTER),
    "not-null-without-default": ("fails on a table that has rows", "add it nullable, fill it, then set it", _ALTER),
    "set-not-null": (
        "reads the whole table under a lock",
        "add a CHECK as NOT VALID, validate it, then set it",
        _ALTER,
    ),
    "change-type": ("may rewrite the table under a lock", "add a column of the new type, copy, switch", _ALTER),
    "lock-index": ("blocks writes while the index is made", "CREATE INDEX CONCURRENTLY, outside a transaction", _INDEX),
    "lock-constraint": ("checks every row under a lock", "add it as NOT VALID, then VALIDATE CONSTRAINT", _ALTER),
    "delete-rows": ("deletes every row of a table", "say in the change why the rows may go", _ALTER),
    "unread-sql": ("is SQL that cannot be read", "look at it by hand", _ALTER),
}


@dataclass(frozen=True)
class SqlFile:
    """A migration's text."""

    path: str
    text: str


def read_files(tree: Tree, paths: Sequence[str]) -> Iterator[SqlFile | Unknown]:
    """Yield the files' texts, in the order given; what was not read is named."""
    contents = dict(tree.read_many(paths))
    for path in paths:
        content = contents.get(path)
        if isinstance(content, NotRead):
            yield Unknown(path=path, reason=content.reason, settle=content.settle)
        elif content is not None:
            yield SqlFile(path, decode(content))


def decode(content: bytes) -> str:
    """Text of a file, in the encodings that editors write."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def same_sql(dialect: str) -> Callable[[bytes, bytes], bool]:
    """Whether two texts hold the same statements; comments and layout count for nothing."""

    def same(old: bytes, new: bytes) -> bool:
        try:
            before, after = (with_directives(with_run_comments(decode(text))) for text in (old, new))
            return _words(before, dialect) == _words(after, dialect)
        except UnreadSqlError:
            return old == new

    return same


def added_statements(old: str, new: str, dialect: str) -> str:
    """The statements of a text that another does not have, as they are written; none where one cannot be read."""
    try:
        had = [_spelled(one) for one in read_statements(old, dialect)]
        kept = [one for one in read_statements(new, dialect) if _spelled(one) not in had]
    except UnreadSqlError:
        return ""
    return "".join(f"{new[one.tokens[0].start : one.tokens[-1].end + 1]};\n" for one in kept)


def _words(text: str, dialect: str) -> list[list[tuple[object, str]]]:
    return [_spelled(one) for one in read_statements(text, dialect)]


def _spelled(statement: Statement) -> list[tuple[object, str]]:
    """A statement's words, where case counts only in names and texts."""
    from sqlglot.tokenizer_core import TokenType

    exact = {TokenType.IDENTIFIER, TokenType.STRING, TokenType.HEREDOC_STRING}
    return [
        (token.token_type, token.text if token.token_type in exact else token.text.upper())
        for token in statement.tokens
    ]


def find_risks(files: Iterable[SqlFile], orm: str, made: Callable[[str], bool]) -> Iterator[Finding]:
    """Yield advice on the steps of new migrations; `made` says whether the change itself makes a table."""
    for file in files:
        for number, (kind, subject) in enumerate(find_steps(file.text)):
            if made(subject.partition(".")[0]):
                continue
            yield advise(orm, (kind, subject), file.path, number)


def advise(orm: str, step: tuple[str, str], path: str, number: int, line: int | None = None) -> Finding:
    """The advice on one step of a migration: its kind, as `find_steps` names it, and what it concerns."""
    kind, subject = step
    does, fix, source = _ADVICE[kind]
    return Finding(
        rule=f"{orm}-{kind}",
        message=f"{subject or 'a statement'}: {does}",
        severity=Severity.MEDIUM,
        certainty=Certainty.NOTE,
        path=path,
        line=line,
        fingerprint=fingerprint(orm, kind, path, subject, str(number)),
        fix=fix,
        help=source,
    )

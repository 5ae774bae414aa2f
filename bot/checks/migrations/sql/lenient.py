"""Statements that sqlglot cannot parse, read word by word for what they do to tables and columns, and for nothing else.

It knows what Oracle, SQL Server and MySQL write beside the standard (`ADD (a INT, b INT)`, `MODIFY`, `CHANGE`,
`sp_rename`), statements without a sign between them, and those within blocks, which it takes to run.
Sources: the databases' own references of `ALTER TABLE` and `CREATE TABLE`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.checks.migrations.sql.edits import drop_column, rename_column, rename_table
from bot.checks.migrations.sql.schema import Column, Index, Schema, Table, qualified
from bot.checks.migrations.sql.statements import Statement, UnreadSqlError, read_statements

if TYPE_CHECKING:
    from sqlglot.tokenizer_core import Token

_MAX_BLOCKS = 3
_KEYS = frozenset({
    "CHECK", "CONSTRAINT", "EXCLUDE", "FOREIGN", "FULLTEXT", "INDEX", "KEY", "LIKE", "PARTITION", "PERIOD", "PRIMARY",
    "SPATIAL", "SUPPLEMENTAL", "UNIQUE",
})  # fmt: skip
# Words after which a column's type is over.
_ENDS = frozenset({
    "AFTER", "AS", "AUTO_INCREMENT", "CHECK", "COLLATE", "COMMENT", "CONSTRAINT", "DEFAULT", "FIRST", "GENERATED",
    "IDENTITY", "INVISIBLE", "NOT", "NULL", "ON", "PRIMARY", "REFERENCES", "UNIQUE", "USING", "ENABLE", "VISIBLE",
})  # fmt: skip
# What `ALTER TABLE` may do beside columns and keys.
_BESIDE = frozenset({
    "ALGORITHM", "ATTACH", "AUTO_INCREMENT", "CACHE", "CHARACTER", "CHARSET", "CHECK", "CLUSTER", "COLLATE", "COMMENT",
    "CONVERT", "DEFAULT", "DISABLE", "ENABLE", "ENGINE", "FORCE", "INHERIT", "LOCK", "LOGGING", "NO", "NOCACHE",
    "NOCHECK", "NOLOGGING", "NOPARALLEL", "ORDER", "OWNER", "PARALLEL", "PARTITION", "REBUILD", "REPLICA", "ROW_FORMAT",
    "TABLESPACE", "VALIDATE", "WITH",
})  # fmt: skip
_SETS = ("(", "ACCESS", "LOGGED", "STORAGE", "TABLESPACE", "UNLOGGED", "WITHOUT")
_STARTS = (("ALTER", "TABLE"), ("CREATE", "TABLE"), ("DROP", "TABLE"), ("RENAME", "TABLE"))
_TABLE_KINDS = frozenset({"TABLE", "GLOBAL", "LOCAL", "TEMPORARY", "TEMP", "UNLOGGED", "COLUMN", "FOREIGN"})


def apply_leniently(schema: Schema, statement: Statement, depth: int = 0) -> bool:
    """Do what the statement, or what is within it, does to tables; whether anything of the kind was found."""
    words = _words(schema, statement)
    upper = [word.upper() for word in words]
    found = False
    for start, end in _segments(upper):
        found = _apply(schema, words[start:end], upper[start:end]) or found
    for token in statement.tokens:
        if depth < _MAX_BLOCKS and _is_block(token):
            found = _apply_block(schema, token.text, depth) or found
    return found


def _words(schema: Schema, statement: Statement) -> list[str]:
    """The words of a statement; sqlglot keeps all that follows some first words as one text."""
    words = statement.words()
    if words[0].upper() not in {"RENAME", "EXEC", "EXECUTE", "CALL"} or len(words) != 2:  # noqa: PLR2004 - it and the rest
        return words
    try:
        return [words[0], *(token for one in read_statements(words[1], schema.dialect) for token in one.words())]
    except UnreadSqlError:
        return words


def _is_block(token: Token) -> bool:
    upper = token.text.upper()
    return (
        len(upper) > len("ALTER TABLE") and ("ALTER TABLE" in upper or "CREATE TABLE" in upper) and " " in upper.strip()
    )


def _apply_block(schema: Schema, text: str, depth: int) -> bool:
    try:
        return any([apply_leniently(schema, one, depth + 1) for one in read_statements(text, schema.dialect)])  # noqa: C419 - all of them
    except UnreadSqlError:
        return False


def _segments(upper: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield where statements on tables begin and end among the words of one or several."""
    starts, level = [], 0
    for at, word in enumerate(upper):
        level += (word == "(") - (word == ")")
        if level > 0:
            continue
        kinds = [kind for kind in upper[at + 1 : at + 4] if kind]
        plain = (word, kinds[0] if kinds else "") in _STARTS
        special = word == "CREATE" and "TABLE" in kinds and set(kinds[: kinds.index("TABLE")]) <= _TABLE_KINDS
        renames = word == "SP_RENAME" or (word == "RENAME" and at == 0)
        if plain or special or renames:
            starts.append(at)
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(upper)
        stop = next((at for at in range(start + 1, end) if upper[at] in {"GO", ";"}), end)
        yield start, stop


def _apply(schema: Schema, words: Sequence[str], upper: Sequence[str]) -> bool:
    if upper[0] == "SP_RENAME":
        return _sp_rename(schema, [word for word in words[1:] if word not in {",", "N"}])
    if upper[0] == "RENAME":
        return _rename_tables(schema, words, upper)
    at = upper.index("TABLE") + 1
    while at < len(upper) and upper[at] in {"IF", "NOT", "EXISTS", "ONLY"}:
        at += 1
    name, at = _name(words, at)
    if upper[0] == "CREATE":
        return _create(schema, name, words[at:])
    if upper[0] == "DROP":
        schema.tables.pop(schema.key(name), None)
        return True
    table = schema.tables.get(schema.key(name))
    return table is None or _alter(schema, table, words[at:])


def _name(words: Sequence[str], at: int) -> tuple[str, int]:
    parts = list(words[at : at + 1])
    at += 1
    while at + 1 < len(words) and words[at] == ".":
        parts.append(words[at + 1])
        at += 2
    return qualified(parts[-2] if len(parts) > 1 else "", parts[-1] if parts else ""), at


def _sp_rename(schema: Schema, given: Sequence[str]) -> bool:
    parts = [part.strip("[]") for part in given[0].split(".")] if given else []
    if len(parts) < 1 or len(given) < 2:  # noqa: PLR2004 - what, and its new name
        return False
    column = len(given) > 2 and given[2].upper() == "COLUMN"  # noqa: PLR2004 - and of which kind it is
    name = parts[-2] if column and len(parts) > 1 else parts[-1]
    table = schema.tables.get(schema.key(name))
    if table is not None and column:
        rename_column(schema, table, parts[-1], given[1])
    elif table is not None:
        rename_table(schema, table, given[1])
    return True


def _rename_tables(schema: Schema, words: Sequence[str], upper: Sequence[str]) -> bool:
    start = 2 if upper[1:2] == ["TABLE"] else 1
    for part in _split(words[start:]):
        old, at = _name(part, 0)
        if [word.upper() for word in part[at : at + 1]] != ["TO"]:
            return False
        table = schema.tables.get(schema.key(old))
        if table is not None:
            rename_table(schema, table, _name(part, at + 1)[0])
    return True


def _create(schema: Schema, name: str, rest: Sequence[str]) -> bool:
    if rest[:1] != ["("]:
        return False
    table = Table(name=name)
    for part in _split(rest[1 : _closing(rest)]):
        _define(schema, table, part)
    schema.tables[schema.key(name)] = table
    return True


def _define(schema: Schema, table: Table, part: Sequence[str]) -> None:
    upper = [word.upper() for word in part]
    if not part or (upper[0] in _KEYS and len(part) > 1 and upper[1] not in {"VARCHAR", "INT", "BIGINT", "TEXT"}):
        _key(schema, table, part, upper)
        return
    column = _column(part, upper)
    key = schema.key(column.name)
    table.columns[key] = column
    if "UNIQUE" in upper:
        table.indexes[f"{key}_key"] = Index(name=f"{key}_key", columns=(column.name,), unique=True)
    if "PRIMARY" in upper:
        table.primary_key = (column.name,)


def _key(schema: Schema, table: Table, part: Sequence[str], upper: Sequence[str]) -> None:
    if "(" not in upper:
        return
    opening = upper.index("(")
    listed = part[opening + 1 : opening + _closing(part[opening:])]
    columns = tuple(one[0] for one in _split(listed) if one)
    before = upper[:opening]
    if "PRIMARY" in before:
        table.primary_key = columns
        for one in columns:
            column = table.columns.get(schema.key(one))
            if column is not None:
                table.columns[schema.key(one)] = replace(column, nullable=False)
    elif "UNIQUE" in before:
        name = schema.key("_".join(columns)) + "_key"
        table.indexes[name] = Index(name=name, columns=columns, unique=True)


def _column(part: Sequence[str], upper: Sequence[str]) -> Column:
    end = 1
    while end < len(part) and upper[end] not in _ENDS:
        end += _closing(part[end:]) + 1 if part[end] == "(" else 1
    kind = "".join(f"{word}" if word in "(),." else f" {word}" for word in upper[1:end]).strip()
    rest = upper[end:]
    at = next((at for at, word in enumerate(rest) if word == "NOT" and rest[at + 1 : at + 2] == ["NULL"]), None)
    default = "DEFAULT" in rest or "GENERATED" in rest or "AS" in rest
    increments = bool({"IDENTITY", "AUTO_INCREMENT"} & set(rest)) or "SERIAL" in kind
    return Column(
        name=part[0],
        type=kind.replace("( ", "("),
        nullable=at is None and "PRIMARY" not in rest,
        default="given" if default else None,
        increments=increments,
    )


def _alter(schema: Schema, table: Table, rest: Sequence[str]) -> bool:
    """Whether all that is done to a table was understood."""
    verb, known = "", True
    for part in _split(rest):
        upper = [word.upper() for word in part]
        if upper[:1] and upper[0] in {"ADD", "MODIFY", "CHANGE", "ALTER", "DROP", "RENAME"}:
            verb, part, upper = upper[0], part[1:], upper[1:]  # noqa: PLW2901 - what follows the verb
        while upper[:1] and upper[0] in {"COLUMN", "IF", "NOT", "EXISTS"}:
            part, upper = part[1:], upper[1:]  # noqa: PLW2901 - what follows these words
        if part:
            known = _act(schema, table, verb, part, upper) and known
    return known


def _act(  # noqa: C901 - one answer a verb
    schema: Schema, table: Table, verb: str, part: Sequence[str], upper: Sequence[str]
) -> bool:
    """Whether one action on a table was understood."""
    inner = _split(part[1 : _closing(part)]) if part[0] == "(" else [part]
    match verb:
        case "ADD":
            for one in inner:
                _define(schema, table, one)
        case "MODIFY":
            for one in inner:
                _modify(schema, table, one)
        case "CHANGE" if len(part) > 1:
            rename_column(schema, table, part[0], part[1])
            _modify(schema, table, part[1:])
        case "ALTER":
            _alter_column(schema, table, part, upper)
        case "DROP" if upper[0] not in _KEYS:
            for one in inner:
                drop_column(schema, table, one[0])
        case "RENAME" if upper[:1] == ["TO"] and len(part) > 1:
            rename_table(schema, table, _name(part, 1)[0])
        case "RENAME" if upper[1:2] == ["TO"] and len(part) > 2:  # noqa: PLR2004 - a TO b
            rename_column(schema, table, part[0], part[2])
        case "DROP" | "RENAME":
            return upper[0] in _KEYS
        case _:
            return upper[0] in _BESIDE or (upper[0] == "SET" and upper[1:2] != [] and upper[1] in _SETS)
    return True


def _modify(schema: Schema, table: Table, part: Sequence[str]) -> None:
    upper = [word.upper() for word in part]
    made = _column(part, upper)
    had = table.columns.get(schema.key(made.name))
    if had is not None and schema.dialect == "oracle":
        # Oracle keeps what is not said.
        said = "NULL" in upper
        made = replace(made, type=made.type or had.type, nullable=made.nullable if said else had.nullable)
    table.columns[schema.key(made.name)] = made


def _alter_column(schema: Schema, table: Table, part: Sequence[str], upper: Sequence[str]) -> None:
    key = schema.key(part[0])
    column = table.columns.get(key)
    if column is None:
        return
    match upper[1:4]:
        case ["RENAME", "TO", _]:
            rename_column(schema, table, part[0], part[3])
            return
        case ["SET", "NOT", "NULL"]:
            column = replace(column, nullable=False)
        case ["DROP", "NOT", "NULL"]:
            column = replace(column, nullable=True)
        case ["SET" | "DROP", "DEFAULT", *_]:
            column = replace(column, default="given" if upper[1] == "SET" else None)
        case ["TYPE", *_]:
            column = replace(column, type=_column([part[0], *part[2:]], [upper[0], *upper[2:]]).type)
        case ["SET", "DATA", "TYPE"]:
            column = replace(column, type=_column([part[0], *part[4:]], [upper[0], *upper[4:]]).type)
        case ["SET" | "DROP" | "RESTART", *_]:
            pass
        case _:
            column = _column(part, upper)
    table.columns[key] = column


def _closing(words: Sequence[str]) -> int:
    """The index of the bracket that closes the one that the words begin with; their end where none does."""
    level = 0
    for at, word in enumerate(words):
        level += (word == "(") - (word == ")")
        if level == 0:
            return at
    return len(words)


def _split(words: Sequence[str]) -> list[Sequence[str]]:
    """The parts between commas that stand in no brackets."""
    parts: list[list[str]] = [[]]
    level = 0
    for word in words:
        level += (word == "(") - (word == ")")
        if word == "," and level == 0:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]

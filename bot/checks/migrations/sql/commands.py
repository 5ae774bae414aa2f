"""Statements that sqlglot hands on as they stand, read word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.checks.migrations.sql.constraints import rename_index
from bot.checks.migrations.sql.edits import rename_table
from bot.checks.migrations.sql.schema import Index, Schema, Table, qualified
from bot.checks.migrations.sql.statements import Statement

# The first two words of statements that change no table, key or enumeration.
_HARMLESS = frozenset({
    ("CREATE", "EXTENSION"), ("CREATE", "SCHEMA"), ("CREATE", "SEQUENCE"), ("ALTER", "SEQUENCE"),
    ("DROP", "SEQUENCE"), ("CREATE", "FUNCTION"), ("CREATE", "TRIGGER"), ("DROP", "TRIGGER"), ("CREATE", "POLICY"),
    ("ALTER", "POLICY"), ("DROP", "POLICY"), ("CREATE", "VIEW"), ("CREATE", "STATISTICS"), ("ALTER", "DATABASE"),
    ("ALTER", "ROLE"), ("CREATE", "ROLE"), ("ALTER", "DEFAULT"), ("ALTER", "FUNCTION"), ("ALTER", "VIEW"),
    ("CREATE", "PUBLICATION"), ("ALTER", "PUBLICATION"), ("CREATE", "COLLATION"), ("ALTER", "EXTENSION"),
})  # fmt: skip
# What `ALTER TABLE` may do beside the columns and keys that are compared.
_BESIDE = (("ENABLE",), ("DISABLE",), ("OWNER",), ("CLUSTER",), ("REPLICA",), ("FORCE",), ("VALIDATE",), ("SET", "("),
           ("SET", "TABLESPACE"), ("SET", "LOGGED"), ("SET", "UNLOGGED"), ("CONVERT", "TO"), ("ENGINE",), ("COMMENT",),
           ("AUTO_INCREMENT",), ("ROW_FORMAT",), ("CHARACTER",), ("COLLATE",), ("DEFAULT", "CHARACTER"))  # fmt: skip


def apply_command(schema: Schema, statement: Statement) -> bool:  # noqa: PLR0911 - one answer a command
    """Do what the statement does; whether it was understood."""
    words = statement.words()
    upper = [word.upper() for word in words]
    match upper[:2]:
        case ["ALTER", "TYPE"]:
            return _alter_type(schema, words, upper)
        case ["ALTER", "TABLE"]:
            return _alter_table(schema, words, upper)
        case ["COMMENT", "ON"]:
            return _comment(schema, words, upper)
        case ["RENAME", "TABLE"]:
            return _rename_table(schema, words, upper)
        case ["CREATE", "FULLTEXT" | "SPATIAL"]:
            return _create_index(schema, words, upper)
        case ["DROP", "EXTENSION"]:
            # Columns of its types go with it.
            return "CASCADE" not in upper
    return upper[:3] == ["CREATE", "OR", "REPLACE"] or tuple(upper[:2]) in _HARMLESS


def _name_at(words: Sequence[str], at: int) -> tuple[str, int]:
    """The name, perhaps with its schema, that begins at a word; and where it ends."""
    if at + 2 < len(words) and words[at + 1] == ".":
        return qualified(words[at], words[at + 2]), at + 3
    return (words[at] if at < len(words) else ""), at + 1


def _alter_type(schema: Schema, words: Sequence[str], upper: Sequence[str]) -> bool:
    name, at = _name_at(words, 2)
    values = schema.enums.get(name)
    match upper[at : at + 2]:
        case ["ADD", "VALUE"]:
            at += 5 if upper[at + 2 : at + 5] == ["IF", "NOT", "EXISTS"] else 2
            if values is not None and words[at : at + 1] and words[at] not in values:
                schema.enums[name] = _insert(values, words[at], upper[at + 1 : at + 2], words[at + 2 : at + 3])
            return True
        case ["RENAME", "TO"]:
            new, _ = _name_at(words, at + 2)
            if values is not None:
                if new in schema.enums:
                    schema.clashes.append(f"type {name} becomes {new} while another of the name is there")
                schema.enums[new] = schema.enums.pop(name)
                _retype(schema, name, new)
            return True
        case ["RENAME", "VALUE"]:
            if values is not None and len(words) > at + 4:
                old, new = words[at + 2], words[at + 4]
                schema.enums[name] = tuple(new if value == old else value for value in values)
            return True
    return False


def _comment(schema: Schema, words: Sequence[str], upper: Sequence[str]) -> bool:
    """`COMMENT ON` a table or a column; on anything else it changes nothing that is kept."""
    if upper[2:3] not in (["TABLE"], ["COLUMN"]) or "IS" not in upper:
        return True
    at = upper.index("IS")
    names = [word for word in words[3:at] if word != "."]
    column = names.pop() if upper[2] == "COLUMN" and names else ""
    name = qualified(names[-2] if len(names) > 1 else "", names[-1]) if names else ""
    table = schema.tables.get(schema.key(name))
    if table is not None:
        table.comments.pop(schema.key(column), None)
        if upper[at + 1 : at + 2] not in ([], ["NULL"]):
            table.comments[schema.key(column)] = words[at + 1]
    return True


def _insert(values: tuple[str, ...], value: str, where: Sequence[str], mark: Sequence[str]) -> tuple[str, ...]:
    if where and mark and mark[0] in values:
        at = values.index(mark[0]) + (where[0] == "AFTER")
        return (*values[:at], value, *values[at:])
    return (*values, value)


def _retype(schema: Schema, old: str, new: str) -> None:
    """Columns keep their type when it gets another name."""
    for table in schema.tables.values():
        for key, column in table.columns.items():
            bare = column.type.removesuffix("[]")
            if bare.replace('"', "") == old:
                name = new.replace(".", '"."')
                table.columns[key] = replace(column, type=f'"{name}"{column.type.removeprefix(bare)}')


def _alter_table(schema: Schema, words: Sequence[str], upper: Sequence[str]) -> bool:
    at = 2
    while upper[at : at + 1] and upper[at] in {"IF", "EXISTS", "ONLY"}:
        at += 1
    name, at = _name_at(words, at)
    table = schema.tables.get(schema.key(name))
    rest = upper[at:]
    if table is None or all(_is_beside(part) for part in _parts(rest)):
        return True
    if rest[:2] == ["RENAME", "CONSTRAINT"] and len(rest) == 5:  # noqa: PLR2004 - RENAME CONSTRAINT a TO b
        _rename_constraint(schema, table, words[at + 2], words[at + 4])
        return True
    return rest[:2] == ["ALTER", "COLUMN"] and rest[3:5] in (["SET", "STORAGE"], ["SET", "STATISTICS"])


def _is_beside(action: Sequence[str]) -> bool:
    return any(tuple(action[: len(start)]) == start for start in _BESIDE)


def _parts(words: Sequence[str]) -> list[list[str]]:
    """The actions of a statement: what stands between commas that are in no brackets."""
    parts: list[list[str]] = [[]]
    level = 0
    for word in words:
        level += (word == "(") - (word == ")")
        if word == "," and level == 0:
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _rename_constraint(schema: Schema, table: Table, old: str, new: str) -> None:
    key = schema.key(old)
    if key in table.foreign_keys:
        table.foreign_keys[schema.key(new)] = replace(table.foreign_keys.pop(key), name=new)
    elif schema.key(table.primary_key_name or f"{table.name}_pkey") == key:
        table.primary_key_name = new
    else:
        rename_index(schema, old, new)


def _rename_table(schema: Schema, words: Sequence[str], upper: Sequence[str]) -> bool:
    old, at = _name_at(words, 2)
    if upper[at : at + 1] != ["TO"]:
        return False
    new, end = _name_at(words, at + 1)
    table = schema.tables.get(schema.key(old))
    if table is not None:
        rename_table(schema, table, new)
    return end >= len(words)


def _create_index(schema: Schema, words: Sequence[str], upper: Sequence[str]) -> bool:
    if upper[2] != "INDEX" or upper[4] != "ON":
        return False
    name, at = _name_at(words, 5)
    table = schema.tables.get(schema.key(name))
    if table is not None:
        columns = tuple(word for word in words[at:] if word not in {"(", ")", ","})
        table.indexes[schema.key(words[3])] = Index(name=words[3], columns=columns, method=upper[1])
    return True

"""SQL that is put together from text, outside of migrations.

Rule: a call that runs SQL takes text with a value put into it: an f-string, a template, `%`, `+`, `Sprintf`; or such a
text is kept in a variable; or a call that Prisma names unsafe takes what is no literal; or a mapper of MyBatis puts a
value in by `${}`; or the password of an account of the database is put into the statement that makes the account.
Names of tables and columns that the code itself holds are let pass; parameters and tagged templates are safe.
Source: https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html (read 2026-11-29).
Out of sight: text that is put together from pieces none of which is SQL; stored procedures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, count_faults, find_absence, find_evidence
from bot.checks.readiness.rules.needs import find_no_tables
from bot.checks.readiness.rules.sql_texts import (
    find_chained,
    find_values,
    find_values_of_each,
    find_values_of_statement,
    holds_password,
    is_own,
    is_value,
    may_hold_sql,
    may_put_together,
)
from bot.model import Finding, State, Strength

_RUNS = re.compile(
    r"(?i)(?:.*(?:\.|::))?(?:\$queryRawUnsafe|\$executeRawUnsafe|query|queryAsync|queryRow|queryRowContext|queryContext|execute|exec"
    r"|rawQuery|queryRaw|newRaw|execRaw|mustExec|queryx|queryRowx|namedQuery|namedExec"
    r"|execContext|execute_sql|executemany|raw|whereRaw|orWhereRaw|orderByRaw|havingRaw|groupByRaw|selectRaw|text|literal"
    r"|fromSqlRaw|executeSqlRaw\w*|sqlQueryRaw|find_by_sql|count_by_sql|select_all|select_rows|select_values?|exec_query"
    r"|createQuery|createNativeQuery|createSQLQuery|prepareStatement|executeQuery|executeUpdate|batchUpdate|queryForObject"
    r"|queryForList|queryForMap|statement|unprepared|where|not|or|joins|having|exists\?|find_by|delete_all|update_all"
    r"|SqlCommand|NpgsqlCommand|MySqlCommand|SqliteCommand|createCommand|querySingle\w*|queryFirst\w*|executeScalar\w*"
    r"|executeAsync|select|insert|update|delete|prepare|unsafe|fetchval|fetchrow|fetch|Arel\.sql|sql_query|mysqli_query|pg_query"
    r"|run|andWhere|orWhere|executescript|read_sql(?:_query)?|query_(?:as|scalar|with)|raw_sql|batch_execute"
    r"|executeStatement|fetch(?:All)?(?:Associative|Numeric|KeyValue|One|FirstColumn|Column)|fetchAll)(?:(?:::)?<.*>)?"
)
# What makes a piece of text for each of many that the code does not hold itself.
_EACH = frozenset({"map", "flatMap", "flat_map", "collect", "with_index", "each_with_index", "join"})
# What a piece is added by to a text that is not a name for it.
_ADDS = frozenset({"append", "Append", "AppendLine", "AppendFormat", "push_str", "WriteString", "concat"})
_CONSTANT = re.compile(r"[A-Z][A-Z\d_]{2,60}\b")
_UNSAFE = re.compile(r".*\.\$(?:query|execute)RawUnsafe")
_LITERAL = re.compile(r"""\s*(?:["'][^"']*["']|`[^`$]*`)\s*""")
_FIRST_NAME = re.compile(r"\(\s*(\w+)\s*[,)]")
_MAPPED = re.compile(r"(?i)(?:=|<|>|\bLIKE|\bIN\s*\()\s*['\"]?%?\$\{\s*([\w.]+)\s*\}")
_WORDS = (
    "SELECT",
    "select ",
    "INSERT",
    "insert ",
    "UPDATE",
    "update ",
    "DELETE",
    "delete ",
    "WHERE",
    "where",
    "Where(",
    "RawUnsafe",
    "WHEN '",
    "IDENTIFIED BY",
    "identified by",
    "PASSWORD '",
    "password '",
)
_OUTSIDE = re.compile(
    r"(?i)migrat|(?:^|/)(?:versions|alembic|scripts?|seeds?|seeders?|db/(?:\w{1,40}_)?migrate|tools?|benchmarks?|lib/tasks)/|seed|benchmark|\.spec\."
)
_MAX_FINDINGS = 20
# A member of a class of C#, as its name says.
_MEMBER = re.compile(r"([A-Z]\w{0,60})\.([A-Z]\w{0,60})")
_MAX_CLASSES = 4
# `var path string` of Go declares, and gives no value.
_TYPE = re.compile(r"(?:\[\])?(?:string|u?int\d*|bool|float\d+|any)")
_PUT_TOGETHER = "places that put SQL together"
_MAX_HEREDOC_LINES = 60
_HEREDOC = re.compile(r"<<[~-]?[\"']?(\w+)")


def judge_sql(look: Look, ask: CodeAsk) -> Judged:
    """Pass where data is read by an ORM or parameters, and no SQL is put together from text."""
    absent = find_absence(look.project, Applies.DATABASE) or find_no_tables(look.project)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent, measures=count_faults(_PUT_TOGETHER, ()))
    evidence = find_evidence(look, ask.table, ask.marks)
    # Where all that speaks for it stands in files that nothing loads, what stands in such files speaks against it.
    idle = bool(evidence) and all(one.strength is Strength.CONFIGURED for one in evidence)
    found = [*_find_put_together(look, idle=idle), *_find_mapped(look)][:_MAX_FINDINGS]
    measures = count_faults(_PUT_TOGETHER, found)
    if found:
        reason = f"{len(found)} places put SQL together from text"
        return Judged(state=State.FAIL, reason=reason, missing=found, measures=measures)
    judged = conclude(look, evidence, "no ORM, no query builder and no parameter is seen")
    return replace(judged, by_absence=True, measures=measures)


def _find_put_together(look: Look, *, idle: bool) -> Iterator[Finding]:
    for path in look.source.mentioning(*_WORDS):
        if _OUTSIDE.search(path):
            continue
        if not look.files.kept("sql", path, partial(may_hold_sql, look.source.content(path))):
            continue
        file = look.source.file(path)
        if not look.files.kept("sql texts", path, partial(may_put_together, look.source.content(path))):
            continue
        seen: set[int] = set()
        for element in file.elements:
            if element.line in seen or not (_makes_account(element) or _is_put_together(look, file, element)):
                continue
            if look.reach.runs(file, element) or (idle and look.reach.standing(file, element) is Standing.UNLOADED):
                seen.update(range(element.line, element.end_line + 1))
                what = element.last_name or "a text"
                message = f"SQL is put together from text in {what}"
                yield Finding(rule="sql-from-text", message=message, path=path, line=element.line)


def _makes_account(element: Element) -> bool:
    return element.kind in {Kind.ASSIGN, Kind.CALL} and holds_password(element.text)


def _is_put_together(look: Look, file: SourceFile, element: Element) -> bool:
    if element.kind is Kind.ASSIGN:
        # Such a text of C# is no text yet: the driver makes parameters of its values.
        if "FormattableString" in file.lines[element.line - 1]:
            return False
        values = find_values_of_statement(_whole(file, element), file.language)
        return any(_may_be_anything(look, file, value) for value in values)
    if element.kind is Kind.CALL and (pieces := list(_pieces(file, element))):
        return any(_may_be_anything(look, file, one) for one in pieces)
    if element.kind is not Kind.CALL or not _RUNS.fullmatch(element.name):
        return False
    if _UNSAFE.fullmatch(element.name) and _is_unknown(file, element):
        return True
    return any(_may_be_anything(look, file, value) for value in find_values(_whole(file, element), file.language))


def _pieces(file: SourceFile, call: Element) -> Iterator[str]:
    """Yield what is put into pieces of SQL that are made for each of many, or added to a text."""
    if call.last_name in _EACH and not _CONSTANT.match(call.name):
        yield from find_values_of_each(call.text, file.language)
    if call.last_name in _ADDS:
        yield from find_values_of_statement(call.text, file.language)
        yield from find_chained(file.text(call))


def _may_be_anything(look: Look, file: SourceFile, value: str) -> bool:
    if not is_value(value) or (file.language == "csharp" and _is_constant(look, value)):
        return False
    name = value.strip().lstrip("@$")
    made = [one.text for one in file.assigns if one.name.rpartition(".")[2].lstrip("@") == name]
    made = [text for text in made if not _TYPE.fullmatch(text.strip())]
    return not made or not all(map(is_own, made))


def _is_constant(look: Look, value: str) -> bool:
    """Whether a value of C# is a constant of a class, and each class of that name has it as a text of its own."""
    named = _MEMBER.fullmatch(value.strip())
    if named is None:
        return False
    owner, name = named.groups()
    paths = look.source.mentioning(f"class {owner}", language="csharp")
    if len(paths) > _MAX_CLASSES:
        return False
    classes = [(file, one) for file in map(look.source.file, paths) for one in file.called(Kind.CLASS, owner)]
    return bool(classes) and all(_has_constant(file, one, name) for file, one in classes)


def _has_constant(file: SourceFile, owner: Element, name: str) -> bool:
    held = [one for one in file.inside(owner) if one.kind is Kind.ASSIGN and one.last_name == name]
    literal = bool(held) and all(_LITERAL.fullmatch(one.text) for one in held)
    return literal and all(re.search(rf"\bconst\s+string\s+{name}\b", file.lines[one.line - 1]) for one in held)


def _whole(file: SourceFile, element: Element) -> str:
    """An element's text, with the lines of a heredoc that begins in it."""
    if file.language != "ruby" or (begun := _HEREDOC.search(element.text)) is None:
        return element.text
    following = file.lines[element.line : element.line + _MAX_HEREDOC_LINES]
    length = next((at for at, line in enumerate(following) if line.strip() == begun[1]), 0)
    return "\n".join([element.text, *following[:length]])


def _is_unknown(file: SourceFile, call: Element) -> bool:
    """Whether the first argument is a name that stands for no literal."""
    named = _FIRST_NAME.match(call.text)
    values = [one.text for one in file.assigns if named and one.name == named[1]]
    return bool(named) and not (values and all(map(_LITERAL.fullmatch, values)))


def _find_mapped(look: Look) -> Iterator[Finding]:
    """Yield the values that mappers of MyBatis put into the text."""
    for path in look.files.select("*mapper*.xml", "**/mapper/**/*.xml", "**/mappers/**/*.xml"):
        lines = look.files.lines(path)
        if not any("<mapper" in line for line in lines[:20]):
            continue
        for number, line in enumerate(lines, start=1):
            value = _MAPPED.search(line[:500])
            if value and is_value(value[1]):
                message = f"SQL is put together from text: ${{{value[1]}}}"
                yield Finding(rule="sql-from-text", message=message, path=path, line=number)
                break

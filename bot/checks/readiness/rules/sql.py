"""SQL that is put together from text, outside of migrations.

Rule: a call that runs SQL takes text with a value put into it: an f-string, a template, `%`, `+`, `Sprintf`. Names of
tables and columns that the code itself holds are let pass; parameters and tagged templates are safe.
Source: https://cheatsheetseries.owasp.org/cheatsheets/SQL_Injection_Prevention_Cheat_Sheet.html (read 2026-11-29).
Out of sight: text that is put together in another function; stored procedures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence
from bot.model import Finding, State

_SQL = (
    r"(?:SELECT\s+[^;]{0,200}?\bFROM\b|INSERT\s+INTO\b|UPDATE\s+\S+\s+SET\b|DELETE\s+FROM\b"
    r"|\bWHERE\s+\S+\s*(?:=|LIKE|IN)\s|[\"'`]\s*\w+\s*(?:=|LIKE)\s*')"
)
_RUNS = re.compile(
    r"(?i)(?:.*\.)?(?:\$queryRawUnsafe|\$executeRawUnsafe|query|queryAsync|queryRow|queryRowContext|queryContext|execute|exec"
    r"|execContext|execute_sql|executemany|raw|whereRaw|orderByRaw|havingRaw|selectRaw|text|literal|fromSqlRaw|executeSqlRaw\w*"
    r"|sqlQueryRaw|find_by_sql|select_all|createQuery|createNativeQuery|queryForObject|queryForList|statement|where"
    r"|SqlCommand|NpgsqlCommand|fetchval|fetchrow|sql_query|mysqli_query|pg_query)"
)
# A value, where SQL has one: behind a comparison, in a list, in quotes.
_BEFORE = r"(?:=|<|>|\bI?LIKE|\bIN\s*\(|\bVALUES\s*\(|')\s*'?%?"
_PUT_IN = {
    "python": re.compile(
        rf"(?is)^\(\s*(?:\w+\(\s*)?r?fr?[\"'].*{_BEFORE}\{{([^}}]*)\}}|{_BEFORE}%s[^\"']*[\"']+\s*%\s*()[(\w]"
    ),
    "typescript": re.compile(
        rf"(?is)^\(\s*(?:\w+\.)?(?:raw\()?`[^`]*{_BEFORE}\$\{{([^}}]*)\}}|{_BEFORE}[\"']\s*\+\s*([\w.]+)"
    ),
    "go": re.compile(rf"(?is)fmt\.Sprintf\(\s*[\"`][^\"`]*{_BEFORE}%[sv]()|{_BEFORE}\"\s*\+\s*([\w.]+)"),
    "java": re.compile(rf"(?is){_BEFORE}\"\s*\+\s*([\w.]+)"),
    "csharp": re.compile(rf"(?is)\$@?\"[^\"]*{_BEFORE}\{{([^}}]*)\}}|{_BEFORE}\"\s*\+\s*([\w.]+)"),
    "ruby": re.compile(rf"(?is)\"[^\"]*{_BEFORE}#\{{([^}}]*)\}}"),
    "php": re.compile(rf"(?is){_BEFORE}\{{?(\$\w+)|{_BEFORE}[\"']\s*\.\s*(\$\w+)"),
    "rust": re.compile(rf"(?is)format!\(\s*\"[^\"]*{_BEFORE}\{{(\w*)\}}"),
}
# What stands for a name of the schema, a piece of SQL that the code holds, or a number that was checked.
_NAME = re.compile(
    r"(?i)^\s*(?:(?-i:[A-Z_]{3,})|\w*(?:table|column|schema|field|view|index|placeholder|sequence|clause|filter|sql|where|alias|param|interval)\w*"
    r"(?:\.\w+|\[.*\])*|.*\(.*|\d+)\s*$"
)
_WORDS = ("SELECT", "select ", "INSERT", "UPDATE", "DELETE", "WHERE", "where(", "RawUnsafe")
_OUTSIDE = re.compile(r"(?i)migrat|(?:^|/)(?:versions|alembic|scripts?|seeds?|db/migrate)/|seed|benchmark|\.spec\.")
_MAX_FINDINGS = 20
# The patterns take time in proportion to the square of the text.
_MAX_TEXT = 1_000


def judge_sql(look: Look, ask: CodeAsk) -> Judged:
    """Pass where data is read by an ORM or parameters, and no SQL is put together from text."""
    absent = find_absence(look.project, Applies.DATABASE)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    found = list(_find_put_together(look))[:_MAX_FINDINGS]
    evidence = find_evidence(look, ask.table, ask.marks)
    if found:
        return Judged(state=State.FAIL, reason=f"{len(found)} places put SQL together from text", missing=found)
    return conclude(look, evidence, "no ORM, no query builder and no parameter is seen")


def _find_put_together(look: Look) -> Iterator[Finding]:
    for path in look.source.mentioning(*_WORDS):
        if _OUTSIDE.search(path):
            continue
        file = look.source.file(path)
        seen: set[int] = set()
        for call in file.calls:
            if call.line in seen or not _is_put_together(file, call):
                continue
            if look.reach.standing(file, call) is Standing.LIVE:
                seen.add(call.line)
                message = f"SQL is put together from text in {call.last_name}"
                yield Finding(rule="sql-from-text", message=message, path=path, line=call.line)


def _is_put_together(file: SourceFile, call: Element) -> bool:
    pattern = _PUT_IN.get(file.language)
    text = call.text[:_MAX_TEXT]
    if pattern is None or not _RUNS.fullmatch(call.name) or not re.search(_SQL, text, re.IGNORECASE | re.DOTALL):
        return False
    # A tagged template is a call whose argument is the template: its values become parameters.
    if text.startswith("`"):
        return False
    values = [next(filter(None, found.groups()), "") for found in pattern.finditer(text)]
    return any(not value or not _NAME.match(value) for value in values)

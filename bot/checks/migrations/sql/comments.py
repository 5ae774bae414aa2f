"""Comments of SQL that are no mere comments: what MySQL and MariaDB run of them, and what tools of migrations read.

Source: https://dev.mysql.com/doc/refman/8.4/en/comments.html and https://mariadb.com/kb/en/comment-syntax/ (read
2026-11-30): `/*! ... */` is run, `/*!80000 ... */` by servers of that version or newer, `/*M! ... */` by MariaDB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

# Texts, names and comments, each to its end, or to that of the file.
_SPAN = re.compile(
    r"""'(?:[^'\\]++|\\.|'')*+(?:'|\Z)|"(?:[^"\\]++|\\.|"")*+(?:"|\Z)|`[^`]*(?:`|\Z)|--(?:[ \t][^\n]*)?$|\#[^\n]*|"""
    r"(?P<mark>/\*M?!(?P<version>\d{5,6})?)(?P<body>.*?)(?:\*/|\Z)|/\*.*?(?:\*/|\Z)",
    re.DOTALL | re.MULTILINE,
)
_DEFINES = re.compile(r"\b(?:ALTER|CREATE|DROP|RENAME|TABLE|COLUMN|ADD)\b", re.IGNORECASE)
# What every server runs that is still in use.
_OLD = 80_000
_MOST = 20
_DIRECTIVE = re.compile(
    r"^[ \t]*--[ \t]*(\+(?:goose|migrate)\b[\w .+:-]*|migrate:[\w .:-]*|atlas:(?:txmode|delimiter)[^'\n]*|"
    r"no-transaction)[^\n]*$",
    re.MULTILINE | re.IGNORECASE,
)


def with_run_comments(text: str) -> str:
    """A text whose comments that every server runs are code; all else keeps its place."""
    if "/*!" not in text and "/*M!" not in text:
        return text
    return _SPAN.sub(lambda found: _opened(found) if _is_run(found) else found[0], text)


def find_doubtful(text: str, dialect: str) -> Iterator[tuple[int, str]]:
    """Yield comments that may change tables and that some servers run: their lines, from 1, and what is in them.

    After the first ones all others are one.
    """
    if "/*!" not in text and "/*M!" not in text:
        return
    spans = (found for found in _SPAN.finditer(text) if found["mark"] and _DEFINES.search(found["body"]))
    doubtful = (found for found in spans if not (dialect == "mysql" and _is_run(found)))
    for found in islice(doubtful, _MOST):
        yield text.count("\n", 0, found.start()) + 1, found["body"]
    for found in doubtful:
        yield text.count("\n", 0, found.start()) + 1, " ".join([found["body"], *(one["body"] for one in doubtful)])


def with_directives(text: str) -> str:
    """A text in which what tools read in comments (`-- +goose Down`) is a statement, so that its place counts."""
    return _DIRECTIVE.sub(lambda found: f";'{' '.join(found[1].lower().split())}';", text)


def _is_run(found: re.Match[str]) -> bool:
    if not found["mark"]:
        return False
    return not found["mark"].startswith("/*M") and int(found["version"] or 0) <= _OLD


def _opened(found: re.Match[str]) -> str:
    return " " * len(found["mark"]) + found["body"] + " " * (len(found[0]) - len(found["mark"]) - len(found["body"]))

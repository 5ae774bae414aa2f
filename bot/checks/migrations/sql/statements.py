"""SQL text as statements, each parsed by itself, so that one that is not understood leaves the others theirs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bot.checks.migrations.sql.comments import with_run_comments

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.tokenizer_core import Token, TokenType

MAX_CHARACTERS = 2_000_000
MAX_STATEMENTS = 5_000
_MAX_SHORT = 50_000
_MAX_SHORT_STATEMENTS = 200
# A statement of more tokens holds data, not a schema; parsing it would take long.
_MAX_TOKENS = 20_000
_MAX_DEPTH = 100
# What `array` is followed by where it is no word of a type.
_AFTER_ARRAY = frozenset({"(", "<", "["})
# Dialects, as sqlglot names them, that take a name without quotes as if it were written in lower case.
# Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS (read 2026-11-30).
_FOLDING = frozenset({"postgres"})
_LANGUAGE = r"\s*+(?:LANGUAGE\s+plpgsql\s*+)?"
_DOLLARS = re.compile(rf"{_LANGUAGE}(?P<tag>\$\w*\$)(?P<text>.*)(?P=tag){_LANGUAGE}", re.DOTALL | re.IGNORECASE)
_DO_AND_TEXT = 2
# What makes the statements of a block depend on more than their order.
_CONTROL = frozenset({"BEGIN", "CASE", "EXECUTE", "FOR", "IF", "LOOP", "PERFORM", "RETURN", "WHILE"})


class UnreadSqlError(Exception):
    """The SQL was not understood; the message says why in a few words."""


@dataclass(frozen=True)
class Statement:
    """One statement: its tokens, its first line, and what sqlglot makes of it (None where it cannot parse it)."""

    tokens: Sequence[Token]
    line: int
    tree: exp.Expr | None

    def words(self) -> list[str]:
        """The texts of the tokens; quotes of names and strings are gone."""
        return [token.text for token in self.tokens]


def read_statements(text: str, dialect: str) -> Iterator[Statement]:
    """Yield the statements of a text.

    Raises:
        UnreadSqlError: it is too long, or is no text that the dialect can hold.
    """
    from sqlglot.dialects.dialect import Dialect
    from sqlglot.errors import SqlglotError

    logging.getLogger("sqlglot").disabled = True
    if len(text) > MAX_CHARACTERS:
        raise UnreadSqlError(f"SQL of {len(text):,} characters")
    speaker = Dialect.get_or_raise(dialect)
    # MySQL runs what stands in `/*! ... */`.
    text = with_run_comments(text) if dialect == "mysql" else text
    try:
        tokens = speaker.tokenize(text)
    except (SqlglotError, ValueError, RecursionError):
        raise UnreadSqlError("SQL that cannot be split into words") from None
    folds = dialect in _FOLDING
    for number, chunk in enumerate(_split(_folded(tokens, text) if folds else tokens)):
        if number >= MAX_STATEMENTS:
            raise UnreadSqlError(f"SQL of more than {MAX_STATEMENTS:,} statements")
        tree = _parse(speaker, chunk, text)
        yield Statement(chunk, chunk[0].line, _fold(tree) if folds and tree is not None else tree)


def parse_statements(text: str, dialect: str) -> Sequence[exp.Expr]:
    """The statements of a short text, such as one that a migration in Python executes.

    Raises:
        UnreadSqlError: it is too long, or one of them cannot be parsed.
    """
    if len(text) > _MAX_SHORT:
        raise UnreadSqlError(f"SQL of {len(text):,} characters")
    trees = []
    for statement in read_statements(text, dialect):
        if statement.tree is None:
            raise UnreadSqlError("SQL that cannot be parsed")
        trees.append(statement.tree)
    if len(trees) > _MAX_SHORT_STATEMENTS:
        raise UnreadSqlError(f"SQL of {len(trees):,} statements")
    return trees


def block_body(statement: Statement, dialect: str) -> str | None:
    """The statements of `DO $$ BEGIN ... EXCEPTION ... END $$`, where they run one after the other.

    None where it is no such block, or one with conditions, loops, variables, statements that it puts together, blocks
    within, or handlers: for more than that something is there already, or of several statements or parts of one, since
    what stops one of them takes back those before it.
    """
    from sqlglot.dialects.dialect import Dialect
    from sqlglot.errors import SqlglotError

    # sqlglot leaves what follows `DO` in one piece.
    quoted = _DOLLARS.fullmatch(statement.tokens[-1].text)
    if statement.tokens[0].text.upper() != "DO" or len(statement.tokens) != _DO_AND_TEXT or quoted is None:
        return None
    text = quoted["text"]
    try:
        tokens = Dialect.get_or_raise(dialect).tokenize(text)
    except (SqlglotError, ValueError, RecursionError):
        return None
    words = [token.text.upper() for token in tokens]
    end = next((at for at, word in enumerate(words) if word in {"EXCEPTION", "END"}), 0)
    if words[:1] != ["BEGIN"] or not end or not _is_plain(words[1:end]) or not _is_harmless(words[end:]):
        return None
    if words[end] == "EXCEPTION" and (words[1:end].count(";") > 1 or _has_several_parts(words[1:end])):
        return None
    return text[tokens[0].end + 1 : tokens[end].start]


def _has_several_parts(words: Sequence[str]) -> bool:
    """Whether a statement does several things, as `ALTER TABLE a ADD b, ADD c` does."""
    depth = 0
    for word in words:
        depth += (word in {"(", "["}) - (word in {")", "]"})
        if word == "," and depth == 0:
            return True
    return False


def _is_plain(words: Sequence[str]) -> bool:
    """Whether statements of a block run one after the other, and none of them is a block itself."""
    nested = any(one == "DO" and after not in {"NOTHING", "UPDATE"} for one, after in pairwise(words))
    return not nested and _CONTROL.isdisjoint(words)


def _is_harmless(handler: Sequence[str]) -> bool:
    """Whether what follows a block's statements passes over no more than that they had been done before."""
    excused = {word for word in handler if word.startswith("DUPLICATE_")}
    return set(handler) - excused <= {"EXCEPTION", "WHEN", "OR", "THEN", "NULL", ";", "END"}


def _split(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    from sqlglot.tokenizer_core import TokenType

    chunk: list[Token] = []
    for at, token in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        # sqlglot knows PostgreSQL's OID as a word, and as no column's type.
        if token.token_type is TokenType.OBJECT_IDENTIFIER:
            token.token_type = TokenType.VAR
        if token.token_type is TokenType.ARRAY and (following is None or following.text not in _AFTER_ARRAY):
            # It takes what follows `text array` for the array's size; `text[]` is the same.
            chunk += [_like(token, TokenType.L_BRACKET, "["), _like(token, TokenType.R_BRACKET, "]")]
            continue
        if chunk and token.text.lower() == "varying" and chunk[-1].text.lower() == "bit":
            chunk[-1] = _like(chunk[-1], TokenType.VAR, "varbit")
            continue
        if token.token_type is not TokenType.SEMICOLON:
            chunk.append(token)
        elif chunk:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _folded(tokens: Sequence[Token], text: str) -> Sequence[Token]:
    """Tokens whose names without quotes are in lower case, as the database takes them."""
    from sqlglot.tokenizer_core import TokenType

    return [
        _like(token, token.token_type, token.text.lower())
        if token.token_type is TokenType.VAR and token.text == text[token.start : token.end + 1]
        else token
        for token in tokens
    ]


def _fold(tree: exp.Expr) -> exp.Expr:
    """A statement whose names without quotes are in lower case; those that are words of SQL too are no names before."""
    from sqlglot import exp

    for one in tree.find_all(exp.Identifier):
        if not one.quoted and isinstance(one.this, str) and one.this != one.this.lower():
            one.set("this", one.this.lower())
    return tree


def _like(token: Token, kind: TokenType, text: str) -> Token:
    from sqlglot.tokenizer_core import Token

    return Token(kind, text, token.line, token.col, token.start, token.end, token.comments)


def _parse(speaker: object, chunk: Sequence[Token], text: str) -> exp.Expr | None:
    from sqlglot.dialects.dialect import Dialect
    from sqlglot.errors import SqlglotError

    assert isinstance(speaker, Dialect)  # noqa: S101 - for the type checker; sqlglot is imported late
    if len(chunk) > _MAX_TOKENS or _depth(chunk) > _MAX_DEPTH:
        return None
    try:
        trees = speaker.parser().parse(list(chunk), text)
    except (SqlglotError, RecursionError, ValueError):
        return None
    return trees[0] if len(trees) == 1 else None


def _depth(chunk: Sequence[Token]) -> int:
    deepest = depth = 0
    for token in chunk:
        depth += (token.text in {"(", "["}) - (token.text in {")", "]"})
        deepest = max(deepest, depth)
    return deepest

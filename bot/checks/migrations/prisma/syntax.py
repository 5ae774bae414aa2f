"""Prisma's schema language as values: blocks, fields and attributes, with their lines.

Grammar: https://www.prisma.io/docs/orm/reference/prisma-schema-reference. What is no such text raises `ParseError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.errors import ParseError

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\f\v\ufeff]+|//[^\n]*|/\*.*?\*/)
      | (?P<newline>\n)
      | "(?P<text>(?:[^"\\\n]|\\.)*)"
      | (?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<name>\w[\w-]*)
      | (?P<sign>@@|[@()\[\]{}:,.?=!])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}
_MAX_DEPTH = 20
_MAX_CHARACTERS = 400_000


@dataclass(frozen=True)
class Token:
    """A word: its kind (`newline`, `text`, `number`, `name` or `sign`), its text, and its line."""

    kind: str
    text: str
    line: int


@dataclass(frozen=True)
class Text:
    """A string."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number, as it is written."""

    text: str


@dataclass(frozen=True)
class Word:
    """A name: `true`, `Cascade`, a field."""

    text: str


@dataclass(frozen=True)
class Call:
    """A function with its arguments, such as `now()` or `title(sort: Desc)`."""

    name: str
    arguments: Sequence[Argument] = ()


Value: TypeAlias = "Text | Number | Word | Call | Sequence[Value]"


@dataclass(frozen=True)
class Argument:
    """An argument; the name is empty where it is given by position."""

    name: str
    value: Value


@dataclass(frozen=True)
class Attribute:
    """`@unique` of a field, `@@index([a])` of a block; the name is without the signs: `db.VarChar`."""

    name: str
    arguments: Sequence[Argument]
    line: int

    def get(self, name: str, position: int | None = None) -> Value | None:
        """An argument by its name, or by its position among those that have none."""
        named = next((one.value for one in self.arguments if one.name == name), None)
        if named is not None or position is None:
            return named
        unnamed = [one.value for one in self.arguments if not one.name]
        return unnamed[position] if position < len(unnamed) else None


@dataclass(frozen=True)
class Field:
    """A field of a model. `type` is a name; `Unsupported("x")` has the type `Unsupported` and `raw` `x`."""

    name: str
    type: str
    line: int
    is_list: bool = False
    optional: bool = False
    raw: str = ""
    attributes: Sequence[Attribute] = ()

    def attribute(self, name: str) -> Attribute | None:
        """The field's attribute of a name."""
        return next((one for one in self.attributes if one.name == name), None)


@dataclass
class Block:
    """A model, enumeration or configuration: `kind` is the word before its name.

    Attributes:
        fields: of a model, view or type. For an enumeration they are its values, with no type.
        settings: of a datasource or generator.
    """

    kind: str
    name: str
    path: str
    line: int
    fields: list[Field] = field(default_factory=list)
    attributes: list[Attribute] = field(default_factory=list)
    settings: dict[str, Value] = field(default_factory=dict)

    def attribute(self, name: str) -> Attribute | None:
        """The block's first attribute of a name."""
        return next((one for one in self.attributes if one.name == name), None)


def read_blocks(text: str, path: str) -> list[Block]:
    """The blocks of a schema file.

    Raises:
        ParseError: it is no schema, or too long.
    """
    if len(text) > _MAX_CHARACTERS:
        raise ParseError(path, 1, f"a schema of {len(text):,} characters is too long")
    reader = _Reader(list(_tokens(text, path)), path)
    return list(reader.blocks())


def _tokens(text: str, path: str) -> Iterator[Token]:
    line, at = 1, 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ParseError(path, line, "a character that no schema has")
        kind = found.lastgroup or ""
        if kind == "text":
            yield Token(kind, re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), found["text"]), line)
        elif kind != "skip":
            yield Token(kind, found[0], line)
        line += found[0].count("\n")
        at = found.end()


class _Reader:
    """Walks over the tokens once."""

    def __init__(self, tokens: Sequence[Token], path: str) -> None:
        self._tokens, self._path, self._at = tokens, path, 0
        self._end = Token("end", "", tokens[-1].line if tokens else 1)

    def blocks(self) -> Iterator[Block]:
        self._skip_lines()
        while self._peek().kind != "end":
            kind, name = self._take("name"), self._take("name")
            block = Block(kind.text, name.text, self._path, kind.line)
            self._take("sign", "{")
            self._skip_lines()
            while not self._is("}"):
                self._member(block)
                self._skip_lines()
            self._take("sign", "}")
            yield block
            self._skip_lines()

    def _member(self, block: Block) -> None:
        if self._is("@@"):
            block.attributes.append(self._attribute())
        elif block.kind in {"datasource", "generator"}:
            name = self._take("name")
            self._take("sign", "=")
            block.settings[name.text] = self._value(0)
        else:
            block.fields.append(self._field(block.kind))
        if not self._is("}") and self._peek().kind not in {"newline", "end"}:
            self._fail(self._peek())

    def _field(self, kind: str) -> Field:
        name = self._take("name")
        type_, raw, is_list, optional = "", "", False, False
        if kind != "enum":
            type_ = self._take("name").text
            if type_ == "Unsupported" and self._is("("):
                self._take("sign", "(")
                raw = self._take("text").text
                self._take("sign", ")")
            if self._is("["):
                self._take("sign", "[")
                self._take("sign", "]")
                is_list = True
            if self._is("?"):
                self._take("sign", "?")
                optional = True
            elif self._is("!"):
                self._take("sign", "!")
        attributes = []
        while self._is("@"):
            attributes.append(self._attribute())
        return Field(name.text, type_, name.line, is_list, optional, raw, tuple(attributes))

    def _attribute(self) -> Attribute:
        line = self._take("sign").line
        name = self._dotted()
        arguments = self._arguments(0) if self._is("(") else ()
        return Attribute(name, arguments, line)

    def _dotted(self) -> str:
        name = self._take("name").text
        while self._is("."):
            self._take("sign", ".")
            name += "." + self._take("name").text
        return name

    def _arguments(self, depth: int) -> Sequence[Argument]:
        return tuple(self._argument(depth) for _ in self._between("(", ")"))

    def _argument(self, depth: int) -> Argument:
        if self._peek().kind == "name" and self._peek(1).text == ":":
            name = self._take("name").text
            self._take("sign", ":")
            self._skip_lines()
            return Argument(name, self._value(depth + 1))
        return Argument("", self._value(depth + 1))

    def _between(self, left: str, right: str) -> Iterator[None]:
        """Yield once for each element between brackets; the caller reads it."""
        self._take("sign", left)
        self._skip_lines()
        while not self._is(right):
            yield None
            self._skip_lines()
            if self._is(","):
                self._take("sign", ",")
                self._skip_lines()
            elif not self._is(right):
                self._fail(self._peek())
        self._take("sign", right)

    def _value(self, depth: int) -> Value:
        token = self._peek()
        if depth > _MAX_DEPTH:
            self._fail(token)
        if self._is("["):
            return tuple(self._value(depth + 1) for _ in self._between("[", "]"))
        if token.kind == "text":
            return Text(self._take("text").text)
        if token.kind == "number":
            return Number(self._take("number").text)
        name = self._dotted()
        return Call(name, self._arguments(depth + 1)) if self._is("(") else Word(name)

    def _peek(self, ahead: int = 0) -> Token:
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else self._end

    def _is(self, sign: str) -> bool:
        token = self._peek()
        return token.kind == "sign" and token.text == sign

    def _skip_lines(self) -> None:
        while self._peek().kind == "newline":
            self._at += 1

    def _take(self, kind: str, text: str | None = None) -> Token:
        token = self._peek()
        if token.kind != kind or (text is not None and token.text != text):
            self._fail(token)
        self._at += 1
        return token

    def _fail(self, token: Token) -> None:
        raise ParseError(self._path, token.line, "not Prisma's schema language here")

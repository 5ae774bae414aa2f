"""Go templates parsed to a tree.

Source: https://pkg.go.dev/text/template, `text/template/parse/parse.go` (read 2026-11-29).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.checks.readiness.facts.helm.lexer import Piece, Word, cut
from bot.checks.readiness.facts.helm.nodes import (
    Action,
    Call,
    Chain,
    Dot,
    Field,
    Function,
    If,
    Jump,
    Literal,
    Node,
    Operand,
    Pipe,
    Range,
    Template,
    TemplateFault,
    Text,
    Variable,
)

_MAX_NESTING = 60
_CONSTANTS = {"true": True, "false": False, "nil": None}
_ENDS = frozenset({"end", "else"})


def parse_template(text: str) -> Template:
    """The tree of a template.

    Raises:
        TemplateFault: it does not follow the syntax, or nests deeper than 60 blocks or parentheses.
    """
    return _Parser(list(cut(text))).parse()


class _Parser:
    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._at = 0
        self._defined: dict[str, Sequence[Node]] = {}
        self._depth = 0

    def parse(self) -> Template:
        body, end = self._block(top=True)
        if end is not None:
            raise TemplateFault(end.line, f"`{end.words[0].text if end.words else ''}` without its beginning")
        return Template(body, self._defined)

    def _block(self, *, top: bool = False) -> tuple[list[Node], Piece | None]:
        """The nodes up to `end` or `else`, and that piece."""
        self._depth += 1
        body: list[Node] = []
        while self._at < len(self._pieces):
            piece = self._pieces[self._at]
            self._at += 1
            if piece.words is None:
                body.append(Text(piece.text, piece.line))
                continue
            if not piece.words:
                raise TemplateFault(piece.line, "an empty action")
            if piece.words[0].text in _ENDS:
                self._depth -= 1
                return body, piece
            node = self._node(piece, piece.words)
            if node is not None:
                body.append(node)
        self._depth -= 1
        if not top:
            raise TemplateFault(self._pieces[-1].line, "a block without its `end`")
        return body, None

    def _node(self, piece: Piece, words: Sequence[Word]) -> Node | None:
        if self._depth > _MAX_NESTING:
            raise TemplateFault(piece.line, f"blocks nested deeper than {_MAX_NESTING}")
        match words[0].text if words[0].kind == "name" else "":
            case "if" | "with" | "range" as word:
                return self._branch(word, words[1:], piece.line)
            case "define":
                self._defined[_name(words, piece.line)] = self._closed()
                return None
            case "block":
                name = _name(words, piece.line)
                self._defined.setdefault(name, self._closed())
                return Call(name, parse_pipe(words[2:], piece.line), piece.line)
            case "template":
                pipe = parse_pipe(words[2:], piece.line) if words[2:] else None
                return Call(_name(words, piece.line), pipe, piece.line)
            case "break" | "continue" as word:
                return Jump(word, piece.line)
        return Action(parse_pipe(words, piece.line), piece.line)

    def _closed(self) -> list[Node]:
        body, end = self._block()
        if end is None or not end.words or end.words[0].text != "end":
            raise TemplateFault(end.line if end else 1, "`else` in a definition")
        return body

    def _branch(self, word: str, words: Sequence[Word], line: int) -> Node:
        pipe = parse_pipe(words, line)
        body, end = self._block()
        otherwise: list[Node] = []
        if end is not None and end.words and end.words[0].text == "else":
            rest = end.words[1:]
            if rest:
                if self._depth > _MAX_NESTING:
                    raise TemplateFault(end.line, f"blocks nested deeper than {_MAX_NESTING}")
                self._depth += 1
                otherwise = [self._branch(rest[0].text, rest[1:], end.line)]
                self._depth -= 1
            else:
                otherwise = self._closed()
        if word == "range":
            return Range(pipe, body, otherwise, line)
        return If(pipe, body, otherwise, moves=word == "with", line=line)


def _name(words: Sequence[Word], line: int) -> str:
    if len(words) > 1 and isinstance(words[1].value, str):
        return words[1].value
    raise TemplateFault(line, f"`{words[0].text}` without a name in quotes")


def parse_pipe(words: Sequence[Word], line: int) -> Pipe:
    """The pipeline that the words of an action make.

    Raises:
        TemplateFault: they make none.
    """
    variables, declares, rest = _declared(words)
    pipe, end = _pipe(rest, 0, line, 0)
    if end != len(rest):
        raise TemplateFault(line, f"`{rest[end].text}` where a pipeline should end")
    return replace(pipe, variables=variables, declares=declares)


def _declared(words: Sequence[Word]) -> tuple[Sequence[str], bool, Sequence[Word]]:
    for count in (1, 3):
        if len(words) > count and (words[count].kind == "declare" or words[count].text == "="):
            names = words[0:count:2]
            if all(word.kind == "variable" for word in names) and (count == 1 or words[1].text == ","):
                return [word.text for word in names], words[count].kind == "declare", words[count + 1 :]
    return (), True, words


def _pipe(words: Sequence[Word], at: int, line: int, depth: int) -> tuple[Pipe, int]:
    if depth > _MAX_NESTING:
        raise TemplateFault(line, f"parentheses nested deeper than {_MAX_NESTING}")
    commands: list[Sequence[Operand]] = []
    command: list[Operand] = []
    while at < len(words) and words[at].text != ")":
        if words[at].kind == "sign" and words[at].text == "|":
            if not command:
                raise TemplateFault(words[at].line, "a pipeline with an empty command")
            commands.append(command)
            command = []
            at += 1
            continue
        operand, at = _operand(words, at, depth)
        command.append(operand)
    if not command:
        raise TemplateFault(line, "a pipeline with an empty command")
    return Pipe([*commands, command], line), at


def _operand(words: Sequence[Word], at: int, depth: int) -> tuple[Operand, int]:
    word = words[at]
    at += 1
    if word.kind == "constant":
        return Literal(word.value), at
    if word.kind == "name":
        return (Literal(_CONSTANTS[word.text]) if word.text in _CONSTANTS else Function(word.text)), at
    if word.kind == "variable":
        names, at = _fields(words, at)
        return Variable(word.text, names), at
    if word.kind == "field":
        names, at = _fields(words, at)
        return Field([word.text[1:], *names]), at
    if word.text == "(":
        pipe, at = _pipe(words, at, word.line, depth + 1)
        if at >= len(words):
            raise TemplateFault(word.line, "a parenthesis that is not closed")
        names, at = _fields(words, at + 1)
        return Chain(pipe, names), at
    if word.text == ".":
        return Dot(), at
    raise TemplateFault(word.line, f"`{word.text}` where a value should stand")


def _fields(words: Sequence[Word], at: int) -> tuple[list[str], int]:
    names: list[str] = []
    while at < len(words) and words[at].kind == "field" and not words[at].spaced:
        names.append(words[at].text[1:])
        at += 1
    return names, at

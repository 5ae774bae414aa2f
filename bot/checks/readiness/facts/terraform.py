"""Blocks of Terraform: resources and modules, by type, with their lines and their text.

Source: https://developer.hashicorp.com/terraform/language/syntax/configuration (read 2026-11-29).
Out of sight: what expressions come to, and modules of other repositories.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.model import Unknown

_HEADER = re.compile(r'^[ \t]*(resource|module|data)[ \t]+"([\w.-]+)"(?:[ \t]+"([\w.-]+)")?[ \t]*\{', re.MULTILINE)
_BRACES = re.compile(r'"(?:[^"\\\n]++|\\.)*+"?|[{}]')
_ATTRIBUTE = re.compile(r'"?([\w.-]++)"?\s*+=\s*+([^={\[\s][^{]*|\[.*\]|\{.*\})$')
_OPENED = re.compile(r'"?([\w.-]++)"?(?:\s++"[^"]*+")*+\s*+=?\s*+[{\[]\s*+$')
_MAX_DEPTH = 20
MAX_CHARACTERS = 500_000


@dataclass(frozen=True)
class Block:
    """A block: its word (`resource`), its type (a module's name for a module), its name, the text within its braces."""

    word: str
    type: str
    name: str
    path: str
    line: int
    body: str

    def line_of(self, pattern: str) -> int | None:
        """The line of the file on which a pattern first matches within the block."""
        found = re.search(pattern, self.body, re.MULTILINE)
        return None if found is None else self.line + self.body.count("\n", 0, found.start())


class Terraform:
    """The blocks of a repository's Terraform (and OpenTofu) files."""

    def __init__(self, files: Files) -> None:
        paths = files.select("*.tf", "*.tofu")
        files.prefetch(paths)
        for path in paths:
            if len(files.text(path) or "") > MAX_CHARACTERS:
                reason = f"larger than {MAX_CHARACTERS:,} characters: not parsed"
                files.doubt(path, Unknown(path=path, reason=reason, settle="split the file"))
        blocks = (files.once("terraform", path, partial(_blocks, path)) or () for path in paths)
        self.blocks: Sequence[Block] = [one for found in blocks for one in found]

    def of(self, pattern: str) -> Sequence[Block]:
        """The resources whose whole type matches."""
        wanted = re.compile(pattern)
        return [one for one in self.blocks if one.word == "resource" and wanted.fullmatch(one.type)]


def find_values(blocks: Sequence[Block], path: str, keys: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the 1-based line and the text of the attributes of a file at a path: word, type, name, keys.

    `*` stands for any. A block without a name is one of the path's first two; texts are without their quotes.
    """
    for block in (one for one in blocks if one.path == path):
        place = [block.word, block.type, *([block.name] if block.name else [])]
        head, rest = keys[: len(place)], keys[len(place) :]
        if not all(wanted in {"*", key} for wanted, key in zip(head, place, strict=False)):
            continue
        if not rest:
            yield block.line, block.type
        for inner, line, text in _attributes(block) if rest else ():
            if len(inner) == len(rest) and all(wanted in {"*", key} for wanted, key in zip(rest, inner, strict=True)):
                yield line, text


def _attributes(block: Block) -> Iterator[tuple[Sequence[str], int, str]]:
    """Yield each attribute with the keys that lead to it, its line and its text."""
    keys: list[str] = []
    for number, line in enumerate(block.body.split("\n"), start=block.line):
        said = line.strip()
        if found := _ATTRIBUTE.match(said):
            yield [*keys, found[1]], number, found[2].strip().strip('"')
        opened = _OPENED.match(said)
        if opened and len(keys) < _MAX_DEPTH:
            keys.append(opened[1])
        elif said.startswith(("}", "]")) and keys:
            keys.pop()


def _blocks(path: str, text: str) -> Sequence[Block]:
    if len(text) > MAX_CHARACTERS:
        return ()
    return list(_parse(path, without_comments("x.tf", text)))


def _parse(path: str, text: str) -> Iterator[Block]:
    at, line, counted = 0, 1, 0
    while found := _HEADER.search(text, at):
        end = closing_brace(text, found.end())
        line += text.count("\n", counted, found.start(1))
        counted = found.start(1)
        yield Block(found[1], found[2], found[3] or "", path, line, text[found.end() : end])
        at = end


def closing_brace(text: str, at: int) -> int:
    """Where the brace closes that is open at a place of code without comments; the end of a text where none does."""
    depth = 1
    for found in _BRACES.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0:
            return found.start()
    return len(text)

"""Conditions of Terraform that come to a literal: variables and locals, compared, turned around and put together.

Source: https://developer.hashicorp.com/terraform/language/expressions/conditionals (read 2026-11-30).
Out of sight: functions, other resources, and what is written over many lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.terraform import MAX_CHARACTERS, closing_brace

Kind: TypeAlias = Literal["var", "local"]
Known: TypeAlias = Callable[[Kind, str], str | None]
"""What a variable or a local of a module comes to, where that can be told."""

_LOCALS = re.compile(r"^[ \t]*locals[ \t]*\{", re.MULTILINE)
_LOCAL = re.compile(r"^[ \t]*([\w-]+)[ \t]*=(?![=>])[ \t]*([^\s{\[][^\n]{0,200})$", re.MULTILINE)
_LITERAL = re.compile(r'true|false|\d{1,9}(?:\.\d{1,9})?|"[^"\n$%]*"')
_CHOICE = re.compile(r"([^?]{1,150})\?\s*([^?:\s]{1,40})\s*:\s*([^?:\s]{1,40})")
_COMPARED = re.compile(r"([^=!]{1,100}+)([=!]=)([^=!]{1,100}+)")
_NAMED = re.compile(r"(var|local)\.([\w-]{1,80})")
_BRACKETS = re.compile(r'"(?:[^"\\\n]++|\\.)*+"?|[{}\[\]()]')
_MAX_DEPTH = 10


def find_locals(text: str) -> Mapping[str, str]:
    """The locals of a file that are written on one line, each with its expression."""
    code = without_comments("x.tf", text[:MAX_CHARACTERS])
    found: dict[str, str] = {}
    at = 0
    while block := _LOCALS.search(code, at):
        at = closing_brace(code, block.end())
        body = code[block.end() : at]
        found.update({name: value.strip() for name, value in _LOCAL.findall(outermost(body))})
    return found


def outermost(text: str) -> str:
    """The lines that no bracket encloses: what stands in a map is no variable."""
    kept, depth = [], 0
    for line in text.split("\n"):
        if depth <= 0:
            kept.append(line)
        signs = [one for one in _BRACKETS.findall(line) if len(one) == 1]
        depth = max(0, depth + sum(1 if one in "{[(" else -1 for one in signs))
    return "\n".join(kept)


def come_to(expression: str, known: Known, depth: int = 0) -> str | None:
    """The literal that an expression comes to; None where that cannot be told."""
    said = expression.strip()
    if said.startswith("(") and said.endswith(")"):
        said = said[1:-1].strip()
    if depth > _MAX_DEPTH:
        return None
    if _LITERAL.fullmatch(said):
        return said
    if choice := _CHOICE.fullmatch(said):
        decided = _truth(come_to(choice[1], known, depth + 1))
        return None if decided is None else come_to(choice[2 if decided else 3], known, depth + 1)
    if "(" in said or ")" in said:
        return None
    for sign, settled in (("||", True), ("&&", False)):
        if sign in said:
            return _joined([_truth(come_to(one, known, depth + 1)) for one in said.split(sign)], settled=settled)
    return _of_one(said, known, depth)


def _of_one(said: str, known: Known, depth: int) -> str | None:
    if compared := _COMPARED.fullmatch(said):
        left, right = (come_to(compared[at], known, depth + 1) for at in (1, 3))
        same = None if left is None or right is None else left.strip('"') == right.strip('"')
        return None if same is None else _written(same is (compared[2] == "=="))
    if said.startswith("!"):
        turned = _truth(come_to(said[1:], known, depth + 1))
        return None if turned is None else _written(not turned)
    named = _NAMED.fullmatch(said)
    return known("var" if named[1] == "var" else "local", named[2]) if named else None


def _joined(parts: list[bool | None], *, settled: bool) -> str | None:
    """What parts come to together, where one alone of the value `settled` settles it."""
    if settled in parts:
        return _written(settled)
    return None if None in parts else _written(not settled)


def _truth(value: str | None) -> bool | None:
    return {"true": True, "false": False}.get((value or "").strip('"'))


def _written(value: bool) -> str:  # noqa: FBT001 - the value itself
    return "true" if value else "false"

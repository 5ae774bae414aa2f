"""The rule `document`: a value at a path of a file of YAML, JSON, TOML or Terraform, for policies without Python.

Rule: a file of that name has a value at the path (`*` stands for any key or element), and where asked the value
matches, or is a number that is high or low enough. A file that cannot be parsed leaves it open.
Out of sight: Helm's templates, and what expressions of Terraform come to: they are text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from bot.checks.readiness.ask import Glob, Line, RegularExpression
from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.facts.terraform import find_values
from bot.checks.readiness.judged import Judged, Measure
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.model import Evidence, Finding, State, Strength, Unknown

_MAX_EVIDENCE = 20
_MAX_TEXT = 2_000
_TERRAFORM = (".tf", ".tofu")
Found: TypeAlias = tuple[str, int, str]


class DocumentAsk(NeedsAsk):
    """Settings of the rule `document`."""

    files: Annotated[tuple[Glob, ...], Field(description="the files that count", min_length=1)]
    path: Annotated[
        tuple[Line, ...],
        Field(description="keys from the top, `*` for any; of Terraform: word, type, name, keys", min_length=1),
    ]
    pattern: Annotated[RegularExpression | None, Field(description="what the value, as text, must hold")] = None
    least: Annotated[float | None, Field(description="the value must be a number, and no smaller")] = None
    most: Annotated[float | None, Field(description="the value must be a number, and no greater")] = None
    roles: Annotated[tuple[Role, ...], Field(description="what the files may be for", min_length=1)] = (Role.PRODUCT,)
    shows: Annotated[Strength, Field(description="how far such a value goes as evidence")] = Strength.CONFIGURED
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that there is none")] = (
        "fail"
    )

    @property
    def reads_prose(self) -> bool:
        """Whether text for people can be evidence."""
        return Role.DOCS in self.roles

    @model_validator(mode="after")
    def _one_bound(self) -> DocumentAsk:
        if self.least is not None and self.most is not None and self.least > self.most:
            raise PydanticCustomError("bounds", "least is above most: no number can be both")
        return self


def judge_document(look: Look, ask: DocumentAsk) -> Judged:
    """Pass where a file has the value."""
    if ask.needs and (lack := judge_needs(look, ask)):
        return lack
    paths = look.files.select(*ask.files, roles=ask.roles)
    found = [one for path in paths for one in _find(look, path, ask.path)]
    good = [one for one in found if _is_good(one[2], ask)]
    if good:
        evidence = [_evidence(one, ask) for one in good[:_MAX_EVIDENCE]]
        reason = f"{evidence[0].text} ({evidence[0].path}:{evidence[0].line})"
        return Judged(state=State.PASS, reason=reason, evidence=evidence, measures=_measures(found, ask))
    unread = _unread(look, paths)
    where = ".".join(ask.path)
    what = f"none of {len(paths):,} files has a good value at {where}" if paths else f"no file is named {ask.files[0]}"
    reason = f"{what}; {look.files.count:,} files searched"
    if unread:
        return Judged(state=State.NOT_CHECKED, reason=f"{reason}; {unread[0].path} cannot be read", unknowns=unread)
    if ask.otherwise == "needs-sign-off":
        return Judged(state=State.NEEDS_SIGN_OFF, reason=reason)
    missing = [
        Finding(rule="value", message=f"{where} is not what is asked", path=path, line=line)
        for path, line, _ in found[:5]
    ]
    return Judged(state=State.FAIL, reason=reason, missing=missing or [Finding(rule="missing", message=what)])


def _find(look: Look, path: str, keys: Sequence[str]) -> Iterator[Found]:
    """Yield path, 1-based line and text of the values at the keys."""
    if path.endswith(_TERRAFORM):
        yield from ((path, line, text) for line, text in find_values(look.terraform.blocks, path, keys))
        return
    document = look.files.parsed(path)
    for one in document.find(*keys) if document else ():
        yield path, one.line, _text(one.value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _is_good(text: str, ask: DocumentAsk) -> bool:
    if ask.pattern and not re.search(ask.pattern, text[:_MAX_TEXT], re.IGNORECASE):
        return False
    if ask.least is None and ask.most is None:
        return bool(text)
    number = _number(text)
    if number is None:
        return False
    return (ask.least is None or ask.least <= number) and (ask.most is None or number <= ask.most)


def _number(text: str) -> float | None:
    found = re.fullmatch(r"\s*(-?\d{1,15}(?:\.\d{1,15})?)\s*%?\s*", text)
    return float(found[1]) if found else None


def _evidence(found: Found, ask: DocumentAsk) -> Evidence:
    # The value itself may be a secret: its path is told alone, but for a number that is asked for.
    number = _number(found[2]) if ask.least is not None or ask.most is not None else None
    text = f"{'.'.join(ask.path)} is set" if number is None else f"{'.'.join(ask.path)} is {number:g}"
    return Evidence(path=found[0], line=found[1], text=text, strength=ask.shows)


def _measures(found: Sequence[Found], ask: DocumentAsk) -> dict[str, Measure]:
    """The worst number of each file, which a change may not make worse where one bound is asked for.

    Each file has its own: a good number in a file that a change adds makes up for none that it made worse.
    """
    if (ask.least is None) == (ask.most is None):
        return {}
    better = ask.least is not None
    measures: dict[str, Measure] = {}
    for path, line, text in found:
        name, number = f"{'.'.join(ask.path)} of {path}", _number(text)
        before = measures.get(name)
        if number is None or (before and (number >= before.value if better else number <= before.value)):
            continue
        measures[name] = Measure(value=number, path=path, line=line, higher_is_better=better)
    return measures


def _unread(look: Look, paths: Sequence[str]) -> list[Unknown]:
    unread = [
        Unknown(path=path, reason=one.reason, settle=one.settle)
        for path, one in look.files.unread.items()
        if path in paths
    ]
    return unread + [one for path, one in look.files.faults.items() if path in paths]

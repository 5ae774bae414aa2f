"""Semantic versions in Go templates: `semver` and `semverCompare`.

Source: https://github.com/Masterminds/semver#checking-version-constraints (read 2026-11-29).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.checks.readiness.facts.helm.faults import FunctionFault

_NUMBER = r"(?:0|[1-9][0-9]{0,17}|[0-9]{1,18})"
_VERSION = re.compile(
    rf"v?({_NUMBER})(?:\.({_NUMBER}))?(?:\.({_NUMBER}))?(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?"
)
_PART = rf"(?:{_NUMBER}|[xX*])"
_TERM = re.compile(
    rf"(=|!=|>=|=>|<=|=<|>|<|~>|~|\^)?\s*v?({_PART})(?:\.({_PART}))?(?:\.({_PART}))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?"
)
_RANGE = re.compile(r"(\S{1,60})\s+-\s+(\S{1,60})")
_LONGEST = 200
_Key: TypeAlias = tuple[int, int, int, tuple[tuple[int, int, str], ...]]


def parse_version(text: str) -> tuple[int, int, int, str, str]:
    """Major, minor, patch, prerelease and metadata.

    Raises:
        FunctionFault: it is no version.
    """
    found = _VERSION.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise FunctionFault("what is no semantic version")
    major, minor, patch = (int(one or 0) for one in found.groups()[:3])
    return major, minor, patch, found[4] or "", found[5] or ""


def _key(major: int, minor: int, patch: int, prerelease: str) -> _Key:
    # A release comes after all of its prereleases; numbers come before words.
    if not prerelease:
        return major, minor, patch, ((2, 0, ""),)
    parts = [(0, int(one), "") if one.isdigit() else (1, 0, one) for one in prerelease.split(".")]
    return major, minor, patch, tuple(parts)


def matches(constraint: str, version: str) -> bool:
    """Whether a version satisfies a constraint such as `>=1.19-0 <2 || ~3.1`.

    Raises:
        FunctionFault: one of them cannot be read.
    """
    if len(constraint) > _LONGEST:
        raise FunctionFault("a very long version constraint")
    major, minor, patch, prerelease, _ = parse_version(version)
    key = _key(major, minor, patch, prerelease)
    return any(_all_hold(one.strip(), key, bool(prerelease)) for one in constraint.split("||"))


def _all_hold(terms: str, key: _Key, prerelease: bool) -> bool:  # noqa: FBT001 - of the version
    terms = _RANGE.sub(r">=\1 <=\2", terms)
    at, holds = 0, True
    while at < len(terms):
        if terms[at] in " ,\t":
            at += 1
            continue
        found = _TERM.match(terms, at)
        if found is None:
            raise FunctionFault("a version constraint that cannot be read")
        holds = _holds(found, key, prerelease) and holds
        at = found.end()
    return holds


def _holds(found: re.Match[str], key: _Key, prerelease: bool) -> bool:  # noqa: FBT001 - of the version
    if prerelease and not found[5]:
        return False
    numbers = [int(one) for one in found.groups()[1:4] if one and one not in "xX*"]
    low = _key(*_three(numbers), found[5] or "")
    sign = _SIGNS.get(found[1] or "", found[1] or "")
    # `>1.2` is after all of 1.2, and `=1` any of 1: what is not given may be anything.
    kept = {"^": _fixed(numbers), "~": 2}.get(sign, 3)
    after = _after(numbers[:kept]) if numbers else None
    given = len(numbers) == 3 and sign not in {"^", "~"}  # noqa: PLR2004 - major, minor and patch
    inside = key == low if given else low <= key and (after is None or key < after)
    answers = {
        "": inside,
        "!=": not inside,
        ">": key > low if given else after is not None and key >= after,
        "<": key < low,
        ">=": key >= low,
        "<=": key <= low if given else after is None or key < after,
    }
    return answers.get(sign, inside)


_SIGNS = {"=": "", "=>": ">=", "=<": "<=", "~>": "~"}


def _fixed(numbers: list[int]) -> int:
    """How many of the numbers a caret keeps: up to the first that is not zero."""
    return next((at for at, one in enumerate(numbers) if one), len(numbers) - 1) + 1


def _after(numbers: list[int]) -> _Key:
    return _key(*_three([*numbers[:-1], numbers[-1] + 1]), "0")


def _three(numbers: list[int]) -> tuple[int, int, int]:
    major, minor, patch = [*numbers, 0, 0, 0][:3]
    return major, minor, patch


def _semver(_budget: object, text: str) -> dict[str, object]:
    major, minor, patch, prerelease, metadata = parse_version(text)
    return {
        "Major": major, "Minor": minor, "Patch": patch, "Prerelease": prerelease, "Metadata": metadata, "Original": text
    }  # fmt: skip


VERSIONS: Mapping[str, Callable[..., object]] = {
    "semver": _semver,
    "semverCompare": lambda _budget, constraint, version: matches(constraint, version),
}

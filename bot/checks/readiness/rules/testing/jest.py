"""Files of tests that Jest passes over, by its configuration in JSON, or by its defaults where it has none.

Rule: what lies outside of `rootDir`, and what `testRegex` does not match, or without one the names that Jest looks for.
What a configuration says that is code, of several projects or by patterns of `testMatch` leaves nothing out.
Source: https://jestjs.io/docs/configuration (read 2026-11-30).
Out of sight: expressions that may take long to match; they match everything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from posixpath import dirname, normpath

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.workflows import Ran

_JEST = re.compile(r"(?:[^\s/]{0,40}/){0,6}jest(?:\s|$)")
_CONFIGURED = re.compile(r"\s(?:--config|-c)[= ]\"?'?([\w./-]{1,200})")
_ELSEWHERE = re.compile(r"\s--(?:rootDir|testRegex|testMatch|projects|selectProjects)\b")
_BY_DEFAULT = re.compile(r"(?:^|/)__tests__/.*\.[mc]?[jt]sx?$|(?:^|[./])(?:spec|test)\.[mc]?[jt]sx?$")
# What says more than is read here.
_MORE = frozenset({"projects", "preset", "testMatch", "runner", "roots"})
_CODE = ("jest.config.js", "jest.config.ts", "jest.config.mjs", "jest.config.cjs", "jest.config.mts", "jest.config.cts")
_LONGEST, _MOST_OPTIONAL, _MOST_ANY = 120, 4, 2
# Repetitions and references back: with them an expression may take long.
_SLOW = re.compile(r"[*+{]|\\[1-9]|\(\?(?!:)")


def leaves_out(files: Files, ran: Ran, path: str) -> bool:
    """Whether a command of Jest passes a file over."""
    if not _JEST.match(ran.text) or _ELSEWHERE.search(ran.text):
        return False
    found = _find_configuration(files, ran)
    if found is None:
        return False
    folder, told = found
    if not _MORE.isdisjoint(told):
        return False
    return not (_is_below(path, folder, told.get("rootDir")) and _is_named(path, told.get("testRegex")))


def _find_configuration(files: Files, ran: Ran) -> tuple[str, Mapping[str, object]] | None:
    """The folder of Jest's configuration, and what it says; None where it is code, or not there."""
    at = f"{ran.folder}/" if ran.folder else ""
    named = _CONFIGURED.search(ran.text)
    path = normpath(f"{at}{named[1]}") if named else f"{at}package.json"
    if not named and any(f"{at}{name}" in files for name in (*_CODE, "jest.config.json")):
        return None
    document = files.parsed(path) if path.endswith(".json") and path in files else None
    if document is None:
        return None
    value = document.value if named else document.get("jest")
    if value is None and not named:
        value = {}
    return (dirname(path), value) if isinstance(value, dict) else None


def _is_below(path: str, folder: str, root: object) -> bool:
    if not isinstance(root, str) or root.startswith("/") or "<" in root:
        return True
    below = normpath(f"{folder or '.'}/{root}")
    return below.startswith("..") or below == "." or path.startswith(f"{below}/")


def _is_named(path: str, told: object) -> bool:
    expressions = [told] if isinstance(told, str) else told if isinstance(told, list) else []
    if not expressions:
        return _BY_DEFAULT.search(path) is not None
    return any(not isinstance(one, str) or _may_match(one, f"/{path}") for one in expressions)


def _may_match(expression: str, path: str) -> bool:
    quick = expression.replace(".*", "", _MOST_ANY)
    optional = quick.replace("(?:", "(").count("?")
    if len(expression) > _LONGEST or optional > _MOST_OPTIONAL or _SLOW.search(quick):
        return True
    try:
        return re.search(expression, path) is not None
    except re.error:
        return True

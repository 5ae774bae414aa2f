"""Changed source files of which the report says nothing: those that it should, and those that are nobody's own work.

Rule: a changed file with code is not measured where the report knows files of its kind around it, or knew it before.
Tests, and files that only configure, are not expected in a report. Generated and vendored files are left out, by the
merge base's `.gitattributes` (https://github.com/github-linguist/linguist/blob/main/docs/overrides.md, read
2026-11-25), by Go's mark in the file, and by the folders that hold others' code.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from bot.checks.coverage.content import Content
from bot.checks.coverage.lines import FileLines
from bot.checks.coverage.relate import is_test
from bot.globs import Glob
from bot.model import Change, ChangedFile, Mode, Unknown

_GENERATED = re.compile(rb"^(?://|#|/\*|--|;)[ *]*(?:Code generated .* DO NOT EDIT\.?|@generated)", re.MULTILINE)
_MARK_BYTES = 4096
_VENDORED = frozenset({"vendor", "node_modules", "third_party", "thirdparty", "_vendor", "Godeps"})
_CONFIGURES = re.compile(
    r"(?:^|/)(?:setup|conftest|noxfile|manage|fabfile|tasks|gulpfile|gruntfile|wsgi|asgi)\.\w+$"
    r"|\.(?:config|conf|setup|stories|d)\.[cm]?[jt]sx?$|(?:^|/)(?:docs?|scripts?|examples?|benchmarks?)/",
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"^linguist-(?:generated|vendored)(?:=true)?$")
_UNCOUNTED = 3
_MAX_ATTRIBUTES = 1_000
_SETTLE = "have the tool measure it, or leave it out by the item's `paths.exclude`"


def find_skipped(change: Change) -> list[str]:
    """The changed files that are generated or vendored."""
    globs = list(_attributes(change))
    found: list[str] = []
    rest: list[str] = []
    for file in _sources(change):
        vendored = not _VENDORED.isdisjoint(PurePosixPath(file.path).parts[:-1])
        (found if vendored or any(glob.matches(file.path) for glob in globs) else rest).append(file.path)
    for path, content in change.head.read_many(rest):
        if isinstance(content, bytes) and _GENERATED.search(content[:_MARK_BYTES]):
            found.append(path)
    return found


def _attributes(change: Change) -> Iterator[Glob]:
    """The patterns that the merge base marks, so that a change cannot mark its own files."""
    for _, content in change.merge_base.read_many([".gitattributes"]):
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
        for line in text.splitlines()[:_MAX_ATTRIBUTES]:
            pattern, *attributes = line.split() or [""]
            if any(_ATTRIBUTE.match(attribute) for attribute in attributes) and not pattern.startswith("#"):
                yield Glob(pattern.lstrip("/") if "/" in pattern.rstrip("/") else f"**/{pattern.rstrip('/')}")


def _sources(change: Change) -> Iterator[ChangedFile]:
    return (file for file in change.files if file.new_oid and file.new_mode in {Mode.FILE, Mode.EXECUTABLE})


def find_not_measured(
    change: Change, measured: Collection[str], before: Collection[str], skipped: Collection[str]
) -> list[Unknown]:
    """The changed files that should be in the report and are not; `before` are those that were, by path at head."""
    around = _Around(measured)
    suspects = [
        file
        for file in _sources(change)
        if file.path not in measured
        and file.path not in skipped
        and (file.path in before or (around.has_like(file.path) and not _is_no_source(file.path)))
    ]
    by_path = {file.path: file for file in suspects}
    return [
        Unknown(path=path, reason="the change edits it, and no report measures it", settle=_SETTLE)
        for path, content in change.head.read_many(by_path)
        if not isinstance(content, bytes) or _adds_code(by_path[path], Content(path, content))
    ]


def find_uncounted(change: Change, files: Mapping[str, FileLines]) -> list[Unknown]:
    """The changed Python files of whose new statements the report counts none, though it counts others of the file."""
    suspects = {
        file.path: file
        for file in _sources(change)
        if file.path in files and any(files[file.path].lines) and file.lines_known
    }
    found = []
    for path, text in change.head.read_many(suspects):
        added = [line for lines in suspects[path].added_lines() for line in lines]
        content = Content(path, text) if isinstance(text, bytes) else None
        sure = [line for line in added if content and line in content.sure_lines]
        if len(sure) >= _UNCOUNTED and not any(files[path].state(line) for line in added):
            reason = f"the report counts none of the {len(sure):,} statements that the change adds"
            settle = "measure the commit that is judged; if they are left out on purpose, use `paths.exclude`"
            found.append(Unknown(path=path, line=sure[0], reason=reason, settle=settle))
    return found


def _is_no_source(path: str) -> bool:
    return is_test(path) or _CONFIGURES.search(path) is not None


def _adds_code(file: ChangedFile, content: Content) -> bool:
    if not file.lines_known:
        return True
    return any(content.is_code(line) for added in file.added_lines() for line in added)


class _Around:
    """Which kinds of files are measured in which folders."""

    def __init__(self, measured: Iterable[str]) -> None:
        self._direct: set[tuple[str, str]] = set()
        self._below: set[tuple[str, str]] = set()
        for path in measured:
            place = PurePosixPath(path)
            self._direct.add((str(place.parent), place.suffix))
            self._below.update((str(parent), place.suffix) for parent in place.parents)

    def has_like(self, path: str) -> bool:
        """Whether files of that kind are measured in the same folder, or anywhere below one that holds it."""
        place = PurePosixPath(path)
        if (str(place.parent), place.suffix) in self._direct:
            return True
        return any((str(parent), place.suffix) in self._below for parent in place.parents if str(parent) != ".")

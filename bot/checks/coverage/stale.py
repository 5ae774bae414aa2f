"""Reports that speak of other content than they are given for.

Rule: a report is stale where it has another checksum of a line, counts lines past a file's end, counts lines without
code, or fits what a file was at another time and not what it is. Of Python it is known which lines can count at all,
of other languages those are doubted that are blank or a comment (`bot.checks.coverage.fit`).
Source: https://coverage.readthedocs.io/en/latest/branch.html and the tools' own reports (read 2026-11-25)
Out of sight: another commit's report whose lines all fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest

from bot.checks.coverage.carry import LineMap
from bot.checks.coverage.content import Content
from bot.checks.coverage.fit import measure_fit
from bot.checks.coverage.lines import FileLines, Format
from bot.model import ChangedFile, Tree

Versions = Callable[[str], Iterable[bytes]]
# Of files that did not change, so many are looked at: for their length, and for what is counted in them.
_MAX_FILES = 1_000
_MAX_READ = 60
# JaCoCo gives what Kotlin inlines lines behind the file's end: https://github.com/jacoco/jacoco/issues/764
_WITHOUT_END = (".kt", ".kts")
# gcov and v8 may count the empty line behind the last line break.
_SLACK = 1
_COVERAGE_PY = frozenset({Format.COVERAGE_PY_JSON, Format.COVERAGE_PY_XML})
# One in so many counted lines may be odd.
_ODD_SHARE = 20
_COUNTED = bytes([0, *[1] * 255])  # a table: any state but "not counted" is 1


@dataclass(frozen=True)
class Stale:
    """Why a report cannot be of the content that it is given for."""

    reason: str
    path: str
    line: int | None = None


@dataclass(frozen=True)
class _File:
    path: str
    lines: FileLines
    kind: Format
    content: Content

    def odd(self, content: Content | None = None) -> int:
        """How many counted lines cannot count in its content, or in another."""
        content = content or self.content
        if (starts := content.statement_lines) is not None:
            return sum(line not in starts for line in self.lines.counted())
        fit = measure_fit(self.lines, content.content, self.path)
        return len(fit.blank) + len(fit.beyond)


def find_stale(
    files: Mapping[str, FileLines], kinds: Mapping[str, Format], tree: Tree, changed: Iterable[str], versions: Versions
) -> Stale | None:
    """The first proof that a report is stale.

    Args:
        files: coverage by path in `tree`.
        kinds: the report's format, by the same paths.
        tree: the files that the report should be of.
        changed: paths in which an older report would differ.
        versions: the contents that a path has at other times.
    """
    suspects = [path for path in dict.fromkeys(changed) if path in files]
    with_digests = [path for path, lines in files.items() if lines.digests]
    others = [path for path in files if path not in suspects][:_MAX_FILES]
    read: dict[str, _File] = {}
    for path, content in tree.read_many([*suspects, *with_digests, *others]):
        if isinstance(content, bytes):
            read[path] = _File(path, files[path], kinds[path], Content(path, content))
    sample = [read[path] for path in others[:_MAX_READ] if path in read]
    doubted = [read[path] for path in suspects if path in read]
    proofs = chain(map(_contradiction, read.values()), map(_no_statements, [*doubted, *sample]))
    found = next(filter(None, proofs), None)
    if found is not None:
        return found
    # What also counts odd lines of files that did not change is how the tool counts.
    loose = {file.kind for file in sample if file.odd()} - _COVERAGE_PY
    return next(filter(None, (_misfit(file, versions) for file in doubted if file.kind not in loose)), None)


def _contradiction(file: _File) -> Stale | None:
    fit = measure_fit(file.lines, file.content.content, file.path)
    if fit.changed:
        return Stale("it holds checksums of lines that are not the file's", file.path, fit.changed[0])
    last = max(fit.beyond, default=0)
    slack = 0 if file.kind in _COVERAGE_PY else _SLACK
    if last > file.content.length + slack and not file.path.endswith(_WITHOUT_END):
        return Stale(f"it counts line {last:,} of a file that has {file.content.length:,}", file.path, last)
    return None


def _no_statements(file: _File) -> Stale | None:
    counted = sum(map(bool, file.lines.lines))
    if file.kind in _COVERAGE_PY and (odd := file.odd()) * _ODD_SHARE > counted:
        return Stale(f"on {odd:,} of the {counted:,} lines that it counts no statement begins", file.path)
    return None


def _misfit(file: _File, versions: Versions) -> Stale | None:
    odd = file.odd()
    if not odd:
        return None
    for content in versions(file.path):
        if not file.odd(Content(file.path, content)):
            return Stale("it fits the file as it was at another commit, and not as it is", file.path)
    counted = sum(map(bool, file.lines.lines))
    return (
        Stale(f"{odd:,} of the {counted:,} lines that it counts hold no code", file.path)
        if odd * _ODD_SHARE > counted
        else None
    )


def is_copy(base: FileLines, head: FileLines, change: ChangedFile) -> bool:
    """Whether head's report counts the very lines that base's counts, though these moved between the two."""
    if not any(hunk.old_count != hunk.new_count for hunk in change.hunks):
        return False
    if base.lines.translate(_COUNTED).rstrip(b"\0") != head.lines.translate(_COUNTED).rstrip(b"\0"):
        return False
    carried = LineMap(change.hunks).states(base.lines)
    return any(was and not now for was, now in zip_longest(carried, head.lines, fillvalue=0))

"""All that the judges look at, from the reports and the change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import PurePosixPath

from bot.checks.coverage.compare import Added, Comparison, compare, find_added
from bot.checks.coverage.known import Known, Problem, Side, Status, percent
from bot.checks.coverage.lines import MISSED, Format
from bot.checks.coverage.moved import find_moved
from bot.checks.coverage.producers import find_producers
from bot.checks.coverage.reading import Read, read_side
from bot.checks.coverage.relate import TEXT_FILES, Relations
from bot.checks.coverage.settings import CoverageTotalSettings
from bot.checks.coverage.stale import is_copy
from bot.checks.coverage.stored import NotStoredError, decode_header
from bot.checks.coverage.unmeasured import find_not_measured, find_skipped, find_uncounted
from bot.checks.coverage.words import count
from bot.globs import Glob
from bot.model import Change, ChangedFile, Evidence, MissingReports, ReportSet, Unknown

_MAX_VERSIONS = 20
_MAX_NAMES = 5
_BY_COVERAGE_PY = frozenset({Format.COVERAGE_PY_JSON, Format.COVERAGE_PY_XML})


class Gatherer:
    """Makes all that the judges look at."""

    def __init__(
        self,
        change: Change,
        head: ReportSet | MissingReports,
        base: ReportSet | MissingReports | None,
        settings: CoverageTotalSettings,
    ) -> None:
        self._change, self._head_given, self._base_given, self._settings = change, head, base, settings

    def gather(self) -> Known:
        """Read both sides and compare them."""
        head, base = self._read_head(), self._read_base()
        if isinstance(head, Read) and isinstance(base, Read) and (copy := self._find_copy(head, base)):
            head = copy
        evidence = list(self._evidence(head, base))
        if not isinstance(head, Read):
            return Known(head=head, base=base.side if isinstance(base, Read) else base, evidence=evidence)
        skipped = find_skipped(self._change)
        comparison, why_not = self._compare(head.side, base) if isinstance(base, Read) else (None, "")
        vanished = comparison.vanished if comparison else ()
        given = self._base_given if isinstance(self._base_given, ReportSet) else None
        uncounted = find_uncounted(self._change, head.side.files) if head.side.formats <= _BY_COVERAGE_PY else []
        not_measured = find_not_measured(self._change, head.side.files, vanished, skipped)
        return Known(
            head=head.side,
            base=base.side if isinstance(base, Read) else base,
            base_words=self._base_words(),
            base_commit=given.commit if given else None,
            base_distance=given.distance if given and given.commit else None,
            trend=_find_trend(given, head.side),
            why_not=why_not,
            lost_report=self._find_lost_report(head.side, base),
            has_drift=isinstance(base, Read) and _has_code(self._drifted(base)),
            comparison=comparison,
            added=dict(self._added(head.side, base, frozenset(skipped))),
            not_measured=[*not_measured, *uncounted, *self._unclear_files(head.side)],
            skipped=skipped,
            related=Relations(self._change).find_related,
            producers=find_producers(self._change),
            evidence=evidence,
        )

    # The two sides

    def _read_head(self) -> Read | Problem:
        change, given = self._change, self._head_given
        if isinstance(given, ReportSet) and given.distance is None:
            return _of_other_commit("head", given, change.head.commit)
        changed = [file.path for file in change.files if file.new_oid]
        return read_side(given, change.head, changed, self._versions, "head")

    def _read_base(self) -> Read | Problem | None:
        change, given = self._change, self._base_given
        if given is None:
            return None
        if isinstance(given, ReportSet):
            if given.distance is None:
                return _of_other_commit("base", given, change.merge_base.commit)
            if given.distance > self._settings.max_distance:
                reason = (
                    f"the newest baseline is {given.distance:,} commits old, more than {self._settings.max_distance:,}"
                )
                return Problem(Status.STALE, [Unknown(reason=reason, settle="run the tests on the base branch")])
        changed = [file.old_path for file in change.files if file.old_path]
        return read_side(given, change.merge_base, changed, self._head_version, "base")

    def _versions(self, path: str) -> Iterator[bytes]:
        """The contents that a path had before, and in each commit of the range."""
        change = self._change
        oids = {file.old_oid: None for file in change.files if file.path == path and file.old_oid}
        oids |= {file.oid: None for commit in change.commits for file in commit.files if file.path == path}
        head = change.head.entry(path)
        others = [oid for oid in oids if oid and (head is None or oid != head.oid)][:_MAX_VERSIONS]
        return (content for _, content in change.blobs.read(others) if isinstance(content, bytes))

    def _head_version(self, path: str) -> Iterator[bytes]:
        return (content for _, content in self._change.head.read_many([path]) if isinstance(content, bytes))

    def _find_copy(self, head: Read, base: Read) -> Problem | None:
        if head.moved or base.moved:
            return None
        for file in self._change.files:
            old, new = base.side.files.get(file.old_path or ""), head.side.files.get(file.path)
            if old is not None and new is not None and is_copy(old, new, file):
                reason = "the report of head has the numbers of the base's for it, though its lines moved"
                settle = "measure the commit that is judged"
                return Problem(Status.STALE, [Unknown(path=file.path, reason=reason, settle=settle)])
        return None

    # What is compared

    def _compare(self, head: Side, base: Read) -> tuple[Comparison | None, str]:
        if why := _why_not_comparable(head, base.side):
            return None, why
        comparison = compare(base.side.files, head.files, self._change.files, self._drifted(base) | self._unsure)
        if not comparison.same_lines:
            return None, "not comparable: base and head count other lines in files that did not change"
        return comparison, ""

    @property
    def _unsure(self) -> frozenset[str]:
        return self._head_given.unsure if isinstance(self._head_given, ReportSet) else frozenset()

    def _drifted(self, base: Read) -> frozenset[str]:
        """Paths whose content at the merge base may not be what the baseline measured."""
        given = self._base_given
        if isinstance(given, ReportSet) and given.commit is not None:
            return base.moved
        old, new = self._change.merge_base, self._change.base
        if old.commit == new.commit:
            return frozenset()
        newer = {entry.path: entry.oid for entry in new.entries()}
        return frozenset(entry.path for entry in old.entries() if newer.get(entry.path) != entry.oid)

    def _added(self, head: Side, base: Read | Problem | None, skipped: frozenset[str]) -> Iterator[tuple[str, Added]]:
        out = skipped | self._unsure
        known = [file for file in self._change.files if file.new_oid and file.lines_known]
        files = [file for file in known if file.path in head.files and file.path not in out]
        first = {file.path: find_added(head.files[file.path], file) for file in files}
        moved = self._moved([file for file in files if first[file.path].missed], base)
        for file in files:
            lines = moved.get(file.path)
            yield file.path, find_added(head.files[file.path], file, lines) if lines else first[file.path]

    def _moved(self, files: Sequence[ChangedFile], base: Read | Problem | None) -> Mapping[str, AbstractSet[int]]:
        """By path at head the lines that were only moved, and that the base's report has as missed where they stood."""
        if not files or not isinstance(base, Read):
            return {}
        before, drifted = base.side.files, self._drifted(base)
        origins = [file for file in self._change.files if file.old_path in before and file.old_path not in drifted]
        moved: dict[str, set[int]] = {}
        for (path, line), (old_path, old_line) in find_moved(origins, files, self._change.blobs).items():
            if before[old_path].state(old_line) == MISSED:
                moved.setdefault(path, set()).add(line)
        return moved

    def _unclear_files(self, head: Side) -> Iterator[Unknown]:
        """Changed files of which it cannot be told which of the report's files they are, or which lines are new."""
        changed = {file.path: file for file in self._change.files if file.new_oid}
        settle = "let the tool write paths from the repository's root"
        for name, paths in head.ambiguous.items():
            for path in changed.keys() & set(paths):
                yield Unknown(path=path, reason=f"the report's file {name} may be this one or another", settle=settle)
        for file in changed.values():
            if file.path in head.files and not file.lines_known:
                yield Unknown(
                    path=file.path, reason="which of its lines are new is not known", settle="split the change"
                )
        for path in sorted(changed.keys() & head.files.keys() & self._unsure):
            reason = "the base changed it too, and the report may be of both together"
            yield Unknown(path=path, reason=reason, settle="bring the branch up to date with the base")
        if head.unlisted and any(path in head.files or _has_code([path]) for path in changed):
            reason = f"the report counts {head.unlisted:,} lines of a file that it does not list"
            yield Unknown(reason=reason, settle=settle)

    def _find_lost_report(self, head: Side, base: Read | Problem | None) -> Unknown | None:
        settle = "look whether a job failed or its report was not handed over"
        for pattern in self._settings.reports:
            if not any(Glob(pattern).matches(name) for name in head.names):
                return Unknown(reason=f"no report is named {pattern}, and the policy expects one", settle=settle)
        if isinstance(base, Read) and len(base.side.names) > len(head.names):
            reason = f"the baseline is made of {len(base.side.names):,} reports, and head has {len(head.names):,}"
            return Unknown(reason=f"{reason}: one seems to be missing", settle=settle)
        return None

    # In words

    def _base_words(self) -> str:
        given = self._base_given
        if not isinstance(given, ReportSet) or given.commit is None or not given.distance:
            return "the merge base"
        return f"{given.commit[:7]}, {count(given.distance, 'commit')} before the merge base"

    def _evidence(self, head: Read | Problem, base: Read | Problem | None) -> Iterator[Evidence]:
        for which, side, given in (("head", head, self._head_given), ("base", base, self._base_given)):
            if isinstance(side, Read) and isinstance(given, ReportSet):
                names = ", ".join(side.side.names[:_MAX_NAMES])
                names += ", \u2026" if len(side.side.names) > _MAX_NAMES else ""
                origin = f", from {given.origin}" if given.origin else ""
                formats = " and ".join(sorted(side.side.formats))
                yield Evidence(text=f"{which}: {formats}, {names}{origin}")


def _find_trend(given: ReportSet | None, head: Side) -> list[float]:
    """The totals in percent of the commits that baselines are kept for, oldest first, up to the head."""
    found = []
    for content in [*reversed(given.history), *([given.stored] if given.stored else [])] if given else []:
        with suppress(NotStoredError):
            header = decode_header(content)
            if header.measure == head.measure.value and header.percent is not None:
                found.append(header.percent)
    share = percent(head.ratio)
    return [*found, share] if found and share is not None else []


def _of_other_commit(which: str, given: ReportSet, wanted: str) -> Problem:
    commit = (given.commit or "another commit")[:12]
    place = "the head" if which == "head" else "the merge base or a commit before it"
    reason = f"the report of {which} is of {commit}, which is not {place} ({wanted[:12]})"
    settle = "measure the head that is judged" if which == "head" else "give the report of the merge base"
    return Problem(Status.STALE, [Unknown(reason=reason, settle=settle)])


def _why_not_comparable(head: Side, base: Side) -> str:
    """Why two sides are not measured alike; empty where they are."""
    if head.formats != base.formats:
        was, now = (" and ".join(sorted(side.formats)) for side in (base, head))
        return f"not comparable: the baseline is {was}, and head's report {now}"
    if head.measure is not base.measure:
        return f"not comparable: the baseline counts {base.measure}, and head's report {head.measure}"
    if head.has_totals_alone or base.has_totals_alone:
        return "reports with totals alone cannot be compared line by line"
    return ""


def _has_code(paths: Iterable[str]) -> bool:
    return any(PurePosixPath(path).suffix.lower() not in TEXT_FILES for path in paths)

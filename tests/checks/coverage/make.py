"""A repository, its reports, and the check run on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.checks.coverage import CHECK
from bot.collect.change import Repository
from bot.collect.coverage import GivenCoverage, find_given
from bot.model import ItemRequest, Outcome, Reports, Request
from bot.policy.values import PathFilter
from bot.settings import Limits
from tests.repo import GitRepo

ITEMS = ("coverage.total", "coverage.patch", "coverage.indirect")


class NoTools:
    """The check starts no engine."""

    def workspace(self) -> Any:  # noqa: ANN401 - never called
        raise AssertionError


def lcov(files: Mapping[str, Mapping[int, int]]) -> str:
    """A tracefile: by file, hits by line."""
    records = []
    for path, lines in files.items():
        rows = "".join(f"DA:{line},{hits}\n" for line, hits in sorted(lines.items()))
        records.append(f"SF:{path}\n{rows}end_of_record\n")
    return "".join(records)


def numbered(count: int, start: int = 1) -> str:
    """A file of so many lines of code, each of its own."""
    return "".join(f"x{number} = {number}\n" for number in range(start, start + count))


@dataclass
class Judged:
    """The outcomes, by the last part of the item's id."""

    total: Outcome
    patch: Outcome
    indirect: Outcome

    @property
    def states(self) -> tuple[str, str, str]:
        """The states of total, patch and indirect."""
        return self.total.state.value, self.patch.state.value, self.indirect.state.value


@dataclass
class Case:
    """A repository with a branch `topic`, and what is given of reports."""

    repo: GitRepo
    folder: Path
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    paths: PathFilter = field(default_factory=PathFilter)
    _number: int = 0

    def report(self, content: str | bytes, name: str = "lcov.info") -> str:
        """Write a report outside of the repository."""
        self._number += 1
        path = self.folder / f"reports-{self._number}" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    def judge(
        self,
        head: Sequence[str] | str,
        base: Sequence[str] | str = (),
        *,
        head_commit: str = "",
        base_commit: str = "",
        base_ref: str = "main",
        head_ref: str = "HEAD",
    ) -> Judged:
        """Judge head against base with reports at these paths."""
        self._number += 1
        scratch = self.folder / f"scratch-{self._number}"
        scratch.mkdir()
        repository = Repository(self.repo.folder, scratch=scratch, limits=Limits())
        try:
            change = repository.change(repository.resolve(base_ref).commit, repository.resolve(head_ref).commit)
            given = GivenCoverage(
                folder=self.folder,
                head=[head] if isinstance(head, str) else head,
                head_commit=head_commit,
                base=[base] if isinstance(base, str) else base,
                base_commit=base_commit,
            )
            return self.run(self.request(change, find_given(repository, change, given)))
        finally:
            repository.close()

    def request(self, change: Any, reports: Reports) -> Request:  # noqa: ANN401 - a Change
        """What the check gets."""
        specs = {spec.id: spec for spec in CHECK.items()}
        items = [
            ItemRequest(
                id=item,
                settings=specs[item].settings.model_validate(self.settings.get(item, {})),
                matches=self.paths.matches,
            )
            for item in ITEMS
        ]
        return Request(change=change, items=items, tools=NoTools(), salt=b"", deadline_s=60, coverage=reports)

    def run(self, request: Request) -> Judged:
        """Run the check."""
        total, patch, indirect = CHECK.run(request).outcomes
        return Judged(total, patch, indirect)

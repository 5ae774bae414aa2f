"""Files that other tools wrote, of the head and of the base."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from bot.model.change import ChangedFile, Tree
from bot.model.results import Unknown


@dataclass(frozen=True)
class ReportFile:
    """A report that somebody's tool wrote.

    Attributes:
        name: from the repository's root where the file stands in it, else as it was given or stands in its archive.
        open: opens the content; reading past a limit raises `ReportError`, and so may opening.
        named: whether the user named this very file, rather than a folder or an archive that holds it among others.
    """

    name: str
    open: Callable[[], AbstractContextManager[BinaryIO]]
    named: bool = True


class ReportSource(Protocol):
    """Where reports are: files, folders, archives."""

    def files(self) -> Iterator[ReportFile | Unknown]:
        """Yield the reports, and for each place that has none what is missing."""
        ...


@dataclass(frozen=True, kw_only=True)
class ReportSet:
    """The reports of one revision.

    Attributes:
        origin: where they come from, in words, such as `artifact coverage of run 12`; empty for given files.
        commit: what was measured, as whoever gave them says; None where nobody says.
        tree: the files of that commit; None for those of the revision that the reports are for.
        moved: how files differ between that commit and the revision, in this order.
        distance: commits between the revision and an older `commit` on its way; None where it is no ancestor.
        unsure: paths of the revision that may have been measured with other content.
        stored: a baseline that was kept in the repository; `source` then has no files.
        history: such baselines of the commits before it, newest first.
    """

    source: ReportSource
    origin: str = ""
    commit: str | None = None
    tree: Tree | None = None
    moved: Sequence[ChangedFile] = ()
    distance: int | None = 0
    unsure: frozenset[str] = frozenset()
    stored: bytes | None = None
    history: Sequence[bytes] = ()


@dataclass(frozen=True, kw_only=True)
class MissingReports:
    """Reports that were asked for and are not there: why, what would settle it, and whether they may still come."""

    reason: str
    settle: str
    pending: bool = False


@dataclass(frozen=True)
class Reports:
    """The reports of one kind, at head and for the merge base; None where nobody asked for any."""

    head: ReportSet | MissingReports | None = None
    base: ReportSet | MissingReports | None = None

"""SARIF files that a user names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.collect.change import Repository
from bot.collect.reports import GivenReports
from bot.errors import UsageError
from bot.model import Reports, ReportSet


def find_sarif(repository: Repository, folder: Path, head: Sequence[str], base: Sequence[str]) -> Reports:
    """The files that paths stand for, of head and of the base; relative ones start at `folder`.

    Raises:
        UsageError: there are files of the base alone.
    """
    if base and not head:
        raise UsageError("--base-sarif: there is no --sarif to compare with it")
    root = repository.checkout.root if repository.checkout else None
    sides = [ReportSet(source=GivenReports(paths, folder, root, "SARIF")) if paths else None for paths in (head, base)]
    return Reports(*sides)

"""Baselines that are kept in the repository itself, as git notes: no branch of its own, no run that starts by it.

A note hangs on the commit that was measured. Who may write it may write to the repository; what it holds is read like
any other report.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.collect.change import Repository
from bot.collect.coverage import for_base
from bot.collect.reports import JoinedReports
from bot.errors import ChangeError
from bot.model import Change, ReportSet

REF: Final = "refs/notes/gonogo-coverage"
_MAX_ANCESTORS: Final = 51
_MAX_HISTORY: Final = 20


def find_noted(repository: Repository, change: Change) -> ReportSet | None:
    """The baseline of the newest commit on the way to the merge base that has a note; None where none has."""
    ancestors = repository.ancestors(change.merge_base.commit, _MAX_ANCESTORS)
    commit = repository.find_ref(REF)
    if commit is None:
        return None
    tree = repository.tree(commit)
    # git puts the notes of many commits into folders, by the first digits of the commits' names.
    noted = {entry.path.replace("/", ""): entry.path for entry in tree.entries()}
    known = [name for name in ancestors if name in noted][: _MAX_HISTORY + 1]
    if not known:
        return None
    by_path = {path: text for path, text in tree.read_many(noted[name] for name in known) if isinstance(text, bytes)}
    contents = [by_path[noted[name]] for name in known if noted[name] in by_path]
    if noted[known[0]] not in by_path:
        return None
    found = for_base(repository, change, JoinedReports(()), known[0], origin="the repository's notes")
    return replace(found, stored=contents[0], history=contents[1:])


def write_note(repository: Repository, commit: str, content: bytes) -> None:
    """Keep a baseline for a commit, in the checkout.

    Raises:
        ChangeError: there is no checkout.
        ToolError: git could not write it.
    """
    if repository.checkout is None:
        raise ChangeError("there is no checkout to keep the baseline in")
    with tempfile.TemporaryDirectory(prefix="gonogo-") as folder:
        path = Path(folder, "note")
        path.write_bytes(content)
        repository.checkout.write_note(REF, commit, path)

"""Replays files of a corpus as pull requests, and asks `security.code` about them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.checks.security import CHECK
from bot.collect.change import Repository
from bot.collect.tools import EngineTools
from bot.model import ItemRequest, Outcome, Request
from bot.settings import Limits
from tests.repo import GitRepo

Files = Mapping[str, bytes]
# The list of findings of one item has an end, and cases of one kind are small.
_BYTES_PER_CHANGE = 15_000


def replay_added(files: Files) -> Iterator[Outcome]:
    """Pull requests that add the files, as `app/<name>`."""
    for some in _shares(files):
        yield judge({"README": b"x\n"}, _below("app", some))


def replay_moved(files: Files) -> Iterator[Outcome]:
    """Pull requests that move the files to another folder under another name, with two lines put before each."""
    for some in _shares(files):
        moved = {f"part/moved_{Path(name).name}": b"\n\n" + content for name, content in some.items()}
        yield judge(_below("app", some), moved, gone=_below("app", some))


def judge(base: Files, head: Files, *, gone: Files | None = None) -> Outcome:
    """The answer to a change of these files, every finding as advice."""
    with tempfile.TemporaryDirectory() as scratch:
        repo = GitRepo(Path(scratch) / "repo")
        repo.commit(dict(base))
        repo.branch("change")
        repo.commit({**dict.fromkeys(gone or {}), **head})
        repository = Repository(repo.folder, scratch=Path(scratch), limits=Limits())
        change = repository.change(repository.resolve("main").commit, repository.resolve("change").commit)
        spec = next(spec for spec in CHECK.items() if spec.id == "security.code")
        item = ItemRequest(id=spec.id, settings=spec.settings(fail_on="nothing"), matches=lambda _: True)
        tools = EngineTools(Path(scratch))
        [outcome] = CHECK.run(Request(change=change, items=[item], tools=tools, salt=b"", deadline_s=120.0)).outcomes
        repository.close()
    if outcome.figures["new"] != len(outcome.findings):
        raise ValueError("a change has more findings than are listed: make `_BYTES_PER_CHANGE` smaller")
    return outcome


def _below(folder: str, files: Files) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, content in files.items()}


def _shares(files: Files) -> Iterator[dict[str, bytes]]:
    share: dict[str, bytes] = {}
    for name, content in sorted(files.items()):
        share[name] = content
        if sum(map(len, share.values())) > _BYTES_PER_CHANGE:
            yield share
            share = {}
    if share:
        yield share

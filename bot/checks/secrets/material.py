"""What of a change is looked at: each content that a commit of the range adds, the commit messages, and the paths."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.model import Change, Mode


@dataclass(frozen=True)
class Origin:
    """Where a content came into the range.

    Attributes:
        order: of the commit in the range, oldest first.
        path: None for a commit message.
        parents: blobs whose lines are not new here: of the same path in each parent, of the old name at the merge base.
    """

    order: int
    commit: str
    path: str | None
    parents: Sequence[str] = ()


@dataclass
class Material:
    """One content with all the places where the range sets it, oldest first.

    Attributes:
        oid: the blob; None for what is not one.
        written: the content of what is not a blob.
        is_path: the content is a path.
    """

    oid: str | None
    written: bytes = field(default=b"", repr=False)
    is_path: bool = False
    origins: list[Origin] = field(default_factory=list)

    @property
    def path(self) -> str:
        """The first path; empty for a commit message."""
        return self.origins[0].path or ""


def find_material(change: Change, matches: Callable[[str], bool]) -> list[Material]:
    """All there is to look at: blobs each once, in the order of the range, then messages, then paths."""
    blobs: dict[str, Material] = {}
    paths: dict[str, Material] = {}
    for oid, origin in _find_origins(change):
        if origin.path is None or not matches(origin.path):
            continue
        blobs.setdefault(oid, Material(oid)).origins.append(origin)
        written = origin.path.encode("utf-8", "surrogateescape")
        paths.setdefault(origin.path, Material(None, written, is_path=True, origins=[origin]))
    return [*blobs.values(), *_find_messages(change), *paths.values()]


def _find_origins(change: Change) -> Iterator[tuple[str, Origin]]:
    old = {file.path: file.old_oid for file in change.files if file.old_oid and file.old_mode is not Mode.SUBMODULE}
    seen = set()
    for order, commit in enumerate(change.commits):
        for file in commit.files:
            if file.mode is Mode.SUBMODULE:
                continue
            seen.add((file.path, file.oid))
            parents = _distinct([*file.parent_oids, old.get(file.path)])
            yield file.oid, Origin(order, commit.oid, file.path, parents)
    # Where commits are missing (a shallow clone), head may hold what none of those that are here has set.
    for changed in change.files:
        if changed.new_oid is None or changed.new_mode is Mode.SUBMODULE or (changed.path, changed.new_oid) in seen:
            continue
        origin = Origin(len(change.commits), change.head.commit, changed.path, _distinct([changed.old_oid]))
        yield changed.new_oid, origin


def _find_messages(change: Change) -> Iterator[Material]:
    for order, commit in enumerate(change.commits):
        written = commit.message.encode("utf-8", "surrogateescape")
        yield Material(None, written, origins=[Origin(order, commit.oid, None)])


def _distinct(oids: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(oid for oid in oids if oid))

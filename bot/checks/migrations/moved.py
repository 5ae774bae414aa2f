"""New files of migrations that hold the code of one that is gone: they only got another version or folder."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from bot.model import Change


def find_moved(
    change: Change, gone: Mapping[str, str], new: Mapping[str, str], code_of: Callable[[bytes], Hashable]
) -> frozenset[str]:
    """The paths of new migrations whose code is that of one that is gone.

    Args:
        change: the change; those that are gone are read at its merge base, the new ones at its head.
        gone: the names, without versions, of migrations that are gone, by their paths.
        new: those of the new ones.
        code_of: what is the same for two contents that do the same. It is asked once a file.
    """
    names = {*gone.values()} & {*new.values()}
    before = change.merge_base.read_many([path for path, name in gone.items() if name in names])
    after = change.head.read_many([path for path, name in new.items() if name in names])
    had = {(gone[path], code_of(content)) for path, content in before if isinstance(content, bytes)}
    return frozenset(
        path for path, content in after if isinstance(content, bytes) and (new[path], code_of(content)) in had
    )

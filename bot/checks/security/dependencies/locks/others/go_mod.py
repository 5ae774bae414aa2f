"""Go's `go.mod`, and `go.sum` where that alone names what is built.

Source: https://go.dev/ref/mod#go-mod-file (read 2026-11-30). From Go 1.17 on `go.mod` lists every module of the build;
for older ones `go.sum` is read beside it, which may also name versions that were not selected.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import GO, About, Entry, Source, loose, pinned
from bot.checks.security.text.located import UnreadableError

_LISTS_ALL: Final = (1, 17)
_VERB: Final = re.compile(r"(module|go|toolchain|godebug|require|exclude|replace|retract|tool|ignore)\b")
_GO: Final = re.compile(r"go\s+(\d+)\.(\d+)")
_WORD: Final = re.compile(r'"[^"]*"|`[^`]*`|\S+')


def read(source: Source) -> Iterator[Entry]:
    """Yield the modules that are required, each as it is replaced."""
    if source.path.endswith("go.sum"):
        yield from _read_sum(source)
    else:
        yield from _read_mod(source)


def _read_mod(source: Source) -> Iterator[Entry]:
    statements = list(_statements(source.text))
    replaced = _replacements(statements)
    for verb, words, line, indirect in statements:
        if verb == "require":
            if len(words) != 2:  # noqa: PLR2004 - a path and a version
                yield source.unknown(line, "a requirement that is no path with a version")
                continue
            path, version = words
            new = replaced.get((path, version)) or replaced.get((path, ""))
            about = About(name=path, direct=not indirect)
            if new is None:
                yield pinned(source, line, GO, _plain(version), about)
            elif entry := _read_replaced(source, new, about):
                yield entry


def _statements(text: str) -> Iterator[tuple[str, list[str], int, bool]]:
    """Yield verb, words, line, and whether the line says that it is indirect, of each line and each line of a block."""
    block = ""
    for number, raw in enumerate(text.split("\n"), 1):
        code, _, comment = raw.partition("//")
        words = [word.strip('"`') for word in _WORD.findall(code)]
        if not words:
            continue
        if block:
            if words == [")"]:
                block = ""
            else:
                yield block, words, number, comment.strip().startswith("indirect")
        elif not _VERB.match(words[0]):
            raise UnreadableError(number, "holds a line that Go does not know")
        elif words[1:] == ["("] or words[0].endswith("("):
            block = words[0].rstrip("(")
        elif words[1:] != ["()"]:
            yield words[0], words[1:], number, comment.strip().startswith("indirect")
    if block:
        raise UnreadableError(None, "has a block that does not end")


def _replacements(
    statements: list[tuple[str, list[str], int, bool]],
) -> dict[tuple[str, str], tuple[list[str], int]]:
    """What replaces a module, by its path and version; the version is empty where any is replaced."""
    found = {}
    for verb, words, line, _ in statements:
        if verb == "replace" and "=>" in words:
            arrow = words.index("=>")
            old, new = words[:arrow], words[arrow + 1 :]
            found[old[0] if old else "", old[1] if len(old) > 1 else ""] = (new, line)
    return found


def _read_replaced(source: Source, new: tuple[list[str], int], about: About) -> Entry | None:
    words, line = new
    if len(words) == 2:  # noqa: PLR2004 - a path and a version
        return pinned(source, line, GO, _plain(words[1]), replace(about, name=words[0]))
    # A folder, which is the project's own where the path does not begin elsewhere.
    if words and words[0].startswith(("./", "../")):
        return None
    return loose(source, line, Origin.PATH, words[0] if words else "", about)


def _plain(version: str) -> str:
    return version.removeprefix("v")


def _read_sum(source: Source) -> Iterator[Entry]:
    beside = source.beside("go.mod")
    if beside is None or _lists_all(beside.text):
        return
    for number, line in enumerate(source.text.split("\n"), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3:  # noqa: PLR2004 - a path, a version and a hash
            yield source.unknown(number, "a line that is no path, version and hash")
        elif not words[1].endswith("/go.mod"):
            yield pinned(source, number, GO, _plain(words[1]), About(name=words[0], integrity=words[2]))


def _lists_all(text: str) -> bool:
    for line in text.split("\n"):
        if found := _GO.match(line):
            return (int(found[1][:9]), int(found[2][:9])) >= _LISTS_ALL
    return False

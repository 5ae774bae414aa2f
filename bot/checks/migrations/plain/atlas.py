"""Atlas's `atlas.sum`: a folder of migrations whose content is sealed.

Each file adds its name and its bytes to one running SHA-256, whose state is its hash; the first line is the SHA-256 of
all names and hashes. Source: https://atlasgo.io/concepts/migration-directory-integrity.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.model import NotRead, Tree, Unknown

NAME = "atlas.sum"
_MARK = "h1:"
_IGNORED = b"-- atlas:sum ignore"


@dataclass(frozen=True)
class Broken:
    """What is wrong with a seal: the line in it (from 1), and why, in words."""

    line: int
    reason: str


def check_seal(tree: Tree, folder: str) -> Broken | Unknown | None:
    """The first fault of a folder's seal, or what of it could not be read; None where it holds."""
    prefix = f"{folder}/" if folder else ""
    content = tree.read(prefix + NAME)
    if isinstance(content, NotRead):
        return Unknown(path=prefix + NAME, reason=content.reason, settle=content.settle)
    lines = content.decode("utf-8", "surrogateescape").replace("\r\n", "\n").removesuffix("\n").split("\n")
    said: dict[str, str] = {}
    for number, line in enumerate(lines[1:], start=2):
        name, mark, value = line.partition(_MARK)
        if not mark or name.strip() in said:
            what = "is sealed twice" if mark else "no line of a seal: Atlas refuses to read it"
            return Broken(number, f"{name.strip()} {what}" if mark else what)
        said[name.strip()] = value
    files = _sealed_files(tree, prefix, said)
    return files if isinstance(files, Unknown) else _first_fault(lines, said, seal(files))


def _first_fault(lines: Sequence[str], said: Mapping[str, str], hashes: Mapping[str, str]) -> Broken | None:
    for number, (name, value) in enumerate(said.items(), start=2):
        if name not in hashes:
            return Broken(number, f"{name} is sealed and not there")
        if hashes[name] != value:
            return Broken(number, f"{name} is not what was sealed")
    missing = next((name for name in hashes if name not in said), None)
    if missing is not None:
        return Broken(1, f"{missing} is not sealed")
    if lines[:1] != [f"{_MARK}{total(said)}"]:
        return Broken(1, "the seal of the whole folder is wrong")
    at = next((at for at, (name, other) in enumerate(zip(said, hashes, strict=True)) if name != other), None)
    return Broken(at + 2, "the files are not sealed in the order in which they run") if at is not None else None


def _sealed_files(tree: Tree, prefix: str, said: Mapping[str, str]) -> Sequence[tuple[str, bytes]] | Unknown:
    """The files that the seal is about, in order: those that undo others are not, unless it names some."""
    undoing = any(name.endswith(".down.sql") for name in said)
    paths = [entry.path for entry in tree.glob(f"{prefix}*.sql") if undoing or not entry.path.endswith(".down.sql")]
    read = list(tree.read_many(sorted(paths, key=str.encode)))
    for path, content in read:
        if isinstance(content, NotRead):
            return Unknown(path=path, reason=content.reason, settle=content.settle)
    return [(path.removeprefix(prefix), content) for path, content in read if isinstance(content, bytes)]


def seal(files: Sequence[tuple[str, bytes]]) -> dict[str, str]:
    """The hash of each file, in the order given, after those before it."""
    running = hashlib.sha256()
    hashes = {}
    for name, content in files:
        running.update(name.encode("utf-8", "surrogateescape"))
        if content.startswith(_IGNORED):
            continue
        running.update(content)
        hashes[name] = base64.b64encode(running.digest()).decode()
    return hashes


def total(hashes: Mapping[str, str]) -> str:
    """The hash of all names and hashes."""
    whole = hashlib.sha256()
    for name, value in hashes.items():
        whole.update(name.encode("utf-8", "surrogateescape") + value.encode())
    return base64.b64encode(whole.digest()).decode()

"""Yarn's `yarn.lock`: version 1, a format of its own, and the YAML of Yarn 2 and later.

Sources: https://classic.yarnpkg.com/lang/en/docs/yarn-lock/ and https://yarnpkg.com/advanced/lexicon#lockfile
(read 2026-11-30); both as the two programs write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote

from bot.checks.security.dependencies.locked import Origin
from bot.checks.security.dependencies.locks.entries import NPM, About, Entry, Own, Source, host_of, loose, pinned
from bot.checks.security.dependencies.locks.node.addresses import is_own_folder, origin_of, place_package
from bot.checks.security.text.located import Place, UnreadableError
from bot.checks.security.text.yaml_text import read_yaml

_BERRY: Final = re.compile(r"^__metadata:", re.MULTILINE)
# A patched package is the package that the address names, with changes that stand in the repository.
_PATCH: Final = re.compile(r"patch:(?:((?:@[^/@]+/)?[^/@]+)@|.*@)?(?:npm%3A|npm:)([^#:]+)")
_ARCHIVE_URL: Final = re.compile(r"::__archiveUrl=([^&]+)")
_FIELD: Final = re.compile(r'  (version|resolved|integrity) (?:"([^"]*)"|(\S+))')


def read(source: Source) -> Iterator[Entry]:
    """Yield the packages that the lock names."""
    text = source.text
    yield from _read_berry(source) if _BERRY.search(text) else _read_classic(source)


@dataclass
class _Block:
    """One entry of version 1: the first of its patterns, and its fields with their lines."""

    pattern: str
    line: int
    fields: dict[str, tuple[str, int]] = field(default_factory=dict)


def _read_classic(source: Source) -> Iterator[Entry]:
    if source.text.strip() and "yarn lockfile v1" not in source.text[:500]:
        raise UnreadableError(1, "is no lock of Yarn: it says no version")
    for block in _split(source):
        yield from _read_block(source, block)


def _split(source: Source) -> Iterator[_Block]:
    block: _Block | None = None
    for number, raw in enumerate(source.text.split("\n"), 1):
        line = raw.rstrip("\r")
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] != " ":
            if block:
                yield block
            if not line.endswith(":"):
                raise UnreadableError(number, "holds a line that is no entry")
            first = line[1:].partition('"')[0] if line[0] == '"' else line[:-1].partition(",")[0]
            block = _Block(first, number)
        elif block is None:
            raise UnreadableError(number, "holds a line that is no entry")
        elif found := _FIELD.fullmatch(line):
            block.fields[found[1]] = (found[2] if found[2] is not None else found[3], number)
    if block:
        yield block


def _read_block(source: Source, block: _Block) -> Iterator[Entry]:
    name, _, wanted = block.pattern[1:].partition("@")
    name = block.pattern[:1] + name
    if wanted.startswith("npm:"):
        name, wanted = wanted.removeprefix("npm:"), ""
        name = name[:1] + name[1:].partition("@")[0]
    version, line = block.fields.get("version", ("", block.line))
    address = block.fields.get("resolved", ("", 0))[0]
    if not address and (origin := origin_of(wanted)):
        own = origin is Origin.PATH and is_own_folder(wanted)
        yield Own(name) if own else loose(source, line, origin, wanted, About(name=name))
        return
    integrity = block.fields.get("integrity", ("", 0))[0] or address.partition("#")[2]
    # What was asked for by an address comes from there, whatever the address looks like.
    if (origin := origin_of(wanted)) and wanted != name:
        yield loose(source, line, origin, address or wanted, About(name=name, integrity=integrity))
        return
    yield place_package(source, line, version, address, About(name=name, integrity=integrity))


def _read_berry(source: Source) -> Iterator[Entry]:
    documents = read_yaml(source.text)
    if len(documents) != 1 or not documents[0].is_mapping:
        raise UnreadableError(1, "is no lock of Yarn")
    direct = _asked_for(documents[0])
    for place in documents[0].members():
        if place.key == "__metadata":
            continue
        resolution = place.get("resolution").text
        if not resolution:
            yield source.unknown(place.line, "an entry without a resolution")
        else:
            yield _read_resolution(source, place, resolution, direct)


def _asked_for(root: Place) -> frozenset[str]:
    """What the workspaces ask for, as `name@range`."""
    asked = set()
    for place in root.members():
        if "@workspace:" in place.get("resolution").text:
            asked |= {f"{one.key}@{one.value}" for one in place.get("dependencies").members()}
    return frozenset(asked)


def _read_resolution(source: Source, place: Place, resolution: str, direct: frozenset[str]) -> Entry:
    name, _, where = resolution[1:].partition("@")
    name = resolution[:1] + name
    line = place.get("version").line
    host = ""
    if found := _ARCHIVE_URL.search(where):
        host = host_of(unquote(found[1]))
    about = About(
        name=name,
        registry=host,
        integrity=place.get("checksum").text.rpartition("/")[2],
        direct=any(one in direct for one in place.key.split(", ")),
    )
    if where.startswith("npm:"):
        return pinned(source, line, NPM, where.removeprefix("npm:").partition("::")[0], about)
    if found := _PATCH.match(where):
        return pinned(source, line, NPM, found[2], replace(about, name=unquote(found[1] or name)))
    origin = origin_of(where) or Origin.URL
    if where.startswith("workspace:") or (origin is Origin.PATH and is_own_folder(where)):
        return Own(name)
    return loose(source, line, origin, where, about)

"""The files of one revision, as rules look at them: by role and by name, read once, and each look noted."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from itertools import accumulate
from typing import Protocol, TypeVar, cast

from bot.checks.readiness.facts.documents import Document, DocumentError, parse_document
from bot.checks.readiness.facts.generators import find_clients, find_libraries
from bot.checks.readiness.facts.globs import compile_glob
from bot.checks.readiness.facts.reads import Reads
from bot.checks.readiness.facts.roles import Role, is_program, role_of
from bot.checks.readiness.facts.sites import find_sites, site_of
from bot.model import Entry, Mode, NotRead, Tree, Unknown

__all__ = ["Files", "Memory", "Reads", "Role"]

T = TypeVar("T")

_FILES = (Mode.FILE, Mode.EXECUTABLE)
MAX_PARSED_BYTES = 1_000_000
# Files whose contents are in memory together where none is kept.
_AT_ONCE = 500
_MARKS = (
    # Before UTF-16, whose mark is its beginning.
    *((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32")),
    *((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")),
)


class MayFail(Protocol):
    """What may not be parsed, which may only show as it is."""

    fault: Unknown | None


class Memory:
    """Contents, and what was made of them, by object id: two revisions share what did not change."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes | NotRead] = {}
        self.made: dict[tuple[str, str, str], object] = {}
        self.first: dict[str, object] = {}


class Files:
    """The regular files of a tree; symbolic links and submodules are left out."""

    def __init__(self, tree: Tree, memory: Memory | None = None) -> None:
        self._tree = tree
        self._memory = memory or Memory()
        self._reads: list[Reads] = []
        self.unread: dict[str, NotRead] = {}
        self.faults: dict[str, Unknown] = {}
        self._source: dict[str, MayFail] = {}

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        return {entry.path: entry for entry in self._tree.entries() if entry.mode in _FILES}

    @property
    def paths(self) -> Sequence[str]:
        """All paths, sorted. Whoever needs only some asks `select` for them, and how many there are, `count`."""
        self._note_pattern("**")
        return self._paths

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self._entries)

    @cached_property
    def _paths(self) -> Sequence[str]:
        return sorted(self._entries)

    def __contains__(self, path: str) -> bool:
        """Whether there is a regular file of that path."""
        self._note_pattern(path)
        return path in self._entries

    def has_folder(self, path: str) -> bool:
        """Whether there is a file below a path."""
        self._note_pattern(f"{path}/**")
        at = bisect_left(self._paths, f"{path}/")
        return at < len(self._paths) and self._paths[at].startswith(f"{path}/")

    def role(self, path: str) -> Role:
        """What a file is for: of a site of documentation, the product's files are documentation.

        Where there is no service beside them, libraries for its users are the product. A client that a generator made
        of a description shows what an API has, and nothing of who made it.
        """
        role = role_of(path)
        if role is Role.CLIENT:
            role = role if self._service else Role.PRODUCT
            self._note_pattern("**") if self._service is None else self._note_path(self._service)
        if role is not Role.PRODUCT:
            return role
        for folders, instead in self._aside:
            if (marker := site_of(path, folders)) is not None:
                # Whoever leaves it out has looked at what says so.
                self._note_path(marker)
                return instead
        return role

    @cached_property
    def _service(self) -> str | None:
        """A source file of the product, beside the libraries for its users."""
        return next(filter(is_program, self._paths), None)

    @cached_property
    def _aside(self) -> Sequence[tuple[Mapping[str, str], Role]]:
        clients = {**find_libraries(self._paths, is_program), **find_clients(self._paths)}
        return (find_sites(self._paths, self._depends_on), Role.DOCS), (clients, Role.CLIENT)

    def _depends_on(self, path: str) -> frozenset[str]:
        document = self.parsed(path)
        declared = [document.get(key) for key in ("dependencies", "devDependencies")] if document else []
        return frozenset(str(name) for one in declared if isinstance(one, dict) for name in one)

    def select(self, *globs: str, roles: Collection[Role] = (Role.PRODUCT,)) -> Sequence[str]:
        """The paths that match one of the patterns and have one of the roles, sorted.

        A pattern without `/` is of a file's name in any folder; with one it is of the whole path, as in `bot.globs`.
        Case does not count.
        """
        found: set[str] = set()
        for pattern in globs:
            self._note_pattern(pattern)
            found.update(self._matching(pattern.lower()))
        return sorted(path for path in found if self.role(path) in roles)

    def _matching(self, pattern: str) -> Iterable[str]:
        if pattern not in self._found:
            whole = "/" in pattern
            matches = compile_glob(pattern).fullmatch
            needle = max(re.split(r"[*?]+", pattern.replace("**/", "*")), key=len)
            self._found[pattern] = [
                path
                for lower, path in self._candidates(pattern.rpartition("/")[2], needle)
                if needle in lower and matches(lower if whole else lower.rpartition("/")[2])
            ]
        return self._found[pattern]

    def _candidates(self, name: str, needle: str) -> Iterable[tuple[str, str]]:
        """The paths, in lower case and as they are, whose name may match the last part of a pattern."""
        if "*" not in name and "?" not in name:
            return self._by_name.get(name, ())
        suffix = name.rpartition(".")[2]
        if "." in name and suffix and "*" not in suffix and "?" not in suffix:
            return self._by_suffix.get(suffix, ())
        return self._holding(needle) if needle else self._lower

    def _holding(self, needle: str) -> Iterator[tuple[str, str]]:
        """Yield those that hold a text, which is found in all of them at once."""
        text, ends = self._joined
        position = text.find(needle)
        while position >= 0:
            number = bisect_right(ends, position)
            yield self._lower[number]
            position = text.find(needle, ends[number])

    @cached_property
    def _joined(self) -> tuple[str, Sequence[int]]:
        """All paths in lower case, one after another, and where each ends."""
        return "\0".join(lower for lower, _ in self._lower), list(
            accumulate(len(lower) + 1 for lower, _ in self._lower)
        )

    @cached_property
    def _lower(self) -> Sequence[tuple[str, str]]:
        return [(path.lower(), path) for path in self._paths]

    @cached_property
    def _found(self) -> dict[str, list[str]]:
        return {}

    @cached_property
    def _by_name(self) -> Mapping[str, list[tuple[str, str]]]:
        index: dict[str, list[tuple[str, str]]] = {}
        for pair in self._lower:
            index.setdefault(pair[0].rpartition("/")[2], []).append(pair)
        return index

    @cached_property
    def _by_suffix(self) -> Mapping[str, list[tuple[str, str]]]:
        index: dict[str, list[tuple[str, str]]] = {}
        for name, pairs in self._by_name.items():
            if "." in name:
                index.setdefault(name.rpartition(".")[2], []).extend(pairs)
        return index

    def oid(self, path: str) -> str:
        """The object id of a file's content.

        Raises:
            KeyError: there is none of that path.
        """
        return self._entries[path].oid

    def content(self, path: str) -> bytes | None:
        """The bytes of a file, of UTF-16 those of its text as UTF-8; None where there is none, or it was not read.

        What was not read is in `unread`.
        """
        self._note_path(path)
        entry = self._entries.get(path)
        if entry is None:
            return None
        contents = self._memory.contents
        if entry.oid not in contents:
            contents[entry.oid] = _as_utf8(self._tree.read(path))
        found = contents[entry.oid]
        if isinstance(found, NotRead):
            self.unread[path] = found
            return None
        return found

    def text(self, path: str) -> str | None:
        """The text of a file, as UTF-8 with replacement; None as for `content`."""
        content = self.content(path)
        return None if content is None else content.decode("utf-8-sig", "replace")

    def lines(self, path: str) -> Sequence[str]:
        """The lines of a file, without their ends; none where it was not read."""
        text = self.text(path)
        # `splitlines` would also split at form feeds and the like, which no editor counts.
        return [] if not text else text.replace("\r\n", "\n").split("\n")

    def prefetch(self, paths: Iterable[str]) -> None:
        """Read contents in one batch, where it is known which will be wanted."""
        contents = self._memory.contents
        wanted = [path for path in paths if path in self._entries and self._entries[path].oid not in contents]
        for path, content in self._tree.read_many(wanted):
            contents[self._entries[path].oid] = _as_utf8(content)

    def kept_of_each(self, name: str, paths: Sequence[str], make: Callable[[str, bytes], T]) -> Iterator[T]:
        """Yield what is made of each file that can be read, as `kept` has it; the contents are not kept themselves.

        Most of what is looked at only once is never looked at again, and is larger than all else together.
        """
        for start in range(0, len(paths), _AT_ONCE):
            some = [path for path in paths[start : start + _AT_ONCE] if path in self._entries]
            keys = {path: (name, path, self._entries[path].oid) for path in some}
            contents = self._passing(path for path in some if keys[path] not in self._memory.made)
            for path in some:
                self._note_path(path)
                content = contents.get(path, b"")
                if isinstance(content, NotRead):
                    self.unread[path] = content
                else:
                    yield self.kept(name, path, partial(make, path, content))

    def _passing(self, paths: Iterable[str]) -> Mapping[str, bytes | NotRead]:
        """Contents by path; of those that were read now, none is kept."""
        contents, found, wanted = self._memory.contents, dict[str, bytes | NotRead](), list[str]()
        for path in paths:
            oid = self._entries[path].oid
            if oid in contents:
                found[path] = contents[oid]
            else:
                wanted.append(path)
        for path, content in self._tree.read_many(wanted):
            found[path] = _as_utf8(content)
            if isinstance(content, NotRead):
                contents[self._entries[path].oid] = content
        return found

    def parsed(self, path: str) -> Document | None:
        """A file of YAML, JSON or TOML; None where it is not there, not read, or broken: then it is in `faults`."""
        made = self.once("document", path, lambda text: _parse(path, text))
        if isinstance(made, Unknown):
            self.doubt(path, made)
            return None
        return made

    def doubt(self, path: str, unknown: Unknown) -> None:
        """Note that a file could not be made sense of, or not of all of it, for whoever asked for that."""
        self.faults[path] = unknown
        self.note(Reads(broken={path}))

    def once(self, name: str, path: str, make: Callable[[str], T]) -> T | None:
        """What a function makes of a file's text, made once for each content; None where there is no text."""
        text = self.text(path)
        if text is None:
            return None
        return self.kept(name, path, lambda: make(text))

    def kept(self, name: str, path: str, make: Callable[[], T]) -> T:
        """What is made of a file's content, made once for each content, whatever revision it stands in.

        Raises:
            KeyError: there is no file of that path.
        """
        key = (name, path, self._entries[path].oid)
        if key not in self._memory.made:
            self._memory.made[key] = make()
        return cast("T", self._memory.made[key])

    def handed_on(self, name: str, make: Callable[[T | None], T]) -> T:
        """What is made of a whole revision, given what was made of the first one that was looked at."""
        made = make(cast("T | None", self._memory.first.get(name)))
        self._memory.first.setdefault(name, made)
        return made

    @contextmanager
    def recording(self) -> Iterator[Reads]:
        """Within, note what is looked at; what stands around it notes it too."""
        reads = Reads()
        self._reads.append(reads)
        try:
            yield reads
        finally:
            self._reads.pop()
            self.note(reads)

    def note(self, reads: Reads) -> None:
        """Note what was looked at before, as a fact is used again."""
        if self._reads:
            self._reads[-1].add(reads)

    def note_source(self, path: str, file: MayFail) -> None:
        """Note that the elements of a source file were asked for."""
        self._source[path] = file
        if self._reads:
            self._reads[-1].source.add(path)

    def _note_path(self, path: str) -> None:
        if self._reads:
            self._reads[-1].paths.add(path)

    def _note_pattern(self, pattern: str) -> None:
        if self._reads:
            self._reads[-1].patterns.add(pattern.lower())

    @property
    def flawed(self) -> bool:
        """Whether something that was asked for by now could not be read, or is broken."""
        return bool(self.faults or self.unread)

    def doubts(self, reads: Reads) -> list[Unknown]:
        """Of what a piece of work looked at, what could not be read or is broken."""
        unread = [
            Unknown(path=path, reason=self.unread[path].reason, settle=self.unread[path].settle)
            for path in sorted(reads.paths & self.unread.keys())
        ]
        broken = [self.faults[path] for path in sorted(reads.broken)]
        unparsed = (self._source[path].fault for path in sorted(reads.source))
        return [*unread, *broken, *filter(None, unparsed)]


def _as_utf8(content: bytes | NotRead) -> bytes | NotRead:
    """A content as whatever looks for words in bytes has to have it: Visual Studio writes UTF-16, too."""
    if isinstance(content, NotRead):
        return content
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    return content.decode(encoding, "replace").encode() if encoding else content


def _parse(path: str, text: str) -> Document | Unknown:
    if len(text) > MAX_PARSED_BYTES:
        reason = f"larger than {MAX_PARSED_BYTES:,} characters: not parsed"
        return Unknown(path=path, reason=reason, settle="split the file")
    try:
        return parse_document(path, text)
    except DocumentError as error:
        return Unknown(path=path, line=error.line, reason=str(error), settle="mend the file")

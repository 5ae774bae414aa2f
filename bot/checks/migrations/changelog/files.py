"""The changelogs of one tree: which files they are, what each holds, and the order in which they run."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.checks.migrations.changelog.formatted import is_formatted, read_formatted
from bot.checks.migrations.changelog.nodes import MAX_BYTES, Node, UnreadError, canonical, read_xml, read_yaml
from bot.model import NotRead, Tree, Unknown

SUFFIXES = (".xml", ".yaml", ".yml", ".json", ".sql")
_LIKELY = re.compile(r"change-?_?(log|set)|liquibase|migration|(^|/)db/", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(^|/)(src/\w*[tT]est\w*|test|tests|target|build|node_modules|\.github)/")
# The second is slow, and no changelog of XML, YAML or JSON needs it.
_MARKS = (b"databaseChangeLog", b"liquibase formatted sql")
_MARK = re.compile(
    rb"\A(?:\s|--(?![ \t]*liquibase\s+formatted)[^\n]*\n)*+--[ \t]*liquibase\s+formatted\s+sql", re.IGNORECASE
)
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    (b"<\0\0\0", "utf-32-le"), (b"\0\0\0<", "utf-32-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"),
)  # fmt: skip
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_INCLUDES = re.compile(
    rb"""<(?:\w+:)?include(?:All)?\b|(?:^[ \t-]*|[{,]\s*)["']?include(?:All)?["']?\s*:|--\s*include""", re.MULTILINE
)
# More than these are no project's changelogs.
_MAX_FILES = 20_000
_MAX_INCLUDES = 20
# What a change set holds beside its changes.
_BESIDE = frozenset({"comment", "preConditions", "rollback", "validCheckSum"})


@dataclass(frozen=True, kw_only=True)
class ChangeSet:
    """A change set.

    Attributes:
        path: the file that holds it; `logical` is what it is known by in databases.
        changes: what it does.
        conditions: what must hold for it to run; None where nothing must.
    """

    id: str
    author: str
    path: str
    logical: str
    line: int
    attributes: Mapping[str, str]
    changes: Sequence[Node]
    conditions: Node | None = None
    checksums: Sequence[str] = ()

    @property
    def identity(self) -> tuple[str, str, str]:
        """What a database knows it by."""
        return self.id, self.author, self.logical

    @property
    def repeated(self) -> bool:
        """Whether it runs again when it is changed."""
        return "true" in {self.attributes.get(name, "").lower() for name in ("runOnChange", "runAlways")}

    def content(self) -> object:
        """What it does, as a value that is equal for change sets that do the same."""
        return tuple(canonical(change) for change in self.changes)


@dataclass(frozen=True)
class Include:
    """A file, or a folder, that a changelog takes in; `wanted` as it is written, `terms` are all attributes."""

    wanted: str
    relative: bool
    folder: bool
    line: int
    terms: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Property:
    """A name and the value that takes its place; `dbms` lists the databases for which it does, empty for all."""

    name: str
    value: str
    dbms: str
    line: int


@dataclass(kw_only=True)
class Changelog:
    """One file: change sets and what it includes, in their order, and definitions of properties."""

    path: str
    entries: list[ChangeSet | Include] = field(default_factory=list)
    definitions: list[Property] = field(default_factory=list)
    fault: UnreadError | None = None

    def change_sets(self) -> Iterator[ChangeSet]:
        """Yield the change sets that stand in the file itself."""
        return (one for one in self.entries if isinstance(one, ChangeSet))

    def includes(self) -> Iterator[Include]:
        """Yield what it takes in."""
        return (one for one in self.entries if isinstance(one, Include))


def may_be_changelog(path: str) -> bool:
    """Whether a path is worth a look."""
    return path.endswith(SUFFIXES) and _LIKELY.search(path) is not None and _ELSEWHERE.search(path) is None


class Changelogs:
    """The changelogs of one tree; files are parsed when they are asked for.

    Attributes:
        taken: the files that others include, once the roots were asked for.

    Args:
        tree: the tree.
        known: parsed files by path and object id, shared with the other tree of a change.
    """

    def __init__(self, tree: Tree, known: dict[tuple[str, str], Changelog] | None = None) -> None:
        self._tree = tree
        self._known = known if known is not None else {}
        self.contents: dict[str, bytes] = {}
        self.unread: list[Unknown] = []
        self._texts: dict[str, str] = {}
        self.taken: set[str] = set()
        entries = {entry.path: entry for entry in tree.entries()}
        self._oids = {path: entry.oid for path, entry in entries.items() if path.endswith(SUFFIXES)}
        likely = [path for path in self._oids if may_be_changelog(path)]
        for path, content in tree.read_many(likely[:_MAX_FILES]):
            self._keep(path, content)
        if len(likely) > _MAX_FILES:
            reason = f"{len(likely):,} files may be changelogs, and only {_MAX_FILES:,} of them are read"
            self.unread.append(Unknown(path=likely[_MAX_FILES], reason=reason, settle="keep other files elsewhere"))
        self._by_ending: dict[str, list[str]] = {}
        for path in self._oids:
            self._by_ending.setdefault(posixpath.basename(path), []).append(path)

    def _keep(self, path: str, content: bytes | NotRead) -> None:
        if isinstance(content, NotRead):
            self.unread.append(Unknown(path=path, reason=content.reason, settle=content.settle))
        else:
            text = as_utf_8(path, content)
            if is_changelog(text):
                self.contents[path] = text

    def get(self, path: str) -> Changelog | None:
        """The changelog at a path; None where there is none."""
        content = self.contents.get(path)
        if content is None:
            if path not in self._oids:
                return None
            read = self._tree.read(path)
            self._keep(path, read)
            content = self.contents.get(path)
        if content is None:
            return None
        key = (path, self._oids[path])
        if key not in self._known:
            self._known[key] = read_changelog(path, content)
        return self._known[key]

    def roots(self) -> list[str]:
        """The changelogs that no other one takes in, sorted."""
        taken = {one for path in list(self.contents) for one in self.included(path)}
        # SQL without a word for Liquibase is a change set too, where a changelog takes it in.
        for path, content in self._tree.read_many(sorted(one for one in taken if one.endswith(".sql"))):
            if path not in self.contents and not isinstance(content, NotRead):
                self.contents[path] = as_utf_8(path, content)
        self.taken = taken
        return sorted(path for path in self.contents if path not in taken)

    def included(self, path: str) -> set[str]:
        """The files that a changelog includes itself."""
        if not _INCLUDES.search(self.contents.get(path, b"")):
            return set()
        found = self.get(path)
        includes = found.includes() if found is not None else ()
        return {one for include in includes for one in self.targets(path, include) if one != path}

    def lone(self, roots: Sequence[str]) -> set[str]:
        """Those of the roots that nobody runs: they stand beside files that others take in, and take in none."""
        among = {path.rpartition("/")[0] for path in self.contents if path not in set(roots)}
        return {
            path for path in roots if path.rpartition("/")[0] in among and not _INCLUDES.search(self.contents[path])
        }

    def targets(self, path: str, include: Include) -> list[str]:
        """The files that an include stands for, in the order in which they run; empty where there are none."""
        wanted = include.wanted.removeprefix("classpath:").removeprefix("classpath*:").lstrip("/")
        here = posixpath.normpath(posixpath.join(posixpath.dirname(path), wanted))
        if include.folder:
            return self._folder(path, wanted, here, relative=include.relative)
        if include.relative:
            return [here] if here in self._oids else []
        return self._on_classpath(path, wanted) or ([here] if here in self._oids else [])

    def _on_classpath(self, path: str, wanted: str) -> list[str]:
        """A file by the end of its path: the one that is nearest to the file that names it."""
        wanted = posixpath.normpath(wanted)
        found = [
            one
            for one in self._by_ending.get(posixpath.basename(wanted), ())
            if one == wanted or one.endswith(f"/{wanted}")
        ]
        return [max(found, key=lambda one: (len(posixpath.commonprefix([one, path])), -len(one)))] if found else []

    def _folder(self, path: str, wanted: str, here: str, *, relative: bool) -> list[str]:
        folder = posixpath.normpath(wanted)
        endings = [f"{here}/"] if relative else [f"{folder}/", f"{here}/"]
        for ending in endings:
            found = [
                one
                for one in self._oids
                if one.startswith(ending)
                or (not relative and f"/{ending}" in f"/{one}" and _ELSEWHERE.search(one) is None)
            ]
            if found:
                # The order of Liquibase: by the paths, as texts.
                return sorted(one for one in found if one != path)
        return []

    def text(self, path: str) -> str:
        """A changelog's text in lower case."""
        if path not in self._texts:
            self._texts[path] = self.contents.get(path, b"").decode("utf-8", "replace").lower()
        return self._texts[path]

    def find(self, path: str, wanted: str) -> list[str]:
        """Any file that a changelog names by the end of its path."""
        return self._on_classpath(path, wanted)

    def files(self, root: str) -> list[str]:
        """The files of a root, itself first, each once."""
        order, waiting = [root], [root]
        seen, depths = {root}, {root: 0}
        while waiting:
            path = waiting.pop()
            if not _INCLUDES.search(self.contents.get(path, b"")):
                continue
            found = self.get(path)
            for include in found.includes() if found is not None else ():
                for target in self.targets(path, include):
                    if target not in seen and self.known(target):
                        seen.add(target)
                        order.append(target)
                        waiting.append(target)
                        depths[target] = depths[path] + 1
        deep = next((path for path in order if depths[path] > _MAX_INCLUDES), None)
        if deep is not None:
            reason = f"it is included through more than {_MAX_INCLUDES} files, and is not read"
            self.unread.append(Unknown(path=deep, reason=reason, settle="include it nearer to the root"))
        return order

    def known(self, path: str) -> bool:
        """Whether a path is a changelog that could be read."""
        if path not in self.contents and path in self._oids:
            self._keep(path, self._tree.read(path))
        return path in self.contents

    def run_order(self, root: str, wanted: Callable[[str], bool] = lambda _: True) -> Iterator[Changelog]:
        """Yield the files of a root in pieces, so that change sets come in the order in which they run.

        `wanted` says of a file's text, in lower case, whether it matters; others are left out unless they include some.
        """
        yield from self._walk(root, {root}, 0, wanted)

    def _walk(self, path: str, seen: set[str], depth: int, wanted: Callable[[str], bool]) -> Iterator[Changelog]:
        if not self.known(path) or depth > _MAX_INCLUDES:
            return
        includes = _INCLUDES.search(self.contents[path]) is not None
        if not includes and not (
            wanted(self.text(path)) or "sqlfile" in self.text(path) or "property" in self.text(path)
        ):
            return
        found = self.get(path)
        if found is None:
            return
        if found.fault is not None or not any(isinstance(one, Include) for one in found.entries):
            yield found
            return
        piece = Changelog(path=path, definitions=found.definitions)
        for entry in found.entries:
            if isinstance(entry, ChangeSet):
                piece.entries.append(entry)
                continue
            yield piece
            piece = Changelog(path=path, definitions=found.definitions)
            for target in self.targets(path, entry):
                if target not in seen:
                    seen.add(target)
                    yield from self._walk(target, seen, depth + 1, wanted)
        yield piece


def is_changelog(content: bytes) -> bool:
    """Whether a file, in UTF-8, is a changelog."""
    return any(mark in content for mark in _MARKS) or _MARK.search(content) is not None


def as_utf_8(path: str, content: bytes) -> bytes:
    """A file in UTF-8; other encodings of Unicode are told by their first bytes, as XML has it."""
    encoding = next((name for start, name in _WIDE if content.startswith(start)), None)
    if encoding is None:
        return content
    text = content.decode(encoding, "replace").lstrip("\ufeff")
    return (_DECLARATION.sub("", text) if path.endswith(".xml") else text).encode("utf-8", "replace")


def read_changelog(path: str, content: bytes) -> Changelog:
    """A file's change sets and includes; with the fault where it cannot be read."""
    made = Changelog(path=path)
    try:
        root = _root(path, content)
    except UnreadError as error:
        made.fault = error
        return made
    logical = root.get("logicalFilePath") or path
    for node in root.children:
        match node.name:
            case "changeSet":
                made.entries.append(_change_set(node, path, logical))
            case "include" | "includeAll":
                relative = node.get("relativeToChangelogFile").lower() == "true"
                folder = node.name == "includeAll"
                target = node.get("path" if folder else "file")
                made.entries.append(Include(target, relative, folder, node.line, node.attributes))
            case "property" if node.get("name"):
                made.definitions.append(Property(node.get("name"), node.get("value"), node.get("dbms"), node.line))
            case "logicalFilePath":
                logical = node.text or logical
    return made


def _root(path: str, content: bytes) -> Node:
    if len(content) > MAX_BYTES:
        raise UnreadError(1, f"has more than {MAX_BYTES:,} bytes")
    if path.endswith(".xml"):
        return read_xml(content)
    if path.endswith(".sql"):
        text = content.decode("utf-8-sig", "replace")
        return read_formatted(text) if is_formatted(text) else _raw(text)
    return read_yaml(content)


def _raw(text: str) -> Node:
    """SQL that is taken in as it stands, under the name that Liquibase gives it."""
    sql = Node(name="sql", line=1, parts=[text])
    whole = Node(name="changeSet", line=1, attributes={"id": "raw", "author": "includeAll"}, children=[sql])
    return Node(name="databaseChangeLog", line=1, children=[whole])


def _change_set(node: Node, path: str, logical: str) -> ChangeSet:
    return ChangeSet(
        id=node.get("id"),
        author=node.get("author"),
        path=path,
        logical=node.get("logicalFilePath") or logical,
        line=node.line,
        attributes=node.attributes,
        changes=[child for child in node.children if child.name not in _BESIDE],
        conditions=node.first("preConditions"),
        checksums=[child.text for child in node.all("validCheckSum")]
        or [node.get("validCheckSum")] * ("validCheckSum" in node.attributes),
    )

"""The types of a tree, found by name as a compiler would: by namespace, `using` and alias. Files are read as needed."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from bot.checks.migrations.csharp.declarations import Method, SourceFile, TypeDecl
from bot.checks.migrations.csharp.syntax import read_file
from bot.checks.migrations.csharp.values import TypeRef
from bot.model import Mode, NotRead, Tree

_DECLARED = re.compile(rb"\b(?:class|record|struct|interface|enum)\s+(?:class\s+|struct\s+)?@?([A-Za-z_]\w*)", re.ASCII)
_EXTENDS = re.compile(rb"\b(\w+)\s*(?:<[^<>()]*>\s*)?\(\s*this\s+(?:[\w.]+\.)?(\w*Builder)\b", re.ASCII)
# The builders of a model: those of applications, hosts and texts are extended more often.
_BUILDERS = re.compile(
    rb"I?(?:Convention)?(?:Model|EntityType|Owne|Complex|Propert|Index|Key|Reference|Collection|Table|Navigation"
    rb"|Discriminator|TypeMapping|Skip|ForeignKey|PrimitiveCollection|ElementType)"
)
_NULLABLE = re.compile(rb"<Nullable\b[^<>]*>\s*(\w+)\s*</Nullable>")
# A byte order mark may stand before the first line.
_GLOBAL = re.compile(rb"^(?:\xef\xbb\xbf)?[ \t]*global\s+using\s+(?!static)([\w.]+)\s*;", re.MULTILINE)
_USING = re.compile(rb"<Using\s+Include=\"([\w.]+)\"")
_FILES = frozenset({Mode.FILE, Mode.EXECUTABLE})
_BUILT = re.compile(r"(^|/)(obj|bin|node_modules)/")
_IMPLICIT = ("System", "System.Collections.Generic")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_IN_UTF_16 = NotRead("the file is in UTF-16, and is not read", "keep it in UTF-8")


@dataclass
class _Facts:
    """What a file's bytes tell without parsing it."""

    declares: tuple[str, ...]
    extends: tuple[str, ...]
    usings: tuple[str, ...]
    configures: bool


@dataclass
class Cache:
    """What was read of files, by object id, for several trees."""

    parsed: dict[tuple[str, str], SourceFile] = field(default_factory=dict)
    facts: dict[str, _Facts | NotRead] = field(default_factory=dict)


class _Named:
    """The types of one simple name: by their full names, and by what stands before that, with dots."""

    def __init__(self, found: list[TypeDecl]) -> None:
        self.all = found
        self.by_full: dict[str, list[TypeDecl]] = defaultdict(list)
        self.by_place: dict[str, list[TypeDecl]] = defaultdict(list)
        for one in found:
            self.by_full[one.full_name].append(one)
            place = one.outer.full_name.replace("+", ".") if one.outer is not None else _space(one)
            self.by_place[place].append(one)


class Library:
    """The C# of one tree.

    `is_generated` tells paths that hold no types of interest (migrations), which are not looked through.
    """

    def __init__(self, tree: Tree, cache: Cache, is_generated: Callable[[str], bool] | None = None) -> None:
        self._tree = tree
        self._cache = cache
        self.generated: list[str] = []
        self._paths: dict[str, str] = {}
        self._settings: list[str] = []
        for entry in tree.entries():
            path = entry.path
            if entry.mode not in _FILES or not path.endswith((".cs", ".csproj", ".props")) or _BUILT.search(path):
                continue
            if not path.endswith(".cs"):
                self._settings.append(path)
            elif is_generated is not None and is_generated(path):
                self.generated.append(path)
            else:
                self._paths[path] = entry.oid
        self._named: dict[str, _Named] = {}
        self._orders: dict[tuple[SourceFile, str], dict[str, int]] = {}
        self._resolved: dict[tuple[str, str, str], TypeDecl | None] = {}
        self._merged: dict[str, TypeDecl] = {}
        # What constants and members of enumerations are, by type, file and name, and which are being looked at.
        self.constants: dict[tuple[str, str, str], str | int | float | bool | None] = {}
        self.pending: set[tuple[str, str, str]] = set()
        self.read_paths: set[str] = set()
        self.asked: set[str] = set()

    @cached_property
    def _facts(self) -> dict[str, _Facts]:
        """Path to what its bytes tell; files whose content was seen in another tree are not read again."""
        missing = [path for path, oid in self._paths.items() if oid not in self._cache.facts]
        for path, content in self._tree.read_many(missing):
            self._cache.facts[self._paths[path]] = _look(content)
        found = ((path, self._cache.facts.get(oid)) for path, oid in self._paths.items())
        return {path: facts for path, facts in found if isinstance(facts, _Facts)}

    @cached_property
    def _declaring(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path, facts in self._facts.items():
            for name in facts.declares:
                found[name].append(path)
        return found

    @cached_property
    def _extending(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for path, facts in self._facts.items():
            for name in facts.extends:
                found[name].append(path)
        return found

    @cached_property
    def _global_usings(self) -> dict[str | None, set[str]]:
        """Project to the namespaces that are visible in all of its files."""
        found: dict[str | None, set[str]] = defaultdict(set)
        for path, facts in self._facts.items():
            if facts.usings:
                found[self.project_of(path)].update(facts.usings)
        for path, content in self._tree.read_many([path for path in self._settings if path.endswith(".csproj")]):
            if not isinstance(content, NotRead):
                found[posixpath.dirname(path)].update(name.decode() for name in _USING.findall(content))
        return found

    def _usings_of(self, path: str) -> tuple[str, ...]:
        return (*_IMPLICIT, *sorted(self._global_usings.get(self.project_of(path), ())))

    @cached_property
    def _projects(self) -> dict[str, str]:
        """Folder of a project file to what it says of `Nullable`; empty where it says nothing."""
        paths = [path for path in self._settings if path.endswith(".csproj")]
        return {posixpath.dirname(path): said for path, said in self._nullable_of(paths)}

    @cached_property
    def _properties(self) -> dict[str, str]:
        paths = [path for path in self._settings if posixpath.basename(path) == "Directory.Build.props"]
        return {posixpath.dirname(path): said for path, said in self._nullable_of(paths) if said}

    def _nullable_of(self, paths: list[str]) -> Iterator[tuple[str, str]]:
        for path, content in self._tree.read_many(paths):
            # Of several, with conditions, the one that asks for most is that of projects which are no tests.
            found = [] if isinstance(content, NotRead) else _NULLABLE.findall(content)
            said = [one.decode().lower() for one in found]
            yield path, "enable" if "enable" in said else said[0] if said else ""

    def paths_ending(self, end: str) -> list[str]:
        """The files of a name's end."""
        return [path for path in self._paths if path.endswith(end)]

    def project_of(self, path: str) -> str | None:
        """The folder of the project that a file belongs to; None where there is none."""
        folder = posixpath.dirname(path)
        while True:
            if folder in self._projects:
                return folder
            if not folder:
                return None
            folder = posixpath.dirname(folder)

    def file(self, path: str) -> SourceFile | None:
        """A file, parsed; None where it is not in the tree or was not read."""
        oid = self._paths.get(path)
        if oid is None:
            return None
        key = (oid, path)
        self.read_paths.add(path)
        if key not in self._cache.parsed:
            content = self._tree.read(path)
            if isinstance(content, NotRead) or content.startswith(_UTF_16):
                self._cache.parsed[key] = SourceFile(path=path, broken=1)
            else:
                self._cache.parsed[key] = read_file(path, content)
        return self._cache.parsed[key]

    def named(self, name: str) -> list[TypeDecl]:
        """All types of a simple name, partial ones each by itself."""
        self.asked.add(name)
        return self._by_name(name).all

    def _by_name(self, name: str) -> _Named:
        if name not in self._named:
            files = [self.file(path) for path in self._declaring.get(name, ())]
            self._named[name] = _Named([one for file in files if file is not None for one in file.named.get(name, ())])
        return self._named[name]

    def extensions(self, name: str) -> list[tuple[TypeDecl, Method]]:
        """The extension methods of a name, for builders."""
        return [
            (one, method)
            for path in self._extending.get(name, ())
            if (file := self.file(path)) is not None
            for one, method in file.extensions.get(name, ())
        ]

    def facts_of(self, path: str) -> _Facts | None:
        """What a file's bytes tell; None where it is not in the tree or was not read."""
        return self._facts.get(path)

    def unread(self, path: str) -> NotRead | None:
        """Why a file of the tree was not read; None where it was, or is not there."""
        if path in self._settings:
            content = self._tree.read(path)
            return content if isinstance(content, NotRead) else None
        _ = self._facts
        facts = self._cache.facts.get(self._paths.get(path, ""))
        return facts if isinstance(facts, NotRead) else None

    def could_matter(self, path: str, other: Library) -> bool:
        """Whether what was read here may be another with a file as `other` has it, or without it as it is here."""
        if path in self.read_paths:
            return True
        for library in (self, other):
            facts = library.facts_of(path)
            if facts is not None and (
                facts.configures or facts.usings or facts.extends or not self.asked.isdisjoint(facts.declares)
            ):
                return True
        return False

    def configuring(self, folder: str) -> list[TypeDecl]:
        """The classes of a folder's files that speak of a builder of entity types, or derive from a configuration."""
        before = f"{folder}/" if folder else ""
        return [
            one
            for path, facts in self._facts.items()
            if facts.configures and path.startswith(before) and (file := self.file(path)) is not None
            for one in file.types
            if one.kind in {"class", "record"} and one.bases
        ]

    def is_nullable_aware(self, path: str, line: int) -> bool:
        """Whether a type without `?` may not be null there."""
        file = self.file(path)
        said = file.nullable_at(line) if file is not None else None
        if said is None:
            folder = self.project_of(path)
            said = self._projects.get(folder, "") if folder is not None else ""
            said = said or self._inherited(posixpath.dirname(path))
        return said in {"enable", "annotations"}

    def _inherited(self, folder: str) -> str:
        while True:
            if folder in self._properties:
                return self._properties[folder]
            if not folder:
                return ""
            folder = posixpath.dirname(folder)

    def whole(self, decl: TypeDecl) -> TypeDecl:
        """A type with the members of all its parts."""
        if "partial" not in decl.modifiers:
            return decl
        if decl.full_name not in self._merged:
            parts = self._by_name(decl.name).by_full.get(decl.full_name, [decl])
            made = replace(decl, bases=tuple(dict.fromkeys(base for one in parts for base in one.bases)))
            made.attributes = tuple(each for one in parts for each in one.attributes)
            made.properties = [each for one in parts for each in one.properties]
            made.methods = [each for one in parts for each in one.methods]
            made.file = replace(
                decl.file,
                usings=list(dict.fromkeys(using for one in parts for using in one.file.usings)),
                aliases={name: alias for one in parts for name, alias in one.file.aliases.items()},
            )
            self._merged[decl.full_name] = made
        return self._merged[decl.full_name]

    def resolve(self, named: TypeRef, at: TypeDecl) -> TypeDecl | None:
        """The type of the tree that a name means where `at` stands; None where it is a package's or the language's."""
        key = (f"{named.name} {len(named.arguments)}", at.full_name, at.path)
        if key not in self._resolved:
            found = self._find(named, at)
            self._resolved[key] = self.whole(found) if found is not None else None
        return self._resolved[key]

    def full(self, name: str) -> TypeDecl | None:
        """The type of a full name, as EF Core writes it; generic arguments are left out of account."""
        plain = name.partition("<")[0]
        simple = plain.replace("+", ".").rpartition(".")[2]
        self.asked.add(simple)
        found = self._by_name(simple).by_full.get(plain)
        return self.whole(found[0]) if found else None

    def _find(self, named: TypeRef, at: TypeDecl) -> TypeDecl | None:
        alias = at.file.aliases.get(named.name)
        if alias is not None:
            return self.full(alias.name) or self.full(f"{_space(at)}.{alias.name}")
        before, _, simple = named.name.rpartition(".")
        if before:
            short = at.file.aliases.get(before.partition(".")[0])
            spaces = [before, *(f"{space}.{before}" for space in _enclosing(at))]
            spaces += [f"{using}.{before}" for using in at.file.usings]
            if short is not None:
                spaces.insert(0, ".".join([short.name, *before.split(".")[1:]]))
            self.asked.add(simple)
            by_place = self._by_name(simple).by_place
            fitting = [one for space in dict.fromkeys(spaces) for one in by_place.get(space, ())]
            return min(fitting, key=lambda one: len(one.parameters) != len(named.arguments), default=None)
        found = self._candidates(simple, len(named.arguments), at.file, at)
        return found[0] if found else None

    def _candidates(self, simple: str, arity: int, file: SourceFile, at: TypeDecl) -> list[TypeDecl]:
        """The types that a simple name may mean, the nearest first."""
        self.asked.add(simple)
        by_place, order = self._by_name(simple).by_place, self._order(file, at)
        # Types within those around it are the nearest.
        ranks = {**order, **dict.fromkeys((outer.replace("+", ".") for outer in _outers(at)), -1)}
        places = [place for place in by_place if place in ranks]
        if len(ranks) < len(by_place):
            places = [place for place in ranks if place in by_place]
        ranked = [
            ((len(one.parameters) != arity, ranks[place]), one)
            for place in places
            for one in by_place[place]
            if (one.outer is None) == (ranks[place] >= 0)
        ]
        return [one for _, one in sorted(ranked, key=lambda pair: pair[0])]

    def _order(self, file: SourceFile, at: TypeDecl) -> dict[str, int]:
        """The namespaces in which a name is looked for, with their places, of which the first counts."""
        key = (file, _space(at))
        if key not in self._orders:
            spaces = _enclosing(at)
            usings = [*file.usings, *(f"{space}.{using}" for using in file.usings for space in spaces)]
            places = [*spaces, *usings, *self._usings_of(file.path), ""]
            self._orders[key] = {space: number for number, space in reversed(list(enumerate(places)))}
        return self._orders[key]


def _look(content: bytes | NotRead) -> _Facts | NotRead:
    if isinstance(content, NotRead):
        return content
    if content.startswith(_UTF_16):
        return _IN_UTF_16
    return _Facts(
        tuple({name.decode() for name in _DECLARED.findall(content)}),
        tuple({name.decode() for name, one in _EXTENDS.findall(content) if _BUILDERS.match(one)})
        if b"Builder" in content
        else (),
        tuple(name.decode() for name in _GLOBAL.findall(content)) if b"global using" in content else (),
        b"Configuration<" in content or b"EntityTypeBuilder" in content,
    )


def _space(decl: TypeDecl) -> str:
    return decl.full_name.partition("+")[0].rpartition(".")[0]


def _enclosing(decl: TypeDecl) -> list[str]:
    """The namespaces around a type, the innermost first."""
    parts = _space(decl).split(".") if _space(decl) else []
    return [".".join(parts[:number]) for number in range(len(parts), 0, -1)]


def _outers(decl: TypeDecl) -> set[str]:
    found = set()
    one: TypeDecl | None = decl
    while one is not None:
        found.add(one.full_name)
        one = one.outer
    return found

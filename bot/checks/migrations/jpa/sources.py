"""The Java classes of one tree: which of them JPA maps, and what a name in one of them is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from bot.checks.migrations.jpa.java import JavaClass, JavaFile, read_java
from bot.checks.migrations.jpa.literals import Joined, Ref, Unread, Value
from bot.model import NotRead, Tree

# Classes of tests declare tables of their own, and what is generated is not in the repository.
_ELSEWHERE = re.compile(r"(^|/)(src/(\w*[tT]est\w*|jmh)|test|tests|target|build|node_modules)/")
_MAPPED = re.compile(rb"@(?:(?:javax|jakarta)\.persistence\.)?(?:Entity|MappedSuperclass|Embeddable|Converter)\b")
_OWN_NAMING = re.compile(
    rb"\b(?:implements|extends)\s+(?:PhysicalNamingStrategy\w*|CamelCaseToUnderscoresNamingStrategy|"
    rb"SpringPhysicalNamingStrategy|ImplicitNamingStrategy\w*|ImprovedNamingStrategy)\b"
)
_JPA = re.compile(rb"\b(?:javax|jakarta)\.persistence\b")
_WORD = re.compile(rb"\w+")
_MAX_STEPS = 20
# Constants that name each other twice would take for ever.
_MAX_EVALUATED = 100_000
_MOST = 2**31
_MOST_CHARACTERS = 10_000
_MAX_ABOVE = 100


class Sources:
    """The Java files of one tree.

    Args:
        tree: the tree.
        known: files by object id that another tree's sources read already, and takes from here.

    Attributes:
        custom_naming: whether a class makes names in a way of its own.
    """

    def __init__(self, tree: Tree, known: dict[str, JavaFile | None] | None = None) -> None:
        self._tree = tree
        self.known: dict[str, JavaFile | None] = known if known is not None else {}
        self._entries = {entry.path: entry for entry in tree.entries() if is_java(entry.path)}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for path in self._entries:
            self._by_name[path.rpartition("/")[2].removesuffix(".java")].append(path)
        self._files: dict[str, JavaFile | None] = {}
        self.custom_naming = False
        self._words: set[bytes] = set()
        self._evaluated = 0
        self._read_mapped()

    def _read_mapped(self) -> None:
        """Read every file once, and parse those that JPA may map."""
        unread = [path for path, entry in self._entries.items() if entry.oid not in self.known]
        for path, content in self._tree.read_many(unread):
            oid = self._entries[path].oid
            # Looking for a plain text first is ten times as fast as the patterns.
            if isinstance(content, bytes) and b"NamingStrategy" in content and _OWN_NAMING.search(content):
                self.custom_naming = True
            if isinstance(content, NotRead):
                self.known[oid] = JavaFile(path=path, broken=1)
            elif b".persistence" in content and _MAPPED.search(content) and _JPA.search(content):
                self.known[oid] = read_java(path, content)
                self._words.update(_WORD.findall(content))
            else:
                self.known[oid] = None

    def matters(self, path: str, oid: str | None) -> bool:
        """Whether a file of an object id is mapped by JPA, or may be named by one that is."""
        stem = path.rpartition("/")[2].removesuffix(".java")
        return self.known.get(oid or "") is not None or stem.encode("utf-8", "surrogateescape") in self._words

    def mapped_classes(self) -> Iterator[JavaClass]:
        """Yield the classes of the files that JPA may map, in the order of their paths."""
        for path, entry in self._entries.items():
            if self.known.get(entry.oid) is not None and (file := self.file(path)) is not None:
                yield from file.all_classes()

    def broken(self, paths: Iterable[str]) -> Iterator[tuple[str, int]]:
        """Yield those of the paths that JPA may map and that cannot be parsed, with the line."""
        for path in paths:
            entry = self._entries.get(path)
            file = self.known.get(entry.oid) if entry is not None else None
            if file is not None and file.broken is not None:
                yield path, file.broken

    def file(self, path: str) -> JavaFile | None:
        """The file at a path; None where there is none that can be read."""
        if path not in self._files:
            self._files[path] = self._read(path)
        return self._files[path]

    def _read(self, path: str) -> JavaFile | None:
        entry = self._entries.get(path)
        if entry is None:
            return None
        known = self.known.get(entry.oid)
        if known is not None and known.path == path:
            return known
        content = self._tree.read(path)
        return read_java(path, content) if isinstance(content, bytes) else None

    def find_class(self, inside: JavaClass, name: str) -> JavaClass | None:
        """The class that a name is in a class; None where it is not of this repository."""
        head, _, rest = name.partition(".")
        found = self._nearest(inside, head)
        if found is None:
            return self.by_qualified(name) if rest else None
        for part in rest.split(".") if rest else ():
            following = found.nested.get(part)
            if following is None:
                return None
            found = following
        return found

    def _nearest(self, inside: JavaClass, name: str) -> JavaClass | None:
        if inside.name == name:
            return inside
        file = inside.file
        inner = inside.nested.get(name) or file.by_name.get(name)
        if inner is not None:
            return inner
        if name in file.imports:
            return self.by_qualified(file.imports[name])
        for package in (file.package, *file.wildcards):
            found = self.by_qualified(f"{package}.{name}" if package else name)
            if found is not None:
                return found
        return None

    def by_qualified(self, qualified: str) -> JavaClass | None:
        """The class of a full name, which may stand in another."""
        parts = qualified.split(".")
        for length in range(len(parts), 0, -1):
            outer = parts[length - 1]
            for path in self._by_name.get(outer, ()):
                folder = "/".join(parts[: length - 1])
                if not path.endswith(f"{folder}/{outer}.java".lstrip("/")):
                    continue
                file = self.file(path)
                if file is None or file.package != ".".join(parts[: length - 1]):
                    continue
                found = file.by_name.get(parts[-1])
                if found is not None and found.qualified == qualified:
                    return found
        return None

    def evaluate(self, inside: JavaClass, value: Value, steps: int = 0) -> str | int | bool | None:
        """What a value is: a text, a number or a truth; None where that cannot be told."""
        self._evaluated += 1
        match value:
            case _ if self._evaluated > _MAX_EVALUATED:
                return None
            case str() | int():
                return value
            case Joined() if steps < _MAX_STEPS:
                left, right = (self.evaluate(inside, one, steps + 1) for one in (value.left, value.right))
                return _join(left, value.operator, right)
            case Ref() if steps < _MAX_STEPS:
                found = self._constant(inside, value.name)
                return self.evaluate(found[0], found[1], steps + 1) if found is not None else None
        return None

    def _constant(self, inside: JavaClass, name: str) -> tuple[JavaClass, Value] | None:
        owner, _, last = name.rpartition(".")
        if owner:
            holder = self.find_class(inside, owner)
            return self._field(holder, last) if holder is not None else None
        found = self._field(inside, last)
        if found is not None:
            return found
        file = inside.file
        for around in file.all_classes():
            if inside.qualified.startswith(f"{around.qualified}.") and (found := self._field(around, last)):
                return found
        places = [file.imports[last].rpartition(".")[0]] if last in file.imports else file.wildcards
        for place in places:
            holder = self.by_qualified(place)
            if holder is not None and (found := self._field(holder, last)) is not None:
                return found
        return None

    def _field(self, holder: JavaClass, name: str) -> tuple[JavaClass, Value] | None:
        """A constant of a class or of what it extends."""
        waiting, seen = [holder], {holder.qualified}
        while waiting and len(seen) < _MAX_ABOVE:
            one = waiting.pop(0)
            found = next((each for each in one.fields if each.name == name and each.static), None)
            if found is not None:
                return one, found.value if found.value is not None else Unread("")
            for parent in [*one.interfaces, *((one.superclass,) if one.superclass else ())]:
                above = self.find_class(one, parent.name)
                if above is not None and above.qualified not in seen:
                    seen.add(above.qualified)
                    waiting.append(above)
        return None


def is_java(path: str) -> bool:
    """Whether a path is a Java source of the program, rather than of its tests."""
    return path.endswith(".java") and _ELSEWHERE.search(path) is None


def _join(left: object, operator: str, right: object) -> str | int | None:
    if operator == "+" and str in {type(left), type(right)} and None not in {left, right}:
        text = f"{left}{right}"
        return text if len(text) <= _MOST_CHARACTERS else None
    if not (isinstance(left, int) and isinstance(right, int)):
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*" if max(abs(left), abs(right)) < _MOST:
            return left * right
    return None

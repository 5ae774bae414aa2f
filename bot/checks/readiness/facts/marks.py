"""Marks: what the use of a library, or of a framework's own feature, looks like in source, and where it is found.

A mark is one line of a table: the rules are tables of marks. Found code counts by how it stands: what nothing loads,
calls, mounts or switches on, and what runs in development only, is configured and not wired.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from bot.checks.readiness.facts.appsettings import Setting
from bot.checks.readiness.facts.comments import without_comments, without_sayings
from bot.checks.readiness.facts.dependencies.jvm_scopes import without_tests
from bot.checks.readiness.facts.files import Files, Role
from bot.checks.readiness.facts.needles import find_needles, find_words, holds_folded, may_hold
from bot.checks.readiness.facts.reach.guests import is_guest
from bot.checks.readiness.facts.reach.standing import Place, Reach, Standing
from bot.checks.readiness.facts.roles import BY_HAND, NOT_PRODUCTION
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source
from bot.checks.readiness.facts.spring import read_settings
from bot.checks.readiness.facts.switched_off import is_switched_off
from bot.model import Evidence, Strength

_MAX_SIGHTINGS = 40
_MAX_PER_MARK = 12
_MAX_LINE = 2_000
# A list of settings, such as that of all middleware.
_MAX_VALUE = 4_000
_BESIDE = re.compile(
    r"(?:^|/)(?:scripts?|tools?|seeds?|bin|dev|hack|contrib|experimental|migrations|versions|\.github)/"
)
_MAX_CHARACTERS = 1_000_000
# A host of Aspire starts what others are clients of, by calls of the same names.
_OF_HOSTS = ("DistributedApplication", "IResourceBuilder<")
_TOP_KEY = re.compile(r"[\w@\"'-]{1,80}\s*:")
_APPLICATION = re.compile(r"(?:^|/)(?:application|bootstrap)(?:-[\w-]{1,60})?\.ya?ml$")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What to look for.

    Attributes:
        shows: what it is, for a reader: `express-rate-limit is mounted`.
        words: a file is looked at where it mentions one of them, and one of `also` where there are any.
        name: what the whole name of the element matches; `{bound}` stands for the names that the import binds.
        text: what is found in the element's text.
        module: a module that the file imports, from its start.
        path: what is found in the file's path.
        unless: what the file must not hold.
        strength: how far it goes where it runs.
        mounted: whether what it makes has to be used somewhere.
        pages: whether it counts where it runs in browsers alone.
        inside: what the whole name of a function around it matches.
        given: what the code has to say somewhere: one of these, or what is found is not switched on.
        apart: what the whole name of a call around it must not match.
    """

    shows: str
    words: tuple[str, ...]
    also: tuple[str, ...] = ()
    language: str | None = None
    kind: Kind = Kind.CALL
    name: str = r".*"
    text: str = ""
    module: str = ""
    path: str = ""
    unless: str = ""
    strength: Strength = Strength.WIRED
    mounted: bool = False
    pages: bool = False
    inside: str = ""
    given: tuple[str, ...] = ()
    apart: str = ""


@dataclass(frozen=True)
class Sighting:
    """A mark that was found, where it counts, and how it stands there."""

    mark: Mark
    file: SourceFile
    element: Element
    place: Place

    @property
    def strength(self) -> Strength:
        """How far it goes as evidence."""
        return self.mark.strength if self.place.standing is Standing.LIVE else Strength.CONFIGURED

    @property
    def evidence(self) -> Evidence:
        """It, as evidence of an item."""
        standing = self.place.standing
        text = self.mark.shows if standing is Standing.LIVE else f"{self.mark.shows}, but {standing}"
        live = standing is Standing.LIVE
        file, element = (self.place.file, self.place.element) if live else (self.file, self.element)
        found = self.mark.text if element is self.element and "{bound}" not in self.mark.text else ""
        return Evidence(text=text, path=file.path, line=_line_of(file, element, found), strength=self.strength)

    @property
    def own_line(self) -> int:
        """The line of a call's own name: a chain of calls begins where its first one does."""
        live = self.place.standing is Standing.LIVE
        file, element = (self.place.file, self.place.element) if live else (self.file, self.element)
        if element.kind is not Kind.CALL:
            return element.line
        before = file.content[element.start : max(element.start, element.end - len(element.text.encode()))]
        return element.line + before.count(b"\n")


def _line_of(file: SourceFile, element: Element, text: str) -> int:
    """Where an element shows what it is: of a chain of calls the last name, of settings what is found in them."""
    found = _compiled(text).search(element.text[:_MAX_LINE]) if text and element.kind is Kind.ASSIGN else None
    if element.line == element.end_line or not (element.kind is Kind.CALL or found):
        return element.line
    whole = file.text(element)
    blank = len(found[0]) - len(found[0].lstrip()) if found else 0
    behind = max(whole.rfind(element.text), 0) + (found.start() + blank if found else 0)
    return element.line + whole.count("\n", 0, behind)


def _once(sightings: Iterable[Sighting]) -> Iterator[Sighting]:
    """Yield of each list of settings what is seen in it first: one mark tells of all of it, others of parts."""
    seen: set[tuple[str, int]] = set()
    for one in sightings:
        place = (one.file.path, one.element.start)
        if one.element.kind is not Kind.ASSIGN or place not in seen:
            seen.add(place)
            yield one


class Marks:
    """Finds marks in one tree."""

    def __init__(self, source: Source, reach: Reach) -> None:
        self._source = source
        self._reach = reach

    def within(self, marks: Iterable[Mark], paths: Container[str]) -> Sequence[Sighting]:
        """All sightings whose evidence stands in these files."""
        found = [one for mark in marks for one in self._find(mark, None, paths)]
        return [one for one in found if one.evidence.path in paths]

    def find(self, marks: Iterable[Mark], best: re.Pattern[str] | None = None) -> Sequence[Sighting]:
        """The sightings, the strongest first; of more than are kept those in paths that `best` is found in."""
        found = [one for mark in marks for one in self._find(mark, best)]
        order = list(Strength)
        found.sort(key=lambda one: (-order.index(one.strength), bool(_BESIDE.search(one.file.path))))
        return list(_once(found))[:_MAX_SIGHTINGS]

    def _says(self, words: tuple[str, ...], language: str | None) -> bool:
        """Whether some code of a language says one of some words, comments left out."""
        files = self._source.parsed(*words, language=language)
        return any(any(file.says(word) for word in words) for file in files)

    def _find(
        self, mark: Mark, best: re.Pattern[str] | None, within: Container[str] | None = None
    ) -> Iterator[Sighting]:
        number = 0
        where = _compiled(mark.path)
        paths = [path for path in self._source.mentioning(*mark.words, language=mark.language) if where.search(path)]
        paths = list(self._source.among(paths, mark.also, mark.language)) if mark.also else paths
        if within is not None and not mark.mounted:
            paths = [path for path in paths if path in within]
        # What the program runs says more than a script beside it.
        paths.sort(key=lambda path: (bool(_BESIDE.search(path)), bool(best and not best.search(path))))
        files = [file for path in paths if _may_match(file := self._source.file(path), mark)]
        self._source.announce(file.path for file in files)
        for file in files:
            if mark.unless and _compiled(mark.unless).search(file.code):
                continue
            if mark.language == "csharp" and any(file.says(one) for one in _OF_HOSTS):
                continue
            for element, text in _matching(file, mark):
                place = self._place(mark, file, element, text)
                yield Sighting(mark, file, element, place)
                number += place.standing is Standing.LIVE
                if number >= _MAX_PER_MARK and within is None:
                    return

    def _place(self, mark: Mark, file: SourceFile, element: Element, text: re.Pattern[str]) -> Place:
        """Where what a mark describes counts, and how it stands there."""
        place = (
            self._reach.mounted(file, element)
            if mark.mounted
            else Place(file, element, self._reach.standing(file, element))
        )
        if place.standing is Standing.BROWSER and mark.pages:
            place = replace(place, standing=Standing.LIVE)
        if place.standing is not Standing.LIVE:
            return place
        if mark.given and not self._says(mark.given, mark.language):
            return replace(place, standing=Standing.NOT_ENABLED)
        if is_guest(file, element):
            return replace(place, standing=Standing.GUEST)
        if is_switched_off(element):
            return replace(place, standing=Standing.SWITCHED_OFF)
        if (off := self._reach.by_options(file, element)) is not None:
            return replace(place, standing=off)
        return replace(place, standing=self._reach.within(file, element, text)) if mark.text else place


def _matching(file: SourceFile, mark: Mark) -> Iterator[tuple[Element, re.Pattern[str]]]:
    """Yield the elements of a file that a mark describes, each with what is found in its text."""
    bound: list[str] = []
    if mark.module:
        module = _compiled(mark.module)
        # What stands at the top is asked first: most files that mention a module do not import it.
        if not any(map(module.match, file.names(Kind.IMPORT))):
            return
        bound = [name for one in file.imports if module.match(one.name) for name in bound_names(file, one)]
        # In Go what a package makes has a name of its own, and is mounted by that.
        made = tuple(f"{one}." for one in bound) if file.language == "go" and "{bound}" in mark.text else ()
        bound += [one.name for one in file.assigns if one.text.startswith(made)] if made else []
    pattern = mark.name.replace("{bound}", _either(bound))
    name, text = _compiled(pattern), _compiled(mark.text.replace("{bound}", _either(bound)))
    inside = _compiled(mark.inside) if mark.inside else None
    apart = _compiled(mark.apart) if mark.apart else None
    for element in file.named(mark.kind, name):
        if apart is not None and any(
            apart.fullmatch(one.name) for one in file.around(element) if one.kind is Kind.CALL
        ):
            continue
        if text.search(element.text[: _MAX_VALUE if element.kind is Kind.ASSIGN else _MAX_LINE]) and (
            inside is None or _is_inside(file, element, inside)
        ):
            yield element, text


def _is_inside(file: SourceFile, element: Element, inside: re.Pattern[str]) -> bool:
    return any(inside.fullmatch(function.name) for function in file.functions_around(element))


def _may_match(file: SourceFile, mark: Mark) -> bool:
    """Whether a file may hold what a mark describes, told by its bytes."""
    parts = (mark.name.replace("{bound}", ".*"), mark.text.replace("{bound}", ".*"))
    may_name = all(file.may_name(find_words(part)) for part in parts if part)
    return may_name and (not mark.module or file.may_import(mark.module))


def _either(names: Iterable[str]) -> str:
    """A pattern of one of the names; of none it matches nothing."""
    return rf"(?<![\w$])(?:{'|'.join(map(re.escape, sorted(set(names)))) or '(?!)'})(?![\w$])"


def bound_names(file: SourceFile, imported: Element) -> Iterator[str]:
    """Yield the names by which a file knows what it imports."""
    yield from imported.text.split()
    # `const { a } = require("b")`, and `const a = require("b").default`.
    for one in file.around(imported):
        if one.kind is Kind.ASSIGN:
            yield from re.findall(r"[A-Za-z_$][\w$]*", one.name)
    # `app.use(require("b")())` binds nothing: the call itself is the name.
    if imported.parent >= 0 and file.elements[imported.parent].name == "require":
        yield file.text(file.elements[imported.parent])


@lru_cache(maxsize=1024)
def _compiled_without_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class LineMark:
    """What to look for in the lines of files that are no source, comments and what tests alone need left out.

    Attributes:
        files: patterns of names, as `Files.select` has them.
        line: what is found in a line; case does not count.
        roles: what the files may be for.
        path: what is found in the file's path; case does not count.
        given: patterns of names of other files, one of which must hold `given_line`; none where that is not asked.
        beside: what some line of the same file must hold, too.
        unless: what no line of the same file may hold.
        within: what the last key at the top of the file before the line must hold, where that is asked.
    """

    shows: str
    files: tuple[str, ...]
    line: str
    given: tuple[str, ...] = ()
    given_line: str = ""
    beside: str = ""
    unless: str = ""
    within: str = ""
    path: str = ""
    strength: Strength = Strength.WIRED
    roles: tuple[Role, ...] = (Role.PRODUCT,)


def find_lines(files: Files, marks: Iterable[LineMark], within: Container[str] | None = None) -> Iterator[Evidence]:
    """Yield the first line of each file, or of each of these, that a mark describes."""
    for mark in marks:
        if mark.given and not _holds(files, mark):
            continue
        where = _compiled_without_case(mark.path)
        for path in filter(where.search, files.select(*mark.files, roles=mark.roles)):
            if NOT_PRODUCTION.match(path) or BY_HAND.match(path) or (within is not None and path not in within):
                continue
            if (number := _first_line(files, path, mark.line, mark.within)) and _stands_so(files, path, mark):
                yield Evidence(text=mark.shows, path=path, line=number, strength=mark.strength)


def _stands_so(files: Files, path: str, mark: LineMark) -> bool:
    """Whether the other lines of a file are what a mark asks for."""
    told = not mark.beside or _first_line(files, path, mark.beside)
    return bool(told) and not (mark.unless and _first_line(files, path, mark.unless))


def _holds(files: Files, mark: LineMark) -> bool:
    return any(_first_line(files, path, mark.given_line) for path in files.select(*mark.given, roles=mark.roles))


def _first_line(files: Files, path: str, expression: str, within: str = "") -> int | None:
    """The number of the first line in which an expression is found, below a key at the top that is told, if any."""
    content = files.content(path)
    if content is None:
        return None
    # Of what stays, the other side of a change is asked the same.
    known = files.kept("first lines", path, dict[tuple[str, str], int | None])
    if (expression, within) not in known:
        known[expression, within] = _find_first_line(files, path, content, expression, within)
    return known[expression, within]


def _find_first_line(files: Files, path: str, content: bytes, expression: str, within: str) -> int | None:
    found = _find_told(files, path, content, expression, within)
    if found is not None or within or _APPLICATION.search(path) is None:
        return found
    search = _compiled_without_case(expression).search
    return next((one.line for one in _settings(files, path) if search(f"{'.'.join(one.names)}={one.value}")), None)


def _settings(files: Files, path: str) -> Sequence[Setting]:
    """What a file of YAML tells Spring or Quarkus in production: each key as a file of properties has it."""
    return files.kept("settings by whole keys", path, partial(_read_settings, files, path))


def _read_settings(files: Files, path: str) -> Sequence[Setting]:
    return [one for one in read_settings(files, path) if not one.names[0].startswith("%")]


def _find_told(files: Files, path: str, content: bytes, expression: str, within: str) -> int | None:
    needles = find_needles(expression)
    if not may_hold(content, needles):
        return None
    search, is_meant = _compiled_without_case(expression).search, _compiled_without_case(within).search
    lines = _lines(files, path)
    if needles and not within and not holds_folded(content):
        return next((number for number in _holding(lines, needles) if search(lines[number - 1])), None)
    meant = not within
    for number, line in enumerate(lines, start=1):
        if within and _TOP_KEY.match(line):
            meant = is_meant(line) is not None
        if meant and search(line):
            return number
    return None


def _holding(lines: Sequence[str], needles: Collection[str]) -> Iterator[int]:
    """Yield the numbers of the lines that hold one of some texts in lower case; a file that does may have 10,000."""
    lower = "\n".join(lines).lower()
    for number, line in enumerate(lower.split("\n"), start=1):
        if any(one in line for one in needles):
            yield number


def _lines(files: Files, path: str) -> Sequence[str]:
    made = files.once(
        "lines without comments",
        path,
        lambda text: _cut(without_tests(path, without_sayings(path, without_comments(path, text)))),
    )
    return made or ()


def _cut(text: str) -> Sequence[str]:
    return [line[:_MAX_LINE] for line in text[:_MAX_CHARACTERS].split("\n")]

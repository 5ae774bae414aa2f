"""One HTTP route, and how its path is written the same way for each framework."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

ANY = "ANY"
_PAGES = frozenset({"aspnet-mvc", "razor-pages", "yii-pages"})
VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_PARAMETER = re.compile(
    r"\{\*?(\w{1,80})[^}]{0,200}\}|<(?:[^:<>]{0,200}:)?(\w{1,80})>|\[{1,2}(?:\.\.\.)?(\w{1,80})\]{1,2}"
    r"|\(\?P<(\w{1,80})>[^)]{0,200}\)"
)
# What may stand before and between the annotations of a declaration.
_MODIFIERS = re.compile(
    r"[\s@#\[\]]*+(?:(?:public|protected|private|internal|abstract|final|static|sealed)\s++)*+[\s@#\[\]]*+"
)
# Annotations of a declaration that are longer than that, in bytes, are written by nobody.
_LONGEST_HEAD = 4_000
# Chains of calls enclose each other; nobody writes a longer one.
_MAX_AROUND = 600
_QUOTED = re.compile(r"""["'`]([^"'`\n]*)["'`]""")


@dataclass(frozen=True)
class Route:
    """One route.

    Attributes:
        method: in capitals; `ANY` where the declaration does not say.
        path: with a leading `/`, parameters as `:name`, and as much of its prefix as stands in the same file.
        framework: such as `express`.
        source: the file that declares it; `line` is of the declaration, 1-based.
        end_line: the last line of its handler where that stands beside it, else of the declaration.
    """

    method: str
    path: str
    framework: str
    source: str
    line: int
    end_line: int

    @property
    def is_page(self) -> bool:
        """Whether the framework names the path of a page by an action or a file: such a path designs no API."""
        return self.framework in _PAGES


def declare(method: str, path: str, framework: str, at: tuple[SourceFile, Element], end_line: int) -> Route:
    """The route that an element of a file declares."""
    return Route(method, path, framework, at[0].path, at[1].line, end_line)


def join_paths(*parts: str) -> str:
    """The parts of a path, joined, with parameters as `:name`."""
    joined = "/".join(part.strip("/") for part in parts if part.strip("/"))
    return "/" + _PARAMETER.sub(lambda found: ":" + next(filter(None, found.groups())), joined)


def first_text(arguments: str) -> str | None:
    """The first argument of a call where it is a literal; None where it is none."""
    found = _QUOTED.match(arguments.lstrip("( \n\t").removeprefix("r"))
    return found[1] if found else None


def named_text(arguments: str, *names: str) -> str | None:
    """The literal of the first of some named arguments."""
    for name in names:
        found = re.search(rf"""\b{name}\s*+[:=]\s*+(?:\{{\s*+)?r?["'`]([^"'`\n]*)["'`]""", arguments)
        if found:
            return found[1]
    return None


def _is_in_head(file: SourceFile, element: Element, holder: Element) -> bool:
    """Whether nothing but annotations and modifiers stands between the begin of a declaration and an element."""
    at = holder.start
    if element.start - at > _LONGEST_HEAD:
        return False
    for one in file.inside(holder):
        if one.start >= element.start:
            break
        if one.kind is Kind.DECORATOR:
            if not _MODIFIERS.fullmatch(file.between(at, one.start)):
                return False
            at = max(at, one.end)
    return bool(_MODIFIERS.fullmatch(file.between(at, element.start)))


def following_function(file: SourceFile, element: Element) -> Element | None:
    """The function, or class, that a decorator stands before or in."""
    targets = file.declared
    at = bisect_left(targets, element.start, key=_start)
    while at < len(targets) and targets[at].start == element.start:
        if targets[at].end > element.end:
            return targets[at]
        at += 1
    around = [one for one in file.around(element) if one.kind in {Kind.FUNCTION, Kind.CLASS}]
    if around and around[0] == _parent(file, element) and _is_in_head(file, element, around[0]):
        return around[0]
    beside = [one for one in around if one.line == element.line]
    return beside[-1] if beside else first_behind(targets, element.end)


def first_behind(elements: Sequence[Element], place: int) -> Element | None:
    """The first of some elements, sorted by place, that begins at a byte or behind it."""
    at = bisect_left(elements, place, key=_start)
    return elements[at] if at < len(elements) else None


def last_before(elements: Sequence[Element], place: int) -> Element | None:
    """The last of some elements, sorted by place, that begins before a byte."""
    at = bisect_left(elements, place, key=_start)
    return elements[at - 1] if at else None


def made_before(file: SourceFile, name: str, place: int) -> Iterator[Element]:
    """Yield what gives a name a value before a byte, nearest first."""
    given = file.called(Kind.ASSIGN, name)
    for at in range(bisect_left(given, place, key=_start) - 1, -1, -1):
        if given[at].name == name:
            yield given[at]


def functions_in(file: SourceFile, holder: Element) -> Sequence[Element]:
    """The functions that an element encloses."""
    return [one for one in file.inside(holder) if one.kind is Kind.FUNCTION]


def placed_at(source: Source, paths: Sequence[str], name: str, route: Route) -> Route:
    """A route that stands elsewhere than its action, where that stands: in the one file that it can be in."""
    for one in source.file(paths[0]).called(Kind.FUNCTION, name) if len(paths) == 1 else ():
        return replace(route, source=paths[0], line=one.line, end_line=one.end_line)
    return route


def _start(one: Element) -> int:
    return one.start


def _parent(file: SourceFile, element: Element) -> Element | None:
    return file.elements[element.parent] if element.parent >= 0 else None


def owner_of(file: SourceFile, one: Element) -> str:
    """The name of the class that an annotation stands before, or of its method with the class before a dot."""
    target = following_function(file, one)
    if target is None:
        return ""
    owner = file.class_around(target)
    return target.name if target.kind is Kind.CLASS else f"{owner.name if owner else ''}.{target.name}"


def handlers_of(file: SourceFile, holder: Element) -> list[Element]:
    """The methods of a class that answer requests, each named by a method of HTTP: `get`, `on_post`."""
    return [
        one for one in functions_in(file, holder) if _handled(one.name) in VERBS and file.class_around(one) == holder
    ]


def of_handler(file: SourceFile, handler: Element, path: str, framework: str) -> Route:
    """The route of such a method, which stands where the method does."""
    return Route(_handled(handler.name).upper(), path, framework, file.path, handler.line, handler.end_line)


def _handled(name: str) -> str:
    return name.rpartition(".")[2].removeprefix("on_")


def calls_with(file: SourceFile, element: Element) -> Iterator[Element]:
    """Yield the calls in whose arguments an element stands, innermost first; not those made on what holds it."""
    inner = element
    for one in islice(file.around(element), _MAX_AROUND):
        if one.kind is Kind.CALL and inner.start != one.start:
            yield one
        inner = one

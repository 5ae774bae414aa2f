"""Whether a router is given to anything that serves: one that is made, and that no code takes in, answers nobody.

Rule: what `express.Router()`, `APIRouter()`, `Blueprint()` and the like make is used by more than its own declarations
of routes, in its file or in one that imports it. What is loaded by a folder's name has no importer, and is taken as
mounted, but for the file that makes the application itself. What actix, Rocket and Litestar decorate answers where its
name is given to the application. A controller of NestJS answers where a module lists it.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from bot.checks.readiness.facts.reach.modules import Modules
from bot.checks.readiness.facts.routes.route import following_function
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_MADE = re.compile(
    r"(?:new\s+)?(?:[\w.]*\.)?(?:Router|APIRouter|Blueprint|PromiseRouter|RouteTableDef)(?:<[^>\n]*>)?\("
)
_DECLARES = re.compile(
    r"\.(?:get|post|put|patch|delete|all|options|head|use|route|param|add_api_route|websocket|before_request|errorhandler"
    r"|api_route|exception_handler)\b"
)
_WORDS = re.compile(r"[A-Za-z_$][\w$]*")
_EXPORTS_ALL = re.compile(r"\bexport\s*(?:\*|\{)|__all__|import\s*\*")
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "route"})
_BY_NAME = re.compile(r"(?:litestar|starlite)(?:\.|$)")
_EXPORTS = re.compile(r"\bexports?\b")
_APP = re.compile(r"(?:new\s+Koa|express|(?:\w{1,40}\.)?(?:FastAPI|Flask|Quart|Sanic|Starlette)|web\.Application)\(")
_SAID = re.compile(r"(?<!\bfn )(?<!\bdef )(?<!\bclass )(?<![\w\"'/-])(\w+)\b(?![\"'])")
_LIST = re.compile(r"\[[\w$,\s]*\]")
_MAX_IMPORTERS = 60
# Lines of decorators above a class.
_MAX_DECORATED = 12


class Mounts:
    """Answers for one tree."""

    def __init__(self, source: Source, modules: Modules) -> None:
        self._source = source
        self._modules = modules
        self._known: dict[tuple[str, str], bool] = {}

    def reaches(self, file: SourceFile, element: Element) -> bool:
        """Whether requests get to what stands in a route's handler, or declares one, as far as its router decides."""
        around = (one for one in (element, *file.around(element)) if one.kind is Kind.CALL)
        declaring = next((one for one in around if _DECLARES.search(one.name)), None)
        return self._is_listed(file, element) and (declaring is None or self.is_mounted(file, declaring))

    def _is_listed(self, file: SourceFile, element: Element) -> bool:
        """Whether some module of NestJS lists the controller in which an element stands; if it stands in one."""
        owner = file.class_around(element)
        if owner is None or b"@nestjs/common" not in file.original or not _is_controller(file, owner):
            return True
        return self._controllers is None or owner.name in self._controllers

    @cached_property
    def _controllers(self) -> frozenset[str] | None:
        """The controllers that modules of NestJS list; None where one lists others than by name, or none does."""
        lists = [
            one.text.strip()
            for file in self._source.parsed("controllers", language="typescript")
            for one in file.assigns
            if one.name == "controllers"
        ]
        if not all(map(_LIST.fullmatch, lists)):
            return None
        return frozenset(name for one in lists for name in _WORDS.findall(one)) or None

    def is_mounted(self, file: SourceFile, declaration: Element) -> bool:
        """Whether the router that a declaration of a route belongs to is taken in by something; if it is one."""
        if declaration.kind is Kind.DECORATOR and _is_to_be_named(file, declaration):
            return self._is_named(file, declaration)
        name = declaration.name.partition(".")[0]
        key = (file.path, name)
        if key not in self._known:
            self._known[key] = self._find(file, name)
        return self._known[key]

    def _is_named(self, file: SourceFile, declaration: Element) -> bool:
        """Whether anything of the language names the function, or its class, that a decorator stands before."""
        function = following_function(file, declaration)
        owner = file.class_around(function) if function else None
        name = (owner or function).last_name if function else ""
        key = (file.language, name)
        if name and key not in self._known:
            paths = self._source.mentioning(name, language=file.language)
            many = len(paths) > _MAX_IMPORTERS
            self._known[key] = many or any(name in _names(self._source.file(path)) for path in paths)
        return not name or self._known[key]

    def _find(self, file: SourceFile, name: str) -> bool:
        made = next((one for one in file.assigns if _is_router(one, name)), None)
        if made is None or _is_used_here(file, name, made):
            return True
        # Paths of modules are told by their ends: a front end has a `utils` of its own.
        known = self._modules.importers(file.path)
        importers = [one for one in known if self._source.file(one).language == file.language][:_MAX_IMPORTERS]
        if not importers:
            return not _is_begin(file)
        return any(self._takes_in(path, file.path) for path in importers)

    def _takes_in(self, importer: str, path: str) -> bool:
        """Whether a file does anything with what it imports from another."""
        file = self._source.file(importer)
        stem = path.rpartition("/")[2].partition(".")[0]
        stem = path.split("/")[-2] if stem in {"index", "__init__"} and "/" in path else stem
        imports = [one for one in file.imports if stem in _WORDS.findall(f"{one.name} {one.text}")]
        if file.language == "python" and imports:
            imports = [one for one in imports if _may_be_of(one, path)]
            if not imports:
                return False
        if not imports or _EXPORTS_ALL.search(file.code):
            return True
        holders = [next((at for at in file.around(one) if at.kind is Kind.ASSIGN), one) for one in imports]
        names = {name for one, held in zip(imports, holders, strict=True) for name in _bound(one, held)}
        # `from app.routes import items, users`: that one of them is taken in says nothing of the others.
        names = {stem} if file.language == "python" and stem in names else names
        said = "\n".join({file.text(one) for one in holders})
        return any(_count(name, file.code) > _count(name, said) for name in names) or not names


@lru_cache(maxsize=64)
def _names(file: SourceFile) -> frozenset[str]:
    """What a file names, and does not only declare, or have in a text."""
    return frozenset(_SAID.findall(file.code))


def _is_to_be_named(file: SourceFile, declaration: Element) -> bool:
    """Whether a decorator declares a route that answers only where its function is named to the application."""
    if declaration.last_name not in _VERBS:
        return False
    if file.language == "rust":
        return (
            any(one.name.startswith(("actix_web", "rocket")) for one in file.imports) or b"actix_web::" in file.original
        )
    return file.language == "python" and any(_BY_NAME.match(one.name) for one in file.imports)


def _is_begin(file: SourceFile) -> bool:
    """Whether a file makes the application itself and gives nothing away, so that a router of it is taken in here."""
    exports = file.language == "typescript" and _EXPORTS.search(file.code) is not None
    return not exports and any(_APP.match(one.text.strip()) for one in file.assigns)


def _may_be_of(imported: Element, path: str) -> bool:
    """Whether an import of Python may be of a file: `from app.utils import send` is of no `routes/utils.py`."""
    if imported.name.startswith("."):
        return True
    module = imported.name.replace(".", "/")
    stem = path.removesuffix(".py").removesuffix("/__init__")
    return any(
        f"/{stem}".endswith(f"/{one}") for one in (module, *(f"{module}/{name}" for name in imported.text.split()))
    )


def _is_controller(file: SourceFile, owner: Element) -> bool:
    return any(
        one.name == "Controller" and one.start <= owner.end and 0 <= owner.line - one.line <= _MAX_DECORATED
        for one in file.decorators
    )


def _is_router(assigned: Element, name: str) -> bool:
    return assigned.name.partition(":")[0].strip() == name and bool(_MADE.match(assigned.text.strip()))


def _is_used_here(file: SourceFile, name: str, made: Element) -> bool:
    """Whether a call of the router's own file takes it as an argument, or does more with it than declare routes."""
    word = re.compile(rf"(?<![\w$.]){re.escape(name)}(?![\w$])")
    for one in file.calls:
        if one.start >= made.start and one.end <= made.end:
            continue
        if word.match(one.name) and not _DECLARES.search(one.name):
            return True
        if word.search(one.text) and not word.match(one.name):
            return True
    return False


def _bound(imported: Element, holder: Element) -> set[str]:
    names = set(imported.text.split())
    return names | set(_WORDS.findall(holder.name)) if holder.kind is Kind.ASSIGN else names


def _count(name: str, code: str) -> int:
    """How often code has a name; as a part of a path or a text it is none."""
    return len(re.findall(rf"(?<![\w$/'\"`-]){re.escape(name)}(?![\w$])", code))

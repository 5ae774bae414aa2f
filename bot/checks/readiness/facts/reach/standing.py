"""How an element of source stands in production: it runs, or why it does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.reach.beans import Beans
from bot.checks.readiness.facts.reach.behind_return import is_behind_return
from bot.checks.readiness.facts.reach.browsers import Browsers
from bot.checks.readiness.facts.reach.conditions import is_development, is_never, plain_names
from bot.checks.readiness.facts.reach.extensions import is_only_called
from bot.checks.readiness.facts.reach.go_methods import is_called, is_method
from bot.checks.readiness.facts.reach.idioms import Idioms
from bot.checks.readiness.facts.reach.logging_dicts import is_idle_formatter
from bot.checks.readiness.facts.reach.mentions import (
    EXPORTS,
    VARIABLE,
    is_declared,
    is_decorated,
    is_of_trait,
    is_variable,
    mentions,
    returns,
    word_of,
)
from bot.checks.readiness.facts.reach.modules import Modules
from bot.checks.readiness.facts.reach.mounts import Mounts
from bot.checks.readiness.facts.reach.qualified import QUALIFIED, Namesake, modules_having, others_having
from bot.checks.readiness.facts.reach.rust_features import RustFeatures
from bot.checks.readiness.facts.reach.strays import Strays
from bot.checks.readiness.facts.reach.switches import Switches
from bot.checks.readiness.facts.reach.unnamed import Unnamed, is_of
from bot.checks.readiness.facts.reach.url_confs import UrlConfs
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source
from bot.checks.readiness.facts.switched_off import find_asked, is_answer

_MAX_DEPTH = 4
_MAX_FILES = 60
_MAX_IMPORTERS = 3
_MAX_USES = 200
_SCRIPTS = (".ts", ".js", ".mjs", ".cjs", ".mts")
# Frameworks call these by their name.
_HOOKS = frozenset(
    {"main", "init", "register", "bootstrap", "configure", "Configure", "ConfigureServices", "setup", "ready", "handle"}
    | {"handler", "default", "create_app", "get_application", "lifespan", "GET", "POST", "PUT", "PATCH", "DELETE"}
    | {"middleware", "proxy", "onRequestError", "headers", "rewrites", "redirects", "constructor", "__init__", "call"}
    | {"loader", "action", "onModuleInit", "onApplicationBootstrap", "run", "start"}
    | {"__call__", "up", "upgrade", "on_startup"}
    | {"load_config", "load", "beforeStart", "startup", "Main", "OnStartup", "Start", "process_request", "dispatch"}
)
# Of Go only these are called without being named: nobody else finds a function by its name.
_HOOKS_OF_GO = frozenset({"main", "init"})
# What no framework calls by its name where it is a function of a module of Python.
_CALLED = frozenset({"init", "register", "bootstrap", "configure", "setup"})
# Languages whose frameworks find classes by themselves.
_WIRED_BY_FRAMEWORK = frozenset({"java", "ruby", "php"})
_ATTRIBUTE = re.compile(r"(?:^|\.)(?:self|this|app|server|state|window|globalThis|global)\.")
# Settings of Python and constants of Ruby, which frameworks read.
_CAPITALS = re.compile(r"[A-Z_]+")
_WORDS = re.compile(r"[A-Za-z_$][\w$]*")
_CONSTANT = re.compile(r"\b(?:const|final|readonly)\b[^=;\n]*$")
_MAX_BEFORE = 80
# Settings of one environment that is not production, and folders whose scripts browsers load.
_DEVELOPMENT_FILE = re.compile(
    r"(?:^|/)config/environments/(?:development|test)\.rb$|(?:^|/)settings[/_](?:dev|development|devstack\w{0,40}|local|test)\.py$"
    r"|(?:^|/)config/(?:dev|development|test)\.(?:exs|[cm]?[jt]s)$"
)
_BROWSER_FILE = re.compile(r"(?:^|/)(?:resources/(?:js|ts|assets)|app/javascript|assets/js|wwwroot|static/js)/")
# What Tauri compiles into a program that people run on their own machines; clients for a command line, and what begins
# or builds a project there.
DESKTOP_FILE = re.compile(
    r"(?:^|/)(?:src-tauri|tauri-plugin-[\w-]{1,60}|xtask|packages/create(?:-[\w-]{1,40})?|cmd/(?:kubectl-[\w-]{1,40}|[\w-]{1,40}(?:ctl|-cli)))/"
)
SERVER = re.compile(r"""^[ \t]*["']use server["']""", re.MULTILINE)


class Standing(StrEnum):
    """How it stands."""

    LIVE = "live"
    DEVELOPMENT = "runs in development only"
    OFF = "off by default"
    NEVER = "its condition is never met"
    SWITCHED_OFF = "its own arguments switch it off"
    BROWSER = "runs in the browser only"
    DESKTOP = "runs in a program of its users only"
    UNUSED = "nothing calls it"
    UNLOADED = "no entry point loads its file"
    NOT_ENABLED = "nothing switches it on"
    GUEST = "of what its caller names, and leaves again"


@dataclass(frozen=True)
class Place:
    """An element and how it stands."""

    file: SourceFile
    element: Element
    standing: Standing


class Reach:
    """Answers for one tree."""

    def __init__(self, files: Files, source: Source) -> None:
        self._files = files
        self._source = source
        self.modules = Modules(files, source)
        self.mounts = Mounts(source, self.modules)
        self.switches = Switches(files, source)
        self._idioms = Idioms(files, source, self.switches)
        self._features = RustFeatures(files)
        self._beans = Beans(files, source, self.switches)
        self._browsers = Browsers(files)
        self._strays = Strays(files, source)
        self._unnamed = Unnamed(source, self.modules)
        self._url_confs = UrlConfs(source, self.modules, self._by_conditions)
        self._used: dict[tuple[str, int], bool] = {}
        self._for_development: dict[str, bool] = {}

    def standing(self, file: SourceFile, element: Element) -> Standing:
        """How an element stands, as evidence of what the server does."""
        kept = self._standing(file, element, 0)
        in_browser = kept is Standing.LIVE and (self._browsers.has(file.path) or self._browsers.is_page(file))
        return Standing.BROWSER if in_browser else kept

    def runs(self, file: SourceFile, element: Element) -> bool:
        """Whether an element may run, as a fault: an import or a manifest that speaks of browsers excuses none."""
        return self._standing(file, element, 0) is Standing.LIVE

    def _standing(self, file: SourceFile, element: Element, depth: int) -> Standing:
        kept = self._by_path(file.path) or self._by_conditions(file, element) or self._by_bean(file, element)
        if kept is not None:
            return kept
        if file.language == "typescript" and not self.mounts.reaches(file, element):
            return Standing.UNUSED
        if (file.language == "python" and is_idle_formatter(file, element)) or self._strays.holds(file, element):
            return Standing.UNUSED
        function = next((one for one in file.functions_around(element) if is_declared(file, one)), None)
        # Each function of a server's module, and one that says so itself, is an endpoint of React.
        server = file.language == "typescript" and file.says("use server") and SERVER.search(file.code)
        if function is None and is_of_trait(file, element):
            return Standing.LIVE if self._is_named(element.name, file) else Standing.UNUSED
        if function is None or depth >= _MAX_DEPTH or server:
            return Standing.LIVE
        return Standing.LIVE if self._is_used(file, function, depth) else Standing.UNUSED

    def _by_conditions(self, file: SourceFile, element: Element) -> Standing | None:
        stands = (self._by_condition(file, condition, holds=holds) for condition, holds in file.conditions(element))
        never = Standing.NEVER if is_behind_return(file, element) else None
        return next((one for one in stands if one is not None), never)

    def _by_bean(self, file: SourceFile, element: Element) -> Standing | None:
        off = Standing.OFF if any(one.is_off(file, element) for one in (self._beans, self._features)) else None
        return Standing.DEVELOPMENT if self._beans.is_of_development(file, element) else off

    def _by_condition(self, file: SourceFile, condition: str, *, holds: bool, depth: int = 0) -> Standing | None:
        if is_never(condition, holds=holds):
            return Standing.NEVER
        if is_development(condition, holds=holds):
            return Standing.DEVELOPMENT
        if self.switches.hold_back(condition, holds=holds) or self._idioms.is_off(file, condition, holds=holds):
            return Standing.OFF
        names = plain_names(condition, holds=holds) if depth < _MAX_DEPTH else ()
        values = [value for name in names if (value := _value_of(file, name)) is not None]
        stands = (self._by_condition(file, value, holds=True, depth=depth + 1) for value in values)
        return next((one for one in stands if one is not None), None)

    def by_options(self, file: SourceFile, element: Element) -> Standing | None:
        """How what a call sets up stands by what its own arguments ask; None where they ask nothing that tells."""
        stands = (self.by_value(file, one) for one in ([element.text] if is_answer(element) else find_asked(element)))
        return next((one for one in stands if one is not None), None)

    def held_back(self, file: SourceFile, element: Element) -> bool:
        """Whether conditions that an element stands under keep it from running in production."""
        return self._by_conditions(file, element) is not None

    def by_value(self, file: SourceFile, value: str) -> Standing | None:
        """How what is given a value stands that has to be yes."""
        return self._by_condition(file, value.strip().rstrip(";"), holds=True)

    def within(self, file: SourceFile, element: Element, wanted: re.Pattern[str]) -> Standing:
        """How what is wanted of an element's text stands, as far as conditions within that text decide."""
        branches = [one for one in file.inside(element) if one.kind is Kind.BRANCH]
        stands = [(one, self._by_condition(file, one.text, holds=one.name != "not")) for one in branches]
        idle = [(one, kept) for one, kept in stands if kept is not None]
        if not idle:
            return Standing.LIVE
        rest = whole = file.text(element)
        for one, _ in idle:
            # Neither what does not run nor what decides that it does not is a use.
            start = len(file.between(element.start, one.start))
            rest = _blanked(rest, start, len(file.text(one)))
            condition = whole.rfind(one.text, 0, start)
            rest = _blanked(rest, condition if condition >= 0 else whole.find(one.text), len(one.text))
        at = whole.rfind(element.text)
        found = at < 0 or wanted.search(rest[at : at + len(element.text)])
        return Standing.LIVE if found else idle[0][1]

    def _by_path(self, path: str) -> Standing | None:
        if _DEVELOPMENT_FILE.search(path):
            return Standing.DEVELOPMENT
        if _BROWSER_FILE.search(path):
            return Standing.BROWSER
        if DESKTOP_FILE.search(path):
            return Standing.DESKTOP
        if not self.modules.loaded(path):
            return Standing.UNLOADED
        return Standing.DEVELOPMENT if self._is_for_development(path) else self._url_confs.why_unreached(path)

    def _is_for_development(self, path: str) -> bool:
        """Whether all that is imported from a file is used in development only, such as a router of documents."""
        if path not in self._for_development:
            # Files that import each other are asked once.
            self._for_development[path] = False
            importers = self.modules.importers(path) if path.endswith(_SCRIPTS) else ()
            uses = (use for one in importers[:_MAX_IMPORTERS] for use in self._uses_in(one, path))
            asked = 0 < len(importers) <= _MAX_IMPORTERS
            self._for_development[path] = asked and next(uses, False) and all(uses)
        return self._for_development[path]

    def _uses_in(self, importer: str, path: str) -> Iterator[bool]:
        """Yield of each use of what a file imports from another whether it runs in development only."""
        file = self._source.file(importer)
        for name in self.bound(importer, path):
            for one in mentions(file, name, None):
                holder = next((at for at in (one, *file.around(one)) if is_variable(file, at)), None)
                if holder is None:
                    yield _develops(file, one)
                elif name not in _WORDS.findall(holder.name):
                    used = (_develops(file, use) for use in mentions(file, holder.name, holder))
                    # Whose uses are many is not looked at to the end.
                    yield next(used, False) and all(islice(used, _MAX_USES)) and next(used, None) is None

    def mounted(self, file: SourceFile, element: Element) -> Place:
        """Where what an element makes is used, and how that stands; the element where nothing holds the result."""
        standing = self.standing(file, element)
        holder = next((one for one in file.around(element) if one.kind is not Kind.BRANCH), None)
        if standing is not Standing.LIVE or holder is None or holder.kind is not Kind.ASSIGN:
            return Place(file, element, standing)
        by_name = file.language != "typescript" and _CAPITALS.fullmatch(holder.name)
        if not VARIABLE.match(file.text(holder)) or _ATTRIBUTE.search(holder.name) or by_name:
            return Place(file, element, standing)
        names = _WORDS.findall(holder.name)
        if EXPORTS.fullmatch(holder.name):
            names = [name for path in self.modules.importers(file.path) for name in self.bound(path, file.path)]
        for name in names:
            use = self._find_live_use(name, file, holder)
            if use is not None:
                return use
        return Place(file, element, Standing.UNUSED)

    def bound(self, importer: str, path: str) -> Iterator[str]:
        """Yield the names by which a file knows what it imports from another."""
        file = self._source.file(importer)
        for one in file.imports:
            if is_of(one, path):
                yield from one.text.split()
                yield from (held.name for held in file.around(one) if held.kind is Kind.ASSIGN)

    def _find_live_use(self, name: str, home: SourceFile, definition: Element) -> Place | None:
        word = word_of(name)
        others = self._source.mentioning(name, language=home.language)
        paths = [home.path, *(path for path in others if path != home.path)]
        best: Place | None = None
        for path in paths[:_MAX_FILES]:
            file = self._source.file(path)
            for one in mentions(file, name, definition if path == home.path else None):
                standing = self._use(file, one, word, 0)
                if standing is Standing.LIVE:
                    return Place(file, one, standing)
                best = best or Place(file, one, standing)
        return best

    def _is_used(self, file: SourceFile, function: Element, depth: int) -> bool:
        # Functions of several types may have one name.
        key = (file.path, function.start)
        if key not in self._used:
            # A function that only calls itself is not used: the answer stands while it is being looked for.
            self._used[key] = False
            self._used[key] = self._find_use(file, function, depth)
        return self._used[key]

    def _find_use(self, file: SourceFile, function: Element, depth: int) -> bool:
        name = function.name.rpartition(".")[2]
        if file.language == "go":
            return name in _HOOKS_OF_GO or self._is_used_in_go(name, file, function, depth)
        alone = file.language in {"python", "rust"} and not file.class_around(function)
        by_name = name in _HOOKS and not (alone and name in _CALLED)
        including = self.modules.including(file.path) if name == "includeme" else ()
        included = any(self._standing(*one, depth + 1) is Standing.LIVE for one in including)
        if by_name or included or file.language in _WIRED_BY_FRAMEWORK or is_decorated(file, function):
            return True
        known = file.language == "csharp" and not is_only_called(file, function)
        taken = function.name == "module.exports" and self._is_taken_in(file, depth)
        if known or taken or (file.language == "typescript" and self._is_entry(file, name)):
            return True
        owner = file.class_around(function)
        if owner is not None and file.language in {"typescript", "python"}:
            known = bool(owner.text) and not (file.language == "typescript" and self._unnamed.holds(file, owner))
            return known or is_decorated(file, owner) or self._is_mentioned(owner.name, file, owner, depth)
        if owner is not None and is_of_trait(file, owner):
            return self._is_named(owner.name, file)
        return self._is_mentioned(name, file, function, depth)

    def _is_used_in_go(self, name: str, file: SourceFile, function: Element, depth: int) -> bool:
        if is_method(file, function):
            return is_called(self._source, file, function)
        return self._is_mentioned(name, file, function, depth)

    def _is_taken_in(self, file: SourceFile, depth: int) -> bool:
        """Whether a file that gives a function alone has it used by those who take it in, by what they call it."""
        loaders = frozenset(self.modules.loaders(file.path))
        for path in self.modules.importers(file.path)[:_MAX_FILES]:
            importer = self._source.file(path)
            imports = [one for one in importer.imports if is_of(one, file.path)]
            names = set(self.bound(path, file.path))
            if not names and (imports or path in loaders):
                return True
            for one in (use for name in names for use in mentions(importer, name, None)):
                held = any(one.start <= at.start and at.end <= one.end for at in imports)
                if not held and self._standing(importer, one, depth + 1) is Standing.LIVE:
                    return True
        return False

    def _is_entry(self, file: SourceFile, name: str) -> bool:
        """Whether a function is what a file gives to whatever loads it by its name: a page, a route, a job."""
        given = rf"\b(?:export\s+default\s+(?:async\s+)?(?:function\s+)?|module\.exports\s*=\s*){re.escape(name)}\b"
        return bool(name and re.search(given, file.code)) and not self.modules.importers(file.path)

    def _is_named(self, name: str, home: SourceFile) -> bool:
        """Whether a type of Rust is given to something, taken by something, or made, beside what is said of itself.

        Who knows the trait calls its methods: a framework that is given a fairing, or a handler that takes a guard.
        """
        named = rf"\s*&?(?:\w+::)*{re.escape(name)}\b"
        use = re.compile(rf"(?:(?<!:):(?!:)|[<(=]|->){named}|,{named}\s*>")
        paths = [home.path, *(one for one in self._source.mentioning(name, language="rust") if one != home.path)]
        for path in paths[:_MAX_FILES]:
            file = self._source.file(path)
            own = [(one.start, one.end) for one in file.classes if one.name == name]
            content = file.content.decode("latin-1")
            if any(not any(start <= at.start() < end for start, end in own) for at in use.finditer(content)):
                return True
        return len(paths) > _MAX_FILES

    def _is_mentioned(self, name: str, home: SourceFile, definition: Element, depth: int) -> bool:
        word = word_of(name)
        is_function = definition.kind is Kind.FUNCTION and home.class_around(definition) is None
        found, modules = self._source.mentioning(name, language=home.language), others_having(self._source, name, home)
        if is_function and home.language in QUALIFIED:
            modules = modules_having(self._source, name, home)
            near = frozenset(self._source.mentioning(*modules, language=home.language))
            beside = home.path.rpartition("/")[0]
            found = [path for path in found if path in near or path.rpartition("/")[0] == beside]
        paths = [home.path, *(path for path in found if path != home.path)]
        if len(paths) > _MAX_FILES:
            return True
        for path in paths:
            file = self._source.file(path)
            outside, namesake = definition if path == home.path else None, Namesake(file, name, home, modules)
            for one in mentions(file, name, outside):
                if is_function and namesake.is_another(one):
                    continue
                if self._use(file, one, word, depth + 1) is Standing.LIVE:
                    return True
            handed_on = returns(file, name, outside)
            if any(self._standing(file, one, depth + 1) is Standing.LIVE for one in handed_on):
                return True
        return False

    def _use(self, file: SourceFile, element: Element, word: re.Pattern[str], depth: int) -> Standing:
        """How an element that mentions a name stands, and how the name does in it."""
        standing = self._standing(file, element, depth)
        called = element.kind is not Kind.ASSIGN and word.search(element.name)
        return standing if called or standing is not Standing.LIVE else self.within(file, element, word)


def _blanked(text: str, start: int, length: int) -> str:
    return f"{text[:start]}{' ' * len(text[start : start + length])}{text[start + length :]}"


def _value_of(file: SourceFile, name: str) -> str | None:
    """What a file gives a name, in the one place where it does; a variable that begins as nothing may get another."""
    assigned = [one for one in file.assigns if one.name.partition(":")[0].strip() == name]
    if len(assigned) != 1:
        return None
    before = file.between(max(assigned[0].start - _MAX_BEFORE, 0), assigned[0].start)
    fixed = name.isupper() or _CONSTANT.search(before)
    return assigned[0].text if fixed or not is_never(assigned[0].text, holds=True) else None


def _develops(file: SourceFile, element: Element) -> bool:
    return any(is_development(condition, holds=holds) for condition, holds in file.conditions(element))

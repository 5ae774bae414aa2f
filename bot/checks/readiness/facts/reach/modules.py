"""Which source files are loaded from an entry point, for TypeScript, JavaScript and Python.

Imports are read off lines that begin as code does, so that a commented-out one does not count, and are matched to
files by the ends of their paths: aliases and workspaces need no configuration. Files of .NET are built with their
project, those of Go with what a program imports; those of other languages are built as a whole, and count as loaded.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from posixpath import dirname, join, normpath

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.reach.folders import Folders, find_folders, find_outside_comments, find_scanned
from bot.checks.readiness.facts.reach.packages import Packages
from bot.checks.readiness.facts.reach.projects import Projects
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source
from bot.checks.readiness.facts.source.languages import syntax_of

_SCRIPT_IMPORT = re.compile(rb"""(?:from|import|require)\s{0,4}\(?\s{0,4}["'`]([^"'`\n]{1,300})["'`]""")
_PYTHON_FROM = re.compile(
    rb"^[ \t]*from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(?:\(([^)]{0,4000})\)|([^\n#]{0,2000}))", re.MULTILINE
)
_PYTHON_IMPORT = re.compile(rb"^[ \t]*import[ \t]+([\w., \t]+)", re.MULTILINE)
_DOTTED = re.compile(rb"""["']([A-Za-z_]\w*(?:\.\w+){1,8})(?::\w+)?["']""")
# What loads a module by its name, beside the file or from the top.
_INCLUDED = re.compile(rb"""(\.include|\.scan|\bimport_module)\(\s{0,40}["'](\.{0,9}[A-Za-z_][\w.]{0,200})["']""")
_WORD = re.compile(r"\w+")
_ENDING = re.compile(r"(?:\.d)?\.(?:[cm]?[jt]sx?|py|vue|svelte)$")
_SCRIPT_ENTRY = re.compile(
    r"(?:index|main|app|server|client|worker|cli|start|bootstrap|handler|lambda|www|preload|root|setup|run"
    r"|_app|_document|layout|page|route|middleware|proxy|instrumentation(?:-client)?|instrument|template|loading"
    r"|error|global-error|not-found|default|sitemap|robots|manifest|icon|hooks\.(?:server|client)|\+.*|entry.*"
    r"|sentry\..*|.*\.config|gatsby-.*|.*\.worker|(?:main|index|app|server)[.-].*|.*[.-](?:main|server|worker))"
)
# Where Next.js runs an instrumentation, that is what loads these, and nothing else does.
_BY_INSTRUMENTATION = re.compile(r"sentry\.(?:server|edge)\.config\.[cm]?[jt]s")
_SCRIPTS = (".ts", ".js", ".mts", ".mjs")
_SCRIPT_FOLDER = re.compile(r"(?:^|/)(?:pages|app/routes|bin|scripts|cron|jobs|commands|functions|netlify)/")
# Frameworks that load every file of some folder.
_AUTOLOADING: Sequence[tuple[str, re.Pattern[str]]] = (
    ("nuxt", re.compile(r"(?:^|/)(?:server|plugins|middleware|modules|layouts|components|composables)/")),
    ("nitropack", re.compile(r"(?:^|/)(?:server|plugins|middleware|routes|api)/")),
    ("@fastify/autoload", re.compile(r"(?:^|/)(?:plugins|routes|services)/")),
    ("fastify-cli", re.compile(r"(?:^|/)(?:plugins|routes)/")),
    ("@strapi/strapi", re.compile(r"")),
    ("@medusajs/medusa", re.compile(r"")),
    ("@adonisjs/core", re.compile(r"")),
    ("@feathersjs/feathers", re.compile(r"")),
    ("@remix-run/node", re.compile(r"(?:^|/)routes/")),
    ("@tanstack/react-router", re.compile(r"(?:^|/)routes/")),
    ("@react-router/dev", re.compile(r"(?:^|/)routes/")),
    ("nextra", re.compile(r"(?:^|/)content/")),
    ("sails", re.compile(r"")),
)
_PYTHON_ENTRY = re.compile(
    r"(?:main|app|application|wsgi|asgi|manage|server|cli|run|worker|celery(?:_app)?|tasks|urls|apps|admin|models"
    r"|signals|settings.*|config|gunicorn.*|__init__|__main__|conftest|setup|fabfile|noxfile|env|handlers?|lambda_.*"
    r"|hooks|default_settings|routing|streamlit_app|function_app)"
)
_PYTHON_FOLDER = re.compile(
    r"(?:^|/)(?:management/commands|migrations|versions|settings|templatetags|scripts|bin|dags)/"
)
_SERVERS = re.compile(r"\b(?:gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|uwsgi|flask|FLASK_APP)\b")
_SERVED = re.compile(r"""(?:^|["'\s=])([A-Za-z_][\w.]*):[A-Za-z_]\w*|(?:--app|FLASK_APP)[=\s"',]+([A-Za-z_][\w.]*)""")
_STARTERS = ("package.json", "Dockerfile*", "*.dockerfile", "Procfile", "*.sh", "compose*.y*ml", "docker-compose*.y*ml")
_STARTERS_PYTHON = ("pyproject.toml", "setup.cfg", "supervisord*.conf", "*.ini", "app.yaml", "serverless.y*ml")


@dataclass(frozen=True)
class _Graph:
    """What each file of one revision imports, folders that it loads as a whole among it."""

    paths: Sequence[str]
    source: Source
    imported: Mapping[str, set[str]]


class Modules:
    """The graph of imports of a tree."""

    def __init__(self, files: Files, source: Source) -> None:
        self._files = files
        self._source = source
        self._projects = Projects(files)
        self._packages = Packages(files)

    def loaded(self, path: str) -> bool:
        """Whether a file is loaded, as far as imports tell."""
        syntax = syntax_of(path)
        if syntax is not None and syntax.name == "csharp":
            return self._projects.is_built(path)
        if syntax is not None and syntax.name == "go":
            return self._packages.is_built(path)
        return syntax is None or syntax.name not in {"typescript", "python"} or path in self._loaded

    def importers(self, path: str) -> Sequence[str]:
        """The files that import a file."""
        return list(dict.fromkeys([*self._importers.get(path, ()), *self.loaders(path)]))

    def loaders(self, path: str) -> Iterator[str]:
        """Yield the files that load a folder as a whole in which a file is."""
        for name in self._folders.names(path):
            yield from (one for one in self._importers.get(name, ()) if one != path)

    def including(self, path: str) -> Iterator[tuple[SourceFile, Element]]:
        """Yield the calls that tell Pyramid to include a module, and so to call its `includeme`."""
        for one in self._by_include.get(path, ()):
            file = self._source.file(one)
            for call in file.called(Kind.CALL, "include"):
                if any(module == path for _, module in self._named_in(one, f".include{call.text}".encode())):
                    yield file, call

    @cached_property
    def _by_include(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for path in self._source.mentioning(".include", language="python"):
            for module in {
                module for how, module in self._named_in(path, self._source.content(path)) if how == b".include"
            }:
                found.setdefault(module, []).append(path)
        return found

    @cached_property
    def _folders(self) -> Folders:
        return Folders(self._source.paths)

    @cached_property
    def _loaded(self) -> frozenset[str]:
        found = {path for path in self._source.paths if self._is_entry(path)}
        waiting = deque(found)
        while waiting:
            one = waiting.popleft()
            for path in (*self._imported.get(one, ()), *self._folders.files(one)):
                if path not in found:
                    found.add(path)
                    waiting.append(path)
        return frozenset(found)

    @cached_property
    def _importers(self) -> dict[str, list[str]]:
        importers: dict[str, list[str]] = {}
        for path, imported in self._imported.items():
            for one in imported:
                importers.setdefault(one, []).append(path)
        return importers

    @cached_property
    def _imported(self) -> Mapping[str, set[str]]:
        return self._files.handed_on("imports", self._graph).imported

    def _graph(self, first: _Graph | None) -> _Graph:
        """The imports of each file; where no file came or went, those of a file that is as it was are known."""
        paths, known = self._source.paths, dict[str, set[str]]()
        if first and first.paths == paths:
            known = {
                path: first.imported[path] for path in paths if first.source.content(path) is self._source.content(path)
            }
        imported = {path: known[path] if path in known else set(self._imports_of(path)) - {path} for path in paths}
        return _Graph(paths, self._source, imported)

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        """Paths without ending (and without `/index`, `/__init__`), by their last name."""
        index: dict[str, list[str]] = {}
        for path in self._source.paths:
            index.setdefault(_stem(path).rpartition("/")[2], []).append(path)
        return index

    def _imports_of(self, path: str) -> Iterator[str]:
        syntax = syntax_of(path)
        content = self._source.content(path)
        if syntax is None:
            return
        if syntax.name == "typescript":
            for found in find_outside_comments(_SCRIPT_IMPORT, content):
                yield from self._resolve_script(path, found[1].decode("utf-8", "replace"))
            yield from find_folders(path, content)
        elif syntax.name == "python":
            for found in _PYTHON_FROM.finditer(content):
                names = _WORD.findall((found[2] or found[3] or b"").decode("utf-8", "replace"))
                yield from self._resolve_python(path, found[1].decode(), names)
            for found in _PYTHON_IMPORT.finditer(content):
                for one in found[1].decode().split(","):
                    yield from self._resolve_python(path, one.partition(" as ")[0].strip(), ())
            # Settings, task queues and tables of middleware name modules in text.
            for found in _DOTTED.finditer(content):
                yield from self._resolve_python(path, found[1].decode().rpartition(".")[0], ())
                yield from self._resolve_python(path, found[1].decode(), ())
            yield from (module for _, module in self._named_in(path, content))
            yield from find_scanned(path, content)

    def _named_in(self, path: str, content: bytes) -> Iterator[tuple[bytes, str]]:
        """Yield what a file of Python loads by a name in text, and what with."""
        for found in find_outside_comments(_INCLUDED, content):
            yield from ((found[1], module) for module in self._resolve_python(path, found[2].decode(), ()))

    def _resolve_script(self, path: str, module: str) -> Iterator[str]:
        if module.startswith("."):
            wanted = normpath(join(dirname(path), module))
            yield from self._ending_with(_stem(wanted), whole=True)
            yield from self._ending_with(wanted, whole=True)
            return
        first, _, rest = module.partition("/")
        if first.startswith("@") and len(first) > 1 and not self._ends(rest):
            rest = rest.partition("/")[2]
        for tail in (module.lstrip("@~#$/"), rest):
            yield from self._ending_with(_stem(tail), whole=False)

    def _ends(self, tail: str) -> bool:
        return bool(self._ending_with(_stem(tail), whole=False))

    def _resolve_python(self, path: str, module: str, names: Sequence[str]) -> Iterator[str]:
        dots = len(module) - len(module.lstrip("."))
        tail = module.lstrip(".").replace(".", "/")
        if dots:
            folder = path
            for _ in range(dots):
                folder = dirname(folder)
            tail = f"{folder}/{tail}".strip("/")
        for wanted in (tail, *(f"{tail}/{name}" for name in names)):
            yield from self._ending_with(wanted.rstrip("/"), whole=bool(dots))

    def _ending_with(self, tail: str, *, whole: bool) -> Sequence[str]:
        named = self._by_stem.get(tail.rpartition("/")[2], ())
        return [path for path in named if (stem := _stem(path)) == tail or (not whole and stem.endswith("/" + tail))]

    def _is_entry(self, path: str) -> bool:
        folder, _, name = path.rpartition("/")
        if _BY_INSTRUMENTATION.fullmatch(name) and self._has_instrumentation(folder):
            return False
        if path.endswith(".py"):
            return bool(
                _PYTHON_ENTRY.fullmatch(name.removesuffix(".py"))
                or _PYTHON_FOLDER.search(path)
                or self._is_started(path, name)
            )
        stem = _ENDING.sub("", name)
        return bool(
            _SCRIPT_ENTRY.fullmatch(stem)
            or _SCRIPT_FOLDER.search(path)
            or any(folder.search(path) for folder in self._autoloaded)
            or self._is_started(path, name)
        )

    def _has_instrumentation(self, folder: str) -> bool:
        prefix = f"{folder}/" if folder else ""
        return any(f"{prefix}{inner}instrumentation{end}" in self._source for inner in ("", "src/") for end in _SCRIPTS)

    @cached_property
    def _autoloaded(self) -> Sequence[re.Pattern[str]]:
        texts = [self._files.text(path) or "" for path in self._files.select("package.json")]
        return [folder for package, folder in _AUTOLOADING if any(f'"{package}"' in text for text in texts)]

    @cached_property
    def _started(self) -> frozenset[str]:
        """Names of files, and modules, that something outside of the sources starts."""
        return frozenset(re.findall(r"[\w.+-]+", self._starting))

    @cached_property
    def _starting(self) -> str:
        paths = self._files.select(*_STARTERS, *_STARTERS_PYTHON)
        return "\n".join(self._files.text(path) or "" for path in paths)[:5_000_000]

    @cached_property
    def _served(self) -> Mapping[str, Sequence[str]]:
        """Modules of Python that servers are told to serve, by their last names."""
        found: dict[str, list[str]] = {}
        for line in self._starting.split("\n"):
            for modules in _SERVED.findall(line[:2000]) if _SERVERS.search(line[:2000]) else ():
                module = next(filter(None, modules))
                found.setdefault(module.rpartition(".")[2], []).append(module)
        return found

    def _is_started(self, path: str, name: str) -> bool:
        stem = _ENDING.sub("", name)
        dotted = _ENDING.sub("", path).replace("/", ".")
        if name in self._started or f"{stem}.js" in self._started or dotted in self._started:
            return True
        # A server is told a module from where it stands.
        return any(f".{dotted}".endswith(f".{module}") for module in self._served.get(stem, ()))


@lru_cache(maxsize=65536)
def _stem(path: str) -> str:
    stem = _ENDING.sub("", path)
    for package in ("/index", "/__init__"):
        stem = stem.removesuffix(package)
    return stem

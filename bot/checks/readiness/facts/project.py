"""What kind of project a tree is: what it serves, where it keeps data, what it talks to; with where it says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files

from bot.checks.readiness.facts.builtins import BuiltIn, find_built_in
from bot.checks.readiness.facts.dependencies.declared import Dependencies, Dependency
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.imports import Imports
from bot.checks.readiness.facts.platforms import of_platforms
from bot.checks.readiness.facts.published import BEGINS, find_published
from bot.checks.readiness.facts.reach.standing import DESKTOP_FILE
from bot.checks.readiness.facts.routes.index import Routes
from bot.checks.readiness.facts.source.index import Source


class Trait(StrEnum):
    """A kind of library that a project can depend on; `traits.yml` names them."""

    DATABASE = "database"
    CACHE = "cache"
    REDIS = "Redis"
    BROKER = "broker or queue"
    NATS = "NATS"
    FRONT_END = "front end"
    GRAPHQL = "GraphQL"
    GRPC = "gRPC"
    TRPC = "tRPC"
    TRACKER = "error tracker"
    WEB = "web framework"
    UNREAD_WEB = "web framework that is not read"


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    """A regular expression of the names for each trait and ecosystem."""
    import yaml

    text = files("bot.checks.readiness.facts").joinpath("traits.yml").read_text("utf-8")
    return {
        trait: {ecosystem: "|".join(f"(?:{name})" for name in names) for ecosystem, names in by_ecosystem.items()}
        for trait, by_ecosystem in yaml.safe_load(text).items()
    }


# What frameworks of other languages keep their scripts and pages in, or build them by.
_FRONT_ENDS = (
    *(
        "vite.config.*",
        "webpack.config.*",
        "webpack.mix.*",
        # As the guides of webpack split it.
        *("webpack.common.*", "webpack.prod.*", "webpack.production.*"),
        "rspack.config.*",
        "rsbuild.config.*",
        "bundleconfig.json",
        "libman.json",
        "**/config/importmap.rb",
    ),
    *(
        "**/app/javascript/**",
        "**/app/assets/javascripts/**",
        "**/resources/js/**",
        "**/resources/assets/js/**",
        "*.razor",
        "**/wwwroot/**",
    ),
)
_STATIC = tuple(
    f"**/{folder}/**/*.{ending}" for folder in ("static", "public", "assets", "webapp") for ending in ("css", "js")
)
_DEPLOYED = (
    *("Dockerfile*", "*.dockerfile", "Containerfile", "Procfile", "render.yaml", "fly.toml", "app.json", "vercel.json"),
    *(
        "netlify.toml",
        "app.yaml",
        "serverless.y*ml",
        "compose*.y*ml",
        "docker-compose*.y*ml",
        "Chart.yaml",
        "wrangler.toml",
    ),
    *(
        "wrangler.jsonc",
        "railway.json",
        "railway.toml",
        "kustomization.y*ml",
        "template.yaml",
        "skaffold.yaml",
        "nixpacks.toml",
        "Dockerrun.aws.json",
    ),
)
_LISTENING = (
    ("typescript", ("startStandaloneServer(", "https.onRequest(", "async fetch(request", "ExportedHandler")),
    ("python", ("functions_framework.http", "func.FunctionApp(", "strawberry.asgi", "make_server(", "uvicorn.Server(")),
    ("go", ("functions.HTTP(", "fasthttp.Server{", "fasthttp.RequestCtx")),
    ("java", ("HttpServer.create(", "implements HttpFunction", "WebServer.builder(", ".newServerAt(")),
    ("php", ("$_POST", "$_GET", "$_REQUEST", "$_SERVER['REQUEST_METHOD']", "php://input")),
    ("typescript", (".listen(", "NestFactory.create", "createServer(", "Bun.serve(", "Deno.serve(", "serve(")),
    (
        "typescript",
        ("express()", "require('express')", "astify(", "new Koa(", "Hono(", "new Elysia(", "restify.create"),
    ),
    ("python", ("get_wsgi_application", "get_asgi_application", "uvicorn.run(", "grpc.server(", "grpc.aio.server(")),
    ("python", ("FastAPI(", "Flask(__name__", "Starlette(", "web.run_app(", "Sanic(", "HTTPServer(", "serve(")),
    ("go", ("ListenAndServe", "http.Serve(")),
    ("go", ("grpc.NewServer(", ".Listen(")),
    ("java", ("SpringApplication.run(", "@RestController", "ServerBuilder.forPort", "@QuarkusMain", "@Path(")),
    ("csharp", ("WebApplication.CreateBuilder(", "ConfigureWebHostDefaults(", "WebApplication.CreateSlimBuilder(")),
    ("rust", ("axum::serve(", "HttpServer::new(", "rocket::build(", "Server::builder(", "warp::serve(")),
)
# Of words that end others, and that name what else a program listens to: `gallery.listen("close", f)`.
_STARTS = {
    "serve(": re.compile(r"(?<![\w$.])(?:waitress\.)?serve\("),
    ".listen(": re.compile(
        r"(?i)(?:server|app|application|https?|fastify|express|koa|api|web|service)\d?\.listen\("
        r"|(?:^\s{0,80}|\)|(?<![\w$.])(?!\w{0,40}(?:history|gallery|pswp|event|emitter|bus|menu|navigation|document|window"
        r"|observer|speech|recognition|media|player|audio))[\w$.\]]{1,80})"
        r"\.listen\((?!\s{0,9}(?:[)\"'`(]|async\b|function\b|\w{1,40}\s{0,9}=>))"
    ),
}
# What a server is of that speaks something else, where it says nothing of HTTP.
_OTHER_PROTOCOLS = re.compile(
    rb"\bgrpc|\btonic\b|\bnet\.(?:Listen|createServer|Server)\b|[\"'](?:node:)?(?:net|tls|dgram)[\"']|\bwebsockets\b"
    rb"|\bthrift|\bsmtp",
    re.IGNORECASE,
)
# Where many libraries say nowhere that they are some.
_LIBRARIES_UNTOLD = frozenset({"jvm", "nuget"})
_BY_ENDING = {".go": ("go", "go"), ".py": ("python", "pypi"), ".rs": ("rust", "cargo")}
# Of the Serverless Framework and of AWS SAM: https://www.serverless.com/framework/docs/providers/aws/events/apigateway,
# https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-api.html
_BY_REQUEST = re.compile(r"\s{1,40}(?:- (?:http|httpApi|alb):|Type: (?:Http)?Api\s*$)")
_COMMAND = re.compile(r"^\[(?:project|tool\.poetry)\.scripts\]|\bconsole_scripts\b", re.MULTILINE)
_EXECUTABLES = re.compile(r"^\s{0,9}\w{1,20}\.executables\b", re.MULTILINE)
# A library has one or two to show what it does.
_OWN_ROUTES = 5
_MAX_LINE = 2_000
_WEB_SDK = re.compile(r'Sdk="Microsoft\.NET\.Sdk\.Web"')


@dataclass(frozen=True)
class Sign:
    """Where something says so: what it is in words, and its place."""

    text: str
    path: str
    line: int
    of_http: bool = True
    """Of a server: whether it speaks HTTP, as far as it is known."""


class Project:
    """The facts of one tree."""

    def __init__(self, files: Files, dependencies: Dependencies, source: Source, routes: Routes) -> None:
        self._files = files
        self._dependencies = dependencies
        self._source = source
        self._routes = routes
        self._imports = Imports(files, source)
        self._built_in: dict[Trait, BuiltIn | None] = {}

    @cached_property
    def searched(self) -> str:
        """How much was searched, in words."""
        return f"{len(self._source.paths):,} source files and {len(self._dependencies.manifests):,} manifests searched"

    def having(self, trait: Trait) -> Sequence[Dependency]:
        """The dependencies that show a trait, each named once, nearest to the root first."""
        found: dict[str, Dependency] = {}
        for ecosystem, pattern in _names()[trait].items():
            for one in self._dependencies.named(pattern, ecosystem=ecosystem):
                # What a desktop program keeps on somebody's machine is nothing of the service's.
                if DESKTOP_FILE.search(one.path) or (ecosystem == "jvm" and not self.imported(one)):
                    continue
                known = found.get(one.name)
                if known is None or one.path.count("/") < known.path.count("/"):
                    found[one.name] = one
        return list(found.values())

    def using(self, trait: Trait) -> Sequence[Dependency]:
        """Those of them that the source imports."""
        return [one for one in self.having(trait) if self.imported(one)]

    def built_in(self, trait: Trait) -> BuiltIn | None:
        """What shows a trait without a client of it: a framework's cache or queue, or the program's own."""
        if trait not in self._built_in:
            self._built_in[trait] = find_built_in(self._files, self._source, trait)
        return self._built_in[trait]

    def imported(self, dependency: Dependency) -> bool:
        """Whether the source mentions a dependency's module."""
        return self._imports.has(dependency)

    @cached_property
    def deployed(self) -> Sequence[str]:
        """Files that say how it is deployed."""
        return of_platforms(self._files, self._files.select(*_DEPLOYED))

    @cached_property
    def library(self) -> Sign | None:
        """What shows that it is published for others' programs, where nothing deploys it."""
        if self.deployed:
            return None
        told = find_published(self._files, self._source)
        return Sign(*told) if told and not self._serves_by_command() and not self._serves_by_rack(told[1]) else None

    def _serves_by_command(self) -> bool:
        """Whether a package of Python installs a command, and starts a server with routes of its own."""
        manifests = self._files.select("pyproject.toml", "setup.py", "setup.cfg")
        if not any(_COMMAND.search(self._files.text(path) or "") for path in manifests):
            return False
        own = [one for one in self._routes.all if one.source.endswith(".py")]
        return len(own) >= _OWN_ROUTES and any(self._starting("python"))

    def _serves_by_rack(self, gem: str) -> bool:
        """Whether a gem installs a command, and has routes of its own that its own `config.ru` starts."""
        folder = gem.rpartition("/")[0]
        started = gem.endswith(".gemspec") and f"{folder}/config.ru".lstrip("/") in self._files.select("config.ru")
        if not started or not _EXECUTABLES.search(self._files.text(gem) or ""):
            return False
        return len([one for one in self._routes.all if one.source.endswith(".rb")]) >= _OWN_ROUTES

    @cached_property
    def server(self) -> Sign | None:
        """What shows that it answers requests over a network; None for a library, a program and a static site."""
        if self.library is not None:
            return None
        others: list[Sign] = []
        for one in self._serving():
            if one.of_http:
                return one
            others.append(one)
        return next(iter(others), None)

    def _serving(self) -> Iterator[Sign]:
        for route in self._routes.all[:1]:
            yield Sign(f"the route {route.path}", route.source, route.line)
        for path in self._files.select("*.csproj"):
            if _WEB_SDK.search(self._files.text(path) or ""):
                yield Sign("a web project", path, 1)
        for path in self._files.select("**/config/application.rb", "**/artisan"):
            yield Sign("a web application", path, 1)
        yield from self._starting()
        for one in self.using(Trait.WEB):
            if one.ecosystem not in _LIBRARIES_UNTOLD or self._is_started():
                yield Sign(f"{one.name} is used", one.path, one.line)
        for path in self._files.select("**/WEB-INF/web.xml"):
            yield Sign("a web application of Java", path, 1)
        if self.unread_server is not None:
            yield self.unread_server

    def _starting(self, asked: str = "") -> Iterator[Sign]:
        for language, words in _LISTENING if not asked else [one for one in _LISTENING if one[0] == asked]:
            for file in self._source.parsed(*words, language=language):
                for number, line in enumerate(file.lines, 1):
                    if any(word in line and _starts(word, line) for word in words):
                        yield Sign("a server starts", file.path, number, of_http=_is_of_http(file.content))
                        break

    def serves_in(self, ending: str) -> bool:
        """Whether a program answers requests that is written in files of an ending: one of Go, Python or Rust."""
        language, ecosystem = _BY_ENDING[ending]
        routed = any(one.source.endswith(ending) for one in self._routes.all)
        served = any(one.ecosystem == ecosystem for one in (*self.using(Trait.WEB), *self.using(Trait.UNREAD_WEB)))
        return routed or served or any(self._starting(language))

    def _is_started(self) -> bool:
        """Whether something is run at all, of the JVM or of .NET."""
        return bool(self.deployed or self._source.mentioning(*BEGINS))

    @cached_property
    def unread_server(self) -> Sign | None:
        """What shows that requests are answered in a way that no rule knows."""
        for one in self.using(Trait.UNREAD_WEB):
            return Sign(f"{one.name} is used", one.path, one.line)
        for path in self._files.select("serverless.y*ml", "template.y*ml"):
            for number, line in enumerate((self._files.text(path) or "").split("\n"), 1):
                if _BY_REQUEST.match(line):
                    return Sign("a function of a platform answers", path, number)
        return None

    @cached_property
    def front_end(self) -> Sign | None:
        """What shows a user interface in a browser that is built."""
        for one in self.having(Trait.FRONT_END):
            return Sign(one.name, one.path, one.line)
        names = ((path, path.rpartition("/")[2]) for path in self._files.select(*_FRONT_ENDS))
        # A hidden file only keeps an empty folder.
        return next((Sign(f"{name} of a front end", path, 1) for path, name in names if name[0] != "."), None)

    @cached_property
    def static_files(self) -> Sign | None:
        """What shows styles and scripts that browsers load, whether they are built or not."""
        if self.front_end is not None:
            return self.front_end
        path = next(iter(self._files.select(*_STATIC)), None)
        return Sign(path.rpartition("/")[2], path, 1) if path else None

    def missing(self, what: str) -> str:
        """The reason of an item that does not apply, in words."""
        return f"no {what}; {self.searched}"


def _starts(word: str, line: str) -> bool:
    return word not in _STARTS or _STARTS[word].search(line[:_MAX_LINE]) is not None


def _is_of_http(content: bytes) -> bool:
    """Whether a server speaks HTTP, as far as the file tells that starts it."""
    return b"http" in content.lower() or _OTHER_PROTOCOLS.search(content) is None

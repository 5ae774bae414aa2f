"""Where an API answers lists: its routes, calls of gRPC, and the paths of a committed description.

A route is a list by its path: the plural of a thing, without a parameter behind it; where no path tells, by the type
that its handler answers with, or by a handler's name (`GetUsers` of `/user`). A call of gRPC is one by its name
and by a repeated field in its answer.
Out of sight: lists that are told by neither, and handlers that are made while the program runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.checks.readiness.facts.documents import Document
from bot.checks.readiness.facts.located import get_in, text_of
from bot.checks.readiness.facts.marks import bound_names
from bot.checks.readiness.facts.project import Trait
from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.source.elements import Kind, SourceFile
from bot.checks.readiness.look import Look
from bot.model import Json

_LIST = re.compile(
    r"/([a-z][\w-]*(?:s|data|list|search|history|feed|people|media)|feed|people|history)$", re.IGNORECASE
)
# A call by its name, which a client asks for by any method: `POST /documents.list`.
_CALLED_LIST = re.compile(r"/[\w.-]{1,80}\.(?:list|search)$")
_NO_LIST = re.compile(
    r"/(?:status|stats|metrics|prometheus|settings|docs|css|js|assets|canvas|news|address|access|process|progress|success|permissions"
    r"|options|preferences|features|ms|sms|os|https?|analytics|robots|terms|us|this|alias|heads|tls|cors|wss?|redis|postgres"
    r"|[\w-]*(?:metadata|statistics|_counts?|-status|_status)|details|limits|counts|healthz?|sts|basics|is|has|forgot-pass|pass|business|exists|toggles|totals|credentials)$",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(r"(?i)(?:[._-]?(?:routes?|routers?|controllers?|api|views?|handlers?|endpoints?))+$")
# Frameworks whose files of routes are mounted under a prefix that stands elsewhere.
_MOUNTED = frozenset({"express", "fastify", "aspnet"})
_NO_THING = re.compile(r"(?i)(?:index|main|app|server|routes|router|extensions|renders?)$")
_HANDLER = re.compile(r"[A-Za-z_$][\w$]{4,}")
# Of a short name only what the file itself defines is meant, and no call or member: `r.GET("/users", list)`.
_SHORT = re.compile(r"""(?<=[(,\s])[A-Za-z_]\w{2,3}(?=\s*[,)])""")
# What a module gives: `validators.login`, `helpers.verify`.
_MEMBER = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]{0,60})\.([A-Za-z_$][\w$]{0,60})(?![\w$.])")
_INLINE = re.compile(r"=>|\bfunction\b")
_ACTION = re.compile(r"""\b(\w+Controller)(?:::class)?["']?\s*[,@#:.]\s*["']?(\w+)""")
_RPC = re.compile(r"\brpc\s+(\w+)\s*\(\s*([\w.]+)\s*\)\s*returns\s*\(\s*([\w.]+)\s*\)")
_RPC_LIST = re.compile(r"(?:List|Search|Find|Query|GetAll|Browse)[A-Z]\w*|Get\w+s")
# With what is nested in it: types of its own, and the options of fields.
_MESSAGE = re.compile(r"\bmessage\s+(\w+)\s*\{((?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+\})*+\}){0,400}+)")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
# `public List<A> find(`, `Task<ActionResult<IEnumerable<A>>> Find(`, `fun find(): List<A>`, `-> list[A]`.
_LISTED = (
    r"(?:List|Set|Collection|Iterable|Page|Slice|Flux|IEnumerable|IList|ICollection|IReadOnlyList|IAsyncEnumerable)<"
)
_ANSWERS = re.compile(
    rf"(?:^|\n)[ \t]*(?:public|protected|private|internal)[ \w<?,.]{{0,80}}?\b{_LISTED}[^;={{}}()\n]{{1,120}}\("
    rf"|\bfun\s+\w+\([^;{{}}]{{0,300}}\)\s*:\s*[\w<]{{0,60}}?{_LISTED}"
    r"|\bresponse_model\s*=\s*(?:[\w.]*\.)?(?:[Ll]ist|Sequence|Page)\[|\)\s*->\s*(?:[\w.]*\.)?(?:[Ll]ist|Sequence|Page)\["
)
# The last name of a declaration: `router.GET("/user", h.GetUsers)`, `get('/user', users.listUsers)`.
_NAMED_LIST = re.compile(
    r"[(,\s.](?:[gG]et_?(?:[aA]ll_?)?|[lL]ist_?(?:[aA]ll_?)?|[fF]ind_?(?:[aA]ll_?)?|[fF]etch_?(?:[aA]ll_?)?)"
    r"([A-Z]?[A-Za-z]*(?<![sSuUiI])s)(?:With\w+|By\w+|For\w+)?\s*(?:\(\))?,?\s*\);?\s*$"
)
_FORM = re.compile(r"\w(?:_form|Form)\s*\){0,4}\s*,?\s*;?\s*$")
_MANY_MORE = 3
_MAX_CODE, _MAX_NAME = 4_000, 200
_MAX_PROTOS = 300
_MAX_FILES = 6
_MAX_NAMED = 30
# Classes of one file may have methods of one name.
_MAX_DEFINED = 50


@dataclass(frozen=True)
class Listing:
    """One list that an API answers.

    Attributes:
        name: such as `GET /users`.
        code: what stands in its declaration, its handler, and the message that asks for it.
        source: the language of the handler; empty where there is none.
    """

    name: str
    path: str
    line: int
    code: str
    declares_input: bool = False


def is_list(route: Route) -> bool:
    """Whether a route answers a list, by its method and path."""
    path = _own_path(route.source) if route.path == "/" and route.framework in _MOUNTED else route.path
    by_name = _CALLED_LIST.search(path) is not None
    return by_name or (route.method in {"GET", "ANY"} and bool(_LIST.search(path)) and not _NO_LIST.search(path))


def find_listings(look: Look) -> Sequence[Listing]:
    """The lists of routes and of gRPC; of a committed description where no route of the code is one."""
    found = [_of_route(look, one) for one in look.routes.all if is_list(one) and not _shows_form(look, one)]
    if look.project.using(Trait.GRPC):
        found += _of_protos(look)
    documented = list(_of_documents(look))
    # A server that is generated from its description has few routes in its code.
    if len(documented) > _MANY_MORE * len(found):
        return documented
    return found or [_of_route(look, one) for one in look.routes.all if _answers(look, one)]


def _shows_form(look: Look, route: Route) -> bool:
    """Whether a route only shows a form, by the name of its handler."""
    return _FORM.search(look.routes.code(route)[-_MAX_NAME:]) is not None


def _answers(look: Look, route: Route) -> bool:
    """Whether the handler of a route that reads answers with a type that holds many, or is named after many."""
    if route.method not in {"GET", "ANY"}:
        return False
    code = look.routes.code(route)
    named = None if route.path.rpartition("/")[2].startswith(":") else _NAMED_LIST.search(code[-_MAX_NAME:])
    return _ANSWERS.search(code, 0, _MAX_CODE) is not None or (
        named is not None and not _NO_LIST.search(f"/{named[1]}")
    )


def _own_path(source: str) -> str:
    """What a file of routes is about, as a path: `/users` of `user.route.js`."""
    name = source.rpartition("/")[2].rpartition(".")[0]
    stem = _OWN_NAME.sub("", name)
    if _NO_THING.search(stem) or not stem or _NO_LIST.search(f"/{stem}"):
        return "/"
    return f"/{stem}" if stem.endswith("s") else f"/{stem}s" if stem != name else "/"


def _of_route(look: Look, route: Route) -> Listing:
    code = "\n".join([look.routes.code(route), *find_handlers(look, route)])
    return Listing(f"{route.method} {route.path}", route.source, route.line, code)


def find_handlers(look: Look, route: Route) -> Iterator[str]:
    """Yield the code of the functions that a declaration names as its handlers."""
    declared = look.routes.code(route)
    file = look.source.file(route.source)
    if route.framework == "rails":
        yield from _actions(look, f"{route.path.rpartition('/')[2]}_controller.rb", "index")
        return
    action = _ACTION.search(declared)
    if action and file.language == "php":
        yield from _actions(look, f"{action[1]}.php", action[2])
        return
    lines = route.end_line - route.line
    # A declaration of many lines that encloses no function is a list of names.
    if lines > _MAX_FILES and (file.language != "typescript" or lines > _MAX_NAMED or _INLINE.search(declared)):
        return
    members = {name: list(found) for name, found in _members(look, file, declared)}
    for name in dict.fromkeys(_HANDLER.findall(declared)):
        if name not in members:
            yield from find_definitions(look, name, file)
    for found in members.values():
        yield from found
    for name in dict.fromkeys(_SHORT.findall(declared)):
        yield from _defined(file, name)


def _members(look: Look, file: SourceFile, declared: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield what a declaration names of a module of the program, each with the code that stands there."""
    named = dict.fromkeys(_MEMBER.findall(declared)) if file.language == "typescript" else {}
    modules = {name: one.name for one in file.imports for name in bound_names(file, one)} if named else {}
    for owner, name in named:
        path = look.routes.module(file.path, modules[owner]) if owner in modules else None
        if path is not None:
            yield name, _defined(look.source.file(path), name)


def find_definitions(look: Look, name: str, home: SourceFile) -> Iterator[str]:
    """Yield the code of what a name that a file uses stands for: in the file itself, or else in others."""
    yield from list(_defined(home, name)) or _elsewhere(look, name, home)


def _actions(look: Look, file_name: str, name: str) -> Iterator[str]:
    for path in look.source.named(file_name):
        file = look.source.file(path)
        yield from (file.text(one) for one in file.called(Kind.FUNCTION, name) if one.name == name)


def _elsewhere(look: Look, name: str, home: SourceFile) -> Iterator[str]:
    paths = look.source.mentioning(name, language=home.language)
    for path in paths if len(paths) <= _MAX_FILES else ():
        yield from _defined(look.source.file(path), name)


def _defined(file: SourceFile, name: str) -> Iterator[str]:
    """Yield what defines a name, the first of many: a function, or a value that holds one."""
    names = {name, f"exports.{name}", f"module.exports.{name}"}
    defining = (one for one in file.called(Kind.FUNCTION, name) if one.name in names)
    yield from map(file.text, islice(defining, _MAX_DEFINED))
    if not names.isdisjoint(file.names(Kind.ASSIGN)):
        holding = (one for one in file.called(Kind.ASSIGN, name) if one.name in names and "=>" in one.text)
        yield from map(file.text, islice(holding, _MAX_DEFINED))


def _of_protos(look: Look) -> Iterator[Listing]:
    paths = look.files.select("*.proto")[:_MAX_PROTOS]
    look.files.prefetch(paths)
    texts = {path: _COMMENT.sub(_blanked, look.files.text(path) or "") for path in paths}
    messages = {found[1]: found[2][:_MAX_CODE] for text in texts.values() for found in _MESSAGE.finditer(text)}
    seen: set[str] = set()
    for path, text in texts.items():
        for found in _RPC.finditer(text):
            name, asked, answered = found[1], _last(found[2]), _last(found[3])
            repeated = re.search(r"\brepeated\b", messages.get(answered, ""))
            if _RPC_LIST.fullmatch(name) and repeated and name not in seen:
                seen.add(name)
                line = text.count("\n", 0, found.start()) + 1
                yield Listing(f"rpc {name}", path, line, messages.get(asked, ""), declares_input=True)


def _blanked(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _of_documents(look: Look) -> Iterator[Listing]:
    for path in look.files.select("openapi*.y*ml", "openapi*.json", "swagger*.y*ml", "swagger*.json"):
        document = look.files.parsed(path)
        paths = document.get("paths") if document else None
        shared: dict[str, str] = {}
        for name, item in paths.items() if document and isinstance(paths, Mapping) else ():
            if not isinstance(item, Mapping) or "get" not in item:
                continue
            if _LIST.search(str(name)) and not _NO_LIST.search(str(name)):
                line = document.line("paths", name) if document else 1
                said = [str(item["get"]), *_parameters(document, item, shared)]
                yield Listing(f"GET {name}", path, line, "\n".join(said)[:_MAX_CODE], declares_input=True)
        if isinstance(paths, Mapping):
            return


def _parameters(document: Document | None, item: Mapping[str, Json], shared: dict[str, str]) -> Iterator[str]:
    """Yield the parameters of a path that stand elsewhere in its description; `shared` takes those that were told."""
    asked = [item.get("parameters"), get_in(item.get("get"), "parameters")]
    for one in [one for listed in asked if isinstance(listed, Sequence) for one in listed]:
        place = text_of(get_in(one, "$ref"))
        if document and place.startswith("#/"):
            if place not in shared:
                shared[place] = str(document.get(*place.removeprefix("#/").split("/")))[:_MAX_CODE]
            yield shared[place]

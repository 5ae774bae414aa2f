"""Routes of Java, C#, Rust, Ruby and PHP."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    first_text,
    following_function,
    join_paths,
    named_text,
)
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source

_VERBS = ("get", "post", "put", "patch", "delete", "head", "options")
_SPRING = {f"{verb.capitalize()}Mapping": verb.upper() for verb in _VERBS} | {"RequestMapping": ANY}
_ONE_METHOD = r"(?:RequestMethod\s*\.\s*)?([A-Z]+)"
_REQUEST_METHOD = re.compile(rf"\bmethod\s*=\s*(?:\{{\s*{_ONE_METHOD}\s*\}}|{_ONE_METHOD})\s*(?:,|$)")
_JAX = frozenset(verb.upper() for verb in _VERBS)
_FUNCTIONAL = re.compile(r"org\.springframework\.web\.(?:reactive\.function\.server|servlet\.function)\b")
_FIRST_NAME = re.compile(r"\(\s*(?:\w+\.)?([A-Za-z_]\w*)\s*[,)]")
_NESTING = re.compile(r"\(\s*(?:(?:RequestPredicates\.)?path\(\s*)?\"([^\"\n]*)\"")
_CSHARP = {f"Http{verb.capitalize()}": verb.upper() for verb in _VERBS}
_MAP = re.compile(r"Map(Get|Post|Put|Patch|Delete|Methods)")
_ANNOTATION = re.compile(r"\*\s?@Route\(\s*(?:path\s*=\s*)?\"([^\"\n]{0,200})\"([^)]{0,400})")
_SYMFONY_METHODS = re.compile(r"methods\s*(?:=|:)\s*[\[{]?\s*[\"']([A-Z]+)[\"']\s*[\]},)]?(?!\s*,?\s*[\"'])")
_RUBY_BLOCK = re.compile(r"(namespace|scope)\s*\(?\s*(?:path:\s*)?[:\"']([\w/-]+)")
_RUBY_REST = {"resources": ("GET", "POST"), "resource": ("GET",)}


def find_java_routes(source: Source) -> Iterator[Route]:
    """Yield the mappings of Spring and the resources of JAX-RS."""
    for file in source.parsed("Mapping", "@Path", language="java"):
        if "@FeignClient" in file.code:
            continue
        prefixes = {
            _owner(file, one): _text_of(one) for one in file.decorators if one.name in {"RequestMapping", "Path"}
        }
        for one in file.decorators:
            method = _spring_method(one) or (one.name if one.name in _JAX else None)
            target = following_function(file, one)
            if method is None or target is None or target in file.classes:
                continue
            owner = file.class_around(target)
            prefix = prefixes.get(owner.name if owner else "", "")
            path = (
                _text_of(one)
                if one.name in _SPRING
                else prefixes.get(f"{owner.name if owner else ''}.{target.name}", "")
            )
            yield declare(method, join_paths(prefix, path), "spring", (file, one), target.end_line)


def _spring_method(one: Element) -> str | None:
    """The method of a mapping of Spring: the only one that it names, where `RequestMapping` is told which."""
    named = _REQUEST_METHOD.search(one.text) if one.name == "RequestMapping" else None
    return (named[1] or named[2]) if named else _SPRING.get(one.name)


def find_functional_routes(source: Source) -> Iterator[Route]:
    """Yield the routes that Spring's router functions, of WebFlux or MVC, are built of."""
    for file in source.parsed("RouterFunction", language="java"):
        if not any(map(_FUNCTIONAL.match, file.names(Kind.IMPORT))):
            continue
        constants = {one.name.rpartition(" ")[2]: first_text(one.text) for one in file.assigns}
        for call in file.calls:
            if call.last_name not in _JAX:
                continue
            named = _FIRST_NAME.match(call.text)
            path = first_text(call.text) if named is None else constants.get(named[1])
            if path is not None:
                around = [_nested(one) for one in file.around(call) if one.kind is Kind.CALL and _takes(one, call)]
                # The call begins where its chain does.
                at = call._replace(line=call.end_line - call.text.count("\n"))
                whole = join_paths(*filter(None, reversed(around)), path)
                yield declare(call.last_name, whole, "spring", (file, at), call.end_line)


def _takes(call: Element, other: Element) -> bool:
    """Whether an element is in the arguments of a call, rather than in what it is called on."""
    return other.start >= call.end - len(call.text.encode())


def _nested(call: Element) -> str | None:
    """The path below which a call puts the routes that it is given."""
    found = _NESTING.match(call.text) if call.last_name in {"nest", "path"} else None
    return found[1] if found else None


def _owner(file: SourceFile, one: Element) -> str:
    target = following_function(file, one)
    if target is None:
        return ""
    owner = file.class_around(target)
    return target.name if target in file.classes else f"{owner.name if owner else ''}.{target.name}"


def _text_of(one: Element) -> str:
    return first_text(one.text.lstrip("{")) or named_text(one.text, "value", "path") or ""


def find_csharp_routes(source: Source) -> Iterator[Route]:
    """Yield actions of controllers, and minimal endpoints."""
    for file in source.parsed("[Http", "[Route", language="csharp"):
        classes = {_owner(file, one): first_text(one.text) or "" for one in file.decorators if one.name == "Route"}
        for one in file.decorators:
            if one.name in _CSHARP:
                target = following_function(file, one)
                owner = file.class_around(one)
                name = owner.name if owner else ""
                prefix = re.sub(r"(?i)\[controller\]", name.removesuffix("Controller").lower(), classes.get(name, ""))
                end = target.end_line if target else one.end_line
                yield declare(
                    _CSHARP[one.name], join_paths(prefix, first_text(one.text) or ""), "aspnet", (file, one), end
                )
    for file in source.parsed(*(f".Map{verb.capitalize()}" for verb in _VERBS), ".MapMethods", language="csharp"):
        for call in file.calls:
            found = _MAP.fullmatch(call.last_name)
            if found:
                method = found[1].upper() if found[1] != "Methods" else ANY
                yield declare(method, join_paths(first_text(call.text) or ""), "aspnet", (file, call), call.end_line)


def find_ruby_routes(source: Source) -> Iterator[Route]:
    """Yield the routes of Rails, with the namespaces around them, and of Sinatra."""
    for path in source.paths:
        if path.endswith(".rb") and re.search(r"(?:^|/)config/routes(?:/.*)?\.rb$", path):
            yield from _ruby(source.file(path), "rails")
    for file in source.parsed("Sinatra", "sinatra", "Grape::API", language="ruby"):
        yield from _ruby(file, "sinatra")


def _ruby(file: SourceFile, framework: str) -> Iterator[Route]:
    for call in file.calls:
        name = call.name
        if name not in _VERBS and name not in _RUBY_REST and name not in {"root", "mount", "match"}:
            continue
        around = [_RUBY_BLOCK.match(file.text(one)) for one in file.around(call)]
        prefix = [found[2] for found in reversed(around) if found]
        path = "" if name == "root" else first_text(call.text.lstrip(":")) or _symbol(call.text)
        for method in _RUBY_REST.get(name, (name.upper() if name in _VERBS else ANY,)):
            yield declare(method, join_paths(*prefix, path), framework, (file, call), call.end_line)


def _symbol(text: str) -> str:
    found = re.match(r"\s*\(?:?([\w/-]+)", text)
    return found[1] if found else ""


def find_php_routes(source: Source) -> Iterator[Route]:
    """Yield the routes of Laravel, Slim and Symfony."""
    for file in source.parsed("Route::", "->get(", "->post(", language="php"):
        for call in file.calls:
            path = first_text(call.text)
            if call.last_name in {*_VERBS, "any", "match"} and path is not None and "," in call.text:
                routed = call.name.startswith(("Route.", "Route::")) or (path.startswith("/") and "$app" in call.name)
                if routed:
                    method = call.last_name.upper() if call.last_name in _VERBS else ANY
                    yield declare(method, join_paths(path), "laravel", (file, call), call.end_line)
            elif call.last_name in {"resource", "apiResource"} and path is not None:
                yield declare(ANY, join_paths(path), "laravel", (file, call), call.end_line)
    for file in source.parsed("#[Route", "Annotation\\Route", language="php"):
        yield from _symfony(file)


def _symfony(file: SourceFile) -> Iterator[Route]:
    """Yield the routes of attributes, and of annotations in comments, below what they say of the class."""
    said = [*_attributes(file), *_annotations(file)]
    prefixes = {target.name: path for target, path, _ in said if target in file.classes}
    for target, path, method in said:
        owner = file.class_around(target)
        if target in file.classes:
            # A class that is called itself has one route.
            called = [one for one in file.functions if one.name == "__invoke" and file.class_around(one) == target]
            for one in called[:1]:
                yield declare(method, join_paths(path), "symfony", (file, one), one.end_line)
        else:
            whole = join_paths(prefixes.get(owner.name if owner else "", ""), path)
            yield declare(method, whole, "symfony", (file, target), target.end_line)


def _attributes(file: SourceFile) -> Iterator[tuple[Element, str, str]]:
    for one in file.decorators:
        target = following_function(file, one) if one.name.rpartition("\\")[2] == "Route" else None
        if target is not None:
            path = first_text(one.text) or named_text(one.text, "path") or ""
            yield target, path, _symfony_method(one.text)


def _annotations(file: SourceFile) -> Iterator[tuple[Element, str, str]]:
    """What comments say, as Doctrine reads them: `@Route("/path", methods={"GET"})`."""
    if not any(one.name.endswith("Annotation\\Route") for one in file.imports):
        return
    text = file.original.decode("latin-1")
    targets = sorted([*file.functions, *file.classes], key=lambda one: one.start)
    for found in _ANNOTATION.finditer(text):
        target = next((one for one in targets if one.start >= found.end()), None)
        if target is not None:
            yield target, found[1], _symfony_method(found[2])


def _symfony_method(text: str) -> str:
    named = _SYMFONY_METHODS.findall(text)
    return named[0] if len(named) == 1 else ANY


def find_rust_routes(source: Source) -> Iterator[Route]:
    """Yield the routes of axum, actix-web and Rocket."""
    for file in source.parsed(
        ".route(", "#[get", "#[post", "#[put", "#[delete", "#[patch", "web::resource", language="rust"
    ):
        for call in file.calls:
            path = first_text(call.text)
            if call.last_name in {"route", "resource", "nest"} and path is not None and path.startswith("/"):
                found = re.search(r"\b(get|post|put|patch|delete)\(", call.text)
                method = found[1].upper() if found else ANY
                yield declare(method, join_paths(path), "axum", (file, call), call.end_line)
        for one in file.decorators:
            path = first_text(one.text)
            if one.name in _VERBS and path is not None:
                target = following_function(file, one)
                end = target.end_line if target else one.end_line
                yield declare(one.name.upper(), join_paths(path), "actix", (file, one), end)

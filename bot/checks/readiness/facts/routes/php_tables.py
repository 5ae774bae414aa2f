"""Routes of PHP in tables, and of WordPress: Yii, Laminas, CodeIgniter 3.

Sources: https://www.yiiframework.com/doc/guide/2.0/en/runtime-routing, https://docs.laminas.dev/laminas-router/routing/,
https://codeigniter.com/userguide3/general/routing.html and
https://developer.wordpress.org/rest-api/extending-the-rest-api/adding-custom-endpoints/ (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.routes.route import (
    ANY,
    Route,
    declare,
    first_text,
    join_paths,
)
from bot.checks.readiness.facts.source.elements import Kind
from bot.checks.readiness.facts.source.index import Source

_WORDPRESS = re.compile(r"""\(\s*(?:["']([^"'\n]{0,200})["']|[^,"']{1,120}),\s*["']([^"'\n]{0,300})["']\s*,""")
_READABLE = {"READABLE": "GET", "CREATABLE": "POST", "EDITABLE": "PUT", "DELETABLE": "DELETE", "ALLMETHODS": ANY}
_METHODS = re.compile(r"""["']methods["']\s*=>\s*(?:[\\\w]{1,60}::([A-Z]{4,12})|["']([A-Za-z, ]{1,60})["'])""")
_RULE = re.compile(
    r"((?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)(?:,[A-Z]{3,7}){0,6})?(/?[a-z<][\w/<>:\\+.*{},-]{0,300})"
)
_RULE_PATTERN = re.compile(r"<(\w{1,80})(?::[^>]{0,120})?>")
_ACTION = re.compile(r"action([A-Z]\w{0,100})")
_YII = re.compile(rb"\byii\\")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OPTIONAL = re.compile(r"[\[\]]")
_CODEIGNITER = re.compile(
    r"""^[ \t]*\$route\[["']([^"'\n]{1,300})["']\](?:\[["'](\w{3,7})["']\])?[ \t]*=[ \t]*["']""", re.MULTILINE
)
_RESERVED = frozenset({"default_controller", "404_override", "translate_uri_dashes"})
_PLACEHOLDER = re.compile(r"\((?::(\w{1,20})|[^()]{0,60})\)")


def find_wordpress_routes(source: Source) -> Iterator[Route]:
    """Yield what plugins register of WordPress's REST API."""
    for file in source.parsed("register_rest_route", language="php"):
        for call in file.calls:
            found = _WORDPRESS.match(call.text) if call.name == "register_rest_route" else None
            for method in _stated(call.text) if found else ():
                path = join_paths("wp-json", found[1] or "", found[2]) if found else ""
                yield declare(method, path, "wordpress", (file, call), call.end_line)


def _stated(text: str) -> Sequence[str]:
    methods = [
        method
        for constant, named in _METHODS.findall(text)
        for method in ([_READABLE.get(constant, ANY)] if constant else named.upper().replace(" ", "").split(","))
    ]
    return list(dict.fromkeys(methods)) or ["GET"]


def find_yii_routes(source: Source) -> Iterator[Route]:
    """Yield rules of the manager of URLs, and actions by the names of controllers."""
    for file in source.parsed("urlManager", "UrlRule", language="php"):
        for one in file.assigns:
            found = _RULE.fullmatch(one.name)
            around = [each.name for each in file.around(one) if each.kind is Kind.ASSIGN]
            if found and around[:1] == ["rules"] and first_text(one.text):
                path = join_paths(_RULE_PATTERN.sub(r"{\1}", found[2]))
                for method in (found[1] or ANY).split(","):
                    yield declare(method, path, "yii", (file, one), one.end_line)
    for file in source.parsed("function action", language="php"):
        for one in file.functions if _YII.search(file.original) else ():
            owner, found = file.class_around(one), _ACTION.fullmatch(one.name.rpartition(".")[2])
            if owner and found and owner.name.endswith("Controller"):
                path = f"{_dashed(owner.name.removesuffix('Controller'))}/{_dashed(found[1])}".removesuffix("/index")
                yield declare(ANY, join_paths(path), "yii-pages", (file, one), one.end_line)


def _dashed(name: str) -> str:
    return _HUMP.sub("-", name).lower()


def find_laminas_routes(source: Source) -> Iterator[Route]:
    """Yield the routes of a module's configuration, each below those that hold it."""
    for file in source.parsed("'route'", '"route"', language="php"):
        if "router" not in {one.name for one in file.assigns}:
            continue
        paths: dict[int, str] = {}
        for one in file.assigns:
            text = first_text(one.text) if one.name == "route" else None
            options = next(iter(file.around(one)), None)
            if text is not None and options is not None and options.name == "options":
                paths[options.parent] = text
                above = [paths.get(each.parent, "") for each in file.around(options) if each.kind is Kind.ASSIGN]
                path = join_paths(*(_OPTIONAL.sub("", part) for part in (*reversed(above), text)))
                yield declare(ANY, path, "laminas", (file, one), one.end_line)


def find_codeigniter_routes(source: Source) -> Iterator[Route]:
    """Yield the rows of CodeIgniter 3's table."""
    for path in source.mentioning("$route[", language="php"):
        code = source.file(path).code if path.endswith("config/routes.php") else ""
        for found in _CODEIGNITER.finditer(code):
            if found[1] not in _RESERVED:
                line = code.count("\n", 0, found.end()) + 1
                place = join_paths(_PLACEHOLDER.sub(lambda one: f"{{{one[1] or 'arg'}}}", found[1]))
                yield Route((found[2] or ANY).upper(), place, "codeigniter", path, line, line)

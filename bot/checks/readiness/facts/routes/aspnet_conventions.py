"""Routes of ASP.NET that no attribute names: actions by the names of controllers, and Razor Pages by those of files.

Sources: https://learn.microsoft.com/aspnet/core/mvc/controllers/routing and
https://learn.microsoft.com/aspnet/core/razor-pages/ (read 2026-11-30).
Out of sight: other patterns than `{controller}/{action}`, and what a page's `@page` adds to its path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.checks.readiness.facts.routes.route import (
    ANY,
    VERBS,
    Route,
    declare,
    following_function,
    join_paths,
)
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source

_ATTRIBUTES = frozenset({"Route", "NonAction", "AcceptVerbs", *(f"Http{verb.capitalize()}" for verb in VERBS)})
_CONTROLLER = re.compile(r"\bController\b")
_CLASS = re.compile(rb"\bclass\s+\w+Controller\b")
_WEB_API = re.compile(r":\s*ApiController\b")
_HANDLED = re.compile(
    r"\bpublic\s+(?:(?:async|virtual|override)\s+){0,3}(?:Task<|ValueTask<)?\s*"
    r"(?:IActionResult|ActionResult|ViewResult|JsonResult|PartialViewResult|RedirectToActionResult|RedirectResult|ContentResult"
    r"|FileResult|HttpResponseMessage|IHttpActionResult)\b"
)
_PUBLIC = re.compile(r"\bpublic\s")
_BY_NAME = re.compile(r"(Get|Post|Put|Patch|Delete)(?![a-z])")
_PAGE = re.compile(r"(?:^|/)(?:Areas/(\w+)/)?Pages/(.*?)(?:/?\bIndex)?\.cshtml\.cs$")
_HANDLER = re.compile(r"On(Get|Post|Put|Patch|Delete)(?![a-z])\w*")
_LONGEST_HEAD = 600


def conventional_path(owner: Element | None, action: Element) -> str:
    """`{controller}/{action}` for an action of a controller of views."""
    if owner is None or not _CONTROLLER.search(owner.text[:_LONGEST_HEAD]):
        return ""
    name = "" if action.name == "Index" else action.name
    return f"{owner.name.removesuffix('Controller')}/{name}".lower()


def find_conventional_routes(source: Source) -> Iterator[Route]:
    """Yield actions that no attribute names."""
    for file in source.parsed("Controller", language="csharp", pattern=_CLASS):
        controllers = [one for one in file.classes if one.name.endswith("Controller") and "Controller" in one.text]
        if not controllers:
            continue
        said = {(one.name, _target(file, one)) for one in file.decorators}
        named = {target for name, target in said if name in _ATTRIBUTES}
        of_controllers = {one.start for one in controllers} - named
        attributed = {one.name for one in file.functions if one.start in named}
        for one in file.functions:
            owner = file.class_around(one)
            if owner is not None and owner.start in of_controllers and one.start not in named:
                yield from _action(file, owner, one, attributed)


def _target(file: SourceFile, one: Element) -> int:
    target = following_function(file, one)
    return target.start if target else -1


def _action(file: SourceFile, owner: Element, one: Element, attributed: set[str]) -> Iterator[Route]:
    head = file.between(one.start, min(one.end, one.start + _LONGEST_HEAD)).partition("(")[0]
    name = owner.name.removesuffix("Controller").lower()
    if _WEB_API.match(owner.text) and _PUBLIC.search(head) and (found := _BY_NAME.match(one.name)):
        yield declare(found[1].upper(), join_paths("api", name), "aspnet", (file, one), one.end_line)
    elif _HANDLED.search(head) and (path := conventional_path(owner, one)):
        # Where another action of the name takes the form, this one shows it.
        yield declare(
            "GET" if one.name in attributed else ANY, join_paths(path), "aspnet-mvc", (file, one), one.end_line
        )


def find_razor_pages(source: Source) -> Iterator[Route]:
    """Yield the handlers of Razor Pages."""
    for path in source.mentioning("PageModel", language="csharp"):
        found = _PAGE.search(path)
        if found:
            file = source.file(path)
            for one in file.functions:
                if handled := _HANDLER.fullmatch(one.name):
                    place = join_paths(found[1] or "", found[2])
                    yield declare(handled[1].upper(), place, "razor-pages", (file, one), one.end_line)

"""Groups of routes in Go: `g := r.Group("/g")`, and functions that one is given: `r.Route("/g", func(r Router) {`."""

from __future__ import annotations

import re
from functools import cached_property

from bot.checks.readiness.facts.routes.go_constants import Constants
from bot.checks.readiness.facts.routes.route import calls_with, made_before
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile

_GROUP = re.compile(r"Group|Party|PartyFunc|PathPrefix|Route|Namespace")
_CHAINED = re.compile(r"\.(?:Group|Party|PathPrefix|Path|Combo)\(\"([^\"]{0,200})\"")
# Frameworks whose routers know a path by being called `GET` alone.
_FRAMEWORKS = re.compile(
    r"github\.com/(?:gin-gonic/gin|labstack/echo|gofiber/fiber|kataras/iris|cloudwego/hertz|julienschmidt)"
)
_MAX_DEPTH = 6


class Groups:
    """The groups of one file."""

    def __init__(self, file: SourceFile, constants: Constants) -> None:
        self._file = file
        self._constants = constants

    def prefix(self, call: Element, depth: int = 0) -> str:
        """The path below which a call declares its routes; empty where none is known."""
        chained = "/".join(_CHAINED.findall(call.name))
        holder = self._holder(call)
        made = self._made(call, holder)
        before = made or holder
        if before is None or depth > _MAX_DEPTH:
            return chained
        own = self._constants.first_text(self._file, _with_comma(before.text)) or ""
        parts = (self.prefix(before, depth + 1), own, chained)
        return "/".join(part.strip("/") for part in parts if part.strip("/"))

    def is_grouped(self, call: Element) -> bool:
        """Whether a path that does not begin with `/` is one: in a group, or by the framework that is imported."""
        holder = self._holder(call)
        return bool(holder or self._made(call, holder) or (call.last_name.isupper() and self._has_framework))

    @cached_property
    def _has_framework(self) -> bool:
        return any(_FRAMEWORKS.match(one.name) for one in self._file.imports)

    def _holder(self, call: Element) -> Element | None:
        """The nearest group that is given a function in which the call stands."""
        return next((one for one in calls_with(self._file, call) if _GROUP.fullmatch(one.last_name)), None)

    def _made(self, call: Element, holder: Element | None) -> Element | None:
        """The call that made the group which a call is one of, unless the group around it was made later."""
        receiver = call.name.partition(".")[0].partition("(")[0]
        function = next(iter(self._file.functions_around(call)), None)
        since = max(one.start for one in (holder, function) if one) if holder else function.start if function else 0
        for one in made_before(self._file, receiver, call.start):
            if one.start < since:
                break
            if one.end <= call.start:
                group = next((each for each in self._file.inside(one) if each.kind is Kind.CALL), None)
                while group is not None and not _GROUP.fullmatch(group.last_name):
                    group = next((each for each in self._file.inside(group) if each.start == group.start), None)
                return group
        return None


def _with_comma(arguments: str) -> str:
    """Arguments as they are read where more of them follow."""
    return re.sub(r"\)$", ",)", arguments)

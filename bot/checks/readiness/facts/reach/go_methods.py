"""Methods of Go that nothing calls.

Rule: a method that its package keeps to itself, or one that is given a router to mount something on, has to be named
somewhere beside its declaration: as a call, as a value, or in an interface.
Out of sight: other methods that are exported, which a library may call through an interface of its own.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source

_METHOD = re.compile(r"func\s*\(")
# Who is given one of these mounts on it; interfaces of libraries that do so are named below.
_ROUTER = re.compile(
    r"\bfiber\.(?:Router|App)\b|\bgin\.(?:IRouter|IRoutes|RouterGroup|Engine)\b|\bchi\.(?:Router|Mux)\b"
    r"|\becho\.(?:Echo|Group)\b|\bmux\.Router\b|\bhttp\.ServeMux\b|\bhttprouter\.Router\b"
)
_OF_LIBRARIES = frozenset({"RegisterRoutes", "RegisterHTTP", "Routes", "Mount", "Route"})
# What only declares a method stands behind its receiver.
_NAMED = re.compile(r"(?<![\w)])(?<!\) )\w+")
_MAX_HEAD = 400


def is_method(file: SourceFile, function: Element) -> bool:
    """Whether a function is one of a type."""
    return _METHOD.match(file.lines[function.line - 1].lstrip()) is not None


def is_called(source: Source, file: SourceFile, method: Element) -> bool:
    """Whether a method may be called: somebody names it, or somebody out of sight may know it."""
    name = method.last_name
    head = file.text(method)[:_MAX_HEAD].partition("{")[0]
    own = name[:1].islower() or (_ROUTER.search(head) is not None and name not in _OF_LIBRARIES)
    return not own or any(name in _names(source.file(path)) for path in source.mentioning(name, language="go"))


@lru_cache(maxsize=64)
def _names(file: SourceFile) -> frozenset[str]:
    """What a file names, and not only declares as a method."""
    return frozenset(_NAMED.findall(file.code))

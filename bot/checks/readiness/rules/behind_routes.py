"""Whether what should stand in front of routes is mounted behind all of them, where the order decides.

Rule: of Express, Hono, Koa, Fiber and Gin, what is used comes after what answers. It counts where the same function
gives the application nothing more that answers after it, and gave it some before; pages of health are none.
Source: https://expressjs.com/en/guide/writing-middleware.html and https://docs.gofiber.io/guide/routing
(read 2026-12-01).
Out of sight: applications that another file gives routes.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.source.elements import Element, SourceFile

_ORDERED = {
    "typescript": ("express", "hono", "koa"),
    "go": ("gofiber/fiber", "gin-gonic/gin"),
}
_ANSWERS = frozenset(
    {"get", "post", "put", "patch", "delete", "all", "any", "handle", "add", "route", "group", "mount", "static"}
)
_OF_HEALTH = re.compile(r"(?i)[\"'`/](?:health\w*|livez?|readyz?|ping|status|metrics|version)\b|health|metrics")
_OF_ERRORS = re.compile(r"(?i)err(?:or)?\b|error|not_?found|404|catch_?all")
_PATH_OR_ROUTER = re.compile(r"(?i)\(\s{0,40}[\"'`/]|rout|controller|\bapi\w*\b|static|\.default\b|handlers?\b")
_SERVES = re.compile(r"(?i)(?:createServer|listen\w*|serve\w*|run|log|println?|close|shutdown|handle|Server|test)")
_MAX_TEXT, _MAX_CALLS = 400, 2_000


def is_behind_routes(file: SourceFile, line: int) -> bool:
    """Whether what a line uses is used after everything that answers."""
    if not any(map(file.says, _ORDERED.get(file.language, ()))):
        return False
    use = next((one for one in file.calls if one.line == line and one.last_name.lower() == "use"), None)
    app = use.name.rpartition(".")[0] if use else ""
    if use is None or not app.isidentifier():
        return False
    scope = file.functions_around(use)[:1]
    near = [one for one in file.calls[:_MAX_CALLS] if one is not use and file.functions_around(one)[:1] == scope]
    giving = [one for one in near if _answers(one, app)]
    before = any(one.end <= use.start and not _OF_HEALTH.search(one.text[:_MAX_TEXT]) for one in giving)
    return before and not any(one.start >= use.end for one in giving)


def _answers(call: Element, app: str) -> bool:
    """Whether a call gives an application something that answers, or hands it to what may."""
    text = call.text[:_MAX_TEXT]
    of, _, verb = call.name.rpartition(".")
    if of == app and verb.lower() == "use":
        return not _OF_ERRORS.search(text) and _PATH_OR_ROUTER.search(text) is not None
    if of == app:
        return verb.lower() in _ANSWERS
    handed = re.match(rf"\(\s*{app}\s*[,)]", text) is not None
    return handed and not call.name.startswith(f"{app}.") and not _SERVES.fullmatch(call.last_name)

"""What the handler of one route does, where an item is about every answer: others are left without it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.checks.readiness.look import Look
from bot.model import Evidence, Strength

# What a page of an application of its own is answered at, or all that nothing else answers.
_WHATEVER = re.compile(r"^/$|\*|:(?:path|rest|all|any|slug|catch\w{0,12})\??$|^/:\w{1,40}$")

_NGINX = "nginx sets security headers"
_HEADER = re.compile(
    r"\s{0,80}add_header\s{1,20}[\"']?(?:X-Content-Type-Options|X-Frame-Options|Content-Security-Policy)", re.IGNORECASE
)
_LOCATION = re.compile(r"\s{0,80}location\s{1,20}([^\s{][^{\n]{0,200}?)\s{0,20}\{")
# What is handed out of one folder, or files of some endings.
_OF_FILES = re.compile(r"(?:\^~\s{0,9})?/\w[^\s]{0,100}|~\*?\s{1,9}[^\s]{0,40}\\\.\(?(?:\?:)?(?!html|php)\w.{0,200}")
# What takes a request and answers it.
_OF_GO = re.compile(r"(?:^|/)(?:main|server|app|router|https?)\.go$")
_HANDLER = re.compile(r"\(\s{0,9}\w{1,40}\s{1,4}http\.ResponseWriter,\s{0,9}\w{1,40}\s{1,4}\*http\.Request\s{0,9}\)")
_HANDS_ON = re.compile(r"\.(?:ServeHTTP|Next|Use|Handle|HandleFunc)\(|\bnext\b|\bhttp\.Handler(?:Func)?\b")
_HELPS = re.compile(r"(?i)header|secur|middleware|wrap|write|render|respond|serve_?http|answer")
_MAX_LINES, _MAX_LINE = 5_000, 1_000


def of_one_route(look: Look, evidence: Evidence) -> Evidence:
    """Evidence, as configured where it stands in the handler of one route, unless that answers whatever is asked."""
    if evidence.strength is Strength.CONFIGURED or not evidence.line:
        return evidence
    if evidence.text.startswith(_NGINX) and (place := _location_alone(look, evidence.path or "")):
        return replace(evidence, text=f"{evidence.text}, on {place} alone", strength=Strength.CONFIGURED)
    if _is_of_one_handler(look, evidence):
        return replace(evidence, text=f"{evidence.text}, in one handler alone", strength=Strength.CONFIGURED)
    own = (one for one in look.routes.all if one.source == evidence.path and one.end_line > one.line)
    route = next((one for one in own if one.line <= evidence.line <= one.end_line), None)
    if route is None or _WHATEVER.search(route.path):
        return evidence
    return replace(evidence, text=f"{evidence.text}, on {route.path} alone", strength=Strength.CONFIGURED)


def _is_of_one_handler(look: Look, evidence: Evidence) -> bool:
    """Whether a handler of Go answers with it, which hands nothing on and is no helper of many."""
    path = evidence.path or ""
    if not _OF_GO.search(path) or path not in look.source:
        return False
    file = look.source.file(path)
    around = [one for one in file.functions if one.line <= (evidence.line or 0) <= one.end_line]
    if not around:
        return False
    outer = max(around, key=lambda one: one.end - one.start)
    text = file.text(outer)
    return bool(_HANDLER.search(text)) and not _HANDS_ON.search(text) and not _HELPS.search(outer.name)


def _location_alone(look: Look, path: str) -> str | None:
    """The location that holds all headers of a site of nginx, where it is one of files; None where any is for more."""
    locations: list[str] = []
    held: list[str] = []
    for line in look.files.lines(path)[:_MAX_LINES]:
        code = line.partition("#")[0][:_MAX_LINE]
        opened = _LOCATION.match(code)
        if _HEADER.match(code):
            inside = next((one for one in reversed(locations) if one), "")
            if not _OF_FILES.fullmatch(inside):
                return None
            held.append(inside)
        locations += [opened[1] if opened else ""] * code.count("{")
        del locations[max(len(locations) - code.count("}"), 0) :]
    return held[0] if held else None

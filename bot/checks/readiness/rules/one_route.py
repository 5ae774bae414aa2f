"""What the handler of one route does, where an item is about every answer: others are left without it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.checks.readiness.look import Look
from bot.model import Evidence, Strength

# What a page of an application of its own is answered at, or all that nothing else answers.
_WHATEVER = re.compile(r"^/$|\*|:(?:path|rest|all|any|slug|catch\w{0,12})\??$|^/:\w{1,40}$")


def of_one_route(look: Look, evidence: Evidence) -> Evidence:
    """Evidence, as configured where it stands in the handler of one route, unless that answers whatever is asked."""
    if evidence.strength is Strength.CONFIGURED or not evidence.line:
        return evidence
    own = (one for one in look.routes.all if one.source == evidence.path and one.end_line > one.line)
    route = next((one for one in own if one.line <= evidence.line <= one.end_line), None)
    if route is None or _WHATEVER.search(route.path):
        return evidence
    return replace(evidence, text=f"{evidence.text}, on {route.path} alone", strength=Strength.CONFIGURED)

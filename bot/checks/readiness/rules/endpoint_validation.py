"""Endpoints of FastEndpoints, whose requests are validated by the validator of their type.

Source: https://fast-endpoints.com/docs/validation (read 2026-11-30).
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.look import Look

# `class CreateValidator : Validator<CreateRequest>`
_VALIDATES = re.compile(r":\s*(?:\w+\.)?(?:Abstract)?Validator<\s*(\w+)\s*>")
_REQUEST = re.compile(r":\s*(?:[\w.]{0,60}\.)?(?:Endpoint|Req)\w{0,40}<\s*(\w+)")
_ASKS = re.compile(r"\bThrowIfAnyErrors\(|\bAddError\(")


def is_endpoint(route: Route) -> bool:
    """Whether a route is one of FastEndpoints."""
    return route.framework == "fastendpoints"


def is_validated_endpoint(look: Look, route: Route) -> bool:
    """Whether the type of an endpoint's request has a validator, or the handler looks at it by itself."""
    file = look.source.file(route.source)
    asked = {found[1] for one in file.classes_at(route.line) if (found := _REQUEST.match(one.text))}
    validated = (
        name
        for other in look.source.parsed("Validator<", language="csharp")
        for one in other.classes
        for name in _VALIDATES.findall(one.text)
    )
    return bool(_ASKS.search(look.routes.code(route))) or any(name in asked for name in validated)

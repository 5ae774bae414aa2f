"""Actions of controllers of ASP.NET, and whether their models are validated.

Rule: a controller with `[ApiController]`, or one whose base has it, answers 400 where the model of an action is not
valid; of another controller each action asks `ModelState.IsValid` by itself.
Source: https://learn.microsoft.com/aspnet/core/web-api/#automatic-http-400-responses (read 2026-11-30).
Out of sight: filters that ask for all actions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.routes.csharp import bases_of
from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.look import Look
from bot.model import Evidence

_MARKED = re.compile(r"\[(?:[^\[\]\n]{0,200},\s*)?ApiController\b[^{;]{0,600}?\bclass\s+(\w+)")
_ATTRIBUTE = re.compile(r"\[Http(?:Post|Put|Patch)\b")
# A model that a request is bound to: said so, or a parameter of a type of the program's own.
_MODEL = re.compile(
    r"\[From(?:Body|Form)\]|[(,]\s*+(?!(?:CancellationToken|Guid|DateTime|String|IFormFile|Int\d+)\b)"
    r"[A-Z]\w*(?:<[\w<>, ]+>)?\s+\w+\s*[,)]"
)
_TEXT = re.compile(r"\"[^\"\n]{0,300}\"")
_SERVICES = re.compile(r"\[FromServices\][^,()]*")
_ASKS = re.compile(r"\bModelState\.IsValid\b|\bTryValidateModel\(|\.Validate(?:Async|AndThrow\w*)?\(")
_EVERY = "[assembly: ApiController"
_BY_FRAMEWORK = "controllers validate their models"


def find_actions(look: Look, writing: Sequence[Route], evidence: Sequence[Evidence]) -> Sequence[Route]:
    """The actions that take a model; none where something validates the models of all of them."""
    if any(one.text != _BY_FRAMEWORK for one in evidence) or look.source.mentioning(_EVERY, language="csharp"):
        return []
    return [one for one in writing if one.source.endswith(".cs") and _takes_model(look.routes.code(one))]


def _takes_model(code: str) -> bool:
    # The template of a route has braces, too.
    signature = _TEXT.sub('""', code).partition("{")[0].partition("=>")[0]
    return _ATTRIBUTE.search(code) is not None and _MODEL.search(_SERVICES.sub("", signature)) is not None


def find_validating(look: Look) -> frozenset[str]:
    """The names of controllers that validate the models of all their actions."""
    return frozenset(
        name for file in look.source.parsed("ApiController", language="csharp") for name in _MARKED.findall(file.code)
    )


def is_validated(look: Look, action: Route, validating: frozenset[str]) -> bool:
    """Whether the model of an action is validated."""
    if _ASKS.search(look.routes.code(action)):
        return True
    classes = look.source.file(action.source).classes_at(action.line)
    return any(not validating.isdisjoint({one.name, *bases_of(one)}) for one in classes)

"""Policies of CORS that .NET knows by name: each is for itself, and one that nothing asks for lets nobody in.

Source: https://learn.microsoft.com/aspnet/core/security/cors (read 2026-11-30).
Out of sight: names that are put together, or come from settings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.reach.net_options import find_asked
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.look import Look

_POLICIES = frozenset({"AddPolicy", "AddDefaultPolicy"})
_NAME = re.compile(r"""\(\s*"([^"\n]{1,80})\"\s*,""")
_CONSTANT = re.compile(r"\(\s*(?:[A-Z]\w{0,60}\.){0,4}([A-Z]\w{2,60})\s*,")
_MAX_USES, _MAX_BEFORE = 12, 240
_ASKS = ("UseCors", "RequireCors")
# What asks for a policy by a text, or by a constant, whose own text stands somewhere; the others may ask for any.
_BY_NAME = re.compile(r"\(\s*(?:\)|[A-Z]\w*(?:\.[A-Z]\w*)*\s*\)|[^\"]{0,300}=>|(?:[^\"]{0,300}\?)?\s*\")")
# What chooses between two names: `settings.Open ? "Everybody" : "Friends"`.
_CHOICE = re.compile(r"([\w.?!]{3,200})\s*\?\s*$")


def is_policy(element: Element) -> bool:
    """Whether it is what makes one policy: what stands beside it in the options is of others."""
    return element.kind is Kind.CALL and element.last_name in _POLICIES


def find_policies(file: SourceFile) -> Sequence[Element]:
    """The policies of a file, each of which is told for itself, and not by what holds several."""
    return [one for one in file.calls if is_policy(one)] if file.language == "csharp" else []


def is_idle_policy(look: Look, file: SourceFile, element: Element) -> bool:
    """Whether it stands in a policy that nothing else names, or only where a setting that is off chooses it."""
    if file.language != "csharp":
        return False
    policy = next((one for one in (element, *file.around(element)) if is_policy(one)), None)
    constant = _CONSTANT.match(policy.text) if policy else None
    if constant is not None:
        return _is_asked_in_development(look, constant[1])
    named = _NAME.match(policy.text) if policy else None
    if policy is None or named is None or _may_ask_for_any(look):
        return False
    paths = look.source.mentioning(named[1], language="csharp")
    codes = {file.path: file.code.replace(file.text(policy), "")}
    for user in map(look.source.file, paths[:_MAX_USES]):
        # Who makes a policy of that name himself asks for his own.
        if not any(is_policy(one) and one.text.startswith(named[0]) for one in user.calls):
            codes[user.path] = user.code
    return len(paths) <= _MAX_USES and all(_is_unused(look, file, code, f'"{named[1]}"') for code in codes.values())


def _is_asked_in_development(look: Look, constant: str) -> bool:
    """Whether all that asks for a policy by a constant of its name runs in development only."""
    name = re.compile(rf"(?<![\w.])(?:\w+\.)*{re.escape(constant)}\b")
    files = [look.source.file(path) for path in look.source.mentioning(constant, language="csharp")[:_MAX_USES]]
    asking = [
        (file, one)
        for file in files
        for one in file.elements
        if one.kind in {Kind.CALL, Kind.DECORATOR}
        and one.last_name in {*_ASKS, "EnableCors", "EnableCorsAttribute"}
        and name.search(one.text)
    ]
    return bool(asking) and not any(look.reach.runs(*one) for one in asking)


def _may_ask_for_any(look: Look) -> bool:
    """Whether something asks for a policy whose name settings or variables tell."""
    files = map(look.source.file, look.source.mentioning(*_ASKS, language="csharp"))
    asking = (one for file in files for name in _ASKS for one in file.called(Kind.CALL, name))
    return any(not _BY_NAME.match(one.text) or "nameof(" in one.text for one in asking)


def _is_unused(look: Look, file: SourceFile, code: str, name: str) -> bool:
    """Whether some code does not mention a name, or only where a setting that is off would choose it."""
    return all(
        (chosen := _CHOICE.search(code[max(found.start() - _MAX_BEFORE, 0) : found.start()]))
        and any(map(look.reach.switches.is_off_by_options, find_asked(file, chosen[1], holds=True)))
        for found in re.finditer(re.escape(name), code)
    )

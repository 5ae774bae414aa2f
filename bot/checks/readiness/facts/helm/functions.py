"""The functions that templates of Helm may call, by name. Each takes the budget first; some change a mapping in place.

Source: https://helm.sh/docs/chart_template_guide/function_list/, https://masterminds.github.io/sprig/ and
https://pkg.go.dev/text/template#hdr-Functions (read 2026-11-29). What Go draws at random or makes from keys is a fixed
text here: nothing that is judged depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.checks.readiness.facts.helm.arithmetic import NUMBERS
from bot.checks.readiness.facts.helm.containers import COLLECTIONS
from bot.checks.readiness.facts.helm.faults import FunctionFault
from bot.checks.readiness.facts.helm.formats import FORMATS
from bot.checks.readiness.facts.helm.logic import LOGIC
from bot.checks.readiness.facts.helm.patterns import PATTERNS
from bot.checks.readiness.facts.helm.texts import STRINGS
from bot.checks.readiness.facts.helm.versions import VERSIONS

__all__ = ["FUNCTIONS", "FunctionFault"]

_ALL = {**COLLECTIONS, **FORMATS, **LOGIC, **NUMBERS, **PATTERNS, **STRINGS, **VERSIONS}
FUNCTIONS: Mapping[str, Callable[..., object]] = {
    # `mustX` stops where `X` shrugs; here both stop.
    **{f"must{name[:1].upper()}{name[1:]}": function for name, function in _ALL.items()},
    **_ALL,
}

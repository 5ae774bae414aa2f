"""What GitHub puts into a step where that names a variable or an input: the folder of a package, its name, a version.

Only a value that is one word is put in, so that a text keeps its lines, its commands and about its length.
Source: https://docs.github.com/en/actions/reference/workflows-and-actions/contexts (read 2026-11-30).
Out of sight: variables of the repository, outputs of other steps, and what is put together by functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from bot.checks.readiness.facts.located import get_in
from bot.checks.readiness.facts.workflows.pipelines import Step

Values: TypeAlias = Mapping[str, str]
"""Words by how a text names them: `env.FOLDER`, `inputs.folder`."""
_NAMED = re.compile(r"\$\{\{\s{0,9}((?:env|inputs)\.[\w-]{1,99})\s{0,9}\}\}")
_WORD = re.compile(r"[\w./@:-]{1,200}")
# What is longer is written by no hand, and would only grow.
_MAX_TEXT = 100_000


def variables_of(*given: object) -> Values:
    """The variables of a workflow, its job and so on: what is set last counts."""
    values: dict[str, object] = {}
    for one in given:
        values |= one if isinstance(one, dict) else {}
    return _words("env", values)


def inputs_of(declared: object, given: Mapping[str, object]) -> Values:
    """The inputs that something declares: as they are given, or else by default."""
    names = declared if isinstance(declared, dict) else {}
    return _words("inputs", {name: given.get(name, get_in(one, "default")) for name, one in names.items()})


def fill(step: Step, values: Values) -> Step:
    """A step with what it names put in; what is not known stays as it is written."""
    if not values or not any("${{" in str(text) for text in (step.script, step.folder, *step.given.values())):
        return step
    given = {key: _fill(one, values) if isinstance(one, str) else one for key, one in step.given.items()}
    return replace(step, script=_fill(step.script, values), folder=_fill(step.folder, values), given=given)


def _fill(text: str, values: Values) -> str:
    return text if len(text) > _MAX_TEXT else _NAMED.sub(lambda found: values.get(found[1], found[0]), text)


def _words(kind: str, values: Mapping[str, object]) -> Values:
    texts = {
        f"{kind}.{name}": str(one).lower() if isinstance(one, bool) else str(one)
        for name, one in values.items()
        if isinstance(one, str | int | float)
    }
    return {name: text for name, text in texts.items() if _WORD.fullmatch(text)}

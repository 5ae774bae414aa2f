"""Every variable that the code requires is given somewhere that is deployed.

Rule: the names that the code cannot do without, less those that manifests, Compose files, images, values, platforms'
files and deploying workflows name. What is named in documentation, or in an example, is given nowhere.
Source: https://12factor.net/config (read 2026-11-29).
Out of sight: what a dashboard, or a store of secrets, gives; where no such file is in the tree a person has to say so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.checks.readiness.ask import Ask
from bot.checks.readiness.facts.environment.reads import Variable
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, find_absence
from bot.model import Evidence, Finding, State, Strength

_GIVING = (
    *("compose*.y*ml", "docker-compose*.y*ml", "Dockerfile*", "*.dockerfile", "render.yaml", "fly.toml", "app.json"),
    *(
        "app.yaml",
        "railway.json",
        "serverless.y*ml",
        "wrangler.toml",
        "wrangler.jsonc",
        "*.tf",
        ".env.production",
        ".env",
    ),
    *("template.y*ml", "*.bicep", "values*.y*ml"),
)
_SETS = re.compile(r"^\s*(?:-\s*)?(?:env|environment|envFrom|env_file|envVars|env_variables)\s*:", re.MULTILINE)
_WORD = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
_MAX_FINDINGS = 20


def judge_required_set(look: Look, ask: Ask) -> Judged:
    """Pass where every required variable is given."""
    absent = find_absence(look.project, Applies.PROGRAM)
    read = look.environment.read_at()
    if absent is not None or read is None:
        reason = absent or look.project.missing("variable of the environment that is read")
        return Judged(state=State.NOT_APPLICABLE, reason=reason)
    required = look.environment.required()
    given = _given(look)
    # Where none of them is given, a dashboard or a store of secrets gives all.
    if not given or (required and not any(one.name in given for one in required)):
        reason = f"nothing in the tree gives any of {len(required)} required variables: they are given elsewhere"
        return Judged(state=State.NEEDS_SIGN_OFF, reason=reason)
    missing = [one for one in required if one.name not in given]
    if missing:
        found = [_finding(one, ask.fix) for one in missing[:_MAX_FINDINGS]]
        reason = f"{len(missing)} of {len(required)} required variables are given nowhere: {_names(missing)}"
        return Judged(state=State.FAIL, reason=reason, missing=found)
    evidence = [_evidence(one, given[one.name]) for one in required[:12]]
    if not evidence:
        text = "each variable that is read has a default, or is optional"
        evidence = [Evidence(text=text, path=read[0], line=read[1], strength=Strength.WIRED)]
    reason = f"{len(required)} required variables are given" if required else evidence[0].text
    return Judged(state=State.PASS, reason=reason, evidence=evidence)


def _given(look: Look) -> Mapping[str, tuple[str, int]]:
    """The names in what deploys, each where it first stands."""
    given: dict[str, tuple[str, int]] = {}
    others = [path for path in look.files.select("*.y*ml") if _SETS.search(look.files.text(path) or "")]
    paths = [
        path
        for path in dict.fromkeys((*look.files.select(*_GIVING), *others))
        if not path.startswith((".github/", ".circleci/"))
    ]
    for path in paths:
        for number, line in enumerate(look.files.lines(path), 1):
            for name in _WORD.findall(line.partition("#")[0][:2000]):
                given.setdefault(name, (path, number))
    return given


def _names(variables: Sequence[Variable]) -> str:
    shown = ", ".join(one.name for one in variables[:5])
    return shown if len(variables) <= 5 else f"{shown}, ..."  # noqa: PLR2004 - what fits a line


def _finding(one: Variable, fix: str) -> Finding:
    message = f"{one.name} is required, and given nowhere"
    return Finding(rule="variable-not-given", message=message, path=one.path, line=one.line, fix=fix or None)


def _evidence(one: Variable, place: tuple[str, int]) -> Evidence:
    text = f"{one.name}, which {one.path}:{one.line} requires, is given"
    return Evidence(text=text, path=place[0], line=place[1], strength=Strength.WIRED)

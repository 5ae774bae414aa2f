"""Scripts of a package.json that nothing runs: a command which stands there to be typed is configured, and not wired.

Rule: a script counts where its name is one that platforms and package managers run by themselves, where an image, a
script, a pipeline, a setting of a platform or code runs it by its name, or where another script does that counts.
Source: https://docs.npmjs.com/cli/v10/using-npm/scripts (read 2026-11-30).
Out of sight: commands that are typed into the settings of a platform.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.look import Look
from bot.model import Evidence, Strength

_NAME = re.compile(r'\s*+"([\w:./-]{1,80})"\s*+:')
# What is started, built, released or deployed, but for what only developers start.
_BY_ITSELF = re.compile(
    r"(?:pre|post)?(?:start|serve|server|build|deploy|release|install|prepare|prod|production)"
    r"(?![:-](?:dev|db|debug|local|tests?|watch|e2e)\b)(?:[:-].*)?|(?:heroku|vercel|railway|render|now|fly|gcp|docker)-.*"
)
_RUNNING = (
    *("Dockerfile*", "*.Dockerfile", "*.sh", "*.bash", "*entrypoint*", "*.yml", "*.yaml", "Procfile", "*.toml", "*.tf"),
    *("app.json", "turbo.json", "project.json", "vercel.json", "railway.json", "Makefile", "justfile", "*.service"),
    *("bin/*", "*run", "*.ps1", "*.config.js", "*.config.cjs"),
)
_CALLED = (
    r"\b(?:npm|pnpm|yarn|bun|turbo|nx|lerna|run(?:-[sp])?|concurrently|task)\b"
    r"[^\n]{{0,200}}?(?<![\w:./-]){}(?![\w:/-])"
)
_MAX_CHARACTERS = 200_000
_MAX_FILES, _DEEPEST = 400, 4


def weaken_of_idle_scripts(look: Look, evidence: Evidence) -> Evidence:
    """Evidence of a command: configured where it is a script of a package that nothing runs."""
    path = evidence.path or ""
    if path.rpartition("/")[2] != "package.json" or evidence.strength is Strength.CONFIGURED:
        return evidence
    line = next(iter(look.files.lines(path)[(evidence.line or 1) - 1 :]), "")
    named = _NAME.match(line)
    if named is None or _is_run(look, named[1], frozenset()):
        return evidence
    return replace(evidence, text=f"{evidence.text}, but nothing runs that script", strength=Strength.CONFIGURED)


def _is_run(look: Look, name: str, above: frozenset[str]) -> bool:
    if _BY_ITSELF.fullmatch(name):
        return True
    if name in above or len(above) > _DEEPEST:
        return False
    called = re.compile(_CALLED.format(re.escape(name)))
    if any(called.search(text) for text in _texts(look, name)):
        return True
    return any(_is_run(look, one, above | {name}) for one in dict.fromkeys(_callers(look, called)))


def _texts(look: Look, name: str) -> Iterator[str]:
    """Yield what runs scripts by their names, comments left out."""
    for path in look.files.select(*_RUNNING)[:_MAX_FILES]:
        text = look.files.text(path) or ""
        if name in text:
            yield without_comments(path, text[:_MAX_CHARACTERS])
    for file in look.source.parsed(name, language="typescript"):
        yield file.code[:_MAX_CHARACTERS]


def _callers(look: Look, called: re.Pattern[str]) -> Iterator[str]:
    """Yield the names of the scripts that run another one."""
    for path in look.files.select("package.json")[:_MAX_FILES]:
        for line in look.files.lines(path):
            named = _NAME.match(line)
            if named and called.search(line, named.end()):
                yield named[1]

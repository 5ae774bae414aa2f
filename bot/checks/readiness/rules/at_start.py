"""Programs that apply versioned migrations as they start, which each of their replicas does.

Rule: code that does it counts, but for a command that somebody has to run: a file in a folder of commands, a command of
PHP that no script names, and a function for it that nothing else of the product names.
Source: the documentation of each tool, and https://laravel.com/docs/12.x/artisan (read 2026-12-01).
Out of sight: commands that are started where the product is deployed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.schema import BY_COMMAND, NOT_DEPLOYING, find_migrations, find_programs
from bot.model import Evidence, Strength

_BY_HAND = ", which somebody has to run"
# A folder of commands has one for each thing that somebody may have the program do.
_OF_COMMANDS = re.compile(r"(?i)(?:^|/)(?:cmd|cli|commands?|console)/(?:[^/]+/)*[^/]*(?:migrat|upgrad)[^/]*/[^/]+$")
_OF_DEVELOPERS = re.compile(r"(?i)(?:^|/)(?:dev[-_]?server|playground|sandbox)/")
_NAMED_SO = re.compile(r"(?i)migrat")
_BRINGS_IN = re.compile(r"(?:import|export\s{0,9}\{|from|use|using|require|//|\*|#)")
_SIGNATURE = re.compile(r"\$signature\s{0,4}=\s{0,4}[\"']([\w:-]{2,80})|AsCommand\([^)\n]{0,40}?[\"']([\w:-]{2,80})")
_STARTING = (
    *("*Dockerfile*", "*.sh", "*entrypoint*", "Procfile", "*.y*ml", "*.toml", "*.json", "*.conf", "*.service"),
    *("**/s6-rc.d/**", "**/cont-init.d/**", "**/entrypoint.d/**"),
)
_OF_PIPELINES = re.compile(r"^\.(?!docker/|platform|do/)|(?:^|[._/-])(?:tests?|ci|dev|local)(?:[._/-]|$)")
_MAX_CHARACTERS, _MAX_FILES = 200_000, 400


def find_at_start(look: Look) -> Iterator[Evidence]:
    """Yield what shows it; what somebody has to run is configured."""
    for one in find_programs(look) if find_migrations(look) else ():
        if _OF_COMMANDS.search(one.path or "") or _is_left_to_hands(look, one):
            yield replace(one, text=f"{one.text}{_BY_HAND}", strength=Strength.CONFIGURED)
        elif not (NOT_DEPLOYING.search(one.path or "") or _OF_DEVELOPERS.search(one.path or "")):
            yield replace(one, text=f"{one.text}: each replica does")


def _is_left_to_hands(look: Look, seen: Evidence) -> bool:
    path = seen.path or ""
    if path.endswith(".php") and seen.text.startswith(BY_COMMAND):
        said = _SIGNATURE.search(look.files.text(path) or "")
        return said is None or not _is_started(look, said[1] or said[2])
    file, line = look.source.file(path), seen.line or 1
    around = [one for one in file.functions if one.line <= line <= one.end_line and one.last_name.isidentifier()]
    inner = max(around, key=lambda one: one.start) if around else None
    if inner is None or not _NAMED_SO.search(inner.name):
        return False
    name = inner.name.rpartition(".")[2]
    return not any(
        _names(look, one, name, range(inner.line, inner.end_line + 1) if one == path else range(0))
        for one in look.source.mentioning(name)[:_MAX_FILES]
        if not (_OF_COMMANDS.search(one) or _OF_DEVELOPERS.search(one) or NOT_DEPLOYING.search(one))
    )


def _names(look: Look, path: str, name: str, own: range) -> bool:
    """Whether a file names a function, apart from where it stands and from what brings it in."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return any(
        word.search(line[:1_000]) and not _BRINGS_IN.match(line.lstrip())
        for number, line in enumerate(look.source.file(path).lines, start=1)
        if number not in own
    )


def _is_started(look: Look, name: str) -> bool:
    """Whether what starts the product names a command of its own."""
    word = re.compile(rf"(?<![\w:-]){re.escape(name)}(?![\w:-])")
    naming = (one for one in look.files.select(*_STARTING) if name.encode() in (look.files.content(one) or b""))
    texts = ((one, (look.files.text(one) or "")[:_MAX_CHARACTERS]) for one in naming if not _OF_PIPELINES.search(one))
    return any(word.search(without_comments(path, text)) for path, text in texts)

"""What a line of an image or a script runs by the name of a script of package.json: `CMD npm run migrate && npm start`.

Source: https://docs.npmjs.com/cli/v11/using-npm/scripts (read 2026-11-30).
Out of sight: scripts of another package than the nearest one, such as those that a workspace's filter names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import dirname

from bot.checks.readiness.look import Look

_RUNS = re.compile(
    r"(?<![\w/.-])(?:npm|pnpm|yarn|bun)\s+(?:-\S{1,40}\s+){0,3}(?:run(?:-script)?\s+)?([\w:.-]{2,60})(?![\w:.-])"
)
# In a list of words, as CMD has it.
_QUOTES = re.compile(r"[\"',\[\]]+")
_MAX_DEPTH = 3
_MAX_SCRIPT = 2_000
_MAX_FOLDERS = 20


def runs_by_name(look: Look, path: str, line: str, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """What a script says that a line of a file runs by its name, or one that this runs in its turn."""
    if "npm" not in line and "yarn" not in line and "bun" not in line:
        return None
    scripts = _scripts_near(look, path)
    return (
        next((found for one in _texts(scripts, line, 0) if (found := pattern.search(one))), None) if scripts else None
    )


def _texts(scripts: Mapping[str, object], line: str, depth: int) -> Iterator[str]:
    for name in _RUNS.findall(_QUOTES.sub(" ", line)):
        text = scripts.get(name)
        if isinstance(text, str) and depth < _MAX_DEPTH:
            yield text[:_MAX_SCRIPT]
            yield from _texts(scripts, text[:_MAX_SCRIPT], depth + 1)


def _scripts_near(look: Look, path: str) -> Mapping[str, object]:
    """The scripts of the package that a file is in."""
    folder = dirname(path)
    for _ in range(_MAX_FOLDERS):
        manifest = f"{folder}/package.json".lstrip("/")
        if manifest in look.files:
            document = look.files.parsed(manifest)
            scripts = document.get("scripts") if document else None
            return scripts if isinstance(scripts, Mapping) else {}
        if not folder:
            return {}
        folder = dirname(folder)
    return {}

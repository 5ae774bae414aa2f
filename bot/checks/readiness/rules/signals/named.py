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
    return next((found for one in _texts(scripts, line) if (found := pattern.search(one))), None) if scripts else None


def _texts(scripts: Mapping[str, object], line: str) -> Iterator[str]:
    """Yield the scripts that a line runs, and those that these run, each once: they may name each other by hundreds."""
    seen: set[str] = set()
    lines = [line]
    for _ in range(_MAX_DEPTH):
        names = dict.fromkeys(name for one in lines for name in _RUNS.findall(_QUOTES.sub(" ", one)))
        texts = [scripts.get(name) for name in names if name not in seen]
        lines = [text[:_MAX_SCRIPT] for text in texts if isinstance(text, str)]
        seen.update(names)
        yield from lines


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

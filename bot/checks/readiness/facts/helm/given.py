"""The files of values that a script beside a chart, or one that names it, has Helm take: several charts share them.

Rule: `--values` and `-f` with a name that is written out, in a command that installs, upgrades or renders the chart.
Source: https://helm.sh/docs/helm/helm_upgrade/ (read 2026-11-30).
Out of sight: names that variables hold, `--set`, and who runs the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from posixpath import basename, dirname, join, normpath

from bot.checks.readiness.facts.files import Files

_SCRIPTS = ("*.sh", "*.bash", "*.ps1", "*.cmd", "*.bat", "Makefile", "*.mk", "Taskfile.y*ml", "justfile")
_COMMAND = re.compile(r"\bhelm\b[^\n]{0,99}?\s(?:install|upgrade|template)\s[^\n]{0,4000}")
_VALUES = re.compile(r"(?:\s--values|\s-f)(?:\s{1,9}|=)[\"']?([\w./-]{1,200}\.ya?ml)\b")
_VARIABLE = re.compile(r"\$\{?\w|%\w+%")
_MAX_SCRIPTS = 60


def find_given_values(files: Files, folder: str) -> Sequence[str]:
    """The files of the first command for a chart that gives any, in the order in which Helm takes them."""
    paths = files.select(*_SCRIPTS)
    # Those beside the chart are the likeliest.
    nearest = sorted(paths, key=lambda path: dirname(path) != dirname(folder))[:_MAX_SCRIPTS]
    return next((found for path in nearest for found in _given(files, path, folder)), ())


def _given(files: Files, path: str, folder: str) -> Iterator[Sequence[str]]:
    """Yield for each command of a script for the chart which files of the repository it gives."""
    text = re.sub(r"[ \t][\\`^]\r?\n", " ", files.text(path) or "")
    name = re.compile(rf"(?<![\w-]){re.escape(basename(folder))}(?![\w-])")
    for command in _COMMAND.findall(text):
        # A loop over the charts beside the script has each of them in a variable.
        beside = dirname(path) == dirname(folder) and _VARIABLE.search(command)
        named = [normpath(join(dirname(path), one)) for one in _VALUES.findall(command)]
        found = [one for one in dict.fromkeys(named) if one in files]
        if found and (beside or name.search(command)):
            yield found

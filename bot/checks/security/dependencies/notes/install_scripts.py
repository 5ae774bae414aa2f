"""Packages that run a script of their own while they are installed, by what locks say of them.

Rule: a package of that name has such a script at head, and none of that name has at the merge base.
Source: `hasInstallScript` of npm's locks, `requiresBuild` of pnpm's.
Out of sight: locks that do not tell, such as Yarn's, pnpm's from its version 9 on, and Python's.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.checks.security.dependencies.notes.sides import Sides, each, note, title
from bot.model import Finding

RULE = "install-script"
_FIX = "read the script before you install it, or install with `--ignore-scripts`"


def find(sides: Sides) -> Iterator[Finding]:
    """Yield one finding a name, at its first place."""
    before = {(ecosystem, one.name): one.install_script for ecosystem, one in each(sides.before)}
    before |= {(ecosystem, one.name): True for ecosystem, one in each(sides.before) if one.install_script}
    told: set[tuple[str, str]] = set()
    for ecosystem, one in each(sides.after):
        key = ecosystem, one.name
        if not one.install_script or before.get(key) or key in told:
            continue
        told.add(key)
        known = key in before
        message = f"{title(one)} runs a script of its own while it is installed"
        message += ", which it did not before" if known else ""
        yield note(RULE, message, path=one.path, line=one.line, about="\0".join(key), fix=_FIX, likely=known)

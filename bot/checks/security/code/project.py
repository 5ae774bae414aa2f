"""What the project itself switches off, by the settings of ruff and bandit that stand at the tip of the base.

Rule: a finding that they switch off does not count, and the report says so. What the change does to these settings has
no effect, and `security.suppressions` lists it.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Sequence
from functools import cached_property

from bot.checks.security.code.bandit_settings import BanditSettings, read_bandit_settings
from bot.checks.security.code.ruff_settings import NAMES, RuffSettings, read_ruff_settings
from bot.checks.security.matching.compare import Compared, Hit
from bot.model import Evidence, Strength, Tree


class Project:
    """The settings of one revision, read when they are first asked for."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._ruff: dict[str, RuffSettings | None] = {}

    def find_switch(self, rule: str, path: str) -> str | None:
        """The settings file that switches a rule off for a path; None where the rule counts."""
        own = self._closest(posixpath.dirname(path))
        settings: list[RuffSettings | BanditSettings] = [*([own] if own else []), *self._bandit]
        return next((one.path for one in settings if one.switches_off(rule, path)), None)

    @cached_property
    def _bandit(self) -> list[BanditSettings]:
        return read_bandit_settings(self._tree)

    def _closest(self, folder: str) -> RuffSettings | None:
        """The settings of ruff that count in a folder: the closest ones."""
        # No recursion: a path may have thousands of folders.
        passed = []
        found = None
        while folder not in self._ruff:
            passed.append(folder)
            paths = [posixpath.join(folder, name) for name in NAMES]
            found = next((own for path in paths if (own := read_ruff_settings(self._tree, path))), None)
            if found or not folder:
                break
            folder = posixpath.dirname(folder)
        found = found or self._ruff.get(folder)
        self._ruff.update(dict.fromkeys(passed, found))
        return found


def leave_out(found: Compared, project: Project) -> tuple[Compared, Sequence[Evidence]]:
    """Take what the project switches off out of what is new, and say what that was."""
    left: Counter[tuple[str, str]] = Counter()
    new: list[Hit] = []
    for hit in found.new:
        source = project.find_switch(hit.rule, hit.path)
        if source is None:
            new.append(hit)
        else:
            left[source, hit.rule] += 1
    evidence = [
        Evidence(
            text=f"{rule} is switched off by the base's {source}: {count:,} new ones do not count",
            path=source,
            strength=Strength.CONFIGURED,
        )
        for (source, rule), count in sorted(left.items())
    ]
    return Compared(new, found.fixed, found.known), evidence

"""The folders in which the commands of a script run.

Rule: `cd` counts up to the end of the shell that runs it: of brackets, and of the line, where each line has a shell of
its own. Out of sight: `pushd`, and folders that variables name.
"""

from __future__ import annotations

from posixpath import join, normpath

from bot.checks.readiness.facts.workflows.flow import ShellCommand
from bot.checks.readiness.facts.workflows.parts import Manner


class Folders:
    """Where a script is, command by command; relative to the repository, the top as an empty text."""

    def __init__(self, begun: str, manner: Manner) -> None:
        self._begun = begun
        self._by_line = manner is Manner.LINES
        self._line = 0
        # One for each shell that is open, the innermost last; with the one before it, for `cd -`.
        self._open = [(begun, begun)]

    def of(self, command: ShellCommand) -> str:
        """The folder of the next command; of a `cd`, the one that it goes to."""
        if self._by_line and command.line != self._line:
            self._open = [(self._begun, self._begun)]
        self._line = command.line
        del self._open[command.depth + 1 :]
        self._open += [self._open[-1]] * command.opens
        folder, before = self._open[-1]
        if command.words[0] == "cd" and len(command.words) > 1:
            target = command.words[1]
            self._open[-1] = (before if target == "-" else _joined(folder, target), folder)
        return self._open[-1][0]


def _joined(folder: str, target: str) -> str:
    if target.startswith(("/", "$")):
        return target.strip("/")
    found = normpath(join(folder, target))
    return "" if found == "." else found

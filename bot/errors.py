"""The errors that gonogo raises by intention, each with the exit status that it means.

Messages are lower case, without a full stop: what is so, where, what to do. They never hold text of the change
that may be a secret: a place (file and line) stands for it.
"""

from __future__ import annotations


class GonogoError(Exception):
    """The root of gonogo's own errors.

    Attributes:
        exit_status: what the command ends with when nobody handles the error.
    """

    exit_status = 4


class UsageError(GonogoError):
    """The command line, an input of the action or the environment is not usable."""

    exit_status = 2


class PolicyError(GonogoError):
    """A policy file is not valid; it is refused whole.

    Attributes:
        source: what was read, as the user knows it (a path, or a path at a revision).
        line: 1-based line of the first fault, or None where the file as a whole is at fault.
        reason: what is wrong, and what would be right.
    """

    exit_status = 2

    def __init__(self, source: str, line: int | None, reason: str) -> None:
        super().__init__(f"{source}:{line}: {reason}" if line is not None else f"{source}: {reason}")
        self.source, self.line, self.reason = source, line, reason


class ChangeError(GonogoError):
    """The change itself cannot be read: an unknown revision, no merge base, no repository."""

    exit_status = 3


class ParseError(GonogoError):
    """A file of the change could not be read by a check; the item is then `not-checked`.

    Attributes:
        path: from the repository's root, with `/`.
        line: 1-based.
        reason: never the line's own text, which may hold a secret.
    """

    def __init__(self, path: str, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path, self.line, self.reason = path, line, reason


class ToolError(GonogoError):
    """An engine could not be started, ran out of its time or memory, or ended with an error.

    The message names the engine and how it ended, never what it printed: that may hold a secret.
    """


class ReportError(GonogoError):
    """A report that somebody's tool wrote cannot be opened, or is over a limit.

    The message says why, never what the report says.
    """

    exit_status = 2

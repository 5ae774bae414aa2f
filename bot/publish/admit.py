"""Whose command is obeyed: that of a person who may write to the repository. A reaction says what became of it."""

from __future__ import annotations

from contextlib import suppress

from bot.collect.event import CommandEvent, Ignored
from bot.commands import Command, Misread, Recheck, parse_command
from bot.github.client import GitHub, Reaction
from bot.github.transport import GitHubError
from bot.publish.ticks import MAY


def admit_command(client: GitHub, event: CommandEvent) -> Command | Ignored:
    """The command, if whoever wrote it may ask for something here.

    Raises:
        GitHubError: what that person may do could not be found out.
    """
    if client.permission(event.login) not in MAY:
        _react(client, event, "-1")
        return Ignored(f"{event.login} may not write to the repository, and so not ask for anything here")
    command = parse_command(event.text, event.login)
    _react(client, event, _reaction(command))
    return command


def _reaction(command: Command) -> Reaction:
    if isinstance(command, Misread):
        return "confused"
    return "rocket" if isinstance(command, Recheck) else "+1"


def _react(client: GitHub, event: CommandEvent, reaction: Reaction) -> None:
    # A courtesy: the answer stands in the comment and the summary.
    with suppress(GitHubError):
        client.react(event.comment_id, reaction)

"""Whose a change is: every name under which its authors may sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.model import Commit

# https://docs.github.com/en/account-and-profile/reference/email-addresses-reference (read 2026-11-29)
_NO_REPLY = re.compile(r"(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com")


def find_names(logins: Iterable[str], commits: Iterable[Commit]) -> frozenset[str]:
    """Logins, names, addresses and what stands before their `@`, all case-folded."""
    named = [name for commit in commits for name in _names(commit.author)]
    return frozenset(name.casefold() for name in (*logins, *named) if name)


def _names(author: str) -> Iterator[str]:
    name, _, address = author.rstrip(">").partition("<")
    yield name.strip()
    yield address
    yield address.partition("@")[0]
    if found := _NO_REPLY.fullmatch(address.lower()):
        yield found[1]

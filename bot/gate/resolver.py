"""From a host's name to addresses that were looked at.

A name is resolved once a round, and what is connected to is the address that was looked at: a name that answers
otherwise a moment later (DNS rebinding) reaches nothing.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue

from bot.gate.rules.address import Network, find_refusal

_TIMEOUT_S = 10.0


@dataclass(frozen=True)
class Unreachable:
    """A host that is not asked: why, in words, and whether that is for safety."""

    reason: str
    refused: bool = False


class Resolver:
    """Resolves the named hosts, and no others.

    Args:
        hosts: in lower case; any other host is refused.
        allowed: networks that the policy allows besides public addresses.
    """

    def __init__(self, hosts: frozenset[str], allowed: Sequence[Network]) -> None:
        self._hosts = hosts
        self._allowed = allowed
        self._known: dict[str, Sequence[str] | Unreachable] = {}
        self._locks = {host: threading.Lock() for host in hosts}

    def forget(self) -> None:
        """Resolve anew from here on: a deployment may move a service."""
        self._known = {}

    def resolve(self, host: str) -> Sequence[str] | Unreachable:
        """The addresses of a host, or why it is not asked. One that may not be asked refuses them all."""
        if host not in self._hosts:
            return Unreachable(f"the host {host} is named neither by the policy nor on the command line", refused=True)
        with self._locks[host]:
            if host not in self._known:
                self._known[host] = self._look_up(host)
            return self._known[host]

    def _look_up(self, host: str) -> Sequence[str] | Unreachable:
        found = _addresses(host)
        if isinstance(found, Unreachable):
            return found
        for address in found:
            if reason := find_refusal(address, self._allowed):
                return Unreachable(f"{host} is {address}, {reason}", refused=True)
        return found


def _addresses(host: str) -> Sequence[str] | Unreachable:
    """Ask the system's resolver, which knows no limit of time, in a thread of its own."""
    answers: SimpleQueue[list[str] | Unreachable] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answers.put(Unreachable(f"the name {host} does not resolve"))
        else:
            answers.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        return answers.get(timeout=_TIMEOUT_S) or Unreachable(f"the name {host} has no address")
    except Empty:
        return Unreachable(f"the name {host} did not resolve within {_TIMEOUT_S:g} s")

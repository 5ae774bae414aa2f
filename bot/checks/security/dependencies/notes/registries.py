"""Registries that the change brings in, and packages that it takes from another registry than before.

Rule: head names a host that no lock of the merge base names; or a package's name had another host, or the default
registry, at the merge base.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from bot.checks.security.dependencies.locked import Locked
from bot.checks.security.dependencies.notes.sides import Sides, each, note
from bot.model import Finding

RULE = "registry-changed"
_FIX = "make sure that the registry is yours, and that names of yours are not taken on public ones"


def find(sides: Sides) -> Iterator[Finding]:
    """Yield one finding a new host, and one a package that moved to a known one."""
    hosts = {(ecosystem, one.registry) for ecosystem, one in each(sides.before)}
    homes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for ecosystem, one in each(sides.before):
        homes[ecosystem, one.name].add(one.registry)
    new: dict[tuple[str, str], Locked] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for ecosystem, one in each(sides.after):
        if not one.registry:
            continue
        host = ecosystem, one.registry
        if host not in hosts:
            new.setdefault(host, one)
            counts[host] += 1
        elif homes.get((ecosystem, one.name), {one.registry}).isdisjoint({one.registry}):
            homes[ecosystem, one.name].add(one.registry)
            message = f"{one.name} comes from {one.registry} now"
            about = f"{ecosystem}\0{one.name}\0{one.registry}"
            yield note(RULE, message, path=one.path, line=one.line, about=about, fix=_FIX, likely=True)
    for host, one in new.items():
        message = f"{counts[host]:,} {'packages come' if counts[host] > 1 else 'package comes'}"
        message += f" from a registry that is new: {one.registry}"
        yield note(RULE, message, path=one.path, line=one.line, about="\0".join(host), fix=_FIX, likely=True)

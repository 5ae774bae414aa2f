"""Which of several programs of the JVM in one tree a health check asks, and whether that one has a client.

Rule: a health check in a module's folder, or of a service or a workload of the folder's name, asks that module; it has
the clients that its own build declares, those that all modules are given, and those of the modules that it names.
Out of sight: what a module is called where it is not by its folder; then any client counts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from posixpath import basename, dirname

from bot.checks.readiness.facts.dependencies.declared import Dependency
from bot.checks.readiness.look import Look
from bot.model import Evidence

_BUILDS = ("pom.xml", "build.gradle", "build.gradle.kts")
_WHOSE = re.compile(r"(?:\bhealth check of|Probe of \w+) (\S+) asks ")
_MAX_MODULES = 200


def may_have(look: Look, caller: Evidence, clients: Sequence[Dependency]) -> bool:
    """Whether the program that is asked has one of some clients, as far as it is known which one is asked."""
    modules = {dirname(path): path for path in look.files.select(*_BUILDS)}
    asked = _module_of(caller, modules)
    return asked is None or has_client(look, asked, clients)


def has_client(look: Look, module: str, clients: Sequence[Dependency]) -> bool:
    """Whether a module's folder, one above it, or a module that its build names declares one of some clients."""
    modules = {dirname(path): path for path in look.files.select(*_BUILDS)}
    homes = {dirname(one.path) for one in clients}
    waiting, seen = [module], set[str]()
    while waiting and len(seen) < _MAX_MODULES:
        folder = waiting.pop()
        seen.add(folder)
        if any(home in ("", folder) or folder.startswith(f"{home}/") for home in homes):
            return True
        text = look.files.text(modules.get(folder, "")) or ""
        named = set(re.findall(r"[:>/]([\w.-]+)[\"'<]", text))
        waiting += [one for one in modules if one not in seen and basename(one) in named]
    return False


def _module_of(caller: Evidence, modules: Mapping[str, str]) -> str | None:
    """The folder of the module that is asked; None where that is not known, or there is only one."""
    folder = dirname(caller.path or "")
    while folder and folder not in modules:
        folder = dirname(folder)
    if folder:
        return folder
    name = _WHOSE.search(caller.text)
    return next((one for one in modules if one and name and basename(one) == name[1]), None)

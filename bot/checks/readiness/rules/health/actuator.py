"""Where Spring's actuator answers for health.

Rule: `management.endpoints.web.base-path` before `path-mapping.health`, by default `/actuator/health`; nowhere where
settings disable the endpoint, deny access to it, or expose others alone.
Source: https://docs.spring.io/spring-boot/reference/actuator/monitoring.html (read 2026-11-30).
Out of sight: the environment, and a path of the management server itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from posixpath import dirname

from bot.checks.readiness.facts.appsettings import Setting
from bot.checks.readiness.facts.spring import find_spring_settings, items_of
from bot.checks.readiness.look import Look

_BASE = "management.endpoints.web.base-path"
_MAPPING = "management.endpoints.web.path-mapping.health"
_DEFAULT = "/actuator"
_EVERY = frozenset({"health", "*"})
# What a setting says that keeps health from being answered; the second key of a pair, where it is told, decides.
_HIDES: Mapping[str, Callable[[str], bool]] = {
    "management.endpoint.health.enabled": lambda said: said == "false",
    "management.endpoint.health.access": lambda said: said == "none",
    "management.endpoints.web.exposure.exclude": lambda said: not _EVERY.isdisjoint(items_of(said)),
    "management.endpoints.web.exposure.include": lambda said: "$" not in said and _EVERY.isdisjoint(items_of(said)),
    "management.server.port": lambda said: said == "-1",
}
_HIDES_BY_DEFAULT = {
    "management.endpoints.enabled-by-default": ("false", "management.endpoint.health.enabled"),
    "management.endpoints.access.default": ("none", "management.endpoint.health.access"),
}


def find_actuator_paths(look: Look) -> Sequence[str]:
    """The paths of health that committed settings tell, as one that is not told by any is `/actuator/health`."""
    told = {".".join(one.names): str(one.value) for one in find_spring_settings(look.files)}
    base, name = told.get(_BASE, _DEFAULT), told.get(_MAPPING, "health")
    return [f"/{base.strip('/')}/{name.strip('/')}".replace("//", "/")]


def find_hidden(look: Look) -> Setting | None:
    """The setting by which the actuator of each program does not answer for health over HTTP."""
    programs: dict[str, dict[str, Setting]] = {}
    for one in find_spring_settings(look.files):
        programs.setdefault(dirname(one.path), {})[".".join(one.names)] = one
    hidden = [_hiding(told) for told in programs.values()]
    return hidden[0] if hidden and all(hidden) else None


def _hiding(told: Mapping[str, Setting]) -> Setting | None:
    for key, hides in _HIDES.items():
        if key in told and hides(_said(told[key])):
            return told[key]
    for key, (said, decides) in _HIDES_BY_DEFAULT.items():
        if key in told and decides not in told and _said(told[key]) == said:
            return told[key]
    return None


def _said(setting: Setting) -> str:
    return ",".join(items_of(setting.value)).lower()

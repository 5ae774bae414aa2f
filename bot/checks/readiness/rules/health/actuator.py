"""Where Spring's actuator answers for health, and whether it answers at all.

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


def _hides(endpoint: str) -> Mapping[str, Callable[[str], bool]]:
    """What a setting says that keeps an endpoint from being answered."""
    named = frozenset({endpoint, "*"})
    return {
        f"management.endpoint.{endpoint}.enabled": lambda said: said == "false",
        f"management.endpoint.{endpoint}.access": lambda said: said == "none",
        "management.endpoints.web.exposure.exclude": lambda said: not named.isdisjoint(items_of(said)),
        "management.endpoints.web.exposure.include": lambda said: "$" not in said and named.isdisjoint(items_of(said)),
        "management.server.port": lambda said: said == "-1",
    }


def _hides_by_default(endpoint: str) -> Mapping[str, tuple[str, str]]:
    """What a setting says to the same end of all endpoints; the second of a pair, where it is told, decides."""
    return {
        "management.endpoints.enabled-by-default": ("false", f"management.endpoint.{endpoint}.enabled"),
        "management.endpoints.access.default": ("none", f"management.endpoint.{endpoint}.access"),
    }


def find_actuator_paths(look: Look) -> Sequence[str]:
    """The paths of health that committed settings tell, as one that is not told by any is `/actuator/health`."""
    told = {".".join(one.names): str(one.value) for one in find_spring_settings(look.files)}
    base, name = told.get(_BASE, _DEFAULT), told.get(_MAPPING, "health")
    return [f"/{base.strip('/')}/{name.strip('/')}".replace("//", "/")]


def find_hidden(look: Look, endpoint: str = "health") -> Setting | None:
    """The setting by which the actuator of each program does not answer at an endpoint over HTTP."""
    programs: dict[str, dict[str, Setting]] = {}
    for one in find_spring_settings(look.files):
        programs.setdefault(dirname(one.path), {})[".".join(one.names)] = one
    hidden = [_hiding(told, endpoint) for told in programs.values()]
    return hidden[0] if hidden and all(hidden) else None


def _hiding(told: Mapping[str, Setting], endpoint: str) -> Setting | None:
    for key, hides in _hides(endpoint).items():
        if key in told and hides(_said(told[key])):
            return told[key]
    for key, (said, decides) in _hides_by_default(endpoint).items():
        if key in told and decides not in told and _said(told[key]) == said:
            return told[key]
    return None


def _said(setting: Setting) -> str:
    return ",".join(items_of(setting.value)).lower()

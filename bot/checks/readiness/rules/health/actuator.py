"""Where Spring's actuator answers for health.

Rule: `management.endpoints.web.base-path` before `path-mapping.health`, by default `/actuator/health`.
Source: https://docs.spring.io/spring-boot/reference/actuator/monitoring.html (read 2026-11-30).
Out of sight: the environment, and a path of the management server itself.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.checks.readiness.facts.spring import find_spring_settings
from bot.checks.readiness.look import Look

_BASE = "management.endpoints.web.base-path"
_MAPPING = "management.endpoints.web.path-mapping.health"
_DEFAULT = "/actuator"


def find_actuator_paths(look: Look) -> Sequence[str]:
    """The paths of health that committed settings tell, as one that is not told by any is `/actuator/health`."""
    told = {".".join(one.names): str(one.value) for one in find_spring_settings(look.files)}
    base, name = told.get(_BASE, _DEFAULT), told.get(_MAPPING, "health")
    return [f"/{base.strip('/')}/{name.strip('/')}".replace("//", "/")]

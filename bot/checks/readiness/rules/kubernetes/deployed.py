"""What manifests run whose source is elsewhere: servers that are let in from outside, and databases that keep data.

Source: https://kubernetes.io/docs/concepts/services-networking/ (read 2026-11-30).
Out of sight: objects of operators, which run databases by kinds of their own.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.kubernetes.charts import is_development
from bot.checks.readiness.facts.located import text_of
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.kubernetes.apps import find_apps

_ENTRANCES = ("Ingress", "Gateway", "HTTPRoute", "IngressRoute", "Route", "VirtualService")
_LET_IN = frozenset({"LoadBalancer", "NodePort"})
_DATABASE = re.compile(
    r"(?:^|/)(?:postgres(?:ql)?|pgvector|timescaledb(?:-ha)?|postgis|mysql|mariadb|percona[\w-]{0,40}|mongo(?:db)?|couchdb"
    r"|cassandra|mssql[\w-]{0,40}|[\w.-]{1,60}[-_]db)(?::[^/]*)?$"
)
_KEEPING = ("Deployment", "StatefulSet")
# Manifests for each source file, from which on a repository is one of manifests.
_MOST = 3


def _is_of_manifests(look: Look) -> bool:
    """Whether a repository deploys what is written elsewhere: what has code says by that what it is."""
    return len(look.files.select("*.yml", "*.yaml")) >= _MOST * max(len(look.source.paths), 1)


def lets_in(look: Look) -> bool:
    """Whether manifests let requests in to what they run."""
    if not _is_of_manifests(look):
        return False
    apps = find_apps(look.kubernetes.judged)
    entered = any(stack.of(*_ENTRANCES) for stack in look.kubernetes.judged)
    return bool(apps) and (
        entered or any(text_of(one.get("spec", "type")) in _LET_IN for app in apps for one in app.services)
    )


def keeps_data(look: Look) -> bool:
    """Whether manifests run a database, beside the product's own workloads, that is for more than to develop with."""
    if not _is_of_manifests(look):
        return False
    stacks = [stack for stack in look.kubernetes.judged if not is_development(stack.folder)]
    found = (one for stack in stacks for one in stack.of(*_KEEPING))
    return bool(find_apps(stacks)) and any(
        _DATABASE.search(container.image) for one in found for container in one.containers()
    )

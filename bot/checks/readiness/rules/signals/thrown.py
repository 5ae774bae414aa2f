"""Services of Compose that a profile alone starts, and resources of Terraform that say themselves that they are off.

Sources: https://docs.docker.com/compose/how-tos/profiles/ and
https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_metric_alarm (read 2026-11-30).
Out of sight: profiles that somebody names where the program runs.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.compose import Service
from bot.checks.readiness.facts.terraform import Block
from bot.checks.readiness.facts.terraform_conditions import outermost
from bot.checks.readiness.look import Look

_OFF = re.compile(r"^[ \t]*(?:actions_)?enabled[ \t]*=[ \t]*false\b", re.MULTILINE)
_NAMING = ("*.sh", "Makefile", "makefile", "*.mk", "justfile", "*.yml", "*.yaml", "*.env", ".env*", "package.json")
_MAX_NAME = 60


def is_disabled(block: Block) -> bool:
    """Whether a resource says of itself, and not of a part, that it is not enabled."""
    return _OFF.search(outermost(block.body)) is not None


def is_started(look: Look, service: Service) -> bool:
    """Whether a service needs no profile, or one that something in the tree names as it starts services."""
    profiles = service.value.get("profiles")
    names = [one[:_MAX_NAME] for one in profiles if isinstance(one, str)] if isinstance(profiles, list) else []
    if not names:
        return True
    named = "|".join(map(re.escape, names))
    given = re.compile(
        rf"--profiles?[ =][\"']?(?:{named}|\*)(?![\w-])|COMPOSE_PROFILES[ \t]*[=:][^\n]{{0,200}}\b(?:{named})\b"
    )
    return any(given.search(look.files.text(path) or "") for path in look.files.select(*_NAMING))

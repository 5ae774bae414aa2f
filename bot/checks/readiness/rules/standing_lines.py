"""How a line of a file that is no source stands in production: it counts, or why it does not.

Rule: what is of development alone, of a template that is not rendered, of an appender that no logger has, of a file of
logs that nothing loads, of a site that the image gets another one in place of, or of a program for a desktop is
configured, and not wired.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.checks.readiness.facts.appenders import is_idle_appender, profiles_of
from bot.checks.readiness.facts.log_files import is_loaded
from bot.checks.readiness.facts.reach.standing import DESKTOP_FILE, Standing
from bot.checks.readiness.facts.roles import OF_DEVELOPMENT
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.applied import Applied
from bot.checks.readiness.rules.log_conditions import is_held_back
from bot.checks.readiness.rules.spare_sites import find_site_instead
from bot.model import Evidence, Strength

# What ends so is never so in production, and not even configured there.
NOWHERE = (Standing.DEVELOPMENT, Standing.NEVER, Standing.DESKTOP)
# Profiles of production, and those of platforms, which are activated there.
_OF_PRODUCTION = re.compile(
    r"(?i)prod|live|default|k8s|kubernetes|cloud|aws|azure|gcp|ecs|heroku|docker|container|stag"
)
_ACTIVATING = (
    "Dockerfile*",
    "*.yml",
    "*.yaml",
    "*.properties",
    "*.sh",
    "*.tf",
    "*.env",
    ".env",
    "*.service",
    "Procfile",
    "pom.xml",
    "*.gradle",
    "*.gradle.kts",
    "*.json",
    "*.java",
    "*.toml",
    "*.conf",
)


def as_standing(look: Look, evidence: Evidence, applied: Applied) -> Evidence:
    """Evidence in a line as it is, or as configured where something keeps it from production."""
    why = _why_idle(look, evidence, applied)
    return replace(evidence, text=f"{evidence.text}, {why}", strength=Strength.CONFIGURED) if why else evidence


def _why_idle(look: Look, evidence: Evidence, applied: Applied) -> str:
    path = evidence.path or ""
    if DESKTOP_FILE.search(path):
        return f"but {Standing.DESKTOP}"
    if path.endswith(".xml") and (why := _why_unlogged(look, path, evidence.line or 1)):
        return why
    if OF_DEVELOPMENT.search(path):
        return "but for development alone"
    if (instead := find_site_instead(look, path)) is not None:
        return f"but the image gets {instead}"
    return "" if path in applied else "but the chart's values do not render it"


def _why_unlogged(look: Look, path: str, line: int) -> str:
    """Why a line of a file of Logback's or Log4j's settings logs nothing; empty where it may."""
    if not is_loaded(look.files, look.source, path):
        return "but nothing loads its file"
    if _is_of_other_profiles(look, path, line):
        return "but for a profile that nothing activates"
    if is_held_back(look, path, line):
        return "but only where a variable asks for it that nothing sets"
    idle = is_idle_appender(path, look.files.text(path) or "", line)
    return "but no logger has that appender" if idle else ""


def _is_of_other_profiles(look: Look, path: str, line: int) -> bool:
    """Whether a line counts in a profile alone that is none of production's, and that no file of the tree activates."""
    profiles = profiles_of(path, look.files.text(path) or "", line)
    if not profiles or any(map(_OF_PRODUCTION.search, profiles)):
        return False
    names = "|".join(map(re.escape, profiles))
    active = re.compile(
        rf"(?i)(?:profiles?[._-]?(?:active|include|default)|active:|include:)[^\n]{{0,200}}\b(?:{names})\b"
        rf"|profiles?[._-]?(?:active|include)[\"']?:?\s{{0,80}}-?\s{{0,9}}(?:value:)?\s{{0,9}}[\"']?(?:{names})\b"
    )
    files = (one for one in look.files.select(*_ACTIVATING) if not OF_DEVELOPMENT.search(one))
    return not any(active.search(look.files.text(one) or "") for one in files)

"""How a line of a file that is no source stands in production: it counts, or why it does not.

Rule: what is of development alone, of a template that is not rendered, of an appender that no logger has, of a file of
logs that nothing loads, of a site that the image gets another one in place of, or of a program for a desktop is
configured, and not wired.
"""

from __future__ import annotations

from dataclasses import replace

from bot.checks.readiness.facts.appenders import is_idle_appender
from bot.checks.readiness.facts.log_files import is_loaded
from bot.checks.readiness.facts.reach.standing import DESKTOP_FILE, Standing
from bot.checks.readiness.facts.roles import OF_DEVELOPMENT
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.applied import Applied
from bot.checks.readiness.rules.spare_sites import find_site_instead
from bot.model import Evidence, Strength


def as_standing(look: Look, evidence: Evidence, applied: Applied) -> Evidence:
    """Evidence in a line as it is, or as configured where something keeps it from production."""
    why = _why_idle(look, evidence, applied)
    return replace(evidence, text=f"{evidence.text}, {why}", strength=Strength.CONFIGURED) if why else evidence


def _why_idle(look: Look, evidence: Evidence, applied: Applied) -> str:
    path = evidence.path or ""
    if DESKTOP_FILE.search(path):
        return f"but {Standing.DESKTOP}"
    if path.endswith(".xml") and not is_loaded(look.files, look.source, path):
        return "but nothing loads its file"
    if path.endswith(".xml") and is_idle_appender(path, look.files.text(path) or "", evidence.line or 1):
        return "but no logger has that appender"
    if OF_DEVELOPMENT.search(path):
        return "but for development alone"
    if (instead := find_site_instead(look, path)) is not None:
        return f"but the image gets {instead}"
    return "" if path in applied else "but the chart's values do not render it"

"""Filters of Java that log requests at a level which production does not write.

Rule: a class whose lines of the log are all of debugging, or of errors, is one; and Spring's
`CommonsRequestLoggingFilter`, where no file of settings sets the level DEBUG for what is Spring's.
Source: https://docs.spring.io/spring-framework/reference/web/webmvc/filters.html and the class's own documentation
(read 2026-11-30). Out of sight: levels that are set as the program runs.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.checks.readiness.look import Look
from bot.model import Evidence, Strength

_SETTINGS = ("application*.properties", "application*.y*ml", "logback*.xml", "log4j2*.xml", "log4j2*.properties")
_WEB = re.compile(r"springframework\.web\b.*(?:debug|trace)|(?:\s|\.)web\s*[:=]\s*(?:debug|trace)", re.IGNORECASE)
_DEBUGS = re.compile(r"(?i)\blog(?:ger)?\w*\.(?:debug|trace)\(|\.at(?:Debug|Trace)\(")
_LOGS = re.compile(r"(?i)\blog(?:ger)?\w*\.(?:info|warn)\(|\.at(?:Info|Warn)\(|\.log\(")


def weaken_of_debugging(look: Look, evidence: Evidence) -> Evidence:
    """Evidence of what logs requests: configured where production does not write the level that it logs at."""
    if evidence.strength is Strength.CONFIGURED or not (evidence.path or "").endswith((".java", ".kt")):
        return evidence
    file = look.source.file(evidence.path or "")
    line = evidence.line or 1
    inside = [one for one in file.classes if one.line == line]
    if inside:
        code = "\n".join(file.code.split("\n")[line - 1 : inside[0].end_line])
        debugs = _DEBUGS.search(code) is not None and _LOGS.search(code) is None
    else:
        debugs = "CommonsRequestLoggingFilter" in file.lines[line - 1] and not _is_written(look)
    text = f"{evidence.text}, but at a level that production does not write"
    return replace(evidence, text=text, strength=Strength.CONFIGURED) if debugs else evidence


def _is_written(look: Look) -> bool:
    return any(_WEB.search(line[:500]) for path in look.files.select(*_SETTINGS) for line in look.files.lines(path))

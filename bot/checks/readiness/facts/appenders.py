"""Whether an appender of Logback or Log4j is one that no logger of its file has.

Rule: an appender that nothing of the file refers to writes nothing; a reference by a property stands for its default.
Source: https://logback.qos.ch/manual/configuration.html (read 2026-11-30).
Out of sight: appenders that another file refers to: one without a root logger is taken to be included.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.comments import without_comments

_OPENED = re.compile(
    r"<(?:appender|Console|File|RollingFile|RandomAccessFile|RollingRandomAccessFile|Socket)\s([^<>]{0,600})"
)
_NAME = re.compile(r"\bname\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,80})[\"']")
_REFERENCE = re.compile(r"<appender-?ref\s[^<>]{0,200}?\bref\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,200})[\"']", re.IGNORECASE)
_ROOT = re.compile(r"<(?:async)?root\b", re.IGNORECASE)
_DEFAULT = re.compile(r"\$\{[\w.-]{1,80}(?::-([^{}]{0,80}))?\}")
_INCLUDED = re.compile(r"<(?:xi:)?include\b", re.IGNORECASE)
_PROFILE = re.compile(r"<springProfile\s[^<>]{0,80}?\bname\s{0,9}=\s{0,9}[\"']([^\"'<>]{1,200})[\"']|</springProfile\b")
_CONDITION = re.compile(
    r"<if\s[^<>]{0,40}?\bcondition\s{0,9}=\s{0,9}(?:'([^'<>]{1,400})'|\"([^\"<>]{1,400})\")\s{0,9}>|<(else)\b|(</if)\b"
)
_MAX_CHARACTERS = 1_000_000


def profiles_of(path: str, content: str, number: int) -> Sequence[str]:
    """The profiles of Spring one of which a line needs, from 1 on; none where it needs none, or one that is not on."""
    text = without_comments(path, content[:_MAX_CHARACTERS])
    opened: list[str] = []
    for found in _PROFILE.finditer("\n".join(text.split("\n")[:number])):
        if found[0].startswith("</"):
            opened = opened[:-1]
        else:
            opened.append(found[1])
    named = re.split(r"[,|&\s]+", opened[-1]) if opened else []
    return [] if any("!" in one for one in named) else [one for one in named if one]


def conditions_of(path: str, content: str, number: int) -> Sequence[str]:
    """The conditions of Logback in whose first branch a line stands, from 1 on."""
    text = without_comments(path, content[:_MAX_CHARACTERS])
    opened: list[str] = []
    for found in _CONDITION.finditer("\n".join(text.split("\n")[:number])):
        if found[4]:
            opened = opened[:-1]
        elif found[3]:
            opened[-1:] = [""]
        else:
            opened.append(found[1] or found[2])
    return [one for one in opened if one]


def is_idle_appender(path: str, content: str, number: int) -> bool:
    """Whether a line, from 1 on, stands in an appender that no logger gets to."""
    text = without_comments(path, content[:_MAX_CHARACTERS])
    before = "\n".join(text.split("\n")[:number])
    opened = [name for one in _OPENED.finditer(before) if (name := _NAME.search(one[1]))]
    references = _REFERENCE.findall(text)
    if not opened or not _ROOT.search(text) or (not references and _INCLUDED.search(text)):
        return False
    meant = {_DEFAULT.sub(lambda found: found[1] if found[1] is not None else "?", one) for one in references}
    return opened[-1][1] not in meant and not any("?" in one for one in meant)

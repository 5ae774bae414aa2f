"""What a collector of OpenTelemetry passes on: the pipelines of its configuration that have an exporter to a store.

Rule: a pipeline of the kind that is wanted names an exporter which keeps what it gets; one that prints it, or drops it,
keeps nothing. The lines are read, for a configuration stands in a file, in values or in a ConfigMap's text.
Source: https://opentelemetry.io/docs/collector/configuration/#service (read 2026-11-30).
Out of sight: what an exporter's address is, and whether anything sends to the collector.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.signals.ask import CollectedSignal
from bot.model import Evidence

_KEEPS_NOTHING = re.compile(r"(?:debug|logging|nop|file)(?:/[\w.-]{1,60})?")
_EXPORTERS = re.compile(
    r"\bexporters[\"']?\s*:\s*(?:\[(?P<flow>[^\]]{0,400})|(?P<block>(?:\s*-\s*[^\s#]{1,80}){1,20}))"
)
_NAME = re.compile(r"[\w./{}$:-]{2,80}")
_MAX_LINE = 1_000
_MAX_LINES = 40


def find_collected(look: Look, signal: CollectedSignal) -> Iterator[Evidence]:
    """Yield the first pipeline of each file that passes on what is wanted."""
    elsewhere = re.compile(signal.not_in) if signal.not_in else None
    begins = re.compile(rf"^(\s+)[\"']?{re.escape(signal.collected)}(?:/[\w.-]+)?[\"']?:\s*(?:\{{|$)")
    for path in look.files.select(*signal.files):
        if elsewhere is not None and elsewhere.search(path):
            continue
        lines = [one[:_MAX_LINE] for one in without_comments(path, look.files.text(path) or "").split("\n")]
        for number, line in enumerate(lines):
            if (found := begins.match(line)) and _is_kept(_section(lines, number, len(found[1]))):
                text = f"a pipeline of {signal.collected} has an exporter"
                yield Evidence(path=path, line=number + 1, text=text, strength=signal.shows)
                break


def _section(lines: Sequence[str], start: int, indent: int) -> str:
    """The line of a key and those below it that stand deeper."""
    held = [lines[start]]
    for line in lines[start + 1 : start + _MAX_LINES]:
        if line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
        held.append(line)
    return "\n".join(held)


def _is_kept(section: str) -> bool:
    found = _EXPORTERS.search(section)
    names = _NAME.findall((found["flow"] or found["block"] or "") if found else "")
    return any(not _KEEPS_NOTHING.fullmatch(name) for name in names)

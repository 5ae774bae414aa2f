"""The findings as SARIF 2.1.0, within what GitHub's code scanning takes.

Sources (read 2026-11-25): https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html,
https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support (at least one place a
result, `security-severity`), and its page on troubleshooting uploads (10 MB compressed; of 25,000 results a run 5,000
are kept, and https://github.com/github/docs/issues/38085 has that they are not the worst).

A finding without a file is a notification of the run, since code scanning refuses a file that holds one result
without a place. So is what could not be checked.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.model import Certainty, Finding, Item, Report, Severity, State
from bot.render.escape import clip, decodable, escape_url_path, safe_url
from bot.render.words import count, finding_rank, state_word, waiver

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_MAX_RESULTS = 5_000
_MAX_GZIP_BYTES = 9_500_000
_MAX_NOTIFICATIONS = 1_000
_MAX_TEXT = 2_000
_ROOT = "%SRCROOT%"
_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# The middle of each of code scanning's ranges: over 9.0 is critical, 7.0 to 8.9 high, 4.0 to 6.9 medium.
_SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.1",
}
_SECURITY_CHECKS = ("secrets.", "security.")


@dataclass
class _Rules:
    """The rules met so far, by id, each with its place in the list."""

    index: dict[str, int] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)

    def add(self, item: Item, finding: Finding) -> int:
        """The index of the finding's rule; the first (and so the worst) finding describes it."""
        known = self.index.get(finding.rule)
        if known is None:
            known = self.index[finding.rule] = len(self.rules)
            self.rules.append(_rule(item, finding))
        return known


def render_sarif(report: Report) -> str:
    """The report as one SARIF log with one run; findings past GitHub's limits are left out, worst last, and counted."""
    found = _found(report)
    kept = min(len(found), _MAX_RESULTS)
    while True:
        text = json.dumps(_log(report, found[:kept], len(found) - kept), ensure_ascii=False) + "\n"
        if len(text) <= _MAX_GZIP_BYTES // 4 or len(gzip.compress(text.encode(), 6)) <= _MAX_GZIP_BYTES or not kept:
            return text
        kept //= 2


def _found(report: Report) -> list[tuple[Item, Finding]]:
    found = [(item, finding) for item in report.items for finding in item.outcome.findings]
    return sorted(found, key=lambda pair: finding_rank(pair[1]))


def _log(report: Report, found: Iterable[tuple[Item, Finding]], left_out: int) -> dict[str, Any]:
    rules = _Rules()
    results = []
    unknowns = list(_unknowns(report))
    notifications = unknowns[:_MAX_NOTIFICATIONS]
    left_out += len(unknowns) - len(notifications)
    for item, finding in found:
        if not finding.path:
            notifications.append(_notification(f"{item.title}: {finding.message}", _level(finding)))
        else:
            results.append(_result(item, finding, rules, report.line_hashes))
    if left_out:
        notifications.append(
            _notification(f"{count(left_out, 'entry is', 'entries are')} left out: the file would be too large")
        )
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "gonogo", "semanticVersion": _version(report.tool), "rules": rules.rules}},
        "automationDetails": {"id": "gonogo/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "the repository's root"}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "results": results,
        "properties": {"verdict": report.verdict, "policy": _text(report.policy.name)},
    }
    if report.url and (url := safe_url(report.url)):
        run["versionControlProvenance"] = [{"repositoryUri": url, "revisionId": _text(report.head)}]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _version(tool: str) -> str:
    return _text(tool.removeprefix("gonogo").strip() or "0")


def _rule(item: Item, finding: Finding) -> dict[str, Any]:
    security = item.id.startswith(_SECURITY_CHECKS)
    tags = [*(["security"] if security else []), _text(item.section)]
    properties: dict[str, Any] = {"tags": list(dict.fromkeys(tags))}
    if security:
        properties["security-severity"] = _SECURITY_SEVERITY[finding.severity]
    help_text = _text(finding.fix or finding.message)
    url = safe_url(finding.help) if finding.help else None
    rule: dict[str, Any] = {
        "id": _text(finding.rule),
        "shortDescription": {"text": _text(item.title)},
        "fullDescription": {"text": _text(f"{item.title} ({finding.rule})")},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _level(finding)},
        "properties": properties,
    }
    return {**rule, "helpUri": url} if url else rule


def _result(item: Item, finding: Finding, rules: _Rules, hashes: Mapping[str, Mapping[int, str]]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": _text(finding.rule),
        "ruleIndex": rules.add(item, finding),
        "level": _level(finding),
        "message": {"text": _text(finding.message)},
        "locations": [{"physicalLocation": _location(finding)}],
        "properties": {
            "item": _text(item.id),
            "state": item.outcome.state,
            "severity": finding.severity,
            "certainty": finding.certainty,
            **({"commit": _text(finding.commit)} if finding.commit else {}),
            **({"inHead": finding.in_head} if finding.in_head is not None else {}),
        },
    }
    if prints := _fingerprints(finding, hashes):
        result["partialFingerprints"] = prints
    if suppressions := list(_suppressions(finding)):
        result["suppressions"] = suppressions
    return result


def _fingerprints(finding: Finding, hashes: Mapping[str, Mapping[int, str]]) -> dict[str, str]:
    """GitHub's key comes first, which names no line where only an older commit has the finding."""
    line_hash = hashes.get(finding.path or "", {}).get(finding.line or 0) if finding.in_head is not False else None
    return {
        **({"primaryLocationLineHash": line_hash} if line_hash else {}),
        **({"gonogo/v1": _text(finding.fingerprint)} if finding.fingerprint else {}),
    }


def _location(finding: Finding) -> dict[str, Any]:
    uri = escape_url_path(finding.path or "").lstrip("/")
    location: dict[str, Any] = {"artifactLocation": {"uri": uri, "uriBaseId": _ROOT}}
    if finding.line is not None and finding.line > 0:
        region = {"startLine": finding.line}
        if finding.end_line is not None and finding.end_line >= finding.line:
            region["endLine"] = finding.end_line
        if finding.column is not None and finding.column > 0:
            region["startColumn"] = finding.column
        location["region"] = region
    return location


def _suppressions(finding: Finding) -> Iterator[dict[str, str]]:
    if waived := waiver(finding):
        yield {"kind": "external", "status": "accepted", "justification": _text(waived.words())}
    if finding.suppression:
        # What the tree asks for is not granted: only the policy waives.
        yield {"kind": "inSource", "status": "underReview", "justification": _text(finding.suppression)}


def _level(finding: Finding) -> str:
    if not finding.fails or finding.certainty is Certainty.NOTE:
        return "note"
    return _LEVELS[finding.severity]


def _unknowns(report: Report) -> Iterator[dict[str, Any]]:
    for item in report.items:
        level = "error" if item.required else "warning"
        if item.outcome.state is State.NOT_CHECKED and not item.outcome.unknowns:
            yield _notification(f"{item.title}: {state_word(item)}: {item.outcome.reason}", level)
        for unknown in item.outcome.unknowns:
            place = f" ({unknown.path})" if unknown.path else ""
            yield _notification(f"{item.title}: {unknown.reason}{place}. To settle it: {unknown.settle}", level)


def _notification(text: str, level: str = "warning") -> dict[str, Any]:
    return {"message": {"text": _text(text)}, "level": level}


def _text(text: str) -> str:
    return clip(decodable(text), _MAX_TEXT)

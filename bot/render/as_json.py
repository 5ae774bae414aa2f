"""The report as one JSON object: the contract that other programs rely on. It grows, it does not break."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from bot.model import Evidence, Finding, Item, Json, Report, Unknown
from bot.render.escape import decodable

SCHEMA = 1


def render_json(report: Report) -> str:
    r"""The report as JSON, with a last line break, always valid Unicode.

    Bytes of names that are not UTF-8 stand as the text `\\xNN`; numbers that JSON lacks are null.
    """
    document = {
        "schema": SCHEMA,
        "tool": report.tool,
        "repository": report.repository,
        "url": report.url,
        "pull_request": report.pull_request,
        "audit": report.audit,
        "base": None if report.audit else report.base,
        "base_name": None if report.audit else report.base_name,
        "merge_base": None if report.audit else report.merge_base,
        "head": report.head,
        "commits": report.commits,
        "files": report.files,
        "policy": {"name": report.policy.name, "source": report.policy.source, "digest": report.policy.digest},
        "verdict": report.verdict,
        "counts": report.counts(),
        "notes": list(report.notes),
        "targets": list(report.targets),
        "seconds": round(report.seconds, 3),
        "items": [_item(item) for item in report.items],
    }
    return json.dumps(_clean(document), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _item(item: Item) -> dict[str, Json]:
    outcome = item.outcome
    return {
        "id": item.id,
        "section": item.section,
        "title": item.title,
        "state": outcome.state,
        "level": item.level,
        "required": item.required,
        "needs_network": outcome.needs_network,
        "reason": outcome.reason,
        "findings": [_finding(finding) for finding in outcome.findings],
        "unknowns": [_unknown(unknown) for unknown in outcome.unknowns],
        "evidence": [_evidence(evidence) for evidence in outcome.evidence],
        "figures": outcome.figures,
        "rows": list(outcome.rows),
        "regressed": outcome.regressed,
        "seconds": round(outcome.seconds, 3),
    }


def _finding(finding: Finding) -> dict[str, Json]:
    members: dict[str, Json] = {
        "rule": finding.rule,
        "message": finding.message,
        "severity": finding.severity,
        "certainty": finding.certainty,
        "path": finding.path,
        "line": finding.line,
        "end_line": finding.end_line,
        "column": finding.column,
        "commit": finding.commit,
        "fingerprint": finding.fingerprint,
        "fix": finding.fix,
        "help": finding.help,
        "suppression": finding.suppression,
        "fails": finding.fails,
    }
    if finding.in_head is not None:
        members["in_head"] = finding.in_head
    return {**members, **{name: value for name, value in finding.details.items() if name not in members}}


def _unknown(unknown: Unknown) -> dict[str, Json]:
    return {"path": unknown.path, "line": unknown.line, "reason": unknown.reason, "settle": unknown.settle}


def _evidence(evidence: Evidence) -> dict[str, Json]:
    return {"path": evidence.path, "line": evidence.line, "text": evidence.text, "strength": evidence.strength}


def _clean(value: object) -> Json:
    match value:
        case str():
            return decodable(value)
        case float() if not math.isfinite(value):
            return None
        case None | bool() | int() | float():
            return value
        case Mapping():
            return {decodable(str(name)): _clean(member) for name, member in value.items()}
        case list() | tuple():
            return [_clean(member) for member in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no place in JSON")

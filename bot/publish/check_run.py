"""The check run: the report with its findings on their lines. It holds details and is nothing to require.

It is written complete at once, so that no run that ends early leaves one in progress, and then gets the annotations
that one request cannot take. One that says the same already is left alone; else a new one takes its place, because
annotations can only be added.

Limits: https://docs.github.com/en/rest/checks/runs (50 annotations a request, 65,535 characters of summary, 255 of an
annotation's title, 64 KB of its message; read 2026-11-25)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.github.answers import CheckRun
from bot.github.client import GitHub
from bot.model import Finding, Item, Json, Level, Report, Verdict
from bot.publish.mark import check_run_name
from bot.render.escape import clip, printable
from bot.render.markdown import render_comment
from bot.render.words import finding_rank, verdict_reason, verdict_word

BATCH: Final = 50
MAX_ANNOTATIONS: Final = 150
"""Some 270 make the page of a pull request time out: https://github.com/reviewdog/reviewdog/issues/1008"""
_SUMMARY_BYTES: Final = 65_000
_TITLE_LENGTH: Final = 255
_MESSAGE_LENGTH: Final = 4_000
# GitHub lets a pull request pass with `neutral` and `skipped`: neither is ever concluded, should a team require this.
_CONCLUSIONS: Final = {Verdict.GO: "success", Verdict.NO_GO: "failure", Verdict.PENDING: "action_required"}


@dataclass(frozen=True)
class Annotation:
    """A finding on its line, at the head."""

    item: Item
    finding: Finding
    path: str

    @property
    def level(self) -> str:
        """`failure` for what makes the verdict no-go, `warning` for what the policy only shows, `notice` for advice."""
        if not self.finding.fails:
            return "notice"
        return "failure" if self.item.required else "warning"

    @property
    def words(self) -> str:
        """What is wrong, and on the lines below how to fix it."""
        text = "\n".join(printable(part) for part in (self.finding.message, *(self.finding.fix or "").splitlines()))
        return clip(text, _MESSAGE_LENGTH)

    def as_json(self) -> dict[str, Json]:
        """As GitHub's API takes it. Columns are only allowed within one line, and need both ends; none are sent."""
        line = self.finding.line or 1
        return {
            "path": self.path,
            "start_line": line,
            "end_line": max(line, self.finding.end_line or line),
            "annotation_level": self.level,
            "title": clip(printable(self.item.title), _TITLE_LENGTH),
            "message": self.words,
        }


def find_annotations(report: Report) -> list[Annotation]:
    """The findings that have a line at the head, worst first. A path that is not UTF-8 cannot be named to GitHub."""
    found = [
        Annotation(item, finding, finding.path)
        for item in report.items
        if item.level is not Level.OFF
        for finding in item.outcome.findings
        if finding.path is not None and finding.in_head is not False and _is_unicode(finding.path)
    ]
    return sorted(found, key=lambda one: (not one.item.required, finding_rank(one.finding)))


def publish_check_run(client: GitHub, report: Report, name: str, url: str, *, known_new: bool = False) -> CheckRun:
    """Leave a check run that says what the report says, and return it.

    Args:
        client: GitHub.
        report: what to say.
        name: the input `name`.
        url: where its details are.
        known_new: whether no earlier run can have said the same, so that none is looked for.

    Raises:
        GitHubError: it could not be written, or not whole.
    """
    annotations = find_annotations(report)
    shown = [annotation.as_json() for annotation in annotations[:MAX_ANNOTATIONS]]
    output = _output(report, len(annotations) - len(shown))
    content: dict[str, Json] = {
        "conclusion": _CONCLUSIONS[report.verdict],
        "output": output,
        "annotations": shown,
    }
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    for there in () if known_new else client.check_runs(report.head, check_run_name(name)):
        if there.external_id == digest and _says(there, content):
            return there
    body: dict[str, Json] = {
        "name": check_run_name(name),
        "head_sha": report.head,
        "status": "completed",
        "conclusion": _CONCLUSIONS[report.verdict],
        "external_id": digest,
        "details_url": url,
    }
    made = client.create_check_run({**body, "output": {**output, "annotations": shown[:BATCH]}})
    for start in range(BATCH, len(shown), BATCH):
        client.add_annotations(made.id, {**output, "annotations": shown[start : start + BATCH]})
    return made


def _output(report: Report, left_out: int) -> dict[str, Json]:
    title = f"{verdict_word(report.verdict)}: {verdict_reason(report)}"
    summary = render_comment(report, mark="", full_report=None).strip()
    if len(summary.encode()) > _SUMMARY_BYTES:
        summary = f"{title}. The whole report is in the summary of the job."
    output: dict[str, Json] = {"title": clip(title, _TITLE_LENGTH), "summary": summary}
    if left_out:
        output["text"] = f"{left_out:,} further findings are not shown on their lines."
    return output


def _says(there: CheckRun, content: Mapping[str, Json]) -> bool:
    """Whether a check run shows that content. Its `external_id` alone is what anybody may have written."""
    output, annotations = content["output"], content["annotations"]
    return (
        isinstance(output, Mapping)
        and isinstance(annotations, Sequence)
        and there.conclusion == content["conclusion"]
        and there.output.title == output["title"]
        and there.output.summary == output["summary"]
        and there.output.annotations_count == len(annotations)
    )


def _is_unicode(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True

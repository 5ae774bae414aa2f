"""The limits that GitHub enforces and its description does not say.

Sources: `github.com/peter-evans/create-or-update-comment/issues/181`, `github.com/dead-claudia/github-limits/pull/13`
(comment bodies), `github.com/dorny/test-reporter/issues/194` (annotations' words),
https://docs.github.com/en/rest/checks/runs, https://docs.github.com/en/rest/commits/statuses (read 2026-11-25).
"""

from __future__ import annotations

from tests.github_server.description import Object
from tests.github_server.wire import RefusalError, invalid

MAX_BODY_UNITS = 65_536
MAX_BODY_BYTES = 262_144
MAX_COMMENTS = 2_500
MAX_ANNOTATIONS = 50
MAX_OUTPUT = 65_535
MAX_DESCRIPTION = 140
MAX_CONTEXT = 255
MAX_STATUSES = 1_000
MAX_ANNOTATION_TITLE = 255
MAX_ANNOTATION_BYTES = 65_536
MAX_ACTIONS = 3


def check_comment(body: str, existing: int = 0) -> None:
    """Refuse a comment that GitHub refuses.

    The length's unit is told in two ways, UTF-16 units and bytes: both count here.
    """
    units = len(body.encode("utf-16-le", "surrogatepass")) // 2
    if not body.strip():
        raise invalid("IssueComment", "data", "Body can't be blank", code="unprocessable")
    if units > MAX_BODY_UNITS or len(body.encode(errors="surrogatepass")) > MAX_BODY_BYTES:
        message = f"Body is too long (maximum is {MAX_BODY_UNITS} characters)"
        raise invalid("IssueComment", "data", message, code="unprocessable")
    if existing >= MAX_COMMENTS:
        message = "Commenting is disabled on issues with more than 2500 comments"
        raise invalid("IssueComment", "data", message, code="unprocessable")


def check_status(body: Object, existing: int) -> None:
    """Refuse a commit status that GitHub refuses; `existing` counts those of this commit and context."""
    for name, maximum in (("description", MAX_DESCRIPTION), ("context", MAX_CONTEXT)):
        if len(body.get(name) or "") > maximum:
            raise invalid("Status", name, f"{name} is too long (maximum is {maximum} characters)")
    if existing >= MAX_STATUSES:
        raise invalid("Status", "base", "This SHA and context has reached the maximum number of statuses.")


def check_run(body: Object) -> None:
    """Refuse a check run, or a change to one, that GitHub refuses."""
    if body.get("status") == "completed" and not body.get("conclusion"):
        raise _unprocessable('"conclusion" wasn\'t supplied')
    if body.get("conclusion") == "stale":
        raise _unprocessable("stale is not a conclusion that can be set")
    output = body.get("output") or {}
    for name in ("title", "summary") if output else ():
        if not output.get(name):
            raise _unprocessable(f'"{name}" wasn\'t supplied')
    for name in ("summary", "text"):
        if len(output.get(name) or "") > MAX_OUTPUT:
            raise _unprocessable(f"Only {MAX_OUTPUT} characters are allowed; {len(output[name])} were supplied.")
    annotations = output.get("annotations") or []
    for maximum, items in ((MAX_ANNOTATIONS, annotations), (MAX_ACTIONS, body.get("actions") or [])):
        if len(items) > maximum:
            raise _unprocessable(f"No more than {maximum} items are allowed; {len(items)} were supplied.")
    for annotation in annotations:
        _check_annotation(annotation)


def _check_annotation(annotation: Object) -> None:
    if annotation["end_line"] < annotation["start_line"]:
        raise _unprocessable("end_line must not be before start_line")
    columns = {"start_column", "end_column"} & annotation.keys()
    if columns and annotation["end_line"] != annotation["start_line"]:
        raise _unprocessable("start_column and end_column are only allowed where start_line is end_line")
    if len(annotation.get("title") or "") > MAX_ANNOTATION_TITLE:
        raise _unprocessable(f"Only {MAX_ANNOTATION_TITLE} characters are allowed in title")
    for name in ("message", "raw_details"):
        if len((annotation.get(name) or "").encode(errors="surrogatepass")) > MAX_ANNOTATION_BYTES:
            raise _unprocessable(f"Only 64 KB are allowed in {name}")


def _unprocessable(message: str) -> RefusalError:
    return RefusalError(422, f"Invalid request.\n\n{message}")

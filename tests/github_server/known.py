"""What of GitHub's description the server knows, read once a process."""

from __future__ import annotations

from functools import cache

from tests.github_server import description, validate
from tests.github_server.description import Object
from tests.github_server.routes import ROUTES

EVENTS = (
    "check-run-rerequested",
    "issue-comment-created",
    "issue-comment-deleted",
    "issue-comment-edited",
    "merge-group-checks-requested",
    "pull-request-closed",
    "pull-request-converted-to-draft",
    "pull-request-edited",
    "pull-request-labeled",
    "pull-request-opened",
    "pull-request-ready-for-review",
    "pull-request-reopened",
    "pull-request-synchronize",
    "pull-request-unlabeled",
    "push",
    "workflow-dispatch",
    "workflow-run-completed",
    "workflow-run-requested",
)


@cache
def validator() -> validate.Validator:
    """The one validator of a process."""
    return validate.Validator(known())


@cache
def known() -> Object:
    """The description, cut to the operations and the webhooks that the server knows."""
    return description.load(((route.method, route.template) for route in ROUTES), EVENTS)

"""The operations that the server knows; importing a module registers its own."""

from tests.github_server.routes import (
    account,
    actions,
    checks,
    code,
    comments,
    deployments,
    pulls,
    reactions,
    rules,
    statuses,
)
from tests.github_server.wire import ROUTES

__all__ = [
    "ROUTES",
    "account",
    "actions",
    "checks",
    "code",
    "comments",
    "deployments",
    "pulls",
    "reactions",
    "rules",
    "statuses",
]

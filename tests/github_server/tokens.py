"""Tokens and what they may do, in GitHub's words of refusal."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers

Access: TypeAlias = Literal["none", "read", "write"]


class Kind(StrEnum):
    """Who stands behind a token."""

    GITHUB_TOKEN = "installation"  # the workflow's own, of the App github-actions
    APP = "app"  # another App's installation token
    PAT = "pat"  # a user's classic token, with the scope `repo`


# What the job's `permissions:` grant unless a test says otherwise; anything else is `none`, as in a workflow.
DEFAULT: Mapping[str, Access] = {
    "actions": "read",
    "checks": "write",
    "contents": "read",
    "pull-requests": "write",
    "statuses": "write",
}
# What GITHUB_TOKEN has in a run of a fork's pull request, whatever the workflow says.
FORK: Mapping[str, Access] = dict.fromkeys(
    ("actions", "checks", "contents", "deployments", "issues", "pull-requests", "statuses"), "read"
)
_RANK = {"none": 0, "read": 1, "write": 2}
_PREFIX = {Kind.GITHUB_TOKEN: "ghs_", Kind.APP: "ghs_", Kind.PAT: "ghp_"}


@dataclass(frozen=True)
class Need:
    """A permission that an operation asks for, by the name it has in a workflow."""

    name: str
    access: Access

    def header(self) -> str:
        """As in the header X-Accepted-GitHub-Permissions."""
        return f"{self.name.replace('-', '_')}={self.access}"


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token, whom it acts as, and its permissions by their names in a workflow."""

    kind: Kind
    login: str
    permissions: Mapping[str, Access]
    app: str | None
    value: str = field(repr=False)

    def meets(self, needs: Sequence[Need]) -> bool:
        """Whether it has one of several permissions; none asked for is met."""
        if self.kind is Kind.PAT or not needs:
            return True
        return any(_RANK[self.permissions.get(need.name, "none")] >= _RANK[need.access] for need in needs)

    @property
    def refusal(self) -> str:
        """GitHub's words for a missing permission."""
        return "Resource not accessible by integration"


def make_token(kind: Kind, permissions: Mapping[str, Access], login: str | None) -> Token:
    """A fresh token; an App acts as `<slug>[bot]`."""
    app = {Kind.GITHUB_TOKEN: "github-actions", Kind.APP: login or "gonogo-app", Kind.PAT: None}[kind]
    acts_as = f"{app}[bot]" if app else login or "octavia"
    value = _PREFIX[kind] + secrets.token_hex(18)
    return Token(kind=kind, login=acts_as, permissions=dict(permissions), app=app, value=value)


def presented(headers: Headers) -> str | None:
    """The token that a request carries: as a bearer, as GitHub's own `token`, or as a password (git)."""
    scheme, _, rest = headers.get("Authorization", "").partition(" ")
    match scheme.lower():
        case "":
            return None
        case "basic":
            try:
                return base64.b64decode(rest, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return ""
        case "bearer" | "token":
            return rest.strip()
        case _:
            return ""

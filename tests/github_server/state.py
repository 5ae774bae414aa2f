"""What the server knows: one repository and what hangs on it, as objects of GitHub's shapes."""

from __future__ import annotations

import itertools
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.github_server.description import Object
from tests.github_server.objects import Objects
from tests.github_server.tokens import Token

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
HOURLY_LIMIT = 1_000
"""Requests an hour that GITHUB_TOKEN has for one repository.

Source: https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api (read 2026-11-25)
"""


@dataclass(frozen=True)
class Edit:
    """One version of a comment's body: who wrote it, and when; maybe somebody deleted it from the history."""

    editor: str | None
    edited_at: str
    body: str
    deleted_at: str | None = None


@dataclass
class Rate:
    """The primary rate limit: requests left, and the Unix time at which it is full again."""

    remaining: int = HOURLY_LIMIT
    reset: int = 4_102_444_800


@dataclass(kw_only=True)
class State:
    """All of it. Handlers hold `lock` while they read or write.

    Attributes:
        pulls: by number. comments: by id, `issue_number` is the number that a comment hangs on. check_runs: by id.
        artifacts: by id. archives: an artifact's content. edits: a comment's versions, oldest first.
        apps_named: whether a comment names the App that posted it; clients must not rely on that.
        known_commits: what exists beside the commits of `git`.
        reactions: to comments, by id: login and content.
        rules: those of rulesets, by branch. protected: the contexts that a protected branch asks for.
        git: the bare repository served over HTTP, or None.
    """

    objects: Objects
    repository: Object
    tokens: dict[str, Token] = field(default_factory=dict)
    pulls: dict[int, Object] = field(default_factory=dict)
    files: dict[int, list[Object]] = field(default_factory=dict)
    reviews: dict[int, list[Object]] = field(default_factory=dict)
    issue_of: dict[int, int] = field(default_factory=dict)
    comments: dict[int, Object] = field(default_factory=dict)
    edits: dict[int, list[Edit]] = field(default_factory=dict)
    check_runs: dict[int, Object] = field(default_factory=dict)
    annotations: dict[int, list[Object]] = field(default_factory=dict)
    suites: dict[tuple[str, str], int] = field(default_factory=dict)
    statuses: list[Object] = field(default_factory=list)
    status_shas: dict[int, str] = field(default_factory=dict)
    artifacts: dict[int, Object] = field(default_factory=dict)
    archives: dict[int, bytes] = field(default_factory=dict)
    runs: dict[int, Object] = field(default_factory=dict)
    deployments: dict[int, Object] = field(default_factory=dict)
    deployment_statuses: dict[int, list[Object]] = field(default_factory=dict)
    permissions: dict[str, str] = field(default_factory=dict)
    known_commits: set[str] = field(default_factory=set)
    rules: dict[str, list[Object]] = field(default_factory=dict)
    protected: dict[str, list[str]] = field(default_factory=dict)
    reactions: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)
    apps_named: bool = True
    git: Path | None = None
    storage_url: str = ""
    lock: threading.RLock = field(default_factory=threading.RLock)
    _ids: Callable[[], int] = field(default_factory=lambda: itertools.count(1_000_001).__next__)
    _ticks: Callable[[], int] = field(default_factory=lambda: itertools.count().__next__)

    @property
    def full_name(self) -> str:
        """The repository's `owner/name`."""
        return self.objects.repository

    @property
    def api(self) -> str:
        """The repository's address in the API."""
        return f"{self.objects.api_url}/repos/{self.full_name}"

    @property
    def page(self) -> str:
        """The repository's web address."""
        return f"{self.objects.url}/{self.full_name}"

    def new_id(self) -> int:
        """An id that no other object has; a later object has a higher one."""
        return self._ids()

    def now(self) -> str:
        """A time of this server's own clock, which goes a second forward at each reading."""
        return (_EPOCH + timedelta(seconds=self._ticks())).strftime("%Y-%m-%dT%H:%M:%SZ")

    def run_git(self, *args: str) -> bytes | None:
        """What git prints in the served repository; None without one, or where git fails."""
        if self.git is None:
            return None
        done = subprocess.run(["git", "-C", str(self.git), *args], capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else None

    def resolve(self, name: str) -> str | None:
        """The commit that a sha, a branch, a tag or a `heads/` or `pull/` ref names, or None; git comes first."""
        for prefix in ("refs/heads/", "refs/tags/", "refs/", "") if self.git else ():
            found = self.run_git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{prefix}{name}^{{commit}}")
            if found:
                return found.decode().strip()
        known = {sha for sha in self.known_commits if len(name) >= 7 and sha.startswith(name)}
        return known.pop() if len(known) == 1 else self.branches.get(name.removeprefix("refs/").removeprefix("heads/"))

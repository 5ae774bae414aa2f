"""GitHub's objects, seeded from the examples of its description, with this server's addresses."""

from __future__ import annotations

import copy
import re
from typing import Any

from tests.github_server.description import Object

_REPOSITORY_API = re.compile(r"https://api\.github\.com/repos/[^/{]+/[^/{]+")
_REPOSITORY_PAGE = re.compile(r"https://github\.com/(?:octocat|github)/[Hh]ello-[Ww]orld")
_BOTS = {"github-actions[bot]": 41898282, "dependabot[bot]": 49699333}
_APPS = {"github-actions": 15368}


class Objects:
    """Makes objects of GitHub's shapes.

    Attributes:
        repository: `owner/name` that addresses name unless another is asked for.
    """

    def __init__(self, examples: Object, url: str, repository: str) -> None:
        self._examples = examples
        self.url, self.api_url, self.repository = url, f"{url}/api/v3", repository
        self._ids: dict[str, int] = dict(_BOTS)

    def seed(self, example: str, *, repository: str | None = None) -> Object:
        """A copy of an example (of a list's first entry), its addresses replaced by this server's."""
        value = self._examples[example]["value"]
        seeded: Object = self._rewrite(copy.deepcopy(value[0] if isinstance(value, list) else value), repository)
        return seeded

    def user(self, login: str) -> Object:
        """An account; `[bot]` at the end of its login makes it a bot."""
        user: Object = replace(self.seed("simple-user"), "/users/octocat", f"/users/{login}")
        identity = self._ids.setdefault(login, 1_000 + len(self._ids))
        page = login.removesuffix("[bot]")
        kind, path = ("Bot", f"apps/{page}") if login.endswith("[bot]") else ("User", login)
        return {**user, "login": login, "id": identity, "type": kind, "html_url": f"{self.url}/{path}"}

    def app(self, slug: str) -> Object:
        """An App as the check runs and comments that it made show it."""
        app: Object = self.seed("check-run")["app"]
        names = {"slug": slug, "name": slug.replace("-", " ").title(), "html_url": f"{self.url}/apps/{slug}"}
        return {**app, **names, "id": _APPS.get(slug, 200_000 + len(slug))}

    def repo(self, full_name: str, *, private: bool, fork: bool, identity: int) -> Object:
        """A repository, whole, as `GET /repos/{owner}/{repo}` shows it."""
        owner, _, name = full_name.partition("/")
        repo = self.seed("full-repository-default-response", repository=full_name)
        for key in ("source", "parent", "organization", "template_repository"):
            repo.pop(key, None)
        return {
            **repo,
            "id": identity,
            "name": name,
            "full_name": full_name,
            "owner": self.user(owner),
            "private": private,
            "visibility": "private" if private else "public",
            "fork": fork,
            "language": "Python",
            "default_branch": "main",
            "topics": [],
            "has_discussions": False,
            "mirror_url": None,
            "clone_url": f"{self.url}/{full_name}.git",
            "git_url": f"git://127.0.0.1/{full_name}.git",
            "ssh_url": f"git@127.0.0.1:{full_name}.git",
            "svn_url": f"{self.url}/{full_name}",
        }

    def _rewrite(self, value: Any, repository: str | None) -> Any:  # noqa: ANN401 - JSON in, JSON out
        name = repository or self.repository
        for pattern, ours in (
            (_REPOSITORY_API, f"{self.api_url}/repos/{name}"),
            (re.compile(r"https://api\.github\.com"), self.api_url),
            (_REPOSITORY_PAGE, f"{self.url}/{name}"),
            (re.compile(r"https://github\.com(?!/images)"), self.url),
        ):
            value = replace(value, pattern, ours)
        return value


def replace(value: Any, old: str | re.Pattern[str], new: str) -> Any:  # noqa: ANN401 - JSON in, JSON out
    """A copy of a JSON value with a text replaced in each of its strings."""
    match value:
        case str():
            return value.replace(old, new) if isinstance(old, str) else old.sub(lambda _: new, value)
        case list():
            return [replace(inner, old, new) for inner in value]
        case dict():
            return {name: replace(inner, old, new) for name, inner in value.items()}
        case _:
            return value

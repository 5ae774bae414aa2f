"""Payloads of the events that start a workflow, as the file GITHUB_EVENT_PATH names holds them.

They are GitHub's own examples (`@octokit/webhooks-examples`), with this server's repository, pull requests, runs
and people in them. GitHub puts the same payload before `pull_request` and `pull_request_target`.
"""

from __future__ import annotations

import copy
import re
from typing import Any

from tests.github_server.description import Object, webhook_examples
from tests.github_server.handle import GitHub
from tests.github_server.objects import replace

_REPOSITORY = re.compile(r"(?:Codertocat/Hello-World|octo-org/octo-repo|github/hello-world)")


class Events:
    """Makes payloads of one server's events. `sender` is the login of who caused one."""

    def __init__(self, github: GitHub) -> None:
        self._github, self._state = github, github.state

    def pull_request(self, number: int, action: str = "opened", *, sender: str | None = None, **members: Any) -> Object:  # noqa: ANN401 - JSON
        """A pull request as it is now; `members` adds or replaces members of the payload (`changes`, `label`).

        `synchronize` asks for `before`; of a `labeled` one the last label is the new one; an `edited` one changed its
        title unless `changes` says otherwise.
        """
        pull = self._state.pulls[number]
        example = self._example("pull_request", _like(action))
        added: Object = {}
        match action:
            case "synchronize":
                added = {"before": "0" * 40, "after": pull["head"]["sha"]}
            case "edited":
                added = {"changes": {"title": {"from": "An older title"}}}
            case "labeled" | "unlabeled":
                added = {"label": pull["labels"][-1] if pull["labels"] else example["label"]}
        return {
            **example,
            **self._common(example, sender or pull["user"]["login"]),
            "action": action,
            "number": number,
            "pull_request": {**example["pull_request"], **pull, "state": "closed" if action == "closed" else "open"},
            **added,
            **members,
        }

    def merge_group(self, number: int, head_sha: str, *, sender: str = "ada") -> Object:
        """A request for the checks of a merge queue's group; the pull request stands in its branch's name alone."""
        self._github.add_commit(head_sha)
        base = self._state.pulls[number]["base"]
        example = self._example("merge_group", "checks_requested")
        group = {
            **example["merge_group"],
            "head_sha": head_sha,
            "head_ref": f"refs/heads/gh-readonly-queue/{base['ref']}/pr-{number}-{base['sha']}",
            "base_sha": base["sha"],
            "base_ref": f"refs/heads/{base['ref']}",
        }
        return {**example, **self._common(example, sender), "merge_group": group | self._head_commit(group, head_sha)}

    def workflow_run(self, run: Object, action: str = "completed", *, sender: str = "ada", **members: Any) -> Object:  # noqa: ANN401 - JSON
        """The end (or the request) of another workflow's run; of a fork's, `run["pull_requests"]` is empty."""
        example = self._example("workflow_run", action)
        merged = {**example["workflow_run"], **run}
        merged |= self._head_commit(merged, run["head_sha"])
        return {**example, **self._common(example, sender), "action": action, "workflow_run": merged, **members}

    def push(self, ref: str, before: str, after: str, *, sender: str = "ada") -> Object:
        """A push to a ref; a `before` of zeros makes it, an `after` of zeros deletes it."""
        example = self._example("push", None)
        gone = set(after) == {"0"}
        if not gone:
            self._github.add_commit(after)
        head = None if gone else self._head_commit(example, after)["head_commit"]
        return {
            **example,
            **self._common(example, sender),
            "ref": ref,
            "before": before,
            "after": after,
            "created": set(before) == {"0"},
            "deleted": gone,
            "forced": False,
            "base_ref": None,
            "compare": f"{self._state.page}/compare/{before[:12]}...{after[:12]}",
            "commits": [] if head is None else [head],
            "head_commit": head,
            "pusher": {"name": sender, "email": f"{sender}@example.org"},
        }

    def issue_comment(
        self, identity: int, action: str = "created", *, sender: str | None = None, was: str | None = None
    ) -> Object:
        """A comment on a pull request; `was` is the body before an edit. The payload has no head commit."""
        comment = self._state.comments[identity]
        number = self._state.issue_of[identity]
        example = self._example("issue_comment", action)
        pull = self._state.pulls[number]
        links = {name: pull[name] for name in ("url", "html_url", "diff_url", "patch_url")}
        shared = {name: pull[name] for name in ("number", "title", "body", "user", "labels", "state", "html_url", "id")}
        issue = {**example["issue"], **shared, "url": pull["issue_url"], "draft": pull["draft"]}
        payload = {
            **example,
            **self._common(example, sender or comment["user"]["login"]),
            "issue": {
                **issue,
                **dict.fromkeys(("assignee", "active_lock_reason")),
                "reactions": comment["reactions"],
                "pull_request": {**links, "merged_at": None},
            },
            "comment": {**example["comment"], **comment},
        }
        return payload if was is None else {**payload, "changes": {"body": {"from": was}}}

    def check_run(self, run: Object, *, sender: str = "ada") -> Object:
        """Somebody asks to run a check run again; only the App that made it hears of it."""
        example = self._example("check_run", "rerequested")
        example.pop("installation", None)
        return {**example, **self._common(example, sender), "check_run": {**example["check_run"], **run}}

    def workflow_dispatch(self, ref: str, inputs: dict[str, str] | None = None, *, sender: str = "ada") -> Object:
        """A run started by hand."""
        example = self._example("workflow_dispatch", None)
        return {**example, **self._common(example, sender), "ref": ref, "inputs": inputs or {}}

    def _example(self, name: str, action: str | None) -> Object:
        """GitHub's example with this server's addresses, without an organization or an installation."""
        found = next(example for example in webhook_examples()[name] if example.get("action") == action)
        payload: Object = copy.deepcopy(found)
        for old, new in (
            ("https://api.github.com", self._github.api_url),
            ("https://github.com", self._github.url),
            (_REPOSITORY, self._github.repository),
        ):
            payload = replace(payload, old, new)
        return {name: value for name, value in payload.items() if name not in {"organization", "installation"}}

    def _common(self, example: Object, sender: str) -> Object:
        # Older examples lack some.
        names = {*example["repository"], "has_discussions", "topics", "visibility"}
        known = {name: value for name, value in self._state.repository.items() if name in names}
        times = ("created_at", "pushed_at", "updated_at")
        repository = {**example["repository"], **known} | {name: example["repository"][name] for name in times}
        return {"repository": repository, "sender": self._state.objects.user(sender)}

    def _head_commit(self, example: Object, sha: str) -> Object:
        commit = example["head_commit"]
        linked = {"url": f"{self._state.page}/commit/{sha}"} if "url" in commit else {}
        return {"head_commit": {**commit, **linked, "id": sha}}


def _like(action: str) -> str:
    """The action whose example serves; there is none of an edit."""
    return "opened" if action == "edited" else action

"""The action as GitHub runs it: a process with the runner's environment, a checkout, and a GitHub to talk to."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.action.warm import run_action
from tests.github_server.events import Events
from tests.github_server.handle import GitHub
from tests.repo import GitRepo

NUMBER = 7
POLICY = ".github/gonogo.yml"
# What the change does to its own policy counts for nothing, and a broken one is a fault: a no-go without any engine.
ONLY_POLICY = """\
name: ours
sections: {policy: Rules}
items:
  policy.changed: {section: policy, required: block}
"""
BROKEN = "items: [\n"

_CODE = Path(__file__).parents[2]
_KILLED_WITHIN_S = 0.3
_OUTPUT = re.compile(r"^(?P<name>[^\n<]+)<<(?P<word>\S+)\n(?P<value>.*?)\n?(?P=word)\n", re.MULTILINE | re.DOTALL)


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something is so, a minute at most."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@dataclass(frozen=True)
class Done:
    """How a run ended."""

    status: int
    log: str
    outputs: Mapping[str, str]
    summary: str


class World:
    """A repository `acme/shop` on a running GitHub, its checkout, and the runner around it."""

    def __init__(self, github: GitHub, events: Events, folder: Path) -> None:
        self.github, self.events = github, events
        self.folder = folder
        self.repo = GitRepo(folder / "source")
        self.base = self.repo.commit({"app.py": "one\n", POLICY: ONLY_POLICY}, "first")
        self.head = self.base
        self._run_id = 1000
        for name in ("temp", "home", "workspace", "tmp"):
            (folder / name).mkdir()

    @property
    def workspace(self) -> Path:
        """Where the checkout is, if there is one."""
        return self.folder / "workspace"

    @property
    def temp(self) -> Path:
        """The runner's temporary folder."""
        return self.folder / "temp"

    def open_pull(self, files: Mapping[str, str | bytes | None], *, fork: bool = False, **members: Any) -> str:  # noqa: ANN401 - JSON
        """Commit a change on the branch `topic`, open pull request 7 for it, and return its head."""
        self.repo.branch("topic", "main")
        self.head = self.repo.commit(dict(files), "change")
        self.repo.switch("main")
        self.github.add_pull(NUMBER, base_sha=self.base, head_sha=self.head, fork=fork, **members)
        self.serve()
        return self.head

    def push(self, files: Mapping[str, str | bytes | None]) -> str:
        """Add a commit to the pull request and return it."""
        self.repo.switch("topic")
        self.head = self.repo.commit(dict(files), "more")
        self.repo.switch("main")
        self.github.push(NUMBER, self.head)
        self.serve()
        return self.head

    def queue(self, onto: str) -> str:
        """Put the pull request on top of a commit, as the merge queue does, its files winning; return the group."""
        branch = f"gh-readonly-queue/main/pr-{NUMBER}"
        self.repo.branch(branch, onto)
        self.repo.git("merge", "-q", "--no-ff", "-X", "theirs", "-m", "group", "topic")
        group = self.repo.git("rev-parse", "HEAD")
        self.repo.switch("main")
        self.github.add_commit(group, branch=branch)
        self.serve()
        return group

    def serve(self) -> None:
        """Let git on GitHub have what the repository has now."""
        served = self.folder / "served.git"
        if not served.exists():
            self.repo.git("init", "-q", "--bare", str(served))
        self.repo.git("push", "-q", "--force", str(served), "refs/heads/*:refs/heads/*")
        self.github.serve_git(served)

    def check_out(self, revision: str, *, depth: int | None = None) -> None:
        """Check a revision out into the workspace."""
        shallow = [f"--depth={depth}"] if depth else []
        self.repo.git("init", "-q", str(self.workspace))
        git = ["-C", str(self.workspace)]
        self.repo.git(*git, "fetch", "-q", *shallow, f"file://{self.folder / 'served.git'}", revision)
        self.repo.git(*git, "checkout", "-q", "FETCH_HEAD")

    def environment(self, event: str, payload: object, token: str | None = None, **inputs: str) -> dict[str, str]:
        """What a runner sets for one run of the action. Inputs are given with `_` for `-`."""
        self._run_id += 1
        path = self.folder / f"event-{self._run_id}.json"
        path.write_text(payload if isinstance(payload, str) else json.dumps(payload), encoding="utf-8")
        given = {f"INPUT_{name.replace('_', '-').upper()}": value for name, value in inputs.items()}
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(_CODE),
            "HOME": str(self.folder / "home"),
            "GONOGO_CACHE_DIR": str(_CODE / ".cache" / "engines"),
            "RUNNER_TEMP": str(self.temp),
            "TMPDIR": str(self.folder / "tmp"),
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_REPOSITORY": self.github.repository,
            "GITHUB_API_URL": self.github.api_url,
            "GITHUB_SERVER_URL": self.github.url,
            "GITHUB_EVENT_NAME": event,
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_OUTPUT": str(self.folder / f"output-{self._run_id}"),
            "GITHUB_STEP_SUMMARY": str(self.folder / f"summary-{self._run_id}"),
            "GITHUB_RUN_ID": str(self._run_id),
            "GITHUB_RUN_ATTEMPT": "1",
            "GITHUB_SHA": self.head,
            "GITHUB_REF": f"refs/pull/{NUMBER}/merge",
            "INPUT_TOKEN": self.github.token() if token is None else token,
            **given,
        }

    def run(self, event: str = "pull_request", payload: object = None, token: str | None = None, **inputs: str) -> Done:
        """Run the action to its end, for the pull request as it is now unless a payload is given."""
        environment = self.environment(event, payload or self.events.pull_request(NUMBER), token, **inputs)
        log = self.folder / f"log-{self._run_id}"
        status = run_action(environment, self.workspace, log, timeout_s=60)
        return self.done(environment, status, log.read_bytes())

    def run_killed(self, environment: Mapping[str, str], answered: int) -> None:
        """Run the action until so many requests are answered, and kill it: the next one nobody is there to hear of."""
        before = len(self.github.requests)
        self.github.fail("*", "*", skip=answered, delay_s=_KILLED_WITHIN_S + 0.4)
        with self.start(environment) as process:
            wait_for(lambda: len(self.github.requests) - before >= answered or process.poll() is not None)
            time.sleep(_KILLED_WITHIN_S)
            process.kill()
        # What was sent is carried out all the same.
        time.sleep(_KILLED_WITHIN_S + 0.4)
        wait_for(lambda: self.github.is_idle)
        self.github.heal()

    def start(self, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Start the action; its log is both of its streams, as on GitHub."""
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "action"],
            cwd=self.workspace,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def done(self, environment: Mapping[str, str], status: int, log: bytes) -> Done:
        """What a run left."""
        output, summary = Path(environment["GITHUB_OUTPUT"]), Path(environment["GITHUB_STEP_SUMMARY"])
        text = output.read_text(encoding="utf-8") if output.exists() else ""
        return Done(
            status=status,
            log=log.decode("utf-8"),
            outputs={found["name"]: found["value"] for found in _OUTPUT.finditer(text)},
            summary=summary.read_text(encoding="utf-8") if summary.exists() else "",
        )

    def states(self, sha: str | None = None) -> list[tuple[str, str]]:
        """The statuses of a commit (the head), oldest first: context and state."""
        return [(status["context"], status["state"]) for status in self.github.statuses(sha or self.head)]

    def bodies(self) -> list[str]:
        """The pull request's comments, oldest first."""
        return [comment["body"] for comment in self.github.comments(NUMBER)]

"""`gonogo doctor`: looks a set-up over and says what is missing, what is weak, and what could not be looked at."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from bot.checks import CHECKS
from bot.collect.change import Repository
from bot.collect.folders import scratch_folder
from bot.collect.platform import find_repository, find_rules, find_token
from bot.errors import GonogoError, PolicyError, UsageError
from bot.policy.command import load_policy
from bot.policy.values import POLICY_PATH
from bot.settings import Limits
from bot.setup.diagnosis import Diagnosis, Level, mend, note, ok, unknown
from bot.setup.examine import examine_coverage, examine_rules, examine_workflow
from bot.setup.workflows import Workflow, read_workflows


def doctor(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Print what there is to say of a checkout's set-up; return 0, or 1 where something is to be mended.

    What could not be looked at is said and fails nothing: without a token that is what only GitHub knows.

    Raises:
        UsageError: the folder is not there.
        ChangeError: it is in no repository.
    """
    root, remote = _look(arguments.repo)
    workflows, unreadable = read_workflows(root)
    found = list(
        chain(
            _examine_policy(root),
            (unknown(f"{path} cannot be read as a workflow") for path in unreadable),
            _examine_workflows(workflows),
            _examine_clone(root),
            _examine_platform(environment, arguments.repository or find_repository(environment, remote), workflows),
        )
    )
    sys.stdout.write("".join(f"{line}\n" for line in found))
    counts = {level: sum(line.level is level for line in found) for level in Level}
    sys.stdout.write(f"\n{counts[Level.MEND]} to mend, {counts[Level.UNKNOWN]} not known\n")
    return 1 if counts[Level.MEND] else 0


def _look(folder: Path) -> tuple[Path, str | None]:
    """The checkout's top folder and the address of its remote."""
    if not folder.is_dir():
        raise UsageError(f"--repo {folder}: no such folder")
    with scratch_folder() as scratch:
        repository = Repository(folder, scratch=scratch, limits=Limits())
        try:
            checkout = repository.checkout
            return (checkout.root, checkout.remote_url()) if checkout else (folder, None)
        finally:
            repository.close()


def _examine_policy(root: Path) -> Iterator[Diagnosis]:
    path = root / POLICY_PATH
    if path.with_suffix(".yaml").exists():
        yield mend(f"{POLICY_PATH} is the file that counts, and there is a .yaml", "rename it")
    if not path.exists():
        yield note(f"there is no {POLICY_PATH}: the shipped policy `pull-request` counts")
        return
    try:
        policy = load_policy(str(path), CHECKS)
    except (PolicyError, UsageError) as error:
        yield mend(str(error), "until then no pull request gets a verdict")
    else:
        yield ok(f"{POLICY_PATH} is valid: {len(policy.items)} items, {len(policy.waivers)} waivers")


def _examine_workflows(workflows: Sequence[Workflow]) -> Iterator[Diagnosis]:
    ours = [workflow for workflow in workflows if workflow.gonogo]
    if not ours:
        yield mend("no workflow uses gonogo", "gonogo init writes one")
    for workflow in ours:
        yield from examine_workflow(workflow)
        yield from examine_coverage(workflow, workflows)


def _examine_clone(root: Path) -> Iterator[Diagnosis]:
    yield ok("fetch depth: any will do inside GitHub Actions, where missing commits are fetched")
    if (root / ".git" / "shallow").exists():
        yield note("this clone is shallow: before `gonogo check` here, run git fetch --unshallow")


def _examine_platform(
    environment: Mapping[str, str], repository: str | None, workflows: Sequence[Workflow]
) -> Iterator[Diagnosis]:
    if not find_token(environment):
        yield unknown("whether gonogo/verdict is required: set GH_TOKEN to a token that may read the repository")
        return
    if repository is None:
        yield unknown("whether gonogo/verdict is required: name the repository with --repository OWNER/NAME")
        return
    try:
        rules = find_rules(environment, repository)
    except GonogoError as error:
        yield unknown(f"whether gonogo/verdict is required: {error}")
        return
    yield from examine_rules(rules, workflows)

"""`gonogo init`: writes the strong workflow and a starter policy, and shows the step that coverage needs."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.collect.change import Repository
from bot.collect.folders import scratch_folder
from bot.collect.platform import find_commit
from bot.errors import ChangeError, UsageError
from bot.policy.values import POLICY_PATH
from bot.settings import Limits
from bot.setup.files import Wrote, write_file
from bot.setup.languages import Recipe, find_languages, render_steps
from bot.setup.strong import PATH, POLICY, Suite, render_workflow
from bot.setup.workflows import Workflow, read_workflows

_ACTION: Final = re.compile(r"(?P<repository>[A-Za-z0-9._-]+/[A-Za-z0-9._-]+)@(?P<ref>[A-Za-z0-9._/-]+)")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_TESTED_ON: Final = frozenset({"pull_request", "pull_request_target"})


def init(arguments: argparse.Namespace, environment: Mapping[str, str]) -> int:
    """Write what is missing and say what is left to do; return 0, or 1 where a file was left as it is.

    Raises:
        UsageError: the folder, the action or the tests' workflow is not what it must be, or a file cannot be written.
        ChangeError: the folder is in no repository.
    """
    action, version = _pinned(arguments.action, environment, online=arguments.online)
    root, languages = _look(arguments.repo)
    tests = _find_tests(read_workflows(root)[0], arguments.tests) if languages else None
    files = {PATH: render_workflow(action, version, tests), POLICY_PATH: POLICY}
    wrote = {name: write_file(root, name, text, overwrite=arguments.yes) for name, text in files.items()}
    sys.stdout.write("".join(f"{name}: {how}\n" for name, how in wrote.items()))
    sys.stdout.write(_next_steps(languages, tests))
    return 1 if Wrote.KEPT in wrote.values() else 0


def _pinned(action: str, environment: Mapping[str, str], *, online: bool) -> tuple[str, str]:
    """The action at a commit, and the name by which people know that."""
    found = _ACTION.fullmatch(action)
    if found is None:
        raise UsageError(f"--action {action}: not OWNER/NAME@COMMIT")
    repository, ref = found["repository"], found["ref"]
    if _COMMIT.fullmatch(ref):
        return action, ""
    if not online:
        raise UsageError(f"--action {action}: a tag can be moved; name the commit's 40 digits, or look it up: --online")
    return f"{repository}@{find_commit(environment, repository, ref)}", ref


def _look(folder: Path) -> tuple[Path, list[Recipe]]:
    """The checkout's top folder and the languages of its last commit."""
    if not folder.is_dir():
        raise UsageError(f"--repo {folder}: no such folder")
    with scratch_folder() as scratch:
        repository = Repository(folder, scratch=scratch, limits=Limits())
        try:
            root = repository.checkout.root if repository.checkout else folder
            if not (root / ".git").exists():
                raise UsageError(f"{root}: a bare repository has no files to add to")
            try:
                head = repository.resolve("HEAD")
            except ChangeError:
                return root, []
            return root, find_languages(entry.path for entry in repository.tree(head.commit).entries())
        finally:
            repository.close()


def _find_tests(workflows: Sequence[Workflow], named: str) -> Suite | None:
    """The workflow that runs the tests of pull requests: the one named, or else the only one there is."""
    if named:
        found = [workflow for workflow in workflows if workflow.path == named or workflow.path.endswith(f"/{named}")]
        if not found:
            known = ", ".join(workflow.path for workflow in workflows) or "none"
            raise UsageError(f"--tests {named}: no such workflow; there are: {known}")
    else:
        found = [workflow for workflow in workflows if _runs_tests(workflow)]
    return Suite(found[0].name, found[0].path) if len(found) == 1 else None


def _runs_tests(workflow: Workflow) -> bool:
    commands = " ".join(job.commands for job in workflow.jobs).lower()
    return bool(_TESTED_ON & workflow.events.keys()) and workflow.gonogo is None and "test" in commands


def _next_steps(languages: Sequence[Recipe], tests: Suite | None) -> str:
    text = "\nWhat is left to do:\n- merge these files into the default branch; the workflow runs from there\n"
    text += "- require the status gonogo/verdict in the rules of the branch; `gonogo doctor` says whether it is\n"
    if not languages:
        return text
    names = ", ".join(recipe.language for recipe in languages)
    where = f"to {tests.path}" if tests else "to the workflow of the tests, and name it: gonogo init --tests FILE"
    return f"{text}- for coverage ({names}), add such steps {where}:\n\n{render_steps(languages)}"

"""Files that a run leaves: the reports, the job summary, the step's outputs. They need no token.

Reports go to the runner's temporary folder, never into the workspace: a container's files would belong to root there
and break the next checkout. Inside a container the same folder has another path than on the host, where the next step
looks for it, so that outputs name the host's.

Sources (read 2026-11-25):
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (outputs of
several lines, 1 MiB of summary a step), https://github.com/actions/runner (the folders of a container action)
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bot.errors import UsageError
from bot.inputs import Runner
from bot.model import Report
from bot.render.as_json import render_json
from bot.render.markdown import render_summary
from bot.render.sarif import render_sarif

_CONTAINER_TEMP: Final = Path("/github/runner_temp")
_CONTAINER_HOME: Final = Path("/github/home")
_HOST_HOME: Final = "_github_home"
"""The folder below the host's temporary one that a container sees as its home."""


def write_reports(report: Report, runner: Runner) -> dict[str, str]:
    """Write the report as JSON, SARIF and Markdown; return the outputs that name the files, as the host sees them.

    The folder is a fresh one: nothing that an earlier step has put in the way is written through.

    Raises:
        UsageError: there is nowhere to write to.
    """
    rendered = {
        "report-json": ("report.json", render_json(report)),
        "sarif": ("report.sarif", render_sarif(report)),
        "report-markdown": ("report.md", render_summary(report)),
    }
    parent = report_parent(runner)
    outputs = {}
    try:
        folder = Path(tempfile.mkdtemp(prefix="gonogo-", dir=parent))
        for output, (file_name, text) in rendered.items():
            (folder / file_name).write_bytes(text.encode())
            outputs[output] = str(on_host(folder / file_name, runner))
        _hand_over(folder, parent.stat())
    except OSError as error:
        raise UsageError(f"{parent}: the reports cannot be written there: {error.strerror}") from error
    return outputs


def report_parent(runner: Runner) -> Path:
    """Where the reports' folder goes: the runner's temporary folder; in a container that lacks it, the home.

    Raises:
        UsageError: there is neither.
    """
    for folder in (runner.temp, runner.home):
        if folder is not None and folder.is_dir():
            return folder
    raise UsageError("neither RUNNER_TEMP nor HOME is a folder: there is nowhere to write the reports")


def _hand_over(folder: Path, owner: os.stat_result) -> None:
    """Let the steps after this one read, and the runner delete, what a container has written as root."""
    for path in (folder, *folder.iterdir()):
        path.chmod(0o755 if path == folder else 0o644)
        if os.geteuid() == 0:
            os.chown(path, owner.st_uid, owner.st_gid)


def on_host(path: Path, runner: Runner) -> Path:
    """The path that the steps after this one know; the same where this is no container, or where it cannot be told."""
    host_temp = runner.host_workspace.parent / "_temp" if runner.host_workspace else None
    if host_temp and path.is_relative_to(_CONTAINER_TEMP):
        return host_temp / path.relative_to(_CONTAINER_TEMP)
    if host_temp and path.is_relative_to(_CONTAINER_HOME):
        return host_temp / _HOST_HOME / path.relative_to(_CONTAINER_HOME)
    return path


def append_summary(runner: Runner, markdown: str) -> None:
    """Add to the job summary, where there is one. A report's own text leaves room for what is added after it."""
    if runner.step_summary:
        _append(runner.step_summary, markdown.rstrip("\n") + "\n\n")


def write_outputs(runner: Runner, outputs: Mapping[str, str]) -> None:
    """Set outputs of the step. A value may be anything: a word that nobody can guess says where it ends."""
    if runner.output:
        word = f"gonogo_{secrets.token_hex(16)}"
        _append(runner.output, "".join(f"{name}<<{word}\n{value}\n{word}\n" for name, value in outputs.items()))


def _append(path: Path, text: str) -> None:
    try:
        with path.open("ab") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error

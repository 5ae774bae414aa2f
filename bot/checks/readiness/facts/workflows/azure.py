"""Steps of Azure Pipelines: scripts, and tasks as the commands that they run.

Source: https://learn.microsoft.com/azure/devops/pipelines/tasks/reference/ (read 2026-11-30).
Out of sight: templates, conditions but for `false`, and tasks that stand for no command.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bot.checks.readiness.facts.located import Place, get_in, place_in, text_of
from bot.checks.readiness.facts.workflows.pipelines import Step

_SCRIPTS = ("script", "bash", "powershell", "pwsh")
# Inputs of tasks that hold a script, and those that name the file of one.
_INLINE = ("script", "inlineScript", "inline")
_FILES = ("filePath", "scriptPath", "ScriptPath")
_MAX_DEPTH = 12

Inputs = Mapping[str, object]


def find_azure_steps(value: object, start: Place, depth: int = 0, *, soft: bool = False) -> Iterator[Step]:
    """Yield the steps, at whatever depth they stand; those that are switched off are left out.

    Where a job goes on after a failure, `soft`, so does the pipeline.
    """
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for at, one in enumerate(value):
            yield from find_azure_steps(one, place_in(value, start, at), depth + 1, soft=soft)
    elif isinstance(value, dict):
        steps = list(_of_step(value, start))
        soft = soft or _is(value.get("continueOnError"), "true")
        off = _is(value.get("enabled"), "false") or _is(value.get("condition"), "false")
        yield from (replace(one, soft=soft) for one in steps if not off)
        for key, one in value.items() if not steps and not off else ():
            yield from find_azure_steps(one, place_in(value, start, key), depth + 1, soft=soft)


def _is(value: object, said: str) -> bool:
    """Whether a value says so, as a truth value or as a text of it."""
    return isinstance(value, bool | str) and str(value).strip().lower() == said


def find_azure_triggers(value: Mapping[str, object]) -> frozenset[str]:
    """What starts a pipeline: pushes and pull requests, unless it says that they do not, or a hand."""
    started = {"push": value.get("trigger"), "pull_request": value.get("pr")}
    return frozenset({"manual", *(event for event, said in started.items() if said not in ("none", False))})


def _of_step(value: dict[str, object], start: Place) -> Iterator[Step]:
    for key in _SCRIPTS:
        if isinstance(script := value.get(key), str):
            place = place_in(value, start, key)
            yield Step(place, script=script, script_place=place, folder=text_of(value.get("workingDirectory")))
    task = value.get("task")
    if isinstance(task, str):
        yield from _of_task(task, value.get("inputs"), place_in(value, start, "task"), place_in(value, start, "inputs"))


def _of_task(task: str, given: object, place: Place, start: Place) -> Iterator[Step]:
    inputs = given if isinstance(given, dict) else {}
    name = task.partition("@")[0].rpartition(".")[2].lower()
    # Of others the inputs are commands, which are no inputs of an action.
    yield Step(place, uses=task, given=inputs if name == "publishtestresults" else {})
    folder = text_of(inputs.get("workingDirectory")) or text_of(inputs.get("workingDir"))
    for key in _INLINE:
        if script := text_of(inputs.get(key)):
            yield Step(place, script=script, script_place=place_in(inputs, start, key), folder=folder)
    command = _COMMANDS[name](inputs) if name in _COMMANDS else ""
    command = command or next((text for key in _FILES if (text := text_of(inputs.get(key)))), "")
    if command:
        yield Step(place, script=" ".join(command.split()), script_place=place, folder=folder)


def _said(inputs: Inputs, key: str, default: str = "") -> str:
    """An input by its name, whose case does not count."""
    return next((text_of(one) for name, one in inputs.items() if name.lower() == key.lower()), "") or default


def _dotnet(inputs: Inputs) -> str:
    command = _said(inputs, "command", "build")
    said = _said(inputs, "custom") if command == "custom" else command
    return f"dotnet {said} {_projects(_said(inputs, 'projects'))} {_said(inputs, 'arguments')}"


def _projects(patterns: str) -> str:
    """The projects that are told, one after the other, or the folders in which patterns look for them.

    What matches a pattern of the whole tree is what the command finds by itself.
    """
    told = [one.strip() for one in re.split(r"[\n;]", patterns) if one.strip() and not one.strip().startswith("!")]
    places = [one.partition("*")[0].rpartition("/")[0] if "*" in one else one for one in told]
    return " ".join(places) if all(places) and not any(" " in one for one in places) else ""


def _npm(inputs: Inputs) -> str:
    command = _said(inputs, "command", "install")
    return f"npm {_said(inputs, 'customCommand') if command == 'custom' else command}"


def _maven(inputs: Inputs) -> str:
    return f"mvn {_said(inputs, 'goals', 'package')} {_said(inputs, 'options')}"


def _gradle(inputs: Inputs) -> str:
    return f"./gradlew {_said(inputs, 'tasks', 'build')} {_said(inputs, 'options')}"


def _docker(inputs: Inputs) -> str:
    command = _said(inputs, "command", "buildAndPush")
    build = f"docker build -f {_said(inputs, 'Dockerfile', 'Dockerfile')} ."
    return build if command.lower() in {"build", "buildandpush"} else f"docker {command}"


def _with(tool: str, key: str = "command", default: str = "") -> Callable[[Inputs], str]:
    return lambda inputs: f"{tool} {_said(inputs, key, default)} {_said(inputs, 'arguments')}"


_COMMANDS: Mapping[str, Callable[[Inputs], str]] = {
    "dotnetcorecli": _dotnet,
    "vstest": lambda _: "dotnet test",
    "npm": _npm,
    "yarn": lambda inputs: f"yarn {_said(inputs, 'arguments')}",
    "maven": _maven,
    "gradle": _gradle,
    "go": _with("go", default="get"),
    "docker": _docker,
    "helmdeploy": _with("helm", default="ls"),
    "kubernetes": _with("kubectl", default="apply"),
    "kubernetesmanifest": lambda inputs: "kubectl apply" if get_in(inputs, "action") in (None, "deploy") else "",
}

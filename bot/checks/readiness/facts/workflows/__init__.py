"""Pipelines of CI systems as a graph: which commands and actions run, on what, and through which scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Place, get_in, text_of
from bot.checks.readiness.facts.workflows.cloud_build import CLOUD_BUILDS, find_cloud_builds
from bot.checks.readiness.facts.workflows.folders import Folders
from bot.checks.readiness.facts.workflows.github import WORKFLOWS, find_github_pipelines, read_action
from bot.checks.readiness.facts.workflows.image_builds import find_checks_of_action, find_checks_of_build
from bot.checks.readiness.facts.workflows.inputs import fill, inputs_of
from bot.checks.readiness.facts.workflows.others import OTHERS, find_other_pipelines
from bot.checks.readiness.facts.workflows.pipelines import Job, Pipeline, Step
from bot.checks.readiness.facts.workflows.reporters import fails_by_results, writes_results
from bot.checks.readiness.facts.workflows.scripts import Script, Scripts
from bot.checks.readiness.facts.workflows.shell import split_script
from bot.model import Unknown

_MAX_DEPTH = 8
_MAX_COMMANDS = 4_000
# Called pipelines and local actions of one pipeline, each as often as it is called.
_MAX_CALLS = 2_000
_MAX_REPORTERS = 20
_PUSHES = re.compile(
    r"(?:docker|podman|nerdctl|buildah)\s+(?:buildx\s+)?(?:build|bud)\b.*(?:\s--push\b(?!=false)|\btype=registry\b)"
)
_FILE = re.compile(r"\s(?:-f|--file)[= ]\s{0,9}[\"']?([\w./-]{1,200})")
_SETTLE = "call fewer workflows and actions, or sign the item off"
_SCRIPT_INPUTS = ("run", "command", "cmd", "commands", "runCmd")
_ELSEWHERE = re.compile(r"[\w.-]+/[\w.-]+/\.(?:github|gitea|forgejo|depot)/workflows/")
_ON_CHANGE = frozenset({"pull_request", "push"})
# What tells a tool not to fail whatever it finds.
_FORGIVES = re.compile(
    r"\s(?:--?(?:exit-zero|no-?fail|no-exit-on-(?:warn|error)|soft-fail|no-thresholds)\b(?!=false)"
    r"|--exit-code[= ]0\b|--audit-level[= ]none\b"
    r"|--(?:fail-on|severity-threshold)[= ]none\b|-Dmaven\.test\.failure\.ignore(?!=false))"
)
_FORGIVEN = {"soft_fail": "true", "soft-fail": "true", "fail-build": "false", "fail-on-error": "false"}
_MAX_TEXT = 4_000


@dataclass(frozen=True)
class Ran:
    """A command or an action that a pipeline runs.

    Attributes:
        words: of the command; an action's name (without version) and no more for an action.
        place: where it is written: in the pipeline, or in the script that the pipeline leads to.
        step: where the pipeline has it.
        folder: in which it runs, from the repository's root.
        soft: whether its failure is passed over.
        triggers: what starts it: of what starts the pipeline, or the one that calls it, what conditions let through.
        after_failure: whether it runs only where something failed before.
    """

    words: Sequence[str]
    place: Place
    step: Place
    pipeline: Pipeline
    job: Job
    action: Step | None
    folder: str
    soft: bool
    triggers: frozenset[str]
    after_failure: bool = False

    @property
    def text(self) -> str:
        """The words in one line, of a length that nobody writes by hand at most."""
        return " ".join(self.words)[:_MAX_TEXT]

    @property
    def on_change(self) -> bool:
        """Whether a pull request or a push to a branch starts it, without anybody's hand."""
        return bool(self.triggers & _ON_CHANGE) and not self.job.off and not self.job.manual

    @property
    def on_pull_request(self) -> bool:
        """Whether a pull request starts it, without anybody's hand."""
        return self.on_change and "pull_request" in self.triggers

    @property
    def elsewhere(self) -> bool:
        """Whether it is a workflow of another repository, whose steps this one does not hold."""
        return self.action is not None and bool(_ELSEWHERE.match(self.text))

    @property
    def guards(self) -> bool:
        """Whether it runs on a change, and the change is not fine where it fails."""
        return self.on_change and not self.soft and not self.after_failure


@dataclass
class _Run:
    """One step as it is run, with the scripts that it went through, so that none is gone through twice.

    Attributes:
        unreported: whether no later step minds the results of tests; what one minds is not passed over.
    """

    pipeline: Pipeline
    job: Job
    step: Step
    triggers: frozenset[str]
    soft: bool
    seen: set[Script]
    unreported: bool = True

    def ran(self, words: Sequence[str], place: Place, folder: str, *, soft: bool, action: Step | None = None) -> Ran:
        soft = self.soft or soft or _forgives(words, action)
        if soft and writes_results(words):
            soft = self.unreported
        return Ran(
            words,
            place,
            self.step.place,
            self.pipeline,
            self.job,
            action,
            folder,
            soft,
            self.triggers & self.step.events,
            self.step.after_failure or self.job.after_failure,
        )


class Workflows:
    """All pipelines of a repository, and all that they run."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._scripts = Scripts(files)
        self.pipelines: Sequence[Pipeline] = [
            *find_github_pipelines(files),
            *find_other_pipelines(files),
            *find_cloud_builds(files),
        ]
        self._calls = 0
        self._actions: dict[str, tuple[object, Sequence[Step]]] = {}
        self._by_path = {one.path: one for one in self.pipelines}
        self.ran: Sequence[Ran] = [ran for pipeline in self.pipelines for ran in self._pipeline(pipeline)]
        self.unread: Sequence[Unknown] = list(self._find_unread())
        """Files of pipelines that could not be read to their end: what is not found may be there."""

    @cached_property
    def pushed(self) -> frozenset[str]:
        """The Dockerfiles of the images that an action, or a command that names its file, builds and pushes."""
        steps = [one.action for one in self.ran if one.action is not None and not one.job.off]
        built = [one.given for one in steps if one.uses.startswith("docker/build-push-action@")]
        pushing = [one for one in built if str(one.get("push", "false")).lower() != "false"]
        texts = [one.text for one in self.ran if one.action is None and not one.job.off and _PUSHES.search(one.text)]
        files = [
            *(text_of(one.get("file")) for one in pushing),
            *(found[1] for one in texts if (found := _FILE.search(one))),
        ]
        return frozenset(one.removeprefix("./") for one in files)

    def _pipeline(self, pipeline: Pipeline) -> Iterator[Ran]:
        # One that others call runs where they call it.
        if pipeline.triggers != {"call"}:
            jobs = (ran for job in pipeline.jobs for ran in self._job(pipeline, job, pipeline.triggers, 0))
            self._calls = 0
            yield from islice(jobs, _MAX_COMMANDS)
            if self._calls > _MAX_CALLS or next(jobs, None) is not None:
                # Whoever finds nothing in what was followed cannot say that there is nothing.
                reason = "it leads to more commands, or calls, than are followed"
                unknown = Unknown(path=pipeline.path, line=1, reason=reason, settle=_SETTLE)
                self._files.doubt(pipeline.path, unknown)

    def _find_unread(self) -> Iterator[Unknown]:
        yield from (one.unread for one in self.pipelines if one.unread is not None)
        for path in self._files.select(*WORKFLOWS, *OTHERS, *CLOUD_BUILDS):
            if path in self._files.faults:
                yield self._files.faults[path]
            elif (unread := self._files.unread.get(path)) is not None:
                yield Unknown(path=path, reason=unread.reason, settle=unread.settle)

    def _call(self, depth: int) -> bool:
        """Whether one more pipeline or action may be gone into."""
        self._calls += 1
        return depth < _MAX_DEPTH and self._calls <= _MAX_CALLS

    def _job(self, pipeline: Pipeline, job: Job, triggers: frozenset[str], depth: int) -> Iterator[Ran]:
        called = self._by_path.get(job.reuses.removeprefix("./").partition("@")[0])
        if called is not None and "workflows/" in job.reuses and not _may_be_called(called):
            # GitHub starts no workflow that calls one which is not to be called.
            return
        if called is not None and not job.off and self._call(depth):
            inputs = inputs_of(_inputs_of_call(called), job.given)
            for inner in called.jobs:
                told = replace(inner, steps=[fill(one, inputs) for one in inner.steps])
                yield from self._job(called, told, triggers & job.events, depth + 1)
            return
        reused = [Step(job.place, uses=job.reuses)] if job.reuses else []
        steps = [*reused, *job.steps]
        within = triggers & job.events
        for step, reported in self._reported(steps, within):
            run = _Run(pipeline, job, step, within, step.soft or job.soft, set(), job.soft or not reported)
            yield from self._step(run, 0)

    def _reported(self, steps: Sequence[Step], within: frozenset[str]) -> Iterator[tuple[Step, bool]]:
        """Yield each step with whether a later one, at each event that starts it, minds the results of tests."""
        reporters = [(at, one.events) for at, one in enumerate(steps) if self._minds_results(one)][-_MAX_REPORTERS:]
        for at, step in enumerate(steps):
            yield step, any(at < behind and within & step.events <= events for behind, events in reporters)

    def _minds_results(self, step: Step) -> bool:
        """Whether a step, or the last word of an action of the repository's own, fails where tests did."""
        if not step.uses.startswith("./"):
            return fails_by_results(step)
        minding = [one for one in self._action(step.uses)[1] if fails_by_results(one)]
        return any(step.events <= one.events for one in minding) and not (step.soft or step.after_failure)

    def _step(self, run: _Run, depth: int) -> Iterator[Ran]:
        step = run.step
        if step.uses.startswith("./") and self._call(depth):
            declared, steps = self._action(step.uses)
            inputs = inputs_of(declared, step.given)
            within = run.triggers & step.events
            for inner, reported in self._reported([fill(one, inputs) for one in steps], within):
                told = replace(run, step=inner, soft=run.soft or inner.soft, triggers=within)
                told.unreported = run.unreported and (run.soft or not reported)
                yield from self._step(told, depth + 1)
        elif step.uses:
            yield run.ran([step.uses.partition("@")[0]], step.place, "", soft=False, action=step)
            for built in find_checks_of_action(self._files, step.uses.partition("@")[0], step.given):
                yield from self._script(run, Script(*built), 0, soft=False)
        script = step.script or _script_of_action(step)
        if script:
            folder = step.folder.strip("/").removeprefix("./")
            place = step.script_place or step.place
            # A block of text begins on the line after its key.
            start = Place(place.path, place.line + ("\n" in script.rstrip()))
            begun = Script(script, start, "" if folder == "." else folder, step.manner)
            yield from self._script(run, begun, 0, soft=False)

    def _action(self, uses: str) -> tuple[object, Sequence[Step]]:
        if uses not in self._actions:
            self._actions[uses] = read_action(self._files, uses)
        return self._actions[uses]

    def _script(self, run: _Run, script: Script, depth: int, *, soft: bool) -> Iterator[Ran]:
        if script in run.seen:
            return
        run.seen.add(script)
        folders = Folders(script.folder, script.manner)
        for command in split_script(script.text, script.manner):
            place = Place(script.place.path, script.place.line + command.line)
            folder = folders.of(command)
            # What is written in the pipeline itself begins where the job does.
            if depth == 0:
                folder = _in_repository(folder, run.step.checkout)
            if command.words[0] == "cd":
                continue
            failing = soft or command.soft
            yield run.ran(command.words, place, folder, soft=failing)
            for inner in self._scripts.follow(command.words, folder) if depth < _MAX_DEPTH else ():
                # What is written in the command itself stands where the command does.
                here = inner if inner.place.path else replace(inner, place=place)
                yield from self._script(run, here, depth + 1, soft=failing)
            for built in find_checks_of_build(self._files, command.words, folder) if depth < _MAX_DEPTH else ():
                yield from self._script(run, Script(*built), depth + 1, soft=failing)


def _in_repository(folder: str, checkout: str) -> str:
    """A folder of a job as one of the repository, which stands in a folder of the job."""
    within = checkout and f"{folder}/".startswith(f"{checkout}/")
    return folder[len(checkout) + 1 :] if within else folder


def _may_be_called(called: Pipeline) -> bool:
    on = called.values.get("on", called.values.get("true"))
    return on == "workflow_call" or (isinstance(on, list | Mapping) and "workflow_call" in on)


def _inputs_of_call(called: Pipeline) -> object:
    on = called.values.get("on", called.values.get("true"))
    return get_in(on, "workflow_call", "inputs")


def _forgives(words: Sequence[str], action: Step | None) -> bool:
    """Whether a tool is told not to fail whatever it finds."""
    if action is None:
        return bool(_FORGIVES.search(" ".join(words)[:_MAX_TEXT]))
    given = {key: str(value).lower() for key, value in action.given.items()}
    # What is handed on to GitHub as alerts is held against the change there.
    passed_over = given.get("exit-code") == "0" and given.get("format") != "sarif"
    return passed_over or any(given.get(key) == value for key, value in _FORGIVEN.items())


def _script_of_action(step: Step) -> str:
    """The command that an action is given to run."""
    if step.uses.startswith("docker://"):
        return _command_of_image(step)
    if "gradle" in step.uses and (arguments := text_of(step.given.get("arguments"))):
        return f"gradle {arguments}"
    if "/ssh-" in step.uses or "-ssh" in step.uses:
        return next((text for key in ("script", "command") if (text := text_of(step.given.get(key)))), "")
    if step.uses.startswith("actions-rs/cargo"):
        return f"cargo {text_of(step.given.get('command'))} {text_of(step.given.get('args'))}"
    if "nx-action" in step.uses and (targets := text_of(step.given.get("targets"))):
        return f"nx run-many -t {targets}"
    return next((text for key in _SCRIPT_INPUTS if (text := text_of(step.given.get(key)))), "")


def _command_of_image(step: Step) -> str:
    """What a container is given to run: a command, or what the program that its image is named after is given."""
    given, entry = text_of(step.given.get("args")), text_of(step.given.get("entrypoint"))
    if entry or not given:
        return f"{entry} {given}".strip()
    program = step.uses.rpartition("/")[2].partition(":")[0].partition("@")[0]
    return f"{given}; {program} {given}"

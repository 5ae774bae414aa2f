"""Where a revision has a signal: evidence with its place and how far it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from posixpath import normpath

from bot.checks.readiness.facts.compose import Service
from bot.checks.readiness.facts.kubernetes.charts import is_development
from bot.checks.readiness.facts.kubernetes.objects import KubernetesObject, Stack
from bot.checks.readiness.facts.located import Place, get_in, place_in, text_of
from bot.checks.readiness.facts.marks import Mark
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.roles import BY_HAND
from bot.checks.readiness.facts.workflows import Ran
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.always import is_always, is_called_always
from bot.checks.readiness.rules.at_start import find_at_start
from bot.checks.readiness.rules.code import find_evidence, load_table
from bot.checks.readiness.rules.kubernetes.apps import find_apps, is_others
from bot.checks.readiness.rules.signals.ask import (
    ActionSignal,
    AnnotationSignal,
    CollectedSignal,
    CommandSignal,
    ContainerSignal,
    FileSignal,
    ImageSignal,
    InitialSignal,
    JobSignal,
    ObjectSignal,
    ProgramSignal,
    ServiceSignal,
    Signal,
    TableSignal,
    TerraformSignal,
)
from bot.checks.readiness.rules.signals.collected import find_collected
from bot.checks.readiness.rules.signals.in_files import DEVELOPED, compiled, find_in_files, is_told
from bot.checks.readiness.rules.signals.initial import find_initial
from bot.checks.readiness.rules.signals.thrown import is_disabled, is_started
from bot.checks.readiness.rules.told import TRIED, find_told
from bot.model import Evidence, Strength, Unknown

_MAX_LINE = 2_000
_MAX_NODES = 5_000
_BY_HAND = ", in a folder of tools to develop with"
# What only asks a tool about itself, and what only says what would be done.
_QUESTIONS = frozenset({"--version", "-V", "--help"})
_ASKED_FIRST = frozenset({*_QUESTIONS, "version", "help"})
_TRIES = re.compile(r"\s--dry-?run\b(?!=(?:none|false)\b)")
_ANNOTATED = (
    *(("metadata", "annotations"), ("metadata", "labels")),
    *(("spec", "template", "metadata", "annotations"), ("spec", "template", "metadata", "labels")),
)
_VARIABLE = re.compile(r"^\$\(\w{1,80}\)\s{1,20}")
_DEPLOYS = re.compile(r"(?:\b|_)(?:deploy\w*|release|roll-?out|prod(?:uction)?|cd)(?:\b|_)", re.IGNORECASE)
_CHECKS = re.compile(r"\b(?:ci|build|backend|frontend|pull[-_ ]?request|pr)\b", re.IGNORECASE)
_GATHERS = re.compile(r"\b(?:tests?|checks?|lint)\b", re.IGNORECASE)
_LABELLED = (("metadata", "labels"), ("spec", "template", "metadata", "labels"))


def find_signal(look: Look, signal: Signal) -> Iterator[Evidence]:
    """Yield the evidence of one signal."""
    for one in _find(look, signal):
        by_hand = BY_HAND.match(one.path or "")
        yield replace(one, text=f"{one.text}{_BY_HAND}", strength=Strength.CONFIGURED) if by_hand else one


def _find(look: Look, signal: Signal) -> Iterator[Evidence]:
    match signal:
        case CommandSignal() | ActionSignal() | JobSignal():
            yield from _pipelines(look, signal)
        case ObjectSignal() | AnnotationSignal() | ImageSignal() | ContainerSignal() | ServiceSignal():
            yield from _workloads(look, signal)
        case TerraformSignal():
            yield from _terraform(look, signal)
        case FileSignal():
            yield from find_in_files(look, signal)
        case CollectedSignal():
            yield from find_collected(look, signal)
        case TableSignal():
            yield from _always(look, signal.table) if signal.always else find_evidence(look, signal.table)
        case ProgramSignal():
            yield from find_at_start(look)
        case InitialSignal():
            yield from find_initial(look, signal, compiled(signal.initial))


def _pipelines(look: Look, signal: CommandSignal | ActionSignal | JobSignal) -> Iterator[Evidence]:
    match signal:
        case CommandSignal():
            yield from _commands(look, signal)
        case ActionSignal():
            yield from _actions(look, signal)
        case JobSignal():
            yield from _jobs(look, signal)


def _workloads(
    look: Look, signal: ObjectSignal | AnnotationSignal | ImageSignal | ContainerSignal | ServiceSignal
) -> Iterator[Evidence]:
    match signal:
        case ObjectSignal():
            yield from _objects(look, signal)
        case AnnotationSignal():
            yield from _annotations(look, signal)
        case ImageSignal():
            yield from _images(look, signal)
        case ContainerSignal():
            yield from _containers(look, signal)
        case ServiceSignal():
            yield from _services(look, signal)


def _always(look: Look, table: str) -> Iterator[Evidence]:
    for seen in look.marks.find([Mark(**dict(one)) for one in load_table(table).marks]):
        if seen.place.standing is Standing.LIVE and is_always(seen) and is_called_always(look.source, seen):
            yield seen.evidence


def _evidence(place: Place, text: str, strength: Strength) -> Evidence:
    return Evidence(path=place.path, line=place.line, text=text, strength=strength)


def _applied(stack: Stack, place: Place, text: str, signal: Signal) -> Evidence:
    """What manifests show; those to develop with, which are judged where there are no others, show nothing applied."""
    if not is_development(stack.folder):
        return _evidence(place, text, signal.shows)
    return _evidence(place, f"{text}{DEVELOPED}", Strength.CONFIGURED)


def _reached(ran: Ran, signal: CommandSignal | ActionSignal) -> Strength:
    """How far a step goes: one that is off, soft, or waits for a hand that the signal does not allow is configured.

    What pull requests alone start is gone with them, such as a preview.
    """
    starts = {
        "change": ran.on_change,
        "itself": bool(ran.triggers - {"manual"}),
        "any": ran.triggers != {"pull_request"},
    }[signal.when]
    handed = ran.job.manual and signal.when != "any"
    tries = _TRIES.search(ran.text) is not None
    weak = ran.soft or ran.job.off or handed or tries or not starts or _is_elsewhere(ran, signal)
    return Strength.CONFIGURED if weak else signal.shows


def _is_elsewhere(ran: Ran, signal: CommandSignal | ActionSignal) -> bool:
    """Whether the job is for something else, such as a cluster that lives as long as the job."""
    # `integration_tests` is of tests, too.
    names = [one.replace("_", " ") for one in (ran.job.name, ran.pipeline.name, ran.pipeline.path)]
    if ran.job.environment or _DEPLOYS.search(ran.job.name):
        # A pipeline that is called after its tests may deploy in a job of its own.
        names[1:] = [_without_checks(name) for name in names[1:]]
    if signal.not_named is not None and any(map(compiled(signal.not_named).search, names)):
        return True
    # A build of Cloud Build is one job: a step that tests says nothing of the one that deploys.
    apart = ran.pipeline.system == "Cloud Build"
    steps = [step for step in ran.job.steps if not apart or step.place == ran.step]
    texts = [*names[:2], *(f"{step.uses} {step.script}" for step in steps)]
    return signal.unless is not None and any(map(compiled(signal.unless).search, texts))


def _without_checks(name: str) -> str:
    """A pipeline's name without what it does before it deploys."""
    return _CHECKS.sub("", _GATHERS.sub("", name) if _DEPLOYS.search(name) else name)


def _commands(look: Look, signal: CommandSignal) -> Iterator[Evidence]:
    pattern = compiled(signal.command)
    for ran in look.workflows.ran:
        text = ran.text[:_MAX_LINE]
        # A variable of make before a command sets what it is run with: `$(ENV) govulncheck ./...`.
        said = pattern.match(text) or (text.startswith("$(") and pattern.match(_VARIABLE.sub("", text)))
        meant = ran.action is None and said and not _is_question(ran.words)
        if meant and _is_named(ran, signal) and is_told(look, signal):
            text = f"the job {ran.job.name!r} runs {' '.join(ran.words[:3])[:60]}"
            yield _evidence(ran.step, text, _reached(ran, signal))


def _is_question(words: Sequence[str]) -> bool:
    """Whether a command asks a tool about itself; a chart may be upgraded to a `--version` that follows."""
    return words[-1] in _QUESTIONS or (len(words) > 1 and words[1] in _ASKED_FIRST)


def _is_named(ran: Ran, signal: CommandSignal) -> bool:
    """Whether the names around a command say what it is for, where the signal asks that."""
    names = (ran.job.name, ran.pipeline.name, ran.pipeline.path)
    return signal.named is None or bool(ran.job.environment) or any(map(compiled(signal.named).search, names))


def _actions(look: Look, signal: ActionSignal) -> Iterator[Evidence]:
    pattern = compiled(signal.action)
    for ran in look.workflows.ran:
        meant = ran.action is not None and pattern.fullmatch(ran.words[0])
        if ran.action and meant and _is_given(ran.action.given, signal.given) and is_told(look, signal):
            yield _evidence(ran.step, f"the job {ran.job.name!r} uses {ran.words[0]}", _reached(ran, signal))


def find_called(look: Look, pattern: str, signal: ActionSignal) -> Iterator[Unknown]:
    """Yield the workflows of other repositories that may do, by their names, what a signal's action would."""
    named = compiled(pattern)
    for ran in look.workflows.ran:
        if ran.elsewhere and named.search(ran.text.rpartition("/")[2]) and _reached(ran, signal) is Strength.WIRED:
            place = f"{ran.step.path}:{ran.step.line}"
            reason = f"{place} calls a workflow of another repository, which was not read: {ran.words[0]}"
            settle = "read the workflow where it is, or keep its steps in this repository"
            yield Unknown(path=ran.step.path, line=ran.step.line, reason=reason, settle=settle)


def _is_given(given: Mapping[str, object], wanted: Mapping[str, str]) -> bool:
    return all(compiled(pattern).search(str(given.get(key, ""))) for key, pattern in wanted.items())


def _jobs(look: Look, signal: JobSignal) -> Iterator[Evidence]:
    pattern = compiled(signal.job)
    for pipeline in look.workflows.pipelines:
        for job in pipeline.jobs:
            if (
                not job.off
                and (job.steps or job.reuses)
                and (pattern.search(job.name) or pattern.search(pipeline.name))
            ):
                yield _evidence(job.place, f"the job {job.name!r} of {pipeline.name!r}", signal.shows)


def _objects(look: Look, signal: ObjectSignal) -> Iterator[Evidence]:
    named = compiled(signal.named or "")
    for stack in look.kubernetes.judged:
        for one in stack.of(*signal.objects):
            wanted = named.search(one.name) and (not signal.has or _holds(one.value, signal.has))
            said = signal.holds is None or _says(one.value, compiled(signal.holds))
            if wanted and said and (signal.of == "any" or not _selects_others(look, one)):
                place = one.place(*takewhile(lambda key: key != "*", signal.has)) if signal.has else one.start
                seen = _applied(stack, place, f"{one.kind} {one.name}", signal)
                yield seen if one.get("spec", "suspend") is not True else _suspended(seen)
        for kind in signal.objects:
            if kind in stack.dormant and named.search(stack.dormant[kind].path):
                text = f"a template of {kind} that the chart's values do not render"
                yield _evidence(stack.dormant[kind], text, Strength.CONFIGURED)


def _suspended(seen: Evidence) -> Evidence:
    return replace(seen, text=f"{seen.text}, which is suspended", strength=Strength.CONFIGURED)


def _says(value: object, pattern: re.Pattern[str]) -> bool:
    """Whether a text within an object holds something."""
    waiting = [value]
    for _ in range(_MAX_NODES):
        if not waiting:
            break
        one = waiting.pop()
        if isinstance(one, str) and pattern.search(one[:_MAX_LINE]):
            return True
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return False


def _holds(value: object, keys: Sequence[str]) -> bool:
    """Whether there is something at a path of keys; `*` stands for any key or element."""
    if not keys:
        return bool(value)
    if keys[0] != "*":
        return _holds(get_in(value, keys[0]), keys[1:])
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_holds(one, keys[1:]) for one in inner)


def _selects_others(look: Look, monitor: KubernetesObject) -> bool:
    """Whether an object's selector finds what is of others, such as an exporter, and nothing of the product's."""
    wanted = monitor.get("spec", "selector", "matchLabels")
    if not isinstance(wanted, dict) or not wanted:
        return False
    own = {id(one) for app in find_apps(look.kubernetes.judged) for one in (app.workload, *app.services)}
    found = [
        id(one) in own
        for stack in look.kubernetes.judged
        for one in stack.objects
        for keys in _LABELLED
        if isinstance(labels := one.get(*keys), dict) and wanted.items() <= labels.items()
    ]
    return bool(found) and not any(found)


def _annotations(look: Look, signal: AnnotationSignal) -> Iterator[Evidence]:
    pattern = compiled(signal.annotation)
    own = {id(one) for app in find_apps(look.kubernetes.judged) for one in (app.workload, *app.services)}
    for stack in look.kubernetes.judged:
        for one in stack.objects if signal.of == "any" else [one for one in stack.objects if id(one) in own]:
            for keys in _ANNOTATED:
                found = one.get(*keys)
                for key, value in found.items() if isinstance(found, dict) else ():
                    if pattern.search(f"{key}: {value}"[:_MAX_LINE]):
                        text = f"{one.kind} {one.name} is annotated {key}"
                        yield _applied(stack, one.place(*keys, key), text, signal)
    for file in look.compose.files:
        for service in file.services:
            if signal.of == "any" or not is_others(service.image):
                yield from _labels(service.value.get("labels"), service.at("labels"), service.name, pattern, signal)


def _labels(
    labels: object, start: Place, name: str, pattern: re.Pattern[str], signal: AnnotationSignal
) -> Iterator[Evidence]:
    pairs = labels.items() if isinstance(labels, dict) else enumerate(labels) if isinstance(labels, list) else ()
    for key, value in pairs:
        text = f"{key}: {value}" if isinstance(key, str) else str(value).replace("=", ": ", 1)
        if pattern.search(text[:_MAX_LINE]):
            yield _evidence(place_in(labels, start, key), f"the service {name} is labelled {text[:60]}", signal.shows)


def _images(look: Look, signal: ImageSignal) -> Iterator[Evidence]:
    pattern = compiled(signal.image)
    for stack in look.kubernetes.judged:
        for one in stack.objects:
            for container in one.containers():
                if pattern.search(container.image):
                    seen = _applied(stack, container.place("image"), f"{one.kind} {one.name} runs it", signal)
                    yield seen if one.get("spec", "suspend") is not True else _suspended(seen)
    for file in look.compose.files:
        for service in file.services:
            if pattern.search(service.image):
                idle = TRIED.search(file.path) or not is_started(look, service)
                strength = Strength.CONFIGURED if idle else signal.shows
                yield _evidence(service.at("image"), f"the service {service.name} runs it", strength)


def _containers(look: Look, signal: ContainerSignal) -> Iterator[Evidence]:
    for seen in find_told(look, compiled(signal.container)):
        yield seen if seen.strength is Strength.CONFIGURED else replace(seen, strength=signal.shows)


def _services(look: Look, signal: ServiceSignal) -> Iterator[Evidence]:
    pattern = compiled(signal.service)
    for file in look.compose.files:
        for service in file.services:
            # A database that is named so, or what moves files, does something else.
            said = " ".join([service.image, *(str(service.value.get(key, "")) for key in ("command", "entrypoint"))])
            own = _is_built(look, service) or "extends" in service.value or pattern.search(said)
            if own and pattern.search(service.name):
                strength = Strength.CONFIGURED if TRIED.search(file.path) else signal.shows
                yield _evidence(service.place, f"the service {service.name} is for it", strength)


def _is_built(look: Look, service: Service) -> bool:
    """Whether a service is built, of a Dockerfile that is there where its folder is one of the repository."""
    build = service.value.get("build")
    folder = service.builds
    if folder is None or folder.startswith("..") or re.search(r"[$:]", folder) or get_in(build, "dockerfile_inline"):
        return folder is not None
    name = text_of(get_in(build, "dockerfile")) or "Dockerfile"
    return "$" in name or normpath(f"{folder}/{name}") in look.files


def _terraform(look: Look, signal: TerraformSignal) -> Iterator[Evidence]:
    for block in look.terraform.of(compiled(signal.terraform).pattern):
        # What a variable switches off is not there.
        if look.terraform_values.is_off(block) or is_disabled(block):
            continue
        known = replace(block, body=look.terraform_values.written_out(block)) if signal.body is not None else block
        line = block.line if signal.body is None else known.line_of(f"(?i){signal.body}")
        if line is not None and _is_in_force(known.body, signal):
            yield _evidence(Place(block.path, line), f"{block.type} {block.name}", signal.shows)


def _is_in_force(body: str, signal: TerraformSignal) -> bool:
    """Whether a part of a resource that is looked at by itself, such as a rule of a firewall, does more than count."""
    if signal.apart is None or signal.unless is None or signal.body is None:
        return True
    parts = [one for one in re.split(signal.apart, body) if re.search(signal.body, one, re.IGNORECASE)]
    return not parts or any(re.search(signal.unless, one) is None for one in parts)

"""What the build of an image runs of tests and checks: the RUN lines of the stages that the build needs.

A build ends where a line fails, so that a pipeline which builds the image runs them.
Source: https://docs.docker.com/build/building/multi-stage/#differences-between-legacy-builder-and-buildkit (read
2026-11-30): a stage that nothing of the image is taken from is not built.
Out of sight: what is no test and no check, such as a migration, which then holds for the image alone; images that
Compose builds; where lines run below the folder that a stage copies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from posixpath import normpath

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.images import Image, Stage, parse_dockerfile
from bot.checks.readiness.facts.located import Place, text_of
from bot.checks.readiness.facts.workflows.parts import Manner

_ENGINES = frozenset({"docker", "podman", "buildah", "nerdctl"})
_VERBS = frozenset({"build", "bud"})
_ACTION = re.compile(r"[\w.-]{1,60}/(?:docker-)?build-push-action")
# What has the file looked at, and builds nothing.
_ASKS = frozenset({"--check", "--call"})
# Options whose value is a word of its own.
_VALUED = frozenset(
    {"-t", "--tag", "--build-arg", "--platform", "--cache-from", "--cache-to", "--label", "--network", "--progress"}
    | {
        "--secret",
        "--ssh",
        "--output",
        "-o",
        "--iidfile",
        "--builder",
        "--build-context",
        "--pull-policy",
        "-m",
        "--memory",
    }
)
_CHECKS = re.compile(
    r"(?<![\w./-])(?:tests?|lint|vet|check|typecheck|type-check|verify|pytest|rspec|phpunit|eslint|mypy|tsc|golangci-lint|clippy)\b"
)
_OTHERWISE = re.compile(r"migrat|--no-verify|health-?check", re.IGNORECASE)
_OPTIONS = re.compile(r"^(?:--[a-z]++(?:=\S*+)?\s++)++")
_FROM = re.compile(r"--from=([\w.-]+)|\bfrom=([\w.-]+)")
_MAX_STAGES = 40
_MAX_CHECKS = 100


def find_checks_of_build(files: Files, words: Sequence[str], folder: str) -> Iterator[tuple[str, Place, str, Manner]]:
    """Yield what the image that a command builds runs of checks: the text, its place, and the folder of the sources."""
    rest = list(words[1:])
    rest = rest[1:] if rest[:1] in (["buildx"], ["image"], ["builder"]) else rest
    if any(one.partition("=")[0] in _ASKS for one in rest):
        return
    if words[0].rpartition("/")[2] not in _ENGINES or rest[:1] == [] or rest[0] not in _VERBS:
        return
    file, target, context = "", "", ""
    given = iter(rest[1:])
    for word in given:
        name, has, value = word.partition("=")
        if name in {"-f", "--file", "--target"}:
            value = value if has else next(given, "")
            file, target = (file, value) if name == "--target" else (value, target)
        elif name in _VALUED and not has:
            next(given, None)
        elif not word.startswith("-"):
            context = word
    yield from _checks(files, _join(folder, file or f"{context or '.'}/Dockerfile"), target, _join(folder, context))


def find_checks_of_action(
    files: Files, action: str, given: Mapping[str, object]
) -> Iterator[tuple[str, Place, str, Manner]]:
    """As `find_checks_of_build`, of an action that builds an image."""
    if _ACTION.fullmatch(action) and not text_of(given.get("call")):
        context = text_of(given.get("context")) or "."
        file = text_of(given.get("file")) or f"{context}/Dockerfile"
        yield from _checks(files, _join("", file), text_of(given.get("target")), _join("", context))


def _join(folder: str, name: str) -> str:
    return normpath(f"{folder or '.'}/{name or '.'}")


def _checks(files: Files, path: str, target: str, context: str) -> Iterator[tuple[str, Place, str, Manner]]:
    image = files.once("image", path, partial(parse_dockerfile, path)) if path in files else None
    for stage in _needed(image, target) if image is not None else ():
        lines = [one for one in stage.of("RUN") if _CHECKS.search(one.text) and not _OTHERWISE.search(one.text)]
        folder = _sources(files, stage, context) if lines else ""
        for one in lines[:_MAX_CHECKS]:
            # Mounts and the like stand before the command.
            yield _OPTIONS.sub("", one.text), Place(path, one.line), folder, Manner.PLAIN


def _needed(image: Image, target: str) -> Sequence[Stage]:
    """The stages that an image is made of: the one that is built, and those that it continues or takes from."""
    stages = image.stages[:_MAX_STAGES]
    named = {one.name: one for one in stages if one.name} | {str(at): one for at, one in enumerate(stages)}
    first = named.get(target.lower()) if target else next(reversed(stages), None)
    waiting, needed = [first] if first is not None else [], []
    while waiting:
        stage = waiting.pop(0)
        if stage in needed:
            continue
        needed.append(stage)
        taken = [found[1] or found[2] for one in stage.of("COPY", "ADD", "RUN") for found in _FROM.finditer(one.text)]
        waiting += [named[name] for name in (stage.base, *map(str.lower, taken)) if name in named]
    return needed


def _sources(files: Files, stage: Stage, context: str) -> str:
    """The folder whose files a stage copies: that of the build where it copies all of it, or else one below."""
    copied = [
        [word for word in one.text.split() if not word.startswith("--")][:-1]
        for one in stage.of("COPY", "ADD")
        if "--from=" not in one.text
    ]
    folders = [_join(context, word) for words in copied for word in words][:_MAX_STAGES]
    if context in folders or not folders:
        return "" if context == "." else context
    below = [one for one in folders if files.has_folder(one)]
    return below[-1] if below else ""

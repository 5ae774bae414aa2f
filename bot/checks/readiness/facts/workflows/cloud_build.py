"""Pipelines of Google Cloud Build: steps that run containers, and what starts them where Terraform says so.

Source: https://cloud.google.com/build/docs/build-config-file-schema and
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/cloudbuild_trigger (read 2026-11-30).
Out of sight: triggers that are set up by hand; without one of Terraform a build waits for a hand.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.located import Located, Place, get_in, mappings, place_in, text_of
from bot.checks.readiness.facts.terraform import Block, Terraform
from bot.checks.readiness.facts.workflows.github import read_located
from bot.checks.readiness.facts.workflows.parts import Manner
from bot.checks.readiness.facts.workflows.pipelines import Job, Pipeline, Step

CLOUD_BUILDS = (
    *("cloudbuild*.yaml", "cloudbuild*.yml", "**/cloudbuild/*.yaml", "**/cloudbuild/*.yml"),
    *("*.cloudbuild.yaml", "*.cloudbuild.yml", "*-cloudbuild.yaml", "*-cloudbuild.yml"),
)
_FILENAME = re.compile(r'\bfilename\s*=\s*"([^"\n]{1,300})"')
_DISABLED = re.compile(r"^[ \t]*disabled[ \t]*=[ \t]*true\b", re.MULTILINE)
_EXPRESSION = re.compile(r"\$\{[^{}]*\}")
_SHELLS = frozenset({"bash", "sh", "/bin/bash", "/bin/sh"})
# Images that start the first word they are given.
_PLAIN = frozenset(
    {"golang", "python", "node", "ruby", "rust", "php", "elixir", "sdk", "eclipse-temurin", "alpine", "debian"}
)


def find_cloud_builds(files: Files) -> Iterator[Pipeline]:
    """Yield the builds that a repository describes."""
    paths = files.select(*CLOUD_BUILDS)
    triggers = Terraform(files).of("google_cloudbuild_trigger") if paths else ()
    for path in paths:
        value = read_located(files, path)
        if isinstance(value, Located) and isinstance(value.get("steps"), list):
            start = Place(path, 1)
            job = Job("build", start, list(_steps(value.get("steps"), place_in(value, start, "steps"))))
            yield Pipeline("Cloud Build", path, path, _triggers(path, triggers), [job], value)


def _triggers(path: str, blocks: Sequence[Block]) -> frozenset[str]:
    found = set()
    for block in blocks:
        name = None if _DISABLED.search(block.body) else _FILENAME.search(block.body)
        if name and re.fullmatch("[^/]+".join(map(re.escape, _EXPRESSION.split(name[1]))), path):
            found |= set(_events(block.body))
    return frozenset(found or {"manual"})


def _events(body: str) -> Iterator[str]:
    if re.search(r"\bpull_request\s*\{", body):
        yield "pull_request"
    if re.search(r"\b(?:push\s*\{|trigger_template\s*\{)", body):
        yield "tag" if re.search(r"\btag(?:_name)?\s*=", body) else "push"


def _steps(steps: object, start: Place) -> Iterator[Step]:
    for at, one in enumerate(mappings(steps)):
        place = place_in(steps, start, at)
        script = text_of(one.get("script"))
        where = place_in(one, place, "script" if script else "args")
        yield Step(
            place=place,
            name=text_of(one.get("id")),
            script=script or _command(one),
            script_place=where,
            folder=text_of(one.get("dir")),
            soft=one.get("allowFailure") is True,
            # Scripts run by `bash -e`; a shell that is the entry point goes on unless it is told not to.
            manner=Manner.ERREXIT if script or not _goes_on(one) else Manner.PLAIN,
        )


def _goes_on(step: object) -> bool:
    return text_of(get_in(step, "entrypoint")) in _SHELLS and "e" not in text_of(get_in(step, "args", 0))


def _command(step: object) -> str:
    """The command of a step without a script: its entry point, or the program that its image is named after."""
    given = get_in(step, "args")
    words = [one for one in given if isinstance(one, str)] if isinstance(given, list) else shlex_words(text_of(given))
    entry = text_of(get_in(step, "entrypoint"))
    program = entry or text_of(get_in(step, "name")).rpartition("/")[2].partition(":")[0].partition("@")[0]
    if program in _SHELLS and words[:1] in (["-c"], ["-ec"], ["-exc"], ["-xc"]) and len(words) > 1:
        return words[1]
    named = words[:1] == [program] or (program in _PLAIN and not entry and words)
    return shlex.join(words if named else [program, *words])


def shlex_words(text: str) -> list[str]:
    """The words of a text; of one that no shell would take, its words by blanks."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()

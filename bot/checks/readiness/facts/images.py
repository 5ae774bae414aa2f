"""Dockerfiles: their stages, and what each takes from another.

Source: https://docs.docker.com/reference/dockerfile/ (read 2026-11-29).
Out of sight: stages of other files that a build is given (`additional_contexts`), and what is inside of images.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from posixpath import dirname

from bot.checks.readiness.facts.files import Files
from bot.model import Unknown

_NAMES = ("Dockerfile*", "*.Dockerfile", "*.dockerfile", "Containerfile*")
_ELSEWHERE = re.compile(
    r"(?:^|/)(?:\.devcontainer|\.dockerdev|\.gitpod|\.github|\.ci)/|\.dockerignore$|\.(?:j2|tmpl|tpl|md)$"
    # Images for developers and for tests are none of the product's.
    r"|(?:^|/)[^/]*[._-](?:dev|devel|development|local|test|tests|ci|e2e|playwright|cypress|debug"
    r"|\w{0,40}hot_?reload|delve|dlv|air|watch)(?:\.[^/]*)?$"
    r"|(?:^|/)(?:docker|container)file[._-]integration(?:\.[^/]*)?$"
    r"|(?:^|/)(?:dev|devel|development|local)[._-][^/]*(?:docker|container)file[^/]*$",
    re.IGNORECASE,
)
_OF_EDITORS = re.compile(r"(?:^|/)\.(?:devcontainer|dockerdev|gitpod)/")
# So are those in a folder for developers, unless a pipeline pushes them.
_OF_DEVELOPERS = re.compile(
    r"(?:^|/)(?:dev|devel|development|local)/(?:.*/)?[^/]*(?:docker|container)file[^/]*$", re.IGNORECASE
)
_MAX_LINES = 3_000
# Neither `<<< text`, which ends with its line, nor `1<<2`.
_HEREDOC = re.compile(r"(?<!<)<<-?['\"]?([A-Za-z_]\w*)['\"]?")


@dataclass(frozen=True)
class Instruction:
    """One instruction: its word in capitals, the rest of it in one line, and its first line."""

    word: str
    text: str
    line: int


@dataclass(frozen=True)
class Stage:
    """A stage. `base` is an image or the name of another stage; `name` is empty where it has none."""

    base: str
    name: str
    line: int
    instructions: list[Instruction] = field(default_factory=list)

    def of(self, *words: str) -> Sequence[Instruction]:
        """Its instructions of some kinds."""
        return [one for one in self.instructions if one.word in words]


@dataclass(frozen=True)
class Image:
    """What a Dockerfile builds."""

    path: str
    stages: Sequence[Stage]

    @property
    def folder(self) -> str:
        """The folder of the file."""
        return dirname(self.path)

    @property
    def last(self) -> Stage:
        """The stage that becomes the image."""
        return self.stages[-1]

    @property
    def split(self) -> Instruction | None:
        """What takes something from another stage into the last one; None where the image is built in one stage.

        Where nothing is copied, a last stage that continues an earlier one takes all of that.
        """
        return self.taken_into("")

    def taken_into(self, target: str) -> Instruction | None:
        """As `split`, of the stage that a build names as its target; of the last one where it names none."""
        bases = {one.name for one in self.stages if one.name}
        made = [(str(at), one) for at, one in enumerate(self.stages) if _makes_something(one, bases)]
        names = {one.name for _, one in made if one.name} | {at for at, _ in made}
        first = next((one for one in self.stages if target and one.name == target.lower()), self.last)
        stage: Stage | None = first
        continued = None
        for _ in self.stages:
            if stage is None:
                break
            for one in stage.of("COPY", "ADD", "RUN"):
                found = re.search(r"--from=(\S+)|--mount=\S*from=([\w.-]+)", one.text)
                if found and (found[1] or found[2]).lower() in names:
                    return one
            stage = next((one for one in self.stages if one.name and one.name == stage.base and one is not stage), None)
            continued = continued or (Instruction("FROM", first.base, first.line) if stage else None)
        return continued


def _makes_something(stage: Stage, names: Collection[str]) -> bool:
    """Whether a stage is more than another name for an image of others: `FROM ghcr.io/astral-sh/uv AS uv`."""
    return stage.base in names or bool(stage.of("RUN", "COPY", "ADD"))


class Images:
    """The images that a repository's own Dockerfiles build; those of development containers are left out."""

    def __init__(self, files: Files, pushed: Callable[[], Collection[str]] = frozenset) -> None:
        named = files.select(*_NAMES)
        paths = [path for path in named if not _ELSEWHERE.search(path)]
        if named and not paths:
            # What is called so and is pushed is the product's, where there is no other.
            shipped = pushed()
            paths = [one for one in named if one in shipped and not _OF_EDITORS.search(one)]
        if any(_OF_DEVELOPERS.search(one) for one in paths):
            shipped = pushed()
            paths = [one for one in paths if one in shipped or not _OF_DEVELOPERS.search(one)]
        files.prefetch(paths)
        for path in paths:
            if len(files.lines(path)) > _MAX_LINES:
                reason = f"more than {_MAX_LINES:,} lines: not all were read"
                files.doubt(path, Unknown(path=path, line=_MAX_LINES, reason=reason, settle="shorten the file"))
        made = (files.once("image", path, partial(parse_dockerfile, path)) for path in paths)
        self.all: Sequence[Image] = [one for one in made if one is not None and one.stages]


def parse_dockerfile(path: str, text: str) -> Image:
    """The stages of a Dockerfile; what stands before the first one is left out."""
    stages: list[Stage] = []
    for one in _instructions(text):
        if one.word == "FROM":
            words = [word for word in one.text.split() if not word.startswith("--")]
            named = len(words) > 2 and words[1].upper() == "AS"  # noqa: PLR2004 - FROM x AS y
            stages.append(Stage(words[0].lower() if words else "", words[2].lower() if named else "", one.line))
        elif stages:
            stages[-1].instructions.append(one)
    return Image(path, stages)


def _instructions(text: str) -> Iterator[Instruction]:
    lines = text.replace("\r\n", "\n").split("\n")[:_MAX_LINES]
    at = 0
    while at < len(lines):
        start, line = at, lines[at].strip()
        at += 1
        if not line or line.startswith("#"):
            continue
        parts = [line]
        while parts[-1].endswith("\\") and at < len(lines):
            parts[-1] = parts[-1][:-1]
            following = lines[at].strip()
            at += 1
            if not following.startswith("#"):
                parts.append(following)
            else:
                parts.append("\\")
        heredoc = _HEREDOC.search(line)
        while heredoc and at < len(lines) and lines[at].strip() != heredoc[1]:
            parts.append(lines[at].strip())
            at += 1
        word, _, rest = " ".join(parts).partition(" ")
        if word.isalpha():
            yield Instruction(word.upper(), rest.strip(), start + 1)

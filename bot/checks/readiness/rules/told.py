"""What containers are told to run in their image's place: of workloads, initial ones too, and of Compose's services."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.checks.readiness.facts.kubernetes.charts import is_development
from bot.checks.readiness.facts.located import Place
from bot.checks.readiness.look import Look
from bot.model import Evidence, Strength

_MAX_LINE = 2_000
# Compose files to develop with, to try things out and to test.
TRIED = re.compile(
    r"(?:^|[._/-])(?:override|dev|devel|development|local|tests?|ci|e2e|demo|otel|monitoring-demo|playground)(?:[._/-]|$)",
    re.IGNORECASE,
)


def find_told(look: Look, pattern: re.Pattern[str]) -> Iterator[Evidence]:
    """Yield the containers whose command, in one line, holds a pattern; one to develop with is configured."""
    for stack in look.kubernetes.judged:
        strength = Strength.CONFIGURED if is_development(stack.folder) else Strength.WIRED
        for one in stack.objects:
            for container in (*one.containers(initial=True), *one.containers()):
                for key, text in _commands(container.value, ("command", "args")):
                    if pattern.search(text):
                        yield _evidence(container.place(key), f"{one.kind} {one.name} runs it", strength)
    for file in look.compose.files:
        strength = Strength.CONFIGURED if TRIED.search(file.path) else Strength.WIRED
        for service in file.services:
            for key, text in _commands(service.value, ("entrypoint", "command")):
                if pattern.search(text):
                    yield _evidence(service.at(key), f"the service {service.name} runs it", strength)


def _commands(value: Mapping[str, object], keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what a container is told to run, whole, with the key of the last of its parts."""
    parts = [(key, value[key]) for key in keys if value.get(key)]
    words = [one for _, part in parts for one in (part if isinstance(part, list) else [part])]
    if parts:
        yield parts[-1][0], " ".join(map(str, words))[:_MAX_LINE]


def _evidence(place: Place, text: str, strength: Strength) -> Evidence:
    return Evidence(path=place.path, line=place.line, text=text, strength=strength)

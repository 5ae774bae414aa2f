"""Every compiled pattern of the package, on text that is made to cost: time in proportion to the text's length."""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any

import bot.checks.readiness
from bot.checks.readiness.facts import suites
from bot.checks.readiness.patience import TookTooLong, limited

_LONG = 12_000
# By the square it would be twice as long and more.
_LIMIT_S = 0.15
# The collector of garbage, and other work of the processor, can fall into one.
_TRIES = 3
_HOSTILE = (
    *(" ", "\n", "\\", "a", "0.", "a.", "a ", "a,", "a/", "a_id ", "a=\n", "@a(", "(", "[", '"', "/*", "${{", "::"),
    *("redis", "import a "),
)
# Used on names, paths and lines that are cut, or from a given place on alone: whoever adds one here has looked.
_ON_SHORT_TEXT: Mapping[str, str] = {
    "facts.dependencies.python": "_NAME",
    "facts.helm.patterns": "_UNIT",
    "facts.helm.versions": "_TERM",
    "facts.kubernetes.secret_values": "_STAND_IN",
    "facts.needles": "_CLASS",
    "facts.reach.conditions": "_TRUE",
    "facts.reach.modules": "_SCRIPT_ENTRY",
    "facts.reach.mounts": "_MADE",
    "facts.reach.mentions": "VARIABLE",
    "facts.reach.idioms": "_OF_NET",
    "facts.roles": (
        "_CAMEL_TEST_FOLDER _CAMEL_TEST_NAME _CODE _DOCS_NAME _EXAMPLE_FOLDER_NAME _EXAMPLE_NAME "
        "_GENERATED_NAME _SPEC_CODE _TEST_FOLDER_NAME _TEST_NAME"
    ),
    "facts.routes.go_constants": "_CONSTANT",
    "facts.source.elements": "_HEAD _HEADS",
    "facts.spring": "_LINE _PRODUCTION",
    "facts.terraform": "_ATTRIBUTE _OPENED",
    "facts.toml_text": "_HEADER _KEY",
    "facts.workflows": "_ELSEWHERE",
    "facts.workflows.conditions": "_BY_HAND",
    "facts.workflows.failures": "FUNCTION _ASSIGNMENT",
    "facts.workflows.scripts": "_SHELL_FILE",
    "facts.workflows.shell": "_ASSIGNMENT",
    "facts.workflows.code_tasks": "_INVOKE",
    "relevance": "_PROSE",
    "rules.applied": "_VALUES",
    "rules.check_run": "_EXPRESSION",
    "rules.containers.deploying": "_FROM_PIPELINE _SIGNS_IN_BY_NAME",
    "rules.cors": "_KEYWORDS _OPEN_BY_DEFAULT _OPTIONS",
    "rules.diagrams": "_BLOCK",
    "rules.indexes.sql": "_POINTING",
    "rules.indexes.sqlalchemy": "_COLUMN",
    "rules.jwt": "_ONE_KEY _SHARED",
    "rules.kubernetes.apps": "_OTHERS",
    "rules.limit_tuning": "_LIMITERS",
    "rules.middleware": "_FRAMES",
    "rules.no_secrets": "_ENV_VALUE",
    "rules.prose": "_FENCE",
    "rules.rate_limiting": "_FIRST_COUNTS _LIMITER",
    "rules.request_logging": "_KEEPS _LOGS _TOLD",
    "rules.schema": "_NOT_ONE",
    "rules.source_marks": "_SPECIAL",
    "rules.sql": "_LITERAL _RUNS _UNSAFE",
    "rules.sql_texts": "_NAME _STATEMENT _TEMPLATES",
    "rules.testing.collecting": "_BY_PART _BY_PATH _GRADLE _MAVEN",
    "rules.transactions": "_WRITE",
    "rules.ttl": "_BY_CLIENT _OF_REDIS _WRITE _WRITE_OF_NET",
}


def _patterns() -> Mapping[tuple[str | bytes, int], tuple[str, str]]:
    """The patterns of all modules, each with the first module and name that it goes by."""
    package = bot.checks.readiness
    found: dict[tuple[str | bytes, int], tuple[str, str]] = {}
    for one in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(one.name)
        short = one.name.removeprefix(f"{package.__name__}.")
        for name, value in _made_by(module):
            for pattern in _within(value):
                found.setdefault((pattern.pattern, pattern.flags), (short, name))
    return found


def _made_by(module: ModuleType) -> Iterator[tuple[str, Any]]:
    yield from vars(module).items()
    if module is suites:
        names = (
            *("skipped", "left_out", "e2e_paths", "e2e_texts", "integration_paths", "integration_texts"),
            "integration_from_outside",
        )
        yield "_pattern", [suites._pattern(name) for name in names]  # noqa: SLF001 - not made before it is asked for
        yield "_languages", [one[2] for one in suites._languages()]  # noqa: SLF001 - as above


def _within(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, Mapping):
        for pair in value.items():
            yield from _within(list(pair))
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _within(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _within(getattr(value, field.name))


def _cost(pattern: re.Pattern[Any], text: str | bytes, *, whole: bool) -> float:
    started = time.process_time()
    try:
        with limited(2 * _LIMIT_S):
            if whole:
                pattern.sub("" if isinstance(text, str) else b"", text)
            else:
                pattern.match(text)
                pattern.fullmatch(text)
    except TookTooLong:
        pass
    return time.process_time() - started


def test_a_pattern_takes_time_in_proportion_to_the_text() -> None:
    slow = []
    for (written, flags), (module, name) in _patterns().items():
        short = name in _ON_SHORT_TEXT.get(module, "").split()
        pattern: re.Pattern[Any] = re.compile(written, flags)
        for unit in _HOSTILE:
            text = unit * (_LONG // len(unit))
            hostile = text if isinstance(written, str) else text.encode()
            if all(_cost(pattern, hostile, whole=not short) > _LIMIT_S for _ in range(_TRIES)):
                slow.append((module, name, unit))
                break

    assert "\n".join(map(str, slow)) == ""


def test_what_is_said_to_be_used_on_short_text_is_there() -> None:
    said = {(module, name) for module, names in _ON_SHORT_TEXT.items() for name in names.split()}

    assert said <= set(_patterns().values())

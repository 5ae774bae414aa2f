"""The rules `import`, `call` and `dependency`: what source code takes in, calls and is declared to need, by name.

Rule: a module is imported by code that is loaded, a call stands where it runs in production, a declared dependency is
imported somewhere; else it is configured and not wired. Languages: `facts/source/languages.py`; a project of mostly
another one is left open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from bot.checks.readiness.ask import RegularExpression
from bot.checks.readiness.facts.marks import Mark
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import conclude
from bot.checks.readiness.rules.needs import NeedsAsk, judge_needs
from bot.model import Evidence, State, Strength

_MAX_EVIDENCE = 20
_WORD = re.compile(r"[A-Za-z_]\w{2,}")
# What is special in a regular expression is no part of a word: `\w`, `\.`, a class, a group's head.
_SPECIAL = re.compile(r"\\.|\[[^\]]*\]|\(\?[^)]*?[:=!>]|\(\?\w+\)|\{[\d,]*\}")
Language = Literal["typescript", "python", "go", "java", "csharp", "ruby", "php", "rust"]
Ecosystem = Literal["npm", "pypi", "go", "gem", "jvm", "nuget", "composer", "cargo"]


def _words(pattern: str) -> tuple[str, ...]:
    """A word of each alternative of a pattern, by which files are found; none where one alternative has no word."""
    words = []
    for alternative in re.split(r"\|", _SPECIAL.sub(" ", pattern)):
        found = max(_WORD.findall(alternative), key=len, default=None)
        if found is None:
            return ()
        words.append(found)
    return tuple(words)


def _check_words(pattern: str) -> str:
    if not _words(pattern):
        raise PydanticCustomError("no_word", "needs a word of three letters or more in each alternative")
    return pattern


NamePattern = Annotated[RegularExpression, AfterValidator(_check_words)]


class _SourceAsk(NeedsAsk):
    language: Annotated[Language | None, Field(description="one language alone; typescript is JavaScript too")] = None
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that there is none")] = (
        "fail"
    )


class ImportAsk(_SourceAsk):
    """Settings of the rule `import`."""

    module: Annotated[NamePattern, Field(description="the module's whole name, as an import writes it")]


class CallAsk(_SourceAsk):
    """Settings of the rule `call`."""

    name: Annotated[NamePattern, Field(description="the whole of what is called, such as `app\\.use`")]
    arguments: Annotated[RegularExpression | None, Field(description="what the arguments must hold")] = None
    module: Annotated[
        RegularExpression | None, Field(description="a module that the file must import, from its start")
    ] = None
    mounted: Annotated[bool, Field(description="whether what it makes has to be used somewhere")] = False


class DependencyAsk(NeedsAsk):
    """Settings of the rule `dependency`."""

    name: Annotated[RegularExpression, Field(description="the whole name; `group:artifact` on the JVM")]
    ecosystem: Annotated[Ecosystem | None, Field(description="one ecosystem alone")] = None
    development: Annotated[bool, Field(description="whether what only tests and builds need counts")] = False
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that there is none")] = (
        "fail"
    )


def judge_import(look: Look, ask: ImportAsk) -> Judged:
    """Pass where a module is imported."""
    return judge_needs(look, ask) or _conclude(look, ask, list(_imports(look, ask)), "nothing imports it")


def judge_call(look: Look, ask: CallAsk) -> Judged:
    """Pass where something is called."""
    if lack := judge_needs(look, ask):
        return lack
    mark = Mark(
        shows="it is called",
        words=_words(ask.name),
        language=ask.language,
        name=ask.name,
        text=ask.arguments or "",
        module=ask.module or "",
        mounted=ask.mounted,
    )
    return _conclude(look, ask, [one.evidence for one in look.marks.find([mark])], "nothing calls it")


def judge_dependency(look: Look, ask: DependencyAsk) -> Judged:
    """Pass where a manifest declares it."""
    if lack := judge_needs(look, ask):
        return lack
    found = []
    for one in look.dependencies.named(ask.name, development=ask.development, ecosystem=ask.ecosystem):
        imported = look.project.imported(one)
        text = f"{one.name} is declared{'' if imported else ', and never imported'}"
        strength = Strength.WIRED if imported else Strength.CONFIGURED
        found.append(Evidence(text=text, path=one.path, line=one.line, strength=strength))
    return _conclude(look, ask, found, f"none of {len(look.dependencies.manifests):,} manifests declares it")


def _imports(look: Look, ask: ImportAsk) -> Iterator[Evidence]:
    wanted = re.compile(ask.module)
    for file in look.source.parsed(*_words(ask.module), language=ask.language):
        one = next((one for one in file.imports if wanted.fullmatch(one.name)), None)
        if one is None:
            continue
        live = look.reach.modules.loaded(file.path)
        text = f"{one.name} is imported{'' if live else ', by a file that nothing loads'}"
        yield Evidence(
            text=text, path=file.path, line=one.line, strength=Strength.WIRED if live else Strength.CONFIGURED
        )


def _conclude(look: Look, ask: _SourceAsk | DependencyAsk, found: list[Evidence], nothing: str) -> Judged:
    order = list(Strength)
    found.sort(key=lambda one: -order.index(one.strength or Strength.CONFIGURED))
    if not found and ask.otherwise == "needs-sign-off":
        return Judged(state=State.NEEDS_SIGN_OFF, reason=f"{nothing}; {look.project.searched}")
    return conclude(look, found[:_MAX_EVIDENCE], nothing)

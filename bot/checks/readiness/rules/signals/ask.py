"""The settings of the rule `signals`: kinds of signals, told apart by the key that each has."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.checks.readiness.ask import Glob, Line, RegularExpression
from bot.checks.readiness.facts.roles import Role
from bot.checks.readiness.rules.code import check_table
from bot.checks.readiness.rules.needs import NeedsAsk
from bot.model import Strength

Patterns: TypeAlias = RegularExpression | Annotated[tuple[RegularExpression, ...], Field(min_length=1)]
"""One regular expression, or several of which one is enough."""


class _Signal(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    shows: Annotated[Strength, Field(description="how far it goes as evidence, where nothing takes from it")] = (
        Strength.WIRED
    )


class _StepSignal(_Signal):
    told_in: Annotated[tuple[Glob, ...], Field(description="files of settings, of which one tells it to do that")] = ()
    told: Annotated[RegularExpression | None, Field(description="what such a file holds, then, comments left out")] = (
        None
    )


class CommandSignal(_StepSignal):
    """A command that a pipeline runs, by its words without what wraps them."""

    command: Patterns
    when: Annotated[
        Literal["change", "itself", "any"],
        Field(description="`change`: a pull request or push starts it; `itself`: no hand does; `any`: a hand may"),
    ] = "itself"
    unless: Annotated[
        RegularExpression | None,
        Field(description="what in the job (its name, its steps) makes it no more than configured"),
    ] = None

    named: Annotated[
        RegularExpression | None,
        Field(description="what the job's or the pipeline's name must hold, where the job names no environment"),
    ] = None
    not_named: Annotated[
        RegularExpression | None, Field(description="what in the job's or the pipeline's name makes it no more")
    ] = None


class ActionSignal(_StepSignal):
    """An action that a pipeline uses, by its name without a version."""

    action: Patterns
    given: Annotated[dict[str, RegularExpression], Field(description="what its inputs must be")] = {}
    when: Literal["change", "itself", "any"] = "itself"
    unless: RegularExpression | None = None
    not_named: RegularExpression | None = None


class JobSignal(_Signal):
    """A job or a workflow by its name, that runs anything at all."""

    job: RegularExpression


class ObjectSignal(_Signal):
    """A Kubernetes object of some kinds; a template that is not rendered, and what is suspended, is configured."""

    objects: Annotated[tuple[Line, ...], Field(min_length=1)]
    named: RegularExpression | None = None
    has: Annotated[tuple[Line, ...], Field(description="a path of keys that must hold something, `*` for any")] = ()
    holds: Annotated[RegularExpression | None, Field(description="what a text within it must hold")] = None
    of: Annotated[
        Literal["any", "own"],
        Field(description="`own`: none whose selector finds others' workloads or services, and none of the product's"),
    ] = "any"


class AnnotationSignal(_Signal):
    """An annotation or a label, of Compose too, as `key: value`."""

    annotation: Patterns
    of: Annotated[
        Literal["any", "own"],
        Field(
            description="`own`: of a workload of the product's own, a service that selects it, or a service it builds"
        ),
    ] = "any"


class ImageSignal(_Signal):
    """An image that a workload or a service of Compose runs."""

    image: Patterns


class ContainerSignal(_Signal):
    """What a container of a workload, an initial one too, or a service of Compose is told to run, in one line."""

    container: Patterns


class ServiceSignal(_Signal):
    """A service of Compose by its name, which runs the product or says in its command what it is for."""

    service: Patterns


class TerraformSignal(_Signal):
    """A resource by its whole type; `body` is looked for within its braces."""

    terraform: Patterns
    body: RegularExpression | None = None
    apart: Annotated[
        RegularExpression | None, Field(description="what begins a part of it that is looked at alone")
    ] = None
    unless: Annotated[RegularExpression | None, Field(description="what in such a part makes it show nothing")] = None


class FileSignal(_Signal):
    """A file by name, and what one of its lines must hold, comments left out."""

    files: Annotated[tuple[Glob, ...], Field(min_length=1)]
    pattern: Patterns | None = None
    roles: tuple[Role, ...] = (Role.PRODUCT,)
    not_in: Annotated[RegularExpression | None, Field(description="paths of files that do not count")] = None
    unless: Annotated[RegularExpression | None, Field(description="a line that makes its file say nothing")] = None
    beside: Annotated[RegularExpression | None, Field(description="a line that its file must hold, too")] = None
    applied: Annotated[bool, Field(description="whether what a build of an image runs shows less")] = False
    started: Annotated[bool, Field(description="whether scripts that images start with count by any name")] = False
    command_holds: Annotated[
        RegularExpression | None,
        Field(description="what the program's own command must hold that the first group of the pattern names"),
    ] = None


class CollectedSignal(_Signal):
    """A pipeline of a collector of OpenTelemetry that passes on what it takes to a store."""

    collected: Annotated[Literal["logs", "traces", "metrics"], Field(description="what the pipeline is for")]
    files: Annotated[tuple[Glob, ...], Field(min_length=1)]
    not_in: Annotated[RegularExpression | None, Field(description="paths of files that do not count")] = None


class TableSignal(_Signal):
    """Code, and lines of settings, that a shipped table of marks describes; it goes as far as the code runs."""

    table: Annotated[str, AfterValidator(check_table)]
    always: Annotated[bool, Field(description="only code that runs whatever settings say, and nothing else")] = False


class ProgramSignal(_Signal):
    """A program that applies its versioned migrations itself, in each of its replicas, as it starts."""

    program: Literal["migrates"]


class InitialSignal(_Signal):
    """A script that the image of a database runs while it holds nothing, and what one of its lines must hold."""

    initial: Patterns


Signal: TypeAlias = (
    CommandSignal
    | ActionSignal
    | JobSignal
    | ObjectSignal
    | AnnotationSignal
    | ImageSignal
    | ContainerSignal
    | ServiceSignal
    | TerraformSignal
    | FileSignal
    | CollectedSignal
    | TableSignal
    | ProgramSignal
    | InitialSignal
)


class SignalsAsk(NeedsAsk):
    """Settings of the rule `signals`."""

    present: Annotated[
        tuple[Glob, ...], Field(description="files, of which there must be one for the item to apply")
    ] = ()
    present_in_code: Annotated[
        RegularExpression | None, Field(description="or a line of the product's code that holds this")
    ] = None
    code_words: Annotated[tuple[Line, ...], Field(description="in a file of code that mentions one of these")] = ()
    signals: Annotated[tuple[Signal, ...], Field(description="any of these shows it", min_length=1)]
    against: Annotated[tuple[Signal, ...], Field(description="any of these fails it, whatever shows it")] = ()
    spoilt: Annotated[
        tuple[Signal, ...], Field(description="any of these fails it where something that is wired shows it")
    ] = ()
    otherwise: Annotated[Literal["fail", "needs-sign-off"], Field(description="what it means that there is none")] = (
        "fail"
    )
    called: Annotated[
        RegularExpression | None,
        Field(description="file names of other repositories' workflows that may do it; unread, they leave it open"),
    ] = None

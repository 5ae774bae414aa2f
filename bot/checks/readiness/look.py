"""One revision, as rules look at it: its files, and facts about them, each found when a rule first asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast, overload

from bot.checks.readiness.facts.files import Files, Memory, Reads
from bot.model import Ahead, Attested, Tree

if TYPE_CHECKING:
    from bot.checks.readiness.facts.compose import Compose
    from bot.checks.readiness.facts.dependencies.declared import Dependencies
    from bot.checks.readiness.facts.environment.reads import Environment
    from bot.checks.readiness.facts.images import Images
    from bot.checks.readiness.facts.kubernetes import Kubernetes
    from bot.checks.readiness.facts.marks import Marks
    from bot.checks.readiness.facts.project import Project
    from bot.checks.readiness.facts.reach.standing import Reach
    from bot.checks.readiness.facts.routes.index import Routes
    from bot.checks.readiness.facts.source.index import Source
    from bot.checks.readiness.facts.suites import Suites
    from bot.checks.readiness.facts.terraform import Terraform
    from bot.checks.readiness.facts.terraform_values import TerraformValues
    from bot.checks.readiness.facts.workflows import Workflows

T = TypeVar("T")


class Fact(Generic[T]):
    """A property that is made once, and that counts what its making looked at for everyone who uses it."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, look: None, owner: type) -> Fact[T]: ...
    @overload
    def __get__(self, look: Look, owner: type) -> T: ...
    def __get__(self, look: Look | None, owner: type) -> T | Fact[T]:
        """The fact of a look."""
        if look is None:
            return self
        if look.withhold_facts:
            raise FactsWithheld(self._name)
        if self._name not in look.found:
            with look.files.recording() as reads:
                reads.facts.add(self._name)
                value = self._make(look)
            look.found[self._name] = (value, reads)
            return value
        known, reads = look.found[self._name]
        look.files.note(reads)
        return cast("T", known)


class FactsWithheld(Exception):  # noqa: N818 - no failure, but the answer to a question
    """A rule asked for a fact of a look that has files alone; the message is the fact's name."""


class Look:
    """One revision. A fact is a method under `@Fact` that imports its finder when it is called."""

    def __init__(
        self, tree: Tree, memory: Memory | None = None, *, withhold_facts: bool = False, ahead: Ahead | None = None
    ) -> None:
        self.files = Files(tree, memory)
        self.ahead = ahead
        """A second processor's door, until the source goes through it."""
        self.withhold_facts = withhold_facts
        self.found: dict[str, tuple[Any, Reads]] = {}
        # Of the head alone: what is known of it besides its files, and which of them the change edits.
        self.attested = Attested()
        self.edited: frozenset[str] = frozenset()
        # Of both sides of a change: its files that the change touches.
        self.touched: frozenset[str] = frozenset()

    @Fact
    def dependencies(self) -> Dependencies:
        """What the manifests declare."""
        from bot.checks.readiness.facts.dependencies.declared import Dependencies

        return Dependencies(self.files)

    @Fact
    def source(self) -> Source:
        """What the product's source code says."""
        from bot.checks.readiness.facts.source.index import Source

        return Source(self.files, self.ahead)

    @Fact
    def reach(self) -> Reach:
        """Whether code runs in production."""
        from bot.checks.readiness.facts.reach.standing import Reach

        return Reach(self.files, self.source)

    @Fact
    def kubernetes(self) -> Kubernetes:
        """What the repository applies to clusters."""
        from bot.checks.readiness.facts.kubernetes import Kubernetes

        return Kubernetes(self.files)

    @Fact
    def routes(self) -> Routes:
        """The HTTP routes that the source declares."""
        from bot.checks.readiness.facts.routes.index import Routes

        return Routes(self.source, self.files)

    @Fact
    def marks(self) -> Marks:
        """Where libraries and features of frameworks are used."""
        from bot.checks.readiness.facts.marks import Marks

        return Marks(self.source, self.reach)

    @Fact
    def project(self) -> Project:
        """What kind of project it is."""
        from bot.checks.readiness.facts.project import Project

        return Project(self.files, self.dependencies, self.source, self.routes)

    @Fact
    def suites(self) -> Suites:
        """Files of tests."""
        from bot.checks.readiness.facts.suites import Suites

        return Suites(self.files)

    @Fact
    def workflows(self) -> Workflows:
        """What pipelines of CI systems run."""
        from bot.checks.readiness.facts.workflows import Workflows

        return Workflows(self.files)

    @Fact
    def environment(self) -> Environment:
        """The variables that the code reads."""
        from bot.checks.readiness.facts.environment.reads import Environment

        return Environment(self.files, self.source)

    @Fact
    def images(self) -> Images:
        """Images that the repository builds."""
        from bot.checks.readiness.facts.images import Images

        return Images(self.files, lambda: self.workflows.pushed)

    @Fact
    def compose(self) -> Compose:
        """What Compose files run."""
        from bot.checks.readiness.facts.compose import Compose

        return Compose(self.files)

    @Fact
    def terraform(self) -> Terraform:
        """Infrastructure as code."""
        from bot.checks.readiness.facts.terraform import Terraform

        return Terraform(self.files)

    @Fact
    def terraform_values(self) -> TerraformValues:
        """What its variables come to."""
        from bot.checks.readiness.facts.terraform_values import TerraformValues

        return TerraformValues(self.files, self.terraform.blocks)

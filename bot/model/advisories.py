"""Packages, what is known of their vulnerabilities, and the door to who knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.model.results import Evidence, Severity, Unknown


@dataclass(frozen=True, kw_only=True, order=True)
class Package:
    """One version of a package in a public registry.

    Attributes:
        ecosystem: as OSV names it: PyPI, npm, Go, crates.io, Maven, RubyGems, NuGet, Packagist.
        name: as the ecosystem normalises it (PEP 503 for PyPI, `group:artifact` for Maven).
        version: as the lock says it; of Go without the leading `v`, as advisories write it.
    """

    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True)
class VersionRange:
    """Versions that an advisory speaks of: events in any order, each its kind and a version.

    The kinds are `introduced`, `fixed`, `last_affected` and `limit`, as https://ossf.github.io/osv-schema/ has them.
    """

    events: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class Advisory:
    """A known fault of a package.

    Attributes:
        aliases: ids of the same fault in other databases.
        severity: None where the advisory gives none.
        ranges: of the package that was asked about; `versions` likewise.
        detailed: False where only the id could be had.
    """

    id: str
    aliases: Sequence[str] = ()
    summary: str = ""
    severity: Severity | None = None
    ranges: Sequence[VersionRange] = ()
    versions: frozenset[str] = frozenset()
    url: str = ""
    detailed: bool = True


@dataclass(frozen=True, kw_only=True)
class PackageAnswer:
    """What is known of a package's version. With a gap the list may lack some, or all."""

    advisories: Sequence[Advisory] = ()
    gap: Unknown | None = None


@dataclass(frozen=True, kw_only=True)
class AdvisoryAnswer:
    """What was answered.

    Attributes:
        packages: one answer for each package asked about.
        unknowns: what of the advisories themselves could not be read.
        evidence: who was asked.
    """

    packages: Mapping[Package, PackageAnswer]
    unknowns: Sequence[Unknown] = ()
    evidence: Sequence[Evidence] = ()


class Advisories(Protocol):
    """Whoever knows the advisories: a service, a folder."""

    def ask(self, added: Sequence[Package], before: Sequence[Package]) -> AdvisoryAnswer:
        """Ask about the packages that a change adds, and about those that it replaces.

        It raises nothing: what cannot be had is a gap. Those before are asked about once, without a second opinion.
        """
        ...

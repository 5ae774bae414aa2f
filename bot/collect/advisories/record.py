"""One advisory as OSV writes it.

Source: https://ossf.github.io/osv-schema/ (read 2026-11-29)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.model import Advisory, Package, Severity, VersionRange

_WORDS: Final = {
    "critical": Severity.CRITICAL,
    "high": Severity.HIGH,
    "moderate": Severity.MEDIUM,
    "medium": Severity.MEDIUM,
    "low": Severity.LOW,
}
# RustSec's advisories that name no fault to exploit: https://github.com/rustsec/advisory-db#advisory-format
_INFORMATIONAL: Final = {"unmaintained": Severity.LOW, "notice": Severity.LOW, "unsound": Severity.MEDIUM}
_COMPARABLE: Final = frozenset({"SEMVER", "ECOSYSTEM"})
_KINDS: Final = ("introduced", "fixed", "last_affected", "limit")
_MAX_SUMMARY: Final = 300
_MAX_ALIASES: Final = 50
_MAX_VECTOR: Final = 300


class BadRecordError(ValueError):
    """A text is no advisory."""


def _none_as(empty: Any) -> BeforeValidator:  # noqa: ANN401 - an empty list, a text or an object
    """Some databases write null where the schema asks to leave a member out."""
    return BeforeValidator(lambda value: empty if value is None else value)


_Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:+-]{0,127}$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)


class _Score(_Model):
    type: str
    score: str


class _Range(_Model):
    type: str
    events: Annotated[list[dict[str, str]], _none_as([])] = []


class _Named(_Model):
    ecosystem: str
    name: str


class _Affected(_Model):
    package: _Named | None = None
    ranges: Annotated[list[_Range], _none_as([])] = []
    versions: Annotated[list[str], _none_as([])] = []
    severity: Annotated[list[_Score], _none_as([])] = []
    database_specific: Annotated[dict[str, Any], _none_as({})] = {}
    ecosystem_specific: Annotated[dict[str, Any], _none_as({})] = {}


class Record(_Model):
    """An advisory of any number of packages."""

    id: _Id
    aliases: Annotated[list[str], _none_as([])] = []
    summary: Annotated[str, _none_as("")] = ""
    details: Annotated[str, _none_as("")] = ""
    withdrawn: str | None = None
    modified: Annotated[str, _none_as("")] = ""
    severity: Annotated[list[_Score], _none_as([])] = []
    affected: Annotated[list[_Affected], _none_as([])] = []
    database_specific: Annotated[dict[str, Any], _none_as({})] = {}

    def about(self, package: Package, *, as_asked: bool = False) -> Advisory | None:
        """What it says of a package; None where it says nothing, or was withdrawn.

        `as_asked` is for a record that a service gave for the package: it counts also where the names differ.
        """
        own = [one for one in self.affected if one.package and _key(one.package) == package_key(package)]
        if self.withdrawn or not (own or as_asked):
            return None
        spans = [span for one in own for span in one.ranges if span.type in _COMPARABLE]
        return Advisory(
            id=self.id,
            aliases=[alias for alias in self.aliases[:_MAX_ALIASES] if len(alias) <= _MAX_SUMMARY],
            summary=" ".join((self.summary or self.details)[: 4 * _MAX_SUMMARY].split())[:_MAX_SUMMARY],
            severity=self._severity(own),
            ranges=[VersionRange(tuple(_events(span))) for span in spans],
            versions=frozenset(text for one in own for text in one.versions),
            url=advisory_url(self.id),
        )

    def packages(self) -> frozenset[tuple[str, str]]:
        """The packages that it speaks of, as `package_key` names them."""
        return frozenset(_key(one.package) for one in self.affected if one.package)

    def _severity(self, own: Sequence[_Affected]) -> Severity | None:
        if self.id.startswith("MAL-"):
            return Severity.CRITICAL
        scores = [*self.severity, *(score for one in own for score in one.severity)]
        rated = _rate([(score.type, score.score) for score in scores])
        if rated is not None:
            return rated
        said = [
            self.database_specific,
            *(place for one in own for place in (one.database_specific, one.ecosystem_specific)),
        ]
        vectors = [("CVSS_V3", place["cvss"]) for place in said if isinstance(place.get("cvss"), str)]
        words = [_WORDS.get(str(place.get("severity")).lower()) for place in said]
        informational = [_INFORMATIONAL.get(str(place.get("informational"))) for place in said]
        return _rate(vectors) or next((one for one in (*words, *informational) if one is not None), None)


def parse_record(content: bytes | str) -> Record:
    """An advisory from its JSON.

    Raises:
        BadRecordError: it is none.
    """
    try:
        return Record.model_validate_json(content)
    except (ValidationError, RecursionError):
        raise BadRecordError from None


def advisory_url(name: str) -> str:
    """The page of an advisory."""
    return f"https://osv.dev/vulnerability/{name}"


def public_version(package: Package) -> str:
    """A package's version as an index knows it: of Python's in their one spelling, without a local part (`+cu118`).

    Empty for what is no version of a Python package.
    """
    if package.ecosystem != "PyPI":
        return package.version
    from packaging.version import InvalidVersion, Version

    try:
        return Version(package.version).public
    except InvalidVersion:
        return ""


def package_key(package: Package) -> tuple[str, str]:
    """What names a package in advisories, however it is written."""
    return fold_name(package.ecosystem, package.name)


def _key(named: _Named) -> tuple[str, str]:
    # `Maven:https://repo.example` is the same kind of package in another registry.
    return fold_name(named.ecosystem.partition(":")[0], named.name)


def fold_name(ecosystem: str, name: str) -> tuple[str, str]:
    """An ecosystem with a name as it compares there: PyPI's and NuGet's names have no case, nor do Packagist's."""
    if ecosystem == "PyPI":
        from packaging.utils import canonicalize_name

        return ecosystem, canonicalize_name(name)
    return ecosystem, name.lower() if ecosystem in {"NuGet", "Packagist"} else name


def _events(span: _Range) -> Iterator[tuple[str, str]]:
    for event in span.events:
        yield from ((kind, event[kind]) for kind in _KINDS if kind in event)


def _rate(scores: Iterable[tuple[str, str]]) -> Severity | None:
    """The severity by the newest kind of CVSS vector that can be read."""
    for _, vector in sorted(scores, reverse=True):
        score = _base_score(vector)
        if score is not None:
            return _word(score)
    return None


def _base_score(vector: str) -> float | None:
    from cvss import CVSS2, CVSS3, CVSS4
    from cvss.exceptions import CVSSError

    if len(vector) > _MAX_VECTOR:
        return None
    kind = CVSS4 if vector.startswith("CVSS:4") else CVSS3 if vector.startswith("CVSS:3") else CVSS2
    try:
        return float(kind(vector).base_score)
    except (CVSSError, ValueError, KeyError, TypeError):
        return None


def _word(score: float) -> Severity:
    """The qualitative rating: https://www.first.org/cvss/v3.1/specification-document#Qualitative-Severity-Rating-Scale."""
    bounds = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))
    return next((severity for least, severity in bounds if score >= least), Severity.INFO)

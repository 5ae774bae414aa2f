"""From the faults of packages to findings: one a package version, at its first place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from bot.checks.security.dependencies.compare import Fault
from bot.checks.security.dependencies.locked import Locked
from bot.model import Certainty, Finding, Json, Package, Severity

MAX_FINDINGS = 500
RULE = "vulnerable-dependency"
_ORDER = ("info", "low", "medium", "high", "critical")
_MAX_FIXED = 500
_MAX_PLACES = 20
_MAX_SHOWN = 3


def fails(severity: Severity, fail_on: str) -> bool:
    """Whether a severity is at least the least that fails."""
    return fail_on != "nothing" and _ORDER.index(severity) >= _ORDER.index(fail_on)


def report_packages(
    new: Mapping[Package, Sequence[Fault]], places: Mapping[Package, Sequence[Locked]], fail_on: str
) -> Iterator[Finding]:
    """Yield a finding for each package with faults, the worst first."""
    found = [_report(package, faults, places[package], fail_on) for package, faults in new.items() if faults]
    yield from sorted(found, key=lambda one: (-_ORDER.index(one.severity), one.path or "", one.line or 0, one.message))


def _report(package: Package, faults: Sequence[Fault], places: Sequence[Locked], fail_on: str) -> Finding:
    from bot.versions import find_fixed

    worst = sorted(faults, key=lambda fault: (-_ORDER.index(fault.severity), fault.ids[0]))
    severity = worst[0].severity
    advisories = [one for fault in worst for one in fault.advisories]
    fixed_in = find_fixed(package.ecosystem, package.version, advisories)
    first = places[0]
    return Finding(
        rule=RULE,
        message=_message(package, worst, places),
        severity=severity,
        certainty=Certainty.CERTAIN,
        path=first.path,
        line=first.line,
        fingerprint=_fingerprint(package, worst),
        fix=_fix(package, worst, fixed_in, first),
        help=next((one.url for one in worst[0].advisories if one.url), None),
        fails=fails(severity, fail_on),
        details=_details(package, worst, places, fixed_in),
    )


def _message(package: Package, faults: Sequence[Fault], places: Sequence[Locked]) -> str:
    others = sorted({place.path for place in places[1:]} - {places[0].path})
    also = f" (also in {', '.join(others[:_MAX_SHOWN])})" if others else ""
    what = "a known vulnerability" if len(faults) == 1 else f"{len(faults)} known vulnerabilities"
    shown = "; ".join(_words(fault, alone=len(faults) == 1) for fault in faults[:_MAX_SHOWN])
    more = f"; and {len(faults) - _MAX_SHOWN} more" if len(faults) > _MAX_SHOWN else ""
    return f"{package.name} {package.version}{also} has {what}: {shown}{more}"


def _words(fault: Fault, *, alone: bool) -> str:
    """A fault in words. Its severity is the finding's where it is the only one."""
    summary = f"{fault.summary} " if fault.summary else ""
    unrated = ", severity not known, so high"
    rated = "" if alone else f", {fault.severity}"
    return f"{summary}({', '.join(fault.ids[:_MAX_SHOWN])}{rated if fault.rated else unrated})"


def _fix(package: Package, faults: Sequence[Fault], fixed_in: str | None, place: Locked) -> str:
    if fixed_in is None:
        if any(fault.ids[0].startswith("MAL-") for fault in faults):
            return f"take {package.name} out: the package itself is malicious"
        return f"no version that mends all is named: take {package.name} out, or have its owners waive what stays"
    how = "" if place.direct else " (or what asks for it)"
    return f"upgrade {package.name}{how} to {fixed_in} or newer"


def _fingerprint(package: Package, faults: Sequence[Fault]) -> str:
    """Of the package and its faults, not of its version: a waiver holds until another fault is known."""
    key = "\0".join([package.ecosystem, package.name, *sorted(fault.ids[0] for fault in faults)])
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _details(
    package: Package, faults: Sequence[Fault], places: Sequence[Locked], fixed_in: str | None
) -> dict[str, Json]:
    return {
        "ecosystem": package.ecosystem,
        "package": package.name,
        "version": package.version,
        "advisories": [name for fault in faults for name in fault.ids],
        "fixed_in": fixed_in,
        "places": [{"path": place.path, "line": place.line} for place in places[:_MAX_PLACES]],
    }


def credit(fixed: Mapping[Package, Sequence[Fault]], places: Mapping[Package, Locked]) -> list[Json]:
    """What the change mends, for the figures: one entry a package version."""
    return [
        {
            "rule": RULE,
            "path": places[package].path,
            "package": package.name,
            "version": package.version,
            "advisories": [name for fault in faults for name in fault.ids],
        }
        for package, faults in sorted(fixed.items())[:_MAX_FIXED]
    ]

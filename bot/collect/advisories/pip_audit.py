"""pip-audit's opinion on versions of Python packages, by the same service.

Source: https://github.com/pypa/pip-audit (2.10, read 2026-11-29)
Rule: it gets a file of `name==version` lines that gonogo writes, and neither resolves nor installs. What its JSON names
without a reason to skip it was audited, whatever its exit status is; all else was not.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from packaging.utils import canonicalize_name, is_normalized_name
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.collect.advisories.osv import SETTLE
from bot.collect.advisories.record import advisory_url, public_version
from bot.collect.tools import EngineTools
from bot.errors import ToolError
from bot.model import Advisory, Package, PackageAnswer, Unknown, VersionRange
from bot.settings import MIB

MAX_PACKAGES: Final = 40
"""pip-audit asks for one package after another."""
_ARGS: Final = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10")
# It takes one version of a package at a time.
_MAX_RUNS: Final = 3
_MAX_MEMORY_BYTES: Final = 2048 * MIB
_MAX_SUMMARY: Final = 300
_HTTP: Final = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, frozen=True)


class _Fault(_Model):
    id: str
    aliases: list[str] = []
    description: str = ""
    fix_versions: list[str] = []


class _Dependency(_Model):
    name: str
    version: str = ""
    skip_reason: str | None = None
    vulns: list[_Fault] = []


class _Report(_Model):
    dependencies: list[_Dependency]


class PipAudit:
    """Runs pip-audit against a service.

    Attributes:
        root: of the service, as `parse_service_url` gives it.
        until: when its time is up, by `time.monotonic`.
    """

    def __init__(self, tools: EngineTools, root: str, *, until: float) -> None:
        self.root, self.until, self._tools = root, until, tools

    def ask(self, packages: Sequence[Package]) -> dict[Package, PackageAnswer]:
        """An answer for each package, a gap where it was not audited."""
        answers: dict[Package, PackageAnswer] = {}
        for lines in _runs(packages):
            answers.update(self._audit(lines))
        return {package: answers.get(package, _gap("pip-audit was not asked")) for package in packages}

    def _audit(self, lines: Mapping[str, Package]) -> dict[Package, PackageAnswer]:
        """Audit at most one version of each package; the keys are lines of a requirements file."""
        try:
            report = self._run(lines)
        except ToolError as error:
            return dict.fromkeys(lines.values(), _gap(str(error)))
        except OSError as error:
            return dict.fromkeys(lines.values(), _gap(f"pip-audit could not be run: {error.strerror}"))
        except (ValidationError, RecursionError):
            return dict.fromkeys(lines.values(), _gap("pip-audit ended without a report"))
        audited = {
            f"{canonicalize_name(one.name)}=={one.version}": one
            for one in report.dependencies
            if one.skip_reason is None
        }
        return {
            package: PackageAnswer(advisories=[_advisory(fault) for fault in audited[line].vulns])
            if line in audited
            else _gap("pip-audit left it out")
            for line, package in lines.items()
        }

    def _run(self, lines: Iterable[str]) -> _Report:
        left = self.until - time.monotonic()
        if left <= 0:
            raise ToolError("pip-audit had no time left")
        with self._tools.workspace() as workspace:
            workspace.write("packages.txt", "".join(f"{line}\n" for line in lines).encode())
            ended = workspace.run(
                "pip-audit",
                *("--requirement", "packages.txt", "--cache-dir", "cache"),
                *("--vulnerability-service", "osv", "--osv-url", f"{self.root}/v1/query"),
                *_ARGS,
                timeout_s=left,
                max_memory_bytes=_MAX_MEMORY_BYTES,
                proxies=_find_proxies(os.environ),
            )
        return _Report.model_validate_json(ended.stdout)


def _find_proxies(environment: Mapping[str, str]) -> dict[str, str]:
    names = [*_HTTP, *(name.lower() for name in _HTTP)]
    return {name: environment[name] for name in names if name in environment}


def _runs(packages: Iterable[Package]) -> Iterator[dict[str, Package]]:
    """The lines for each run; what pip-audit could not read is in none."""
    versions: dict[str, list[tuple[str, Package]]] = defaultdict(list)
    for package in packages:
        version = public_version(package)
        if version and is_normalized_name(package.name):
            versions[package.name].append((f"{package.name}=={version}", package))
    for number in range(_MAX_RUNS):
        lines = dict(found[number] for found in versions.values() if number < len(found))
        if lines:
            yield lines


def _advisory(fault: _Fault) -> Advisory:
    events = [("introduced", "0"), *(("fixed", version) for version in fault.fix_versions)]
    return Advisory(
        id=fault.id,
        aliases=fault.aliases,
        summary=" ".join(fault.description[: 4 * _MAX_SUMMARY].split())[:_MAX_SUMMARY],
        ranges=[VersionRange(events)] if fault.fix_versions else [],
        url=advisory_url(fault.id),
        detailed=False,
    )


def _gap(reason: str) -> PackageAnswer:
    return PackageAnswer(gap=Unknown(reason=reason, settle=SETTLE))


def join(answer: PackageAnswer, opinion: PackageAnswer) -> PackageAnswer:
    """What the service says of a package, with what pip-audit says: its faults count once, and so does each gap.

    Of an advisory that the service only named, pip-audit's words are the fuller ones.
    """
    named = [_fuller(one, opinion.advisories) for one in answer.advisories]
    known = {name for one in named for name in (one.id, *one.aliases)}
    more = [one for one in opinion.advisories if not known & {one.id, *one.aliases}]
    return PackageAnswer(advisories=[*named, *more], gap=answer.gap or opinion.gap)


def _fuller(advisory: Advisory, others: Sequence[Advisory]) -> Advisory:
    if advisory.detailed:
        return advisory
    return next((other for other in others if advisory.id in {other.id, *other.aliases}), advisory)

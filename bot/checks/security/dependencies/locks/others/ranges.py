"""Which texts are one exact version, by the ecosystem's grammar, and which are ranges.

Sources: https://maven.apache.org/pom.html#dependency-version-requirement-specification,
https://docs.gradle.org/current/userguide/dependency_versions.html and
https://learn.microsoft.com/en-us/nuget/concepts/package-versioning (read 2026-11-30)
"""

from __future__ import annotations

import re
from typing import Final

_VERSION: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]*")
_DYNAMIC: Final = ("latest.", "LATEST", "RELEASE")


def is_exact_of_maven(version: str) -> bool:
    """Whether Maven or Gradle takes that one version, where nothing else asks for another."""
    exact = bool(_VERSION.fullmatch(version)) and not version.endswith("+") and not version.startswith(_DYNAMIC)
    # A snapshot is whatever was built last.
    return exact and not version.endswith("-SNAPSHOT")


def exact_of_nuget(version: str) -> str:
    """The version that NuGet takes, which is the lowest that a range allows; empty where that is not one."""
    plain = version.strip()
    if plain.startswith("[") and plain.endswith("]") and "," not in plain:
        plain = plain[1:-1].strip()
    return plain if _VERSION.fullmatch(plain) and "*" not in plain else ""

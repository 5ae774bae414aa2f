"""Hosts of Aspire, which start a product's projects and what they need, and describe them for a deployment.

Source: https://learn.microsoft.com/dotnet/aspire/fundamentals/app-host-overview (read 2026-11-30).
Out of sight: hosts of a single file of C#.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.files import Files

_HOST = re.compile(r"\bAspire\.AppHost\.Sdk\b|<IsAspireHost>\s{0,9}true|\bAspire\.Hosting\.AppHost\b", re.IGNORECASE)
_MAX_TEXT = 100_000


def find_aspire_hosts(files: Files) -> Sequence[str]:
    """The projects that are hosts, by what they say of themselves, whatever they are called."""
    return [path for path in files.select("*.csproj") if _HOST.search((files.text(path) or "")[:_MAX_TEXT])]

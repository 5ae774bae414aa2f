"""CORS in files of configuration: lines that let every origin in.

Source: https://nginx.org/en/docs/http/ngx_http_headers_module.html and
https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/ (read 2026-11-30).
Out of sight: origins that are put in when the configuration is rendered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.checks.readiness.facts.files import Files
from bot.model import Evidence, Finding, Severity

_ORIGINS = re.compile(r"(?i)(?:allow(?:ed)?[-_]?|cors\.)origins?(?:[-_]?patterns?)?(?![-\w])")
_ENABLED = re.compile(r"ingress\.kubernetes\.io/enable-cors[\"']?\s*:\s*[\"']?true")
_NAMED = re.compile(r"ingress\.kubernetes\.io/cors-allow-origin\b")
_NOT_VALUE = re.compile(r"""["'\[\]\s:=,;{}-]|\balways\b|\bvalue\b""")
# An origin that is held against a list before it is given back.
_HELD = re.compile(r"\bmap\s+\$http_origin\b|\bif\s*\(\s*\$http_origin\b")
_MAX_BELOW = 3
_MAX_LINE = 4_000


def find_open_lines(files: Files, evidence: Sequence[Evidence]) -> Iterator[Finding]:
    """Yield the lines of files with something on CORS that let every origin in."""
    for path in dict.fromkeys(one.path for one in evidence if one.path):
        lines = ["" if line.lstrip().startswith(("#", "//")) else line[:_MAX_LINE] for line in files.lines(path)]
        held = any(map(_HELD.search, lines))
        told = any(map(_NAMED.search, lines))
        for at, line in enumerate(lines):
            by_default = not told and _ENABLED.search(line)
            values = [_value([given, *lines[at + 1 : at + _MAX_BELOW]]) for given in _ORIGINS.split(line)[1:]]
            if by_default or "*" in values or ("$http_origin" in values and not held):
                message = "every origin is let in"
                yield Finding(rule="open", message=message, path=path, line=at + 1, severity=Severity.MEDIUM)


def _value(given: Sequence[str]) -> str:
    """The first word of what is given to origins, in the rest of their line or in one of the next."""
    return next((word for rest in given for word in _NOT_VALUE.sub(" ", rest).split()), "")

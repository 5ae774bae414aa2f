"""Secrets in addresses, headers, command lines, SQL and manifests.

Rule: what stands at the place of a password or token there counts by its shape (`bot.checks.secrets.values`). In a URL
of one's own machine it does not, unless a machine made it. Patterns with a keyword each are data: contexts.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.checks.secrets.candidates import MIN_TOKEN, Candidate, decode_base64, decode_pair
from bot.checks.secrets.values import Strength, judge

_URL = re.compile(
    r"""(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,30}://(?P<user>[^\s:/@"'`<>]{0,128}):(?P<password>[^\s/"'`<>]{3,256})@(?P<host>\[[0-9a-f:]+\]|[^\s/:"'`<>?#,\\)]{1,253})""",
    re.IGNORECASE,
)
_URL_TOKEN = re.compile(r"""https?://(?P<password>[A-Za-z0-9_.~-]{20,256})@(?P<host>[\w.-]{1,253})""", re.IGNORECASE)
_ERROR_TRACKER = re.compile(r"sentry|bugsnag|glitchtip", re.IGNORECASE)
_LOOPBACK = re.compile(
    r"^(?:localhost|127\.|0\.0\.0\.0|\[::1?\]|host\.docker\.internal|.+\.(?:local|localhost|test))", re.IGNORECASE
)
_HEADER = re.compile(
    r"(?:\b(?P<scheme>basic|bearer)|\bauthorization[\"']?\s{0,3}[:=,]\s{0,3}[\"']?(?:token|api-?key|key))[ \t=:]{1,4}"
    r"(?P<value>[A-Za-z0-9+/._~-]{12,4096}={0,2})",
    re.IGNORECASE,
)
_FILE_OF_ONE_SECRET = re.compile(
    r"(?:^|/)(?:[\w.-]*(?:secret|token|password|(?<!ht)passwd|vault[_-]?pass)[\w-]*(?:\.txt)?|master\.key|[\w-]+\.key)$",
    re.IGNORECASE,
)
_PGPASS = re.compile(
    r"^[^:#\s]{1,253}:(?:\d{1,5}|\*):[^:\n]{1,128}:[^:\n]{1,128}:(?P<value>[^\n]{8,256})$", re.MULTILINE
)
_KUBERNETES = re.compile(r"^kind:\s*[\"']?Secret\b", re.MULTILINE)
_KUBERNETES_DATA = re.compile(
    r"^\s{1,16}(?P<name>[\w.-]{1,128}):\s*[\"']?(?P<value>[A-Za-z0-9+/]{8,4096}={0,2})[\"']?\s*$", re.MULTILINE
)


@dataclass(frozen=True)
class _Context:
    rule: str
    keyword: str
    pattern: re.Pattern[str]


def find_in_syntax(text: str, path: str) -> Iterator[Candidate]:
    """Yield the values of a text that an address, a header, a command or a manifest calls secrets, in no order."""
    if "://" in text:
        yield from _find_in_urls(text)
    yield from _find_in_headers(text)
    yield from _find_in_contexts(text)
    if _FILE_OF_ONE_SECRET.search(path):
        yield from _find_whole(text)
    if path.endswith("pgpass"):
        yield from _judged("pgpass-password", _PGPASS, text)
    if _KUBERNETES.search(text):
        yield from _find_in_kubernetes(text)


def _find_in_urls(text: str) -> Iterator[Candidate]:
    for match in _URL.finditer(text):
        password, host = match["password"], match["host"]
        strength = Strength.NONE if password in (match["user"], host) else judge(password)
        token = len(password) >= MIN_TOKEN
        if _LOOPBACK.match(host) or "." not in host:
            strength = (
                Strength.NONE if not token else min(strength, Strength.WEAK) if _LOOPBACK.match(host) else strength
            )
        if strength:
            yield Candidate("credentials-in-url", match.start("password"), password, strength)
    for match in _URL_TOKEN.finditer(text):
        if judge(match["password"]) is Strength.STRONG and not _ERROR_TRACKER.search(match["host"]):
            yield Candidate("token-in-url", match.start("password"), match["password"], Strength.STRONG)


def _find_in_headers(text: str) -> Iterator[Candidate]:
    for match in _HEADER.finditer(text):
        value, basic = match["value"], (match["scheme"] or "").lower() == "basic"
        strength = judge(decode_pair(value) or "") if basic else judge(value)
        if strength is Strength.STRONG or (basic and strength):
            yield Candidate("authorization-header", match.start("value"), value, strength)


def _find_in_contexts(text: str) -> Iterator[Candidate]:
    folded = text.lower()
    for context in _contexts():
        if context.keyword in folded:
            yield from _judged(context.rule, context.pattern, text)


@cache
def _contexts() -> tuple[_Context, ...]:
    import yaml

    rows = yaml.safe_load(files("bot.checks.secrets").joinpath("contexts.yml").read_bytes())
    return tuple(_Context(row["rule"], row["keyword"], re.compile(row["pattern"])) for row in rows)


def _find_whole(text: str) -> Iterator[Candidate]:
    value = text.strip()
    if "\n" not in value and (strength := judge(value)):
        yield Candidate("file-of-one-secret", text.index(value), value, strength)


def _judged(rule: str, pattern: re.Pattern[str], text: str) -> Iterator[Candidate]:
    for match in pattern.finditer(text):
        if strength := judge(match["value"]):
            yield Candidate(rule, match.start("value"), match["value"], strength)


def _find_in_kubernetes(text: str) -> Iterator[Candidate]:
    for match in _KUBERNETES_DATA.finditer(text):
        decoded = decode_base64(match["value"])
        if decoded is not None and (strength := judge(decoded.strip())):
            yield Candidate("kubernetes-secret", match.start("value"), match["value"], strength)

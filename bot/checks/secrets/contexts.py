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

from bot.checks.secrets.candidates import MIN_TOKEN, Candidate, decode_base64, decode_pair, find_all
from bot.checks.secrets.values import Strength, judge

# What follows `://`.
_CREDENTIALS = re.compile(
    r"""(?P<user>[^\s:/@"'`<>]{0,128}):(?P<password>[^\s/"'`<>]{3,256})@(?P<host>\[[0-9a-f:]+\]|[^\s/:"'`<>?#,\\)]{1,253})""",
    re.IGNORECASE,
)
_TOKEN_AS_USER = re.compile(r"(?P<password>[A-Za-z0-9_.~-]{20,256})@(?P<host>[\w.-]{1,253})")
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


def find_in_syntax(text: str, folded: str, path: str) -> Iterator[Candidate]:
    """Yield the values of a text that an address, a header, a command or a manifest calls secrets, in no order.

    Args:
        text: any text.
        folded: the same in small letters, character by character.
        path: where it stands; some formats are known by their name alone.
    """
    yield from _find_in_urls(text)
    if any(word in folded for word in ("basic", "bearer", "authorization")):
        yield from _find_in_headers(text)
    yield from _find_in_contexts(text, folded)
    if _FILE_OF_ONE_SECRET.search(path):
        yield from _find_whole(text)
    if path.endswith("pgpass"):
        yield from _judged("pgpass-password", _PGPASS, text)
    if "kind:" in folded and _KUBERNETES.search(text):
        yield from _find_in_kubernetes(text)


def _find_in_urls(text: str) -> Iterator[Candidate]:
    for _, start in find_all(text, ("://",)):
        if credentials := _CREDENTIALS.match(text, start):
            yield from _judge_credentials(credentials)
        elif (token := _TOKEN_AS_USER.match(text, start)) and _is_secret_user(token):
            yield Candidate("token-in-url", token.start("password"), token["password"], Strength.STRONG)


def _is_secret_user(token: re.Match[str]) -> bool:
    return judge(token["password"]) is Strength.STRONG and not _ERROR_TRACKER.search(token["host"])


def _judge_credentials(credentials: re.Match[str]) -> Iterator[Candidate]:
    password, host = credentials["password"], credentials["host"]
    strength = Strength.NONE if password in (credentials["user"], host) else judge(password)
    if _LOOPBACK.match(host):
        strength = min(strength, Strength.WEAK)
    # A name without a dot is a container or this machine: what a person chose there is for development.
    own_machine = "." not in host.removeprefix("127.0.0.1")
    if strength and (len(password) >= MIN_TOKEN or not own_machine):
        yield Candidate("credentials-in-url", credentials.start("password"), password, strength)


def _find_in_headers(text: str) -> Iterator[Candidate]:
    for match in _HEADER.finditer(text):
        value, basic = match["value"], (match["scheme"] or "").lower() == "basic"
        strength = judge(decode_pair(value) or "") if basic else judge(value)
        if strength is Strength.STRONG or (basic and strength):
            yield Candidate("authorization-header", match.start("value"), value, strength)


def _find_in_contexts(text: str, folded: str) -> Iterator[Candidate]:
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

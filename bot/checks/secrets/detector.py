"""Secrets that only their context gives away: a value given to a name, a password in an address or a header.

Rule: where the syntax of some language, format or command gives a value to something that is called a password, a
secret, a token or a key, the value counts by its shape (`bot.checks.secrets.values`): a strong one is certain, a weak
one is worth a look. What a person may choose counts less in tests and documents, and on hosts of one's own machine.
Out of sight: values of fewer than eight characters, and passwords that are plain words.

Every pattern is anchored at a keyword and bounded, so that time grows with the length of the text alone.
"""

from __future__ import annotations

import base64
import binascii
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bot.checks.secrets import names
from bot.checks.secrets.hits import Hit
from bot.checks.secrets.names import Kind
from bot.checks.secrets.values import Strength, is_uuid, judge

MAX_CANDIDATES = 20_000

_KEYWORD = re.compile(r"pass|pwd|secret|token|key|cred|auth|_pw\b|jwt", re.IGNORECASE)
_QUOTED = r"""(?:[rbuf$@]{0,2}(?:\\?"(?P<double>[^"\\\n]{1,4096})|'(?P<single>[^'\\\n]{1,4096})|`(?P<tick>[^`\\\n]{1,4096})))"""
_BARE = r"""(?P<bare>[^\s"'`<>;,(){}\[\]\\]{8,4096})"""
_TAIL = re.compile(
    r"(?P<rest>[\w.-]{0,40})(?P<close>\\?[\"'`]?(?:\]|\))?)"
    # `password: str = "x"`, `const password: string = "x"`
    r"(?:\??\s{0,3}:\s{0,3}[A-Za-z_][\w.<>|? ]{0,30}(?=\s=))?"
    r"(?P<operator>"
    # <add key="password" value="x"/>, {"name": "PASSWORD", "value": "x"}, - name: PASSWORD\n  value: x
    r"[\"']?\s{0,40},?\s{0,40}[\"']?(?i:value|default)[\"']?\s{0,4}[:=]\s{0,4}"
    # variable "password" { default = "x" }
    r"|\s{0,4}\{[^{}]{0,300}\bdefault\s{0,20}=\s{0,4}"
    r"|[ \t]{0,20}(?:=>|:=|\?\?=?|\|\|=?|={1,3}|:[-=]?|,|<-|>)\s{0,4}"
    r"|\(\s{0,4}|[ \t]{1,8})"
    rf"(?:{_QUOTED}|{_BARE})"
)
_NAME_BEFORE = re.compile(r"[\w.-]{0,60}\Z")
# Where a space alone gives a value to a name.
_SPACE_GIVES = re.compile(r"(?:^|\n)[ \t]*(?:ENV|ARG|set|setenv|SET)[ \t]+$|--$")
_CONFIG_PATH = re.compile(
    r"(?:^|/)\.[\w.-]+$|\.(?:env|ini|cfg|conf|config|cnf|properties|ya?ml|toml|tfvars|sh|bash|zsh|fish|ps1|bat|txt|md|rst|adoc|envrc|"
    r"netrc|npmrc|pypirc|service|dockerfile|http|rest|log|csv|xml|plist|tf|hcl)[\w.-]*$|(?:^|/)[^./]+$",
    re.IGNORECASE,
)
_LENIENT_PATH = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testdata|fixtures?|mocks?|__mocks__|examples?|samples?|docs?|e2e|cypress)/|"
    r"(?:^|/)(?:test_|conftest)[^/]*$|[._-](?:tests?|spec|example|sample|template|dist)\.|\.(?:md|rst|adoc|example|sample|template|dist)$",
    re.IGNORECASE,
)
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
    r"\b(?P<scheme>basic|bearer|token|apikey)[ \t]{1,4}(?P<value>[A-Za-z0-9+/._~-]{12,4096}={0,2})", re.IGNORECASE
)
_COMMANDS = (
    ("netrc-password", re.compile(r"\b(?:login|user)\s{1,20}[^\s]{1,100}\s{1,20}(?:account\s{1,20}\S{1,100}\s{1,20})?password\s{1,20}(?P<value>\S{8,256})")),
    ("command-line-password", re.compile(r"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;]{0,300}?\s-p[\"']?(?P<value>[^\s\"']{8,256})")),
    ("command-line-password", re.compile(r"\bsshpass\s{1,8}-p\s{0,8}[\"']?(?P<value>[^\s\"']{8,256})")),
    ("command-line-password", re.compile(r"\bcurl\b[^\n]{0,300}?\s(?:-u|--user)[ =]{1,4}[\"']?[^\s:\"']{1,128}:(?P<value>[^\s\"']{8,256})")),
    ("command-line-password", re.compile(r"\b(?:docker|podman|helm|az)\b[^\n]{0,200}?\blogin\b[^\n]{0,300}?\s-p[ =]{1,4}[\"']?(?P<value>[^\s\"']{8,256})")),
    ("command-line-password", re.compile(r"\bredis-cli\b[^\n|;]{0,300}?\s-a[ =]{1,4}[\"']?(?P<value>[^\s\"']{8,256})")),
    ("sql-password", re.compile(r"\bIDENTIFIED\s{1,8}(?:WITH\s{1,8}\S{1,40}\s{1,8})?BY\s{1,8}'(?P<value>[^'\n]{8,256})'", re.IGNORECASE)),
    ("sql-password", re.compile(r"\bPASSWORD\s{1,8}'(?P<value>[^'\n]{8,256})'", re.IGNORECASE)),
)  # fmt: skip
_COMMAND_WORDS = re.compile(
    r"\blogin|\buser\s|mysql|mariadb|sshpass|curl|redis-cli|IDENTIFIED|PASSWORD\s+'", re.IGNORECASE
)
_PGPASS = re.compile(
    r"^[^:#\s]{1,253}:(?:\d{1,5}|\*):[^:\n]{1,128}:[^:\n]{1,128}:(?P<value>[^\n]{8,256})$", re.MULTILINE
)
_KUBERNETES = re.compile(r"^kind:\s*[\"']?Secret\b", re.MULTILINE)
_KUBERNETES_DATA = re.compile(
    r"^\s{1,16}(?P<name>[\w.-]{1,128}):\s*[\"']?(?P<value>[A-Za-z0-9+/]{8,4096}={0,2})[\"']?\s*$", re.MULTILINE
)
_MIN_TOKEN = 16


@dataclass(frozen=True)
class Candidate:
    """A value in a text that stands where secrets stand. `start` and `end` are its place, in characters."""

    rule: str
    start: int
    end: int
    value: str
    strength: Strength


def find_in_context(text: str, path: str) -> tuple[list[Hit], bool]:
    """Find the values of a text that their context calls secrets.

    Args:
        text: any text; its lines end with `\\n`.
        path: where it stands, which says what its syntax may be; empty for a commit message.

    Returns:
        The hits in the order of the text, and whether all of it was looked at: past `MAX_CANDIDATES` it is not.
    """
    found = list(islice(_find_candidates(text, path), MAX_CANDIDATES + 1))
    lines = _LineIndex(text)
    hits = []
    for candidate in found[:MAX_CANDIDATES]:
        line, column = lines.locate(candidate.start)
        certain = candidate.strength is Strength.STRONG
        hits.append(Hit(candidate.rule, line, column, candidate.value, candidate.value, certain, generic=True))
    return hits, len(found) <= MAX_CANDIDATES


class _LineIndex:
    """Turns offsets to lines and columns."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._text))]

    def locate(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


def _find_candidates(text: str, path: str) -> Iterator[Candidate]:
    yield from _find_assigned(text, path)
    if "://" in text:
        yield from _find_in_urls(text)
    yield from _find_in_headers(text)
    if _COMMAND_WORDS.search(text):
        yield from _find_in_commands(text)
    if path.endswith("pgpass"):
        yield from _judged("pgpass-password", _PGPASS, text)
    if _KUBERNETES.search(text):
        yield from _find_in_kubernetes(text)


# Values that are given to names


def _find_assigned(text: str, path: str) -> Iterator[Candidate]:
    config, lenient = bool(_CONFIG_PATH.search(path)) or not path, bool(_LENIENT_PATH.search(path))
    done = -1
    for keyword in _KEYWORD.finditer(text):
        # A name that holds several keywords (`SECRET_KEY`) is looked at once.
        if keyword.start() < done:
            continue
        tail = _TAIL.match(text, keyword.end())
        if tail is None:
            continue
        done = tail.end("rest")
        candidate = _judge_assignment(text, keyword, tail, config=config)
        if candidate is not None:
            yield _soften(candidate) if lenient and len(candidate.value) < _MIN_TOKEN else candidate


def _judge_assignment(text: str, keyword: re.Match[str], tail: re.Match[str], *, config: bool) -> Candidate | None:
    before = _NAME_BEFORE.search(text, max(0, keyword.start() - 60), keyword.start())
    start = before.start() if before else keyword.start()
    kind = names.classify(text[start : tail.end("rest")])
    group = tail.lastgroup
    if kind is None or group is None or not _gives(text, start, tail, bare=group == "bare"):
        return None
    value, at = tail[group].removeprefix("base64:"), tail.end(group) - len(tail[group].removeprefix("base64:"))
    if group == "bare":
        value = _cut_bare(value, in_url=text[start - 1 : start] in {"?", "&"})
    strength = _judge_value(value, kind, bare=group == "bare", config=config)
    return Candidate(f"generic-{kind.value}", at, at + len(value), value, strength) if strength else None


def _gives(text: str, start: int, tail: re.Match[str], *, bare: bool) -> bool:
    """Whether the operator gives the value to the name, in the syntax around it."""
    operator, close = tail["operator"].strip(), tail["close"]
    if operator == "":
        return bool(_SPACE_GIVES.search(text, max(0, start - 40), start))
    if operator == ",":
        return bool(close) and not bare
    if operator in {"(", ">"}:
        return bare == (operator == ">")
    return True


def _cut_bare(value: str, *, in_url: bool) -> str:
    if in_url:
        value = value.partition("&")[0]
    return value.rstrip(".:!?") if value.endswith((".", ":")) else value


def _judge_value(value: str, kind: Kind, *, bare: bool, config: bool) -> Strength:
    pair = _decode_pair(value)
    if pair is not None:
        return judge(pair)
    strength = judge(value)
    token = len(value) >= _MIN_TOKEN and strength is Strength.STRONG and not is_uuid(value)
    if kind is Kind.TOKEN:
        return strength if token or is_uuid(value) and not bare else Strength.NONE
    return strength if token or not bare or config else Strength.NONE


def _decode_pair(value: str) -> str | None:
    """The password of a `user:password` in base64; None where it is none."""
    decoded = decode_base64(value)
    user, colon, password = (decoded or "").partition(":")
    return password if colon and user and user.isprintable() and len(password) >= 3 else None  # noqa: PLR2004


def decode_base64(value: str) -> str | None:
    """The printable text that a value encodes in base64; None where it encodes none."""
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return decoded if decoded.rstrip("\n").isprintable() else None


def _soften(candidate: Candidate) -> Candidate:
    return Candidate(candidate.rule, candidate.start, candidate.end, candidate.value, Strength.WEAK)


# Addresses, headers, commands, manifests


def _find_in_urls(text: str) -> Iterator[Candidate]:
    for match in _URL.finditer(text):
        password, host = match["password"], match["host"]
        strength = Strength.NONE if password in (match["user"], host) else judge(password)
        token = len(password) >= _MIN_TOKEN
        if _LOOPBACK.match(host) or "." not in host:
            strength = (
                Strength.NONE if not token else min(strength, Strength.WEAK) if _LOOPBACK.match(host) else strength
            )
        if strength:
            yield Candidate("credentials-in-url", *match.span("password"), password, strength)
    for match in _URL_TOKEN.finditer(text):
        if judge(match["password"]) is Strength.STRONG and not _ERROR_TRACKER.search(match["host"]):
            yield Candidate("token-in-url", *match.span("password"), match["password"], Strength.STRONG)


def _find_in_headers(text: str) -> Iterator[Candidate]:
    for match in _HEADER.finditer(text):
        value, basic = match["value"], match["scheme"].lower() == "basic"
        strength = judge(_decode_pair(value) or "") if basic else judge(value)
        if strength is Strength.STRONG or basic and strength:
            yield Candidate("authorization-header", *match.span("value"), value, strength)


def _find_in_commands(text: str) -> Iterator[Candidate]:
    for rule, pattern in _COMMANDS:
        yield from _judged(rule, pattern, text)


def _judged(rule: str, pattern: re.Pattern[str], text: str) -> Iterator[Candidate]:
    for match in pattern.finditer(text):
        if strength := judge(match["value"]):
            yield Candidate(rule, *match.span("value"), match["value"], strength)


def _find_in_kubernetes(text: str) -> Iterator[Candidate]:
    for match in _KUBERNETES_DATA.finditer(text):
        decoded = decode_base64(match["value"])
        if decoded is not None and (strength := judge(decoded.strip())):
            yield Candidate("kubernetes-secret", *match.span("value"), match["value"], strength)

"""Values that some syntax gives to a name: `password = "x"`, `PASSWORD: x`, `-e TOKEN=x`, `<password>x</password>`.

Rule: where the name says password, secret, token or key (`bot.checks.secrets.names`) and the value looks like one
(`bot.checks.secrets.values`), it is one. Without quotes a short value counts only where a format takes it for text;
with or without, one that a person may choose is only worth a look in tests, examples, documents and lock files.

The pattern is anchored at a keyword and bounded, so that time grows with the length of the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.checks.secrets import names
from bot.checks.secrets.candidates import (
    MIN_TOKEN,
    Candidate,
    TooManyCandidates,
    decode_base64,
    decode_pair,
    find_all,
)
from bot.checks.secrets.names import Kind
from bot.checks.secrets.values import Strength, is_dotted_name, is_uuid, judge

MAX_KEYWORDS = 500_000
# Characters of values that are looked at. Values that overlap (`key=key=key=`) would take time without bound.
_LEAST_BUDGET, _BUDGET_OF_TEXT = 1_000_000, 4
_KEYWORDS = ("pass", "pwd", "secret", "token", "key", "cred", "auth", "_pw", "psk", "jwt")
_QUOTED = (
    r"""(?:[rbuf$@]{0,2}(?:\\?"(?P<double>[^"\\\n]{1,4096})|'(?P<single>[^'\\\n]{1,4096})"""
    r"""|`(?P<tick>[^`\\\n]{1,4096})))"""
)
_BARE = r"""(?P<bare>[^\s"'`<>;,(){}\[\]\\]{8,4096})"""
_TAIL = re.compile(
    r"(?P<rest>[\w.-]{0,40}+)(?P<close>\\?[\"'`]?(?:\]|\))?)"
    # `password: str = "x"`, `const password: string = "x"`, `const PASSWORD: &str = "x"`
    r"(?:\??\s{0,3}:\s{0,3}[A-Za-z_&][\w.<>|?&' ]{0,30}(?=\s=))?"
    # `var password string = "x"`
    r"(?:[ \t]{1,4}(?:string|String|str|&str)(?=\s=))?"
    # `public string ApiKey { get; set; } = "x"`
    r"(?:\s{0,3}\{[\w; ]{0,40}\})?"
    r"(?P<operator>"
    # <add key="password" value="x"/>, {"name": "PASSWORD", "value": "x"}, - name: PASSWORD\n  value: x
    r"[\"']?\s{0,40}(?:,|:\s{0,4}\{)?\s{0,40}[\"']?(?i:value|default(?:_?value)?)[\"']?\s{0,4}[:=]\s{0,4}"
    # variable "password" { default = "x" }
    r"|\s{0,4}\{[^{}]{0,300}\bdefault\s{0,20}=\s{0,4}"
    r"|</key>\s{0,40}<string>"
    # password: |\n  x
    r"|:[ \t]{0,4}[|>][+-]?[ \t]{0,4}\n[ \t]{1,40}"
    r"|[ \t]{0,20}[*_]{0,2}(?:=>|:=|\?\?=?|\|\|=?|={1,3}|:[-=]?|,|<-|>|\bor\b)[*_]{0,2}\s{0,4}\(?\s{0,20}(?:!!str\s)?"
    r"|[({]\s{0,4}|[ \t]{1,8})"
    rf"(?:{_QUOTED}|{_BARE})"
)
_NAME_BEFORE = re.compile(r"[\w.-]{0,60}\Z")
# Where white space alone gives a value to a name, and where a quoted value after it does.
_SPACE_GIVES = re.compile(
    r"(?:^|\n)[ \t]*(?:ENV|ARG|set(?:env)?(?:[ \t]+-\w+){0,3}|#[ \t]*define|(?:proxy_set|add)_header)[ \t]+\Z",
    re.IGNORECASE,
)
_OPERATOR = re.compile(r"(?<=.)\(|!!str|[\s*_]")
_LINE_BEGINS = re.compile(r"(?:^|\n)[ \t]*\Z")
_COMMENT_BEGINS = re.compile(r"(?:^|\n)[ \t]*(?:#|//|<!--|/?\*|--|;)[^\n]{0,80}\Z")
_CONFIG_PATH = re.compile(
    r"(?:^|/)\.[\w.-]+$|\.(?:env|ini|cfg|conf|config|cnf|properties|ya?ml|toml|tfvars|sh|bash|zsh|fish|ps1|bat|txt|md|rst|adoc|envrc|"
    r"netrc|npmrc|pypirc|service|dockerfile|http|rest|log|csv|xml|plist|tf|hcl)[\w.-]*$|(?:^|/)[^./]+$",
    re.IGNORECASE,
)
# Files whose lines are a name, white space and a value.
_SPACED_PATH = re.compile(r"\.(?:conf|cfg|cnf|acl)$", re.IGNORECASE)
_LENIENT_PATH = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__|testdata|fixtures?|mocks?|__mocks__|examples?|samples?|docs?|e2e|cypress)/|"
    r"(?:^|/)(?:test_|conftest)[^/]*$|(?:^|/)[\w.-]*[.-]lock(?:\.\w{1,5})?$|[._-](?:tests?|spec|example|sample|template|dist)\.|\.(?:md|rst|adoc|example|sample|template|dist)$",
    re.IGNORECASE,
)


def find_assigned(text: str, folded: str, path: str) -> Iterator[Candidate]:
    """Yield the values of a text that a name calls secrets, in order.

    Args:
        text: any text.
        folded: the same in small letters, character by character.
        path: says which syntax may be meant; empty for a commit message.

    Raises:
        TooManyCandidates: there are more than `MAX_KEYWORDS` names that may be of secrets.
    """
    config, lenient = bool(_CONFIG_PATH.search(path)) or not path, bool(_LENIENT_PATH.search(path))
    spaced = bool(_SPACED_PATH.search(path))
    done, budget = -1, _LEAST_BUDGET + _BUDGET_OF_TEXT * len(text)
    for number, (start, end) in enumerate(find_all(folded, _KEYWORDS)):
        if number >= MAX_KEYWORDS or budget < 0:
            raise TooManyCandidates
        # A name that holds several keywords (`SECRET_KEY`) is looked at once.
        tail = _TAIL.match(text, end) if start >= done else None
        if tail is None:
            continue
        done = tail.end("rest")
        budget -= tail.end() - done
        candidate = _judge_assignment(text, start, tail, config=config, spaced=spaced)
        if candidate is not None:
            yield replace(candidate, strength=Strength.WEAK) if lenient else candidate


def _judge_assignment(text: str, keyword: int, tail: re.Match[str], *, config: bool, spaced: bool) -> Candidate | None:
    before = _NAME_BEFORE.search(text, max(0, keyword - 60), keyword)
    start = before.start() if before else keyword
    kind = names.classify(text[start : tail.end("rest")])
    group = tail.lastgroup
    if kind is None or group is None or not _gives(text, start, tail, bare=group == "bare", spaced=spaced):
        return None
    value, at = tail[group].removeprefix("base64:"), tail.end(group) - len(tail[group].removeprefix("base64:"))
    if group == "bare":
        value = _cut_bare(value, in_url=text[start - 1 : start] in {"?", "&"})
    if text.startswith(("(", "["), tail.end()) or (group == "bare" and not config and _is_code(tail[group])):
        return None
    # `Server=x;Password=y` in a string of any language is a connection string; a comment may say anything.
    config = config or text[start - 1 : start] == ";" or bool(_COMMENT_BEGINS.search(text, max(0, start - 120), start))
    strength = _judge_value(value, kind, bare=group == "bare", config=config)
    return Candidate(f"generic-{kind.value}", at, value, strength) if strength else None


def _gives(text: str, start: int, tail: re.Match[str], *, bare: bool, spaced: bool) -> bool:
    """Whether the operator gives the value to the name, in the syntax around it."""
    operator, close = _OPERATOR.sub("", tail["operator"]), tail["close"]
    if operator == "":
        return _gives_by_space(text, start, bare=bare, spaced=spaced)
    if operator == ",":
        return bool(close) and not bare
    if operator in {"(", "{", ">", "</key>"}:
        return bare == (operator == ">")
    # `hash("password") == "..."` says nothing of a password; `get("PASSWORD") or "..."` gives it.
    return not close.endswith(")") or operator in {"||", "??", "or", ","}


def _gives_by_space(text: str, start: int, *, bare: bool, spaced: bool) -> bool:
    """Whether white space alone gives a value to a name: of flags, in some statements, in files made of such lines."""
    earliest = max(0, start - 40)
    if text.startswith("-", start) or _SPACE_GIVES.search(text, earliest, start):
        return True
    begins = _LINE_BEGINS.search(text, earliest, start) is not None
    return begins and spaced if bare else begins or text.startswith(":", start - 1)


def _is_code(value: str) -> bool:
    return is_dotted_name(value) or "=" in value.rstrip("=")


def _cut_bare(value: str, *, in_url: bool) -> str:
    if in_url:
        value = value.partition("&")[0]
    return value.rstrip(".:!?") if value.endswith((".", ":")) else value


def _judge_value(value: str, kind: Kind, *, bare: bool, config: bool) -> Strength:
    pair = decode_pair(value)
    if pair is not None:
        return judge(pair)
    strength = judge(value)
    # What encodes a placeholder is one; what encodes anything else is as strong as it looks.
    if strength and (decoded := decode_base64(value)) and not judge(decoded.strip()):
        return Strength.NONE
    token = len(value) >= MIN_TOKEN and strength is Strength.STRONG and not is_uuid(value)
    if kind is Kind.TOKEN:
        return strength if token or (is_uuid(value) and not bare) else Strength.NONE
    return strength if token or not bare or config else Strength.NONE

"""Values of secrets that are written out in objects: in a Secret, in a ConfigMap, in a container's environment.

Nothing here keeps a value: only where it stands, and the name it goes by.
Out of sight: values that are encrypted (SOPS, SealedSecret), made by the release, or given when a chart is installed.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.checks.readiness.facts.helm.formats import is_made
from bot.checks.readiness.facts.helm.logic import REQUIRED
from bot.checks.readiness.facts.kubernetes.objects import WORKLOADS, Container, KubernetesObject, Stack
from bot.checks.readiness.facts.located import Place, mappings, text_of

_NAME = re.compile(
    r"(?:^|[_.-])(?:pass(?:word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|signing_?key|auth_?key"
    r"|encryption_?key|secret_?key(?:_?base)?|master_?key|credentials?)s?$|(?:password|secret|apikey|accesskey|privatekey)$",
    re.IGNORECASE,
)
# Directives of nginx say where a request is passed on to: `uwsgi_pass`. Memcached has passwords of its own.
_PASSED_ON = re.compile(r"(?i:uwsgi|fastcgi|scgi|grpc)_?(?i:pass)$|memcached_pass$")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_URL_PASSWORD = re.compile(r"^[a-z][a-z0-9+.-]*://[^\s/:@]*:([^\s/@]+)@", re.IGNORECASE)
# A connection as drivers of .NET and ODBC take it: `Server=db;User Id=sa;Password=...;`.
_CONNECTION = re.compile(r"(?:^|;)\s*(?:server|host|data source|addr(?:ess)?)\s*=", re.IGNORECASE)
_ITS_PASSWORD = re.compile(r"(?:^|;)\s*(?:password|pwd)\s*=\s*([^;]*)", re.IGNORECASE)
# As libpq takes it, `host=db user=app password=...`, and drivers of Go for MySQL, `app:...@tcp(db:3306)/shop`.
_OF_LIBPQ = re.compile(r"(?:^|\s)host\s?=", re.IGNORECASE)
_WORD_OF_LIBPQ = re.compile(r"(?:^|\s)password\s?=\s?('[^']*'|[^\s]*)", re.IGNORECASE)
_OF_MYSQL = re.compile(r"[\w.-]{1,80}:([^\s@]{1,200})@(?:tcp|unix)\(")
_MAX_CONNECTION = 2_000
# What stands for a value that somebody fills in; `changeme` is one that works, so it is not among them.
_STAND_IN = re.compile(
    r"|<.*>|.*\$[({].*|.*\{\{.*|\[.*\]|\*+|x{3,}|.*(?:replace|insert|fill|put|set|add|enter).?(?:me|this|your|with|in|here).*"
    r"|(?:your|my)[-_ ].*|.*placeholder.*|todo.*|tbd|.*_here|dummy|(?:enc|vault|ref\+\w+|ssm|arn|op|gcp|sm):.*|enc\[.*",
    re.IGNORECASE | re.DOTALL,
)
_OPTION = re.compile(r"--?([\w.-]+)(?:=(.*))?", re.DOTALL)
# An option that ends so mostly names an object that holds one.
_SECRET_OF_CLUSTER = re.compile(r"(?<!client)[-_.]?secret$", re.IGNORECASE)
_MAX_WORD = 2_000
_PLAIN = re.compile(
    r"user|host|port|name|provider|database|url|uri|region|bucket|endpoint|email|domain|enabled|type|mode",
    re.IGNORECASE,
)
_NO_SECRET = re.compile(
    r"true|false|yes|no|none|null|disabled|enabled|optional|required|[0-9.]{1,6}[smhd]?", re.IGNORECASE
)


@dataclass(frozen=True)
class LiteralSecret:
    """A secret's value that is written out: the name it goes by, in which object, and where."""

    name: str
    owner: str
    place: Place


def find_literal_secrets(stack: Stack) -> Iterator[LiteralSecret]:
    """Yield the secrets of a stack whose values are committed."""
    for one in stack.objects:
        if "sops" in one.value:
            continue
        owner = f"{one.kind} {one.name}"
        for name, place in _names(one):
            yield LiteralSecret(name, owner, stack.causes.get(place, place))


def _names(one: KubernetesObject) -> Iterator[tuple[str, Place]]:
    if one.kind == "Secret" and not text_of(one.get("type")).startswith("kubernetes.io/service-account"):
        yield from _of_secret(one)
    elif one.kind == "ConfigMap":
        yield from _of_config(one)
    elif one.kind in WORKLOADS:
        yield from _of_containers(one)


def _of_secret(one: KubernetesObject) -> Iterator[tuple[str, Place]]:
    for key in ("data", "stringData"):
        entries = one.get(key)
        for name, value in entries.items() if isinstance(entries, dict) else ():
            text = _decoded(text_of(value)) if key == "data" else text_of(value)
            # In a Secret every value is one, but for what names and addresses are.
            if is_written_out(text) and not _is_plain(name, text):
                yield name, one.place(key, name)


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text


def _is_plain(name: str, text: str) -> bool:
    """Whether an entry of a Secret is no secret by itself: a user, a host, a port, a flag."""
    return not is_secret_name(name) and bool(_PLAIN.search(name) and not _URL_PASSWORD.match(text))


def _of_config(one: KubernetesObject) -> Iterator[tuple[str, Place]]:
    entries = one.get("data")
    for name, value in entries.items() if isinstance(entries, dict) else ():
        if is_secret_pair(name, text_of(value)):
            yield name, one.place("data", name)


def _of_containers(one: KubernetesObject) -> Iterator[tuple[str, Place]]:
    for container in [*one.containers(), *one.containers(initial=True)]:
        for at, entry in enumerate(mappings(container.value.get("env"))):
            name = text_of(entry.get("name"))
            if is_secret_pair(name, text_of(entry.get("value"))):
                yield name, container.place("env", at, "value")
        for key in ("command", "args"):
            yield from _of_words(container, key)


def _of_words(container: Container, key: str) -> Iterator[tuple[str, Place]]:
    """Options of a command whose value stands in the same word, or in the next one."""
    listed = container.value.get(key)
    words = [text_of(one) for one in listed] if isinstance(listed, list) else []
    for at, word in enumerate(words):
        option = _OPTION.fullmatch(word[:_MAX_WORD])
        following = words[at + 1] if at + 1 < len(words) else ""
        value = (option[2] or ("" if following.startswith("-") else following)) if option else word
        name = option[1] if option else ""
        if is_secret_pair("" if _SECRET_OF_CLUSTER.search(name) else name, value):
            yield name or "an address", container.place(key, at)


def is_secret_name(name: str) -> bool:
    """Whether a setting's name says that its value is a secret."""
    return bool(_NAME.search(_CAMEL.sub("_", name))) and not _PASSED_ON.search(name)


def is_secret_pair(name: str, value: str) -> bool:
    """Whether a setting holds the value of a secret, by its name or as a password within an address or a connection."""
    address = _URL_PASSWORD.match(value)
    if address is not None:
        return is_written_out(address[1])
    connection = value[:_MAX_CONNECTION]
    if ";" in connection and _CONNECTION.search(connection) and (found := _ITS_PASSWORD.search(connection)):
        return is_written_out(found[1].strip("\"'"))
    if _OF_LIBPQ.search(connection) and (found := _WORD_OF_LIBPQ.search(connection)):
        return is_written_out(found[1].strip("'"))
    if found := _OF_MYSQL.match(connection):
        return is_written_out(found[1])
    # `API_KEY: API_KEY_VALUE`: a script puts the value there.
    return is_secret_name(name) and is_written_out(value) and not value.startswith(name)


def is_written_out(value: str) -> bool:
    """Whether a text is a value, rather than a reference or what stands for one."""
    text = value.strip()
    if not text or is_made(text) or REQUIRED in text:
        return False
    return not _STAND_IN.fullmatch(text[:500]) and not _NO_SECRET.fullmatch(text)

"""Whether a probe asks anything that can fail: a handler, a port that something opens, within a time that helps.

Rule: a probe without a handler, a command that cannot fail, a name of a port that the container has not, a number that
neither the container nor anything of the source names, another host, and an hour or more until it tells, are no probe.
Where the source is not in this repository a number of a port is believed.
Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#Probe (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.checks.readiness.facts.kubernetes.objects import Container
from bot.checks.readiness.facts.located import get_in, mappings, text_of
from bot.checks.readiness.facts.workflows.parts import Manner
from bot.checks.readiness.facts.workflows.shell import split_script
from bot.checks.readiness.look import Look

_HANDLERS = ("httpGet", "tcpSocket", "grpc", "exec")
_HERE = frozenset({"", "localhost", "127.0.0.1", "0.0.0.0", "::1"})  # noqa: S104 - an address, not bound
# What frameworks and images listen on where nobody says.
_USUAL = frozenset({80, 443, 1337, 3000, 4000, 5000, 8000, 8080, 8081, 8443, 9000, 9090})
_LONGEST_S = 3_600
_PERIOD_S, _TRIES = 10, 3
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh"})
_SETTINGS = (
    *("Dockerfile*", "*.dockerfile", "Containerfile*", ".env*", "*.env", "*.properties", "*.toml", "*.ini", "*.conf"),
    *("*.cfg", "*.sh", "appsettings*.json", "launchSettings.json", "package.json", "Procfile", "Caddyfile"),
    *("application*.yml", "application*.yaml", "config*.yml", "config*.yaml", "compose*.y*ml", "docker-compose*.y*ml"),
)


def find_fault(look: Look, container: Container, probe: object) -> str | None:
    """Why a probe of a container asks nothing; None where it does."""
    handler = next((one for one in _HANDLERS if get_in(probe, one) is not None), None)
    if handler is None or not isinstance(probe, Mapping):
        return "asks nothing"
    if _number(probe.get("periodSeconds"), _PERIOD_S) * _number(probe.get("failureThreshold"), _TRIES) > _LONGEST_S:
        return "takes an hour or more to tell"
    if handler == "exec":
        return None if _may_fail(get_in(probe, "exec", "command")) else "runs a command that cannot fail"
    if handler == "httpGet" and text_of(get_in(probe, "httpGet", "host")) not in _HERE:
        return "asks another host"
    return _port_fault(look, container, get_in(probe, handler, "port"))


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _may_fail(command: object) -> bool:
    words = [text_of(one) for one in command] if isinstance(command, list) else []
    shell = bool(words) and words[0].rpartition("/")[2] in _SHELLS and "-c" in " ".join(words[1:2])
    script = words[2] if shell and len(words) > 2 else " ".join(words)  # noqa: PLR2004 - sh -c script
    return any(one.words[0] != "exit" and not one.soft for one in split_script(script, Manner.PLAIN)) or (
        shell and bool(re.search(r"\btest\b|\[|exit[ \t]+[1-9$]", script))
    )


def _port_fault(look: Look, container: Container, port: object) -> str | None:
    opened = list(mappings(container.value.get("ports")))
    text = str(port) if isinstance(port, int) else text_of(port)
    if not text:
        return None
    if not text.isdigit():
        named = {text_of(one.get("name")) for one in opened}
        return None if text in named or "{{" in text else f"asks the port {text[:40]}, which the container has not"
    if any(str(one.get("containerPort")) == text for one in opened):
        return None
    if (not opened and int(text[:6]) in _USUAL) or not look.source.paths or _is_named(look, container, text):
        return None
    return f"asks port {text[:6]}, which nothing opens"


def _is_named(look: Look, container: Container, number: str) -> bool:
    """Whether the container's own settings, the source or its settings name a port's number."""
    word = re.compile(rb"(?<![\d.])%b(?![\d.])" % number.encode())
    own = " ".join(_texts(container))
    if word.search(own.encode()):
        return True
    if any(word.search(look.source.content(path)) for path in look.source.mentioning(number)):
        return True
    return any(word.search(look.files.content(path) or b"") for path in look.files.select(*_SETTINGS))


def _texts(container: Container) -> Iterator[str]:
    for key in ("command", "args"):
        words = container.value.get(key)
        yield from map(text_of, words if isinstance(words, list) else ())
    for one in mappings(container.value.get("env")):
        yield str(one.get("value", ""))

"""What logs requests at a level which production does not write: in Java, Go, Rust and .NET.

Rule: a class or a function whose lines of the log are all of debugging, or of errors, is one; and Spring's
`CommonsRequestLoggingFilter`, where no file of settings sets the level DEBUG for what is Spring's; and a `TraceLayer`
that is told no level, nor given what logs at one, where no filter lets through what tower-http debugs; and .NET's
`UseHttpLogging` where the host's settings let warnings through alone, as those of its templates do.
Source: https://docs.spring.io/spring-framework/reference/web/webmvc/filters.html and the class's own documentation,
https://docs.rs/tower-http/latest/tower_http/trace/ (read 2026-11-30).
Out of sight: levels that are set as the program runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname

from bot.checks.readiness.facts.appsettings import find_settings
from bot.checks.readiness.facts.source.elements import Kind, SourceFile
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.listings import find_definitions
from bot.model import Evidence, Strength

_SETTINGS = ("application*.properties", "application*.y*ml", "logback*.xml", "log4j2*.xml", "log4j2*.properties")
_WEB = re.compile(r"springframework\.web\b.*(?:debug|trace)|(?:\s|\.)web\s*[:=]\s*(?:debug|trace)", re.IGNORECASE)
_DEBUGS = re.compile(r"(?i)\blog(?:ger)?\w*\.(?:debug|trace)\(|\.at(?:Debug|Trace)\(")
_LOGS = re.compile(r"(?i)\blog(?:ger)?\w*\.(?:info|warn)\(|\.at(?:Info|Warn)\(|\.log\(")
_DEBUGS_IN_GO = re.compile(r"\.(?:Debug|Trace)(?:f|w|ln|Ctx|Context)?\(")
# What is told its level, or writes at all of them.
_LOGS_IN_GO = re.compile(
    r"\.(?:Info|Notice|Warn|Warning|Print|Log|LogAttrs|WithLevel|Write)(?:f|w|ln|Ctx|Context|String)?\(|\bFprint\w*\("
)
_TOLD_IN_RUST = re.compile(r"\bLevel::(?:INFO|WARN)\b|\b(?:info|warn)!\s*\(")
_HANDLES = re.compile(r"\.on_(?:request|response)\(\s*(?:\w+::)*([A-Z]\w{2,60})")
_FILTER = re.compile(rb"\btower_http=(?:debug|trace)")
_LEVELS = ("logging", "loglevel")
_HTTP_LOGGING = "microsoft.aspnetcore.httplogging.httploggingmiddleware"
_MAX_IMPLEMENTATION = 800
_NAMED = re.compile(r"\b[A-Za-z]\w{2,60}")
_MAX_NAMES = 12


def weaken_of_debugging(look: Look, evidence: Evidence) -> Evidence:
    """Evidence of what logs requests: configured where production does not write the level that it logs at."""
    path = evidence.path or ""
    if evidence.strength is Strength.CONFIGURED or not path.endswith((".java", ".kt", ".go", ".rs", ".cs")):
        return evidence
    debugs = _DEBUGGING[path.rpartition(".")[2]](look, look.source.file(path), evidence.line or 1)
    text = f"{evidence.text}, but at a level that production does not write"
    return replace(evidence, text=text, strength=Strength.CONFIGURED) if debugs else evidence


def _debugs_in_java(look: Look, file: SourceFile, line: int) -> bool:
    inside = [one for one in file.classes if one.line == line]
    if not inside:
        return "CommonsRequestLoggingFilter" in file.lines[line - 1] and not _is_written(look)
    code = "\n".join(file.code.split("\n")[line - 1 : inside[0].end_line])
    return _DEBUGS.search(code) is not None and _LOGS.search(code) is None


def _debugs_in_go(look: Look, file: SourceFile, line: int) -> bool:
    """Whether what is mounted on a line, or hands the request on there, writes nothing but of debugging."""
    calls = [one for one in file.elements if one.kind is Kind.CALL and one.line == line]
    around = [one for one in file.functions if one.line <= line <= one.end_line]
    if any(one.last_name in {"next", "ServeHTTP"} for one in calls):
        codes = [file.text(max(around, key=lambda one: one.start))] if around else []
    else:
        text = max((file.text(one) for one in calls), key=len, default="")
        named = dict.fromkeys(_NAMED.findall(text) if "func(" not in text else ())
        codes = [text, *(code for name in list(named)[:_MAX_NAMES] for code in find_definitions(look, name, file))]
    return any(map(_DEBUGS_IN_GO.search, codes)) and not any(map(_LOGS_IN_GO.search, codes))


def _debugs_in_rust(look: Look, file: SourceFile, line: int) -> bool:
    given = [one for one in file.calls if one.last_name in {"layer", "wrap"} and "TraceLayer" in one.text]
    # A call begins where its chain does.
    nearest = min(given, key=lambda one: abs(one.end_line - one.text.count("\n") - line), default=None)
    text = nearest.text if nearest else ""
    if not text or _TOLD_IN_RUST.search(text):
        return False
    codes = (code for name in _HANDLES.findall(text) for code in _implementations(look, name))
    filters = look.source.mentioning("tower_http=", language="rust")
    return not any(map(_TOLD_IN_RUST.search, codes)) and not any(
        _FILTER.search(look.source.file(one).content) for one in filters
    )


def _implementations(look: Look, name: str) -> Iterator[str]:
    """Yield what stands behind each `impl OnResponse<B> for Name`."""
    begins = re.compile(rf"\bfor\s+{name}\b")
    for path in look.source.mentioning(name, language="rust"):
        code = look.source.file(path).code
        yield from (code[one.start() : one.start() + _MAX_IMPLEMENTATION] for one in begins.finditer(code))


def _silent_in_net(look: Look, file: SourceFile, line: int) -> bool:
    """Whether what is mounted is .NET's own, and the level of its category is above that of information."""
    text = file.lines[line - 1] if line <= len(file.lines) else ""
    if "UseHttpLogging" not in text or look.source.mentioning("UseSerilog", "AddSerilog", "AddFilter(", "UseNLog"):
        return False
    levels = [
        one for one in find_settings(look.files) if one.names[:2] == _LEVELS and len(one.names) == len(_LEVELS) + 1
    ]
    hosts = {
        dirname(one.path) for one in levels if f"{dirname(file.path)}/".startswith(f"{dirname(one.path)}/".lstrip("/"))
    }
    own = {
        one.names[2]: str(one.value).lower() for one in levels if dirname(one.path) == max(hosts, key=len, default="")
    }
    named = max((one for one in own if f"{_HTTP_LOGGING}.".startswith(f"{one}.")), key=len, default="default")
    return own.get(named) in {"warning", "error", "critical", "none"}


_DEBUGGING = {
    "java": _debugs_in_java,
    "kt": _debugs_in_java,
    "go": _debugs_in_go,
    "rs": _debugs_in_rust,
    "cs": _silent_in_net,
}


def _is_written(look: Look) -> bool:
    return any(_WEB.search(line[:500]) for path in look.files.select(*_SETTINGS) for line in look.files.lines(path))

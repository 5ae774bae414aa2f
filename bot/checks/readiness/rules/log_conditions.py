"""Conditions of Logback's files: what stands in `<if>` logs only where a variable says so.

Rule: the branch `<then>` of a condition that asks for a variable, and not for the lack of one, is off where its default
in the file is no or missing, Spring's settings say no of its key, and nothing that is deployed gives it a value.
Source: https://logback.qos.ch/manual/configuration.html#conditional (read 2026-12-01).
Out of sight: what is set where the program runs.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.appenders import conditions_of
from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.roles import NOT_PRODUCTION, OF_DEVELOPMENT
from bot.checks.readiness.facts.spring import find_spring_settings
from bot.checks.readiness.look import Look

_NOT = re.compile(r"!|\bisNull\b|\bnot\b")
_ASKED = re.compile(
    r"\b(?:isDefined|property|p)\(\s{0,9}[\"']([\w.-]{1,80})[\"']\s{0,9}\)|\$\{([\w.-]{1,80})(?::-([^{}]{0,80}))?\}"
)
_DEFINED = re.compile(r"<(?:property|variable|springProperty|define)\s([^<>]{0,600})>")
_ATTRIBUTE = re.compile(r"\b(name|value|defaultValue|source)\s{0,9}=\s{0,9}[\"']([^\"'<>]{0,200})[\"']")
# The default of a variable that a value is made of: `${LOG_JSON:-false}`, and Spring's `${LOG_JSON:false}`.
_NO = re.compile(r"(?i)(?:\$\{[\w.-]{1,80}(?::-?)?)?(?:false|no|off)?\}?")
_DEPLOYS = (
    *(
        "Dockerfile*",
        "*.dockerfile",
        "*.yml",
        "*.yaml",
        "*.sh",
        "*.tf",
        "*.env",
        ".env*",
        "*.service",
        "Procfile",
        "pom.xml",
    ),
    *("*.gradle", "*.gradle.kts", "*.json", "*.toml", "*.properties", "*.conf", "*.java"),
)


def is_held_back(look: Look, path: str, line: int) -> bool:
    """Whether a line counts only where a variable says so that nothing sets."""
    text = look.files.text(path) or ""
    return any(_is_off(look, text, one) for one in conditions_of(path, text, line))


def _is_off(look: Look, text: str, condition: str) -> bool:
    asked = _ASKED.findall(condition)
    if not asked or _NOT.search(condition):
        return False
    return all(_is_unset(look, text, called or held, default) for called, held, default in asked)


def _is_unset(look: Look, text: str, name: str, default: str) -> bool:
    defined: list[dict[str, str]] = [dict(_ATTRIBUTE.findall(one)) for one in _DEFINED.findall(text)]
    told = [one for one in defined if one.get("name") == name]
    said = [default, *(one.get("value") or one.get("defaultValue") or "" for one in told)]
    keys = {one["source"].lower() for one in told if "source" in one}
    said += [str(one.value) for one in find_spring_settings(look.files) if keys and ".".join(one.names) in keys]
    return all(map(_NO.fullmatch, said)) and not _is_given(look, name, *keys)


def _is_given(look: Look, *names: str) -> bool:
    """Whether a file that may deploy the program gives one of the names a value that is not no."""
    either = "|".join(re.escape(one).replace(r"\.", "[._]").replace(r"\-", "[_-]?") for one in names)
    given = re.compile(
        rf"(?im)(?:(?<![\w.])|-D)(?:{either})[\"']?"
        r"(?:[ \t]*+[=:]|[ \t]++(?=\w)|,?\s{1,80}[\"']?value[\"']?[ \t]*+[=:])[ \t]*+[\"']?"
        r"(?!false\b|no\b|off\b|[\"'\s$]|\{\{)\S"
    )
    for path in look.files.select(*_DEPLOYS):
        content = look.files.text(path) or ""
        if OF_DEVELOPMENT.search(path) or NOT_PRODUCTION.match(path) or not given.search(content):
            continue
        if given.search(without_comments(path, content)):
            return True
    return False

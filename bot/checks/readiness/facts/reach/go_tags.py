"""Settings of Go that the tags of a struct's fields give a default: `Enabled bool `env:"X" envDefault:"false"``.

Rule: a condition that is a field of settings, alone or beside others that have to hold, holds unless the field, in each
struct whose name begins with that of what the field is read of, is a truth value that a variable of the environment
gives, and is no by default. What is called `cfg` is of a struct that is a `Config`.
Source: https://github.com/caarlos0/env, https://github.com/sethvargo/go-envconfig and
https://github.com/kelseyhightower/envconfig (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.checks.readiness.facts.source.index import Source

_FIELD = re.compile(r"\(?\s{0,9}(?:\w{1,60}\.){0,5}(\w{1,60})\.([A-Z]\w{0,60})\s{0,9}(?:==\s{0,9}true)?\s{0,9}\)?")
_VARIABLE = re.compile(r"\b(?:env|envconfig):\"(\w{1,80})")
_DEFAULT = re.compile(r"\b(?:envDefault|default):\"([^\"]{0,20})\"|\benv:\"\w{1,80},\s{0,3}default=([^\",]{0,20})")
_NO = frozenset({"", "false", "0", "no", "off", "f"})
_SHORT = frozenset({"cfg", "conf"})
_MAX_FILES = 40
_MAX_CONDITION = 400


def is_off_by_tags(source: Source, condition: str, is_set: Callable[[str], bool]) -> bool:
    """Whether a condition is a setting that is no by default, and that no value in the tree says yes to."""
    if "||" in condition or len(condition) > _MAX_CONDITION:
        return False
    fields = filter(None, (_FIELD.fullmatch(one.strip()) for one in condition.split("&&")))
    return any(_is_off_field(source, one[1], one[2], is_set) for one in fields)


def _is_off_field(source: Source, holder: str, name: str, is_set: Callable[[str], bool]) -> bool:
    kind = "Config" if holder.lower() in _SHORT else holder
    struct = re.compile(rf"(?i)\b{re.escape(kind)}\w{{0,20}}\s+struct\s*\{{([^{{}}]{{0,4000}})\}}")
    field = re.compile(rf"^[ \t]*+{re.escape(name)}[ \t]++bool[ \t]++`([^`\n]{{1,300}})`", re.MULTILINE)
    paths = source.mentioning(name, language="go")[:_MAX_FILES]
    tags = [
        tag
        for path in paths
        for body in struct.findall(source.content(path).decode("utf-8", "replace"))
        for tag in field.findall(body)
    ]
    return bool(tags) and all(_is_off(tag, is_set) for tag in tags)


def _is_off(tag: str, is_set: Callable[[str], bool]) -> bool:
    variable, default = _VARIABLE.search(tag), _DEFAULT.search(tag)
    given = (default[1] or default[2] or "") if default else ""
    return variable is not None and given.strip().lower() in _NO and not is_set(variable[1])

"""Switches that are off unless somebody throws them: by name, in source and in what is deployed.

Rule: every value that the source gives the name is no by default, and no file of values in the tree says yes; a
variable of the environment that nothing gives a default is off where it is not set.
Out of sight: what is set where the program runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from bot.checks.readiness.facts.appsettings import Setting, find_settings
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.reach import conditions
from bot.checks.readiness.facts.reach.conditions import COMMON, values_last
from bot.checks.readiness.facts.reach.net_options import Asked
from bot.checks.readiness.facts.roles import NOT_PRODUCTION
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source
from bot.checks.readiness.facts.spring import find_spring_settings

_FALSE = re.compile(
    r"""^\(?\s*(?:false|0|"(?:false|0|off|no)?"|'(?:false|0|off|no)?'|None|null|nil)\s*\)?$"""
    r"""|(?:,|\?\?|\|\||default\s*[=:(]|:-)\s*\(?\s*["']?(?:false|0|off|no)["']?\s*[,)}\]]*(?:\s*,\s*cast\s*=\s*\w+\s*\))?\s*$"""
    # A variable of the environment that is held against the word for yes, and is empty or no where it is not set.
    r"""|\b(?:(?:getenv|environ\.get|env\.get)\(\s*["']\w+["']\s*(?:,\s*(?:["'](?:false|0|off|no|)["']|None|False)\s*)?\)"""
    r"""|process\.env(?:\.\w+|\[["']\w+["']\]))(?:\.\w+\(\))*\s*(?:={2,3}\s*|in\s*[(\[{]\s*)["'](?:true|1|yes|on)["'](?:,\s*["']\w{0,9}["']|[\s)\]},;]){0,9}$"""
    r"""|default\s*=\s*False|\.default\(\s*["']?false["']?\s*\)""",
    re.IGNORECASE,
)
# What is a truth value, whatever it is: of a type, or the answer to whether a text says yes.
_TRUTH = re.compile(r"(?i)^\(?\s*false\s*\)?$|=={1,2}|\bin\s*[(\[{]|default\s*[=(]\s*[\"']?false|\bbool\w*\(")
_ENDING = re.compile(r"(?:settings|config|configuration|options|properties)$")
# Compose runs these on the machine of who develops; in a file for production it says what is deployed.
_TO_TRY = re.compile(r"(?:^|/)(?:docker-)?compose(?!.*prod)[^/]*\.ya?ml$")
# A variable that only holds what a service of settings has by another name.
_HANDED_ON = re.compile(r"""[\w.$]{0,80}[cC]onfig\w*(?:\(\))?\.get\w*(?:<\w+>)?\(\s*["'](\w+)["']\s*\)""")
# A setting that holds a variable of the environment, which another line gives its default: django-environ's schema.
_OF_SCHEMA = re.compile(r"""\w{0,40}[eE]nv(?:\.\w+)?\(\s*["'](\w+)["']\s*\)""")
# How much of a type of options and of its section are the same: `RateLimitOptions` is of `RateLimiting`.
_SAME_START = 5
# In a list of a manifest a name and its value stand in two lines.
_GIVEN = r"""["']?\s*+(?:[=:]|,?\s*+["']?value["']?\s*+[=:])\s*+"""
# Where programs keep settings that they read as they start.
_TOLD = ("config*.y*ml", "settings*.y*ml", "**/config/*.y*ml", "**/configs/*.y*ml", "**/conf/*.y*ml")
_VALUES = (
    *(".env.production", ".env.prod", "*.env", "Dockerfile*", "compose*.y*ml", "docker-compose*.y*ml", "render.yaml"),
    *("fly.toml", "app.json", "values*.y*ml", "**/k8s/**", "**/deploy/**", "**/manifests/**", "*.tf"),
)


class Switches:
    """Answers for one tree."""

    def __init__(self, files: Files, source: Source) -> None:
        self._files = files
        self._source = source
        self._off: dict[str, bool] = {}
        self._off_in_net: dict[str, bool] = {}
        self._thrown_off: dict[str, bool] = {}

    def hold_back(self, condition: str, *, holds: bool) -> bool:
        """Whether a condition asks for a switch to be on, or not to be, that is off unless somebody throws it."""
        return (
            any(map(self.is_off, conditions.switches(condition, holds=holds)))
            or any(map(self.is_plainly_off, conditions.plain_members(condition, holds=holds)))
            or any(map(self.is_unset, conditions.bare_variables(condition, holds=holds)))
            or any(map(self.is_thrown_off, conditions.kept_on(condition, holds=holds)))
        )

    def is_off(self, name: str) -> bool:
        """Whether a switch is off unless somebody throws it, and no value in the tree does."""
        if name not in self._off:
            # Settings that hold each other are asked once.
            self._off[name] = False
            self._off[name] = self._defaults_to_false(name) and not self.is_set(name)
        return self._off[name]

    def is_plainly_off(self, name: str) -> bool:
        """Whether all that the source gives a name are truth values that are no by default, and nothing says yes."""
        values = self._values_of(name)
        plain = bool(values) and all(_TRUTH.search(one.strip()) and _FALSE.search(one.strip()) for one in values)
        return plain and not self.is_set(name)

    def is_unset(self, name: str) -> bool:
        """Whether a variable that only a condition asks for is given no value by anything in the tree.

        What is asked for twice may be the value that is needed, and not whether it is wanted.
        """
        asked = (at for path in self._source.mentioning(name) for at in _find_word(self._source.file(path).code, name))
        if len(list(islice(asked, 2))) != 1:
            return False
        pattern = re.compile(rf"(?m)^[^#\n]*\b{name}\b{_GIVEN}[\"']?\S")
        return not any(pattern.search(text) for _, text in self._naming(name))

    def is_thrown_off(self, name: str) -> bool:
        """Whether what is shipped says no to a switch that is on by default, and nothing that is deployed says yes."""
        if name not in self._thrown_off:
            self._thrown_off[name] = self._is_told_no(name) and not self.is_set(name)
        return self._thrown_off[name]

    def is_off_in_net(self, key: str) -> bool:
        """Whether no host of .NET is told yes, and nothing that is deployed says it."""
        if key not in self._off_in_net:
            names = tuple(key.lower().split(":"))
            off = all(_is_no(one) for one in self._net if one.names == names)
            self._off_in_net[key] = off and not self.is_set(key.replace(":", "__"))
        return self._off_in_net[key]

    def is_off_by_options(self, asked: Asked) -> bool:
        """Whether each host of .NET that has an option is told no, or none has it, and nothing deployed says yes."""
        for names in asked.keys:
            told = [one for one in self._net_by_end.get(names[-2:], ()) if one.names[-len(names) :] == names]
            if told:
                return all(map(_is_no, told)) and not self.is_set("__".join(names))
        return asked.by_default and not any(self.is_set("__".join(names)) for names in asked.keys)

    def is_told_in_net(self, kind: str, member: str) -> bool:
        """Whether a host of .NET is told yes by a setting of that name, in a section that may be of such options."""
        start = kind.lower()[:_SAME_START]
        told = (one for one in self._net if one.names[-1] == member.lower() and not _is_no(one))
        return any(len(one.names) == 1 or one.names[-2].startswith(start) for one in told) or self.is_set(member)

    @cached_property
    def _net_by_end(self) -> Mapping[tuple[str, ...], Sequence[Setting]]:
        """What each host is told, by the last name of its setting, and by the last two."""
        found: dict[tuple[str, ...], list[Setting]] = {}
        for one in self._net:
            for end in {one.names[-1:], one.names[-2:]}:
                found.setdefault(end, []).append(one)
        return found

    @cached_property
    def _net(self) -> Sequence[Setting]:
        return list(find_settings(self._files))

    def is_off_in_java(self, getter: str) -> bool:
        """Whether the field behind a getter is no by default, and no setting of Spring's, nor any value, says yes."""
        name = f"{getter[0].lower()}{getter[1:]}"
        if name.lower() in COMMON:
            return False
        plain = (("".join(one.names[-1:]).replace("-", "").replace("_", "").lower(), one.value) for one in self._spring)
        told = [value for key, value in plain if key == name.lower()]
        return all(str(one).lower() == "false" for one in told) and self.is_off(name)

    def is_no_in_spring(self, key: str) -> bool:
        """Whether no program of Spring is told yes by a whole key."""
        told = [one.value for one in self._spring if ".".join(one.names) == key.lower()]
        return all(_says_no(str(one)) for one in told) and not self.is_set(re.sub(r"[.-]", "_", key))

    @cached_property
    def _spring(self) -> Sequence[Setting]:
        return list(find_spring_settings(self._files))

    def _defaults_to_false(self, name: str) -> bool:
        values = self._values_of(name)
        variables = [found[1] for value in values if (found := _OF_SCHEMA.fullmatch(value.strip()))]
        if values and len(variables) == len(values):
            return all(one != name and self._values_of(one) and self.is_off(one) for one in variables)
        handed_on = [found[1] for value in values if (found := _HANDED_ON.fullmatch(value.strip()))]
        if values and len(handed_on) == len(values):
            return all(map(self.is_off, handed_on))
        if values:
            return any(_FALSE.search(value.strip()) for value in values) and not any(
                value.strip().lower() in {"true", "1"} for value in values
            )
        if "." in name:
            return self._is_no_in_files(name)
        # A variable of the environment that nothing gives a default is off where it is not set.
        return name.isupper()

    def _is_no_in_files(self, name: str) -> bool:
        """Whether files of settings say no of a key by its section, and none says anything else: `metrics.enabled`."""
        section, _, key = name.lower().rpartition(".")
        between = r"(?:\1[ \t]++[^\n]{0,200}\n){0,12}?\1[ \t]++"
        said = re.compile(
            rf"(?im)^([ \t]{{0,20}}){re.escape(section)}:[ \t]*+\n{between}{re.escape(key)}:[ \t]*+(\S{{1,20}})"
        )
        texts = [self._files.text(path) or "" for path in self._files.select(*_TOLD) if not NOT_PRODUCTION.match(path)]
        told = [found[2].lower().strip("\"'") for text in texts for found in said.finditer(text)]
        return bool(told) and all(one == "false" for one in told)

    def _values_of(self, name: str) -> Sequence[str]:
        """What the source gives a name; of `limits.enabled`, what holds that name alone."""
        holder, _, own = name.rpartition(".")
        return [
            values_last(one.text)
            for file in self._source.parsed(own)
            for one in (file.assigns if file.may_assign(own, to_member=True) else ())
            if one.name.rpartition(".")[2].partition(":")[0] == own and (not holder or _is_held(file, one, holder))
        ]

    def is_set(self, name: str) -> bool:
        """Whether a value of what is deployed says yes."""
        pattern = re.compile(rf"(?im)^[^#\n]*(?:\b|__){_as_told(name)}\b{_GIVEN}[\"']?(?:true|1|yes|on)\b")
        return any(pattern.search(text) for _, text in self._naming(name))

    def is_set_to(self, key: str, value: str) -> bool:
        """Whether a value of what is deployed is one of those that a key of Spring chooses among."""
        name = "[._-]?".join(re.escape(one) for one in re.split(r"[._-]", key))
        pattern = re.compile(rf"(?im)^[^#\n]*\b{name}\b{_GIVEN}[\"']?(?:\$\{{\w{{1,80}}:-)?{re.escape(value)}\b")
        return any(pattern.search(text) for _, text, _ in self._told)

    def _is_told_no(self, name: str) -> bool:
        pattern = re.compile(rf"(?im)^[^#\n]*\b{_as_told(name)}\b{_GIVEN}[\"']?(?:false|0|no|off)\b")
        return any(pattern.search(text) for path, text in self._naming(name) if not _TO_TRY.search(path))

    def _naming(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield the files that say what is deployed, where they hold a name at all: there are thousands to ask for."""
        last = _words(name).rpartition(".")[2].lower()
        return ((path, text) for path, text, lower in self._told if last in lower)

    @cached_property
    def _told(self) -> Sequence[tuple[str, str, str]]:
        texts = ((path, self._files.text(path) or "") for path in self._values)
        return [(path, text, text.lower()) for path, text in texts]

    @cached_property
    def _values(self) -> Sequence[str]:
        """The files that say what is deployed: none of development, nor what Compose adds to a file there by itself."""
        paths = self._files.select(*_VALUES)
        return [path for path in paths if not NOT_PRODUCTION.match(path) and ".override." not in path]


def _as_told(name: str) -> str:
    """A pattern of what a name is called where it is deployed: `limits.enabled` is `LIMITS_ENABLED`."""
    return re.escape(_words(name)).replace(r"\.", "(?:__?|\\.)")


def _words(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name) if "." in name else name


def _find_word(code: str, name: str) -> Iterator[int]:
    at = code.find(name)
    while at >= 0:
        end = at + len(name)
        if not any(one.isalnum() or one == "_" for one in (code[max(at - 1, 0) : at] + code[end : end + 1])):
            yield at
        at = code.find(name, end)


def _is_held(file: SourceFile, given: Element, holder: str) -> bool:
    """Whether what holds a value, such as an object or a class of settings, has a name or one that begins so."""
    around = next((one for one in file.around(given) if one.kind in {Kind.ASSIGN, Kind.CLASS}), None)
    member = given.name.rpartition(".")[0].rpartition(".")[2]
    names = [member] if member else [around.name.rpartition(".")[2]] if around is not None else []
    plain = holder.replace("_", "").lower()
    return any(_ENDING.sub("", one.replace("_", "").lower()) == _ENDING.sub("", plain) for one in names)


def _says_no(value: str) -> bool:
    """Whether a setting of Spring says no, itself or where the environment says nothing: `${LIMITED:false}`."""
    return value.lower() == "false" or value.lower().endswith(":false}")


def _is_no(setting: Setting) -> bool:
    # A setting may be a text: `"Enabled": "false"`.
    return str(setting.value).lower() == "false"

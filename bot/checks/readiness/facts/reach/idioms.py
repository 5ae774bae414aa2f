"""Conditions on settings in the ways of one language: options of .NET, fields of Java, tags, flags and viper of Go.

Rule: the condition holds only where such a setting is on, its default is no, and nothing in the tree says yes.
Source: https://pkg.go.dev/flag, https://github.com/spf13/viper and
https://docs.spring.io/spring-framework/reference/core/beans/annotation-config/value-annotations.html (read 2026-11-30).
A field of a structure of Go is one by its tag, or as a flag fills it.
Out of sight: what a service manager gives a program.
"""

from __future__ import annotations

import re

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.reach.go_tags import is_off_by_tags
from bot.checks.readiness.facts.reach.go_zeros import is_never_given
from bot.checks.readiness.facts.reach.net_options import find_asked
from bot.checks.readiness.facts.reach.switches import Switches
from bot.checks.readiness.facts.source.elements import SourceFile
from bot.checks.readiness.facts.source.index import Source

_MAX_CONDITION = 400
_MAX_FILES = 60
# A setting of .NET that is no where nobody sets it, as the whole of a condition.
_OF_NET = re.compile(
    r"""\(?\s*[\w.]{0,80}\.GetValue<bool>\(\s*"([\w:.-]{1,99})"\s*(?:,\s*(?:defaultValue:\s*)?false\s*)?\)(?:\s*==\s*true)?\s*\)?"""
)
# The same of the type of its default, and as a text.
_OF_NET_ELSE = re.compile(
    r"""\(?\s{0,9}[\w.]{0,80}(?:\.GetValue\(\s{0,9}"(?P<typed>[\w:.-]{1,99})"\s{0,9},\s{0,9}false\s{0,9}\)"""
    r"""|\[\s{0,9}"(?P<text>[\w:.-]{1,99})"\s{0,9}\]\s{0,9}==\s{0,9}"[Tt]rue")\s{0,9}\)?"""
)
# A field of Java's settings, as the whole of a condition.
_GETTER = re.compile(r"^\(?[\w.()]{1,80}\.(?:is|get)([A-Z]\w{2,60})\(\)\)?$")
_FIELD = re.compile(r"\(?\s{0,9}(?:this\.)?([a-z]\w{0,60})\s{0,9}\)?")
_POINTER = re.compile(r"\(?\s{0,9}\*([A-Za-z_]\w{0,60})\s{0,9}\)?")
_MEMBER = re.compile(r"\(?\s{0,9}\*?(?:\w{1,60}\.){1,5}([A-Z]\w{0,60})\s{0,9}\)?")
_TAG = re.compile(r"\b(?:koanf|mapstructure|yaml|json|toml|flag|long|name|cli):\"([\w.-]{1,60})\"")
_VIPER = re.compile(r"\(?\s{0,9}(?:viper|v|vip|cfg|conf|config)\.GetBool\(\s{0,9}\"([\w.-]{1,80})\"\s{0,9}\)\s{0,9}\)?")
_BOUND = re.compile(r"\.BindPFlags?\(|\.Set\(|\.SetConfigType\(\s{0,9}\"(?:env|dotenv)\"|\.AddRemoteProvider\(")
_WHERE_FLAGS_ARE_GIVEN = ("Dockerfile*", "*.y*ml", "*.service", "*.sh", "Procfile", "*.toml", "*.tf", "*.json")
_SETTINGS = ("*.y*ml", "*.toml", "*.json", "*.env", ".env*", "*.hcl", "*.ini", "*.properties")


class Idioms:
    """Answers for one tree."""

    def __init__(self, files: Files, source: Source, switches: Switches) -> None:
        self._files = files
        self._source = source
        self._switches = switches
        self._never_given: dict[str, bool] = {}

    def is_off(self, file: SourceFile, condition: str, *, holds: bool) -> bool:
        """Whether a condition asks that a setting is on, or that it is not, which is no by default."""
        if file.language == "csharp":
            return self._is_off_in_net(file, condition, holds=holds)
        turned = condition.strip().removeprefix("!").strip()
        if not holds and turned == condition.strip():
            return False
        asked = turned if not holds else condition
        if len(asked) > _MAX_CONDITION or "||" in asked:
            return False
        if file.language == "go":
            tags = is_off_by_tags(self._source, asked, self._switches.is_set)
            if asked not in self._never_given:
                self._never_given[asked] = is_never_given(self._files, self._source, asked)
            return (
                tags
                or (holds and self._never_given[asked])
                or any(self._is_off_in_go(file, one.strip()) for one in asked.split("&&"))
            )
        return file.language == "java" and any(self._is_off_in_java(file, one.strip()) for one in asked.split("&&"))

    def _is_off_in_net(self, file: SourceFile, condition: str, *, holds: bool) -> bool:
        asked = _OF_NET.fullmatch(condition.strip()) if holds else None
        other = _OF_NET_ELSE.fullmatch(condition.strip()[:_MAX_CONDITION]) if holds else None
        if asked is not None:
            return self._switches.is_off_in_net(asked[1])
        if other is not None:
            return self._switches.is_off_in_net(other["typed"] or other["text"])
        found = list(find_asked(file, condition, holds=holds))
        return any(self._switches.is_off_by_options(one) or self._is_off_by_type(one.kind, one.member) for one in found)

    def _is_off_by_type(self, kind: str, member: str) -> bool:
        """Whether an option is a truth value of its type that begins as no, and nothing seen says yes."""
        paths = self._source.named(f"{kind}.cs") if kind and member else ()
        own = re.compile(
            rf"(?i)\bpublic\s+(?:required\s+)?bool\s+{re.escape(member)}\s*\{{\s*get;\s*(?:set|init);\s*\}}\s*(=\s*true)?"
        )
        found = [one[1] for path in paths for one in own.finditer(self._source.file(path).code)]
        if not found or any(found) or self._switches.is_told_in_net(kind, member):
            return False
        thrown = re.compile(rf"(?i)\b{re.escape(member)}\s{{0,9}}=\s{{0,9}}(?!false\b|=)")
        mentioning = self._source.mentioning(member, language="csharp")
        return not any(thrown.search(self._source.file(path).code) for path in mentioning[:_MAX_FILES])

    def _is_off_in_java(self, file: SourceFile, condition: str) -> bool:
        getter = _GETTER.fullmatch(condition)
        if getter is not None:
            return self._switches.is_off_in_java(getter[1])
        field = _FIELD.fullmatch(condition)
        if field is None or not file.says("@Value"):
            return False
        given = re.compile(
            rf"@Value\(\s{{0,9}}\"\$\{{([\w.-]{{1,120}}):\s{{0,9}}false\s{{0,9}}\}}\"\s{{0,9}}\)\s{{1,80}}"
            rf"(?:(?:private|protected|public|final|static)\s{{1,9}}){{0,3}}[bB]oolean\s{{1,9}}{re.escape(field[1])}\b"
        )
        found = given.search(file.code)
        return found is not None and self._switches.is_no_in_spring(found[1])

    def _is_off_in_go(self, file: SourceFile, condition: str) -> bool:
        if pointer := _POINTER.fullmatch(condition):
            name = re.escape(pointer[1])
            made = re.compile(
                rf"\b{name}\s{{0,9}}:?=\s{{0,9}}\w{{1,20}}\.BoolP?\(\s{{0,9}}\"([\w.-]{{1,60}})\"\s{{0,9}},(?:\s{{0,9}}\"\w?\",)?\s{{0,9}}false\b"
            )
            found = made.findall(file.code)
            return len(found) == 1 and not self._is_given(found[0])
        if (field := _FIELD.fullmatch(condition)) and file.says("BoolVar"):
            return self._is_off_by_variable(file, field[1])
        if member := _MEMBER.fullmatch(condition):
            return self._is_off_by_member(member[1])
        asked = _VIPER.fullmatch(condition)
        return asked is not None and file.says("viper") and self._is_off_in_viper(asked[1])

    def _is_off_by_variable(self, file: SourceFile, name: str) -> bool:
        given = re.compile(
            rf"\.BoolVarP?\(\s{{0,9}}&{name}\s{{0,9}},\s{{0,9}}\"([\w.-]{{1,60}})\",(?:\s{{0,9}}\"\w?\",)?\s{{0,9}}(\w{{1,60}})"
        )
        found = given.findall(file.code)
        return len(found) == 1 and found[0][1] == "false" and not self._is_given(found[0][0])

    def _is_off_by_member(self, name: str) -> bool:
        """Whether each field of a name that is a truth value is told by a flag, which is no by default."""
        field = re.compile(rf"(?m)^[ \t]{{1,20}}{name}[ \t]{{1,40}}\*?bool[ \t]{{1,9}}`([^`\n]{{1,200}})`")
        files = [self._source.file(path) for path in self._source.mentioning(name, language="go")[:_MAX_FILES]]
        tags = [tag for file in files for tag in field.findall(file.code)]
        flags = {found[1] for tag in tags if (found := _TAG.search(tag))}
        return len(tags) == 1 and len(flags) == 1 and self._is_no_by_flag(flags.pop())

    def _is_no_by_flag(self, flag: str) -> bool:
        """Whether a flag is declared as no, and neither it nor its variable is given."""
        declared = re.compile(
            rf"\.Bool(?:Var)?P?\((?:[^,\n()]{{1,80}},)?\s{{0,9}}\"{re.escape(flag)}\"\s{{0,9}},"
            r"(?:\s{0,9}\"\w?\",)?\s{0,9}(\w{1,60})"
        )
        paths = self._source.mentioning(f'"{flag}"', language="go")[:_MAX_FILES]
        said = [one for path in paths for one in declared.findall(self._source.file(path).code)]
        set_so = self._switches.is_set(re.sub(r"[.-]", "_", flag))
        return said == ["false"] and not set_so and not self._is_given(flag)

    def _is_given(self, flag: str) -> bool:
        """Whether a file of the tree starts something with a flag."""
        given = re.compile(rf"(?<![\w-])--?{re.escape(flag)}(?![\w-]|=(?:false|0)\b)")
        return any(given.search(self._files.text(path) or "") for path in self._files.select(*_WHERE_FLAGS_ARE_GIVEN))

    def _is_off_in_viper(self, key: str) -> bool:
        """Whether viper has no default but no for a key, nothing else gives it one, and no file says yes."""
        paths = self._source.mentioning("viper", language="go")
        code = [self._source.file(path).code for path in paths]
        default = re.compile(
            rf"\.SetDefault\(\s{{0,9}}\"{re.escape(key)}\"\s{{0,9}},(?!\s{{0,9}}false\b)", re.IGNORECASE
        )
        if any(default.search(one) or _BOUND.search(one) for one in code):
            return False
        last = re.escape(re.split(r"[._-]", key)[-1])
        says = re.compile(rf"(?im)^[^#\n]{{0,200}}{last}[\"']?\s{{0,9}}[:=]\s{{0,9}}[\"']?(?:true|1|yes|on)\b")
        return not any(says.search(self._files.text(path) or "") for path in self._files.select(*_SETTINGS))

"""Beans of the JVM's frameworks that a condition of their own keeps out: annotations of the class or of what makes it.

Rule: a profile that is for development, or for anything but production; a property that has to be `true`, or be there,
and that no committed setting sets so, nor a variable of what is deployed. One that chooses among values chooses,
unless all that is committed chooses none; one that is an address or a key is set where the program runs. What Spring's
methods ask for stands for nothing where all that would have it asked is out. A class that only such beans make is out
with them.
Sources: https://docs.spring.io/spring-boot/reference/features/developing-auto-configuration.html,
https://docs.micronaut.io/latest/guide/#conditionalBeans and https://quarkus.io/guides/cdi-reference#enable_build_time
(read 2026-11-30).
Out of sight: names of properties that are constants, expressions, settings that are mounted where it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.reach.conditions import is_place
from bot.checks.readiness.facts.reach.switches import Switches
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.source.index import Source
from bot.checks.readiness.facts.spring import find_spring_settings, read_settings

_WORDS = (b"@ConditionalOn", b"@Requires(", b"@Profile(", b"@IfBuild", b"@UnlessBuild", b"@LookupIf")
_OF_PROPERTY = frozenset({"ConditionalOnProperty", "ConditionalOnBooleanProperty", "Requires", "IfBuildProperty"})
_OF_PROFILE = frozenset({"Profile", "IfBuildProfile", "UnlessBuildProfile", "Requires"})
# Those that hold unless a profile is on.
_UNLESS = frozenset({"UnlessBuildProfile"})
# Of Spring Security these ask for nothing unless the other is there.
_OF_METHODS = frozenset({"PreAuthorize", "PostAuthorize", "PreFilter", "PostFilter", "Secured", "RolesAllowed"})
_ASKED_BY = re.compile(r"Enable(?:Global|Reactive)?MethodSecurity")
_TEXT = re.compile(r'"([^"\\\n]{0,200})"')
# A constant that says what it is, or a text of names; of anything else nothing is known.
_PROFILE = re.compile(
    r'("!"\s*\+\s*)?(?:\b\w{1,60}\.){0,3}\w{0,40}?(PRODUCTION|DEVELOPMENT|TEST|DEV|PROD)\b|"([^"\\\n]{0,200})"'
)
# Of another constant nothing is known; `value` is only what is given a value.
_WORD = re.compile(r"\b(?!value\b)\w")
_DEVELOPMENT = re.compile(
    r"dev(?:elop(?:ment|er)?)?|local(?:host)?|(?:[\w-]{1,40}[_-])?tests?|testing|e2e|it|demo", re.IGNORECASE
)
_PRODUCTION = re.compile(r"prod(?:uction)?", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\$\{[^{}:]{1,200}(?::([^{}]{0,200}))?\}")
_FALSE = frozenset({"false", "no", "off", "0", "none", "null", ""})
_SWITCH = re.compile(r"(?:is)?(?:enabled?|active|activated|on)|enable\w{1,60}|\w{1,60}enabled?", re.IGNORECASE)
_MAX_DEPTH, _MAX_MAKERS = 3, 8
_MORE = ("**/src/main/**/*.yml", "**/src/main/**/*.yaml", "**/src/main/**/*.properties")


class Beans:
    """Answers for one tree."""

    def __init__(self, files: Files, source: Source, switches: Switches) -> None:
        self._files = files
        self._source = source
        self._switches = switches
        self._made: dict[str, bool] = {}

    def is_of_development(self, file: SourceFile, element: Element) -> bool:
        """Whether a profile around an element is none of production's."""
        return any(_is_of_development(one) for one in _annotations(file, element, _OF_PROFILE))

    def is_off(self, file: SourceFile, element: Element) -> bool:
        """Whether a property that something around an element asks for is off, unless somebody sets it."""
        if element.kind is Kind.DECORATOR and element.last_name in _OF_METHODS and self._methods_ask_nothing:
            return True
        off = any(self._is_off(file, one) for one in _annotations(file, element, _OF_PROPERTY))
        return off or self._is_made_by_what_is_off(file, element, 0)

    def _is_made_by_what_is_off(self, file: SourceFile, element: Element, depth: int) -> bool:
        """Whether all that makes an instance of the class around an element is kept out."""
        owner = element if element.kind is Kind.CLASS else file.class_around(element)
        if file.language != "java" or owner is None or depth >= _MAX_DEPTH or file.decorating(owner):
            return False
        if owner.name not in self._made:
            # What is found on the way to itself is made by nothing that is known.
            self._made[owner.name] = False
            self._made[owner.name] = self._are_off(owner.name, file.path, depth)
        return self._made[owner.name]

    def _are_off(self, name: str, home: str, depth: int) -> bool:
        paths = self._source.mentioning(f"new {name}(", f"{name}.", f"{name}::", f"extends {name}", language="java")
        files = [self._source.file(path) for path in paths if path != home]
        # A method of the class itself may be called, or another class be made of it.
        other = re.compile(rf"(?<![\w.]){re.escape(name)}(?:\.\w+\(|::)|\bextends\s+{re.escape(name)}\b")
        if not files or len(files) > _MAX_MAKERS or any(other.search(one.code) for one in files):
            return False
        made = [(one, call) for one in files for call in one.called(Kind.CALL, name)]
        return bool(made) and all(
            any(self._is_off(*one) for one in _conditions(*each)) or self._is_made_by_what_is_off(*each, depth + 1)
            for each in made
        )

    @cached_property
    def _methods_ask_nothing(self) -> bool:
        """Whether each class that would have Spring ask what methods are annotated with is kept out."""
        files = self._source.parsed("MethodSecurity", language="java")
        asked = [(file, one) for file in files for one in file.named(Kind.DECORATOR, _ASKED_BY)]
        return bool(asked) and all(self.is_of_development(*one) or self.is_off(*one) for one in asked)

    def _is_off(self, file: SourceFile, annotation: Element) -> bool:
        given = {one.name: one.text for one in file.inside(annotation) if one.kind is Kind.ASSIGN}
        wanted = _text(given, "havingValue", "stringValue", "value" if annotation.name == "Requires" else "")
        if given.keys() & {"notEquals", "pattern", "missingProperty", "classes", "beans"}:
            return False
        unset = any(given.get(key, "") == "true" for key in ("matchIfMissing", "enableIfMissing"))
        unset = unset or _text(given, "defaultValue") == "true"
        prefix = _text(given, "prefix")
        return any(
            self._is_off_by(f"{prefix.rstrip('.')}.{name}".strip("."), wanted=wanted, unset=unset)
            for name in _names(annotation, given)
        )

    def _is_off_by(self, key: str, *, wanted: str, unset: bool) -> bool:
        told = self._told(key)
        if wanted not in ("", "true"):
            # Among values the one that is chosen is none of them.
            chosen = _is_false(wanted) or not told or not all(map(_is_false, told))
            return not chosen and not self._switches.is_set_to(key, wanted)
        if told:
            return all(_is_false(one) for one in told)
        last = key.rpartition(".")[2]
        asked = bool(wanted) or _SWITCH.fullmatch(last.replace("-", ""))
        if unset or (not asked and is_place(last)):
            return False
        return not self._switches.is_set(re.sub(r"[.-]", "_", key).upper())

    def _told(self, key: str) -> Sequence[str]:
        """What committed settings say of a property, or of what is below it."""
        plain = _plain(key)
        return self._settings.get(plain) or list(self._find_elsewhere(key, plain))

    @cached_property
    def _settings(self) -> Mapping[str, Sequence[str]]:
        """The values of settings, by the name of each and of all that it stands below."""
        settings: dict[str, list[str]] = {}
        for one in find_spring_settings(self._files):
            for name in accumulate(_plain(".".join(one.names)).split("."), "{}.{}".format):
                settings.setdefault(name, []).append(str(one.value))
        return settings

    def _find_elsewhere(self, key: str, plain: str) -> Iterator[str]:
        """Yield what files of settings by another name than Spring's say."""
        last = key.rpartition(".")[2]
        for path in self._files.select(*_MORE):
            if not path.rpartition("/")[2].startswith("application") and last in (self._files.text(path) or ""):
                told = read_settings(self._files, path)
                yield from (str(one.value) for one in told if _plain(".".join(one.names)) == plain)


def _annotations(file: SourceFile, element: Element, names: frozenset[str]) -> Iterator[Element]:
    """Yield the annotations of some names that what is around an element has, or the element itself."""
    if file.language != "java" or not any(word in file.original for word in _WORDS):
        return
    for held in (element, *file.around(element)):
        if held.kind in {Kind.CLASS, Kind.FUNCTION}:
            yield from (one for one in file.decorating(held) if one.last_name in names)


def _conditions(file: SourceFile, element: Element) -> Iterator[tuple[SourceFile, Element]]:
    return ((file, one) for one in _annotations(file, element, _OF_PROPERTY))


def _is_of_development(annotation: Element) -> bool:
    text = annotation.text
    if annotation.last_name == "Requires":
        asked = re.search(r"\b(env|notEnv)\s*=\s*(\{[^{}]{0,200}\}|[^,{}]{1,200})", text)
        if asked is None:
            return False
        text = asked[2] if asked[1] == "env" else re.sub(r'"(?=\w)', '"!', asked[2])
    profiles = [one[3] if one[3] is not None else f"{'!' if one[1] else ''}{one[2]}" for one in _PROFILE.finditer(text)]
    if not profiles or _WORD.search(_PROFILE.sub("", text)):
        return False
    return all(_all_keep_out(one, negated=annotation.last_name in _UNLESS) for one in profiles)


def _all_keep_out(profiles: str, *, negated: bool) -> bool:
    """As `_keeps_out`, of names put together: `dev | test`, `!prod & !staging`; nothing is known of brackets."""
    return all(
        any(_keeps_out(name.lstrip("! "), negated=name.startswith("!") is not negated) for name in map(str.strip, both))
        for both in (one.split("&") for one in profiles.split("|"))
    )


def _keeps_out(profile: str, *, negated: bool) -> bool:
    """Whether a profile, or that it is not on, keeps something out of production."""
    return bool(_PRODUCTION.fullmatch(profile) if negated else _DEVELOPMENT.fullmatch(profile))


def _names(annotation: Element, given: Mapping[str, str]) -> Sequence[str]:
    """The properties that an annotation names by their text; those that are constants are not known."""
    keys = ("property",) if annotation.last_name == "Requires" else ("name", "value")
    named = next((given[key] for key in keys if key in given), "" if given else annotation.text)
    return _TEXT.findall(named) if named.lstrip().startswith(('"', "{")) else ()


def _text(given: Mapping[str, str], *keys: str) -> str:
    found = (_TEXT.fullmatch(given[key].strip()) for key in keys if key in given)
    return next((one[1] for one in found if one), "")


def _is_false(value: str) -> bool:
    """Whether a value is no; one that only the environment knows is none."""
    told = _PLACEHOLDER.fullmatch(value.strip())
    if told:
        return told[1] is not None and told[1].strip().lower() in _FALSE
    return value.strip().lower() in _FALSE


def _plain(key: str) -> str:
    return re.sub(r"[-_]", "", key).lower()

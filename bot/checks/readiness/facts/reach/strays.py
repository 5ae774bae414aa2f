"""Classes that nothing in the tree names, and that no convention finds; apps of Django that nothing installs.

Rule: a class that is derived from nothing has to be named to be made: where a container registers it, or where it is
constructed. So has a service that a host runs, though it is derived. Where the program looks for types by itself, any
class may be made. Out of sight: the names that conventions of libraries go by, but for those below.
Middleware of Laravel, of Starlette and Django is a class that somebody lists or adds, not imports; so is a filter of
servlets, or an interceptor of Spring's, that no annotation makes a bean of.
An app of Django is set up where settings name it, as a module or by its class; or may be, where settings find apps.
Source: https://learn.microsoft.com/dotnet/core/extensions/dependency-injection and
https://learn.microsoft.com/aspnet/core/fundamentals/host/hosted-services and
https://docs.djangoproject.com/en/stable/ref/applications/#configuring-applications and
https://docs.spring.io/spring-boot/how-to/webserver.html#howto.webserver.add-servlet-filter-listener and
https://laravel.com/docs/middleware#registering-middleware and https://www.starlette.io/middleware/ (read 2026-11-30).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.reach.mentions import word_of
from bot.checks.readiness.facts.source.elements import Element, SourceFile
from bot.checks.readiness.facts.source.index import Source

# Frameworks make these by the ends of their names.
_BY_CONVENTION = re.compile(
    r"(?:Controller|Handler|Consumer|Component|Endpoints?|Module|Middleware|Functions?|Hub|Page|Saga|Tests?|Startup"
    r"|Program|Activities|Query|Mutation|Subscription|Type|Migration|Plugin)\d{0,3}$"
)
_HOSTED = re.compile(r"\b(?:BackgroundService|IHostedService|IHostedLifecycleService)\b")
# What looks for types by itself: containers that are told assemblies, and reflection.
_LOOKS = (
    *("Scan(", "RegisterAssemblyTypes", ".GetTypes()", "GetExportedTypes", ".DefinedTypes", "AddClasses("),
    *("Activator.CreateInstance", "FromAssembly", "AddServicesFrom", "AutoRegister", "RegisterAllTypes"),
)
# Where types are named beside the code.
_BESIDE = ("*.razor", "*.cshtml", "*.config")
_MODIFIERS = re.compile(r"\b(?:class|record|struct|interface)\b")
# Members of these are called without their name, or stand in other files; an attribute says who looks for the class.
_SPECIAL = re.compile(r"\b(?:static|partial|abstract)\b|\[")
_WORD = re.compile(r"[\w$]+")
# Classes of middleware: Laravel's by their folder and what they are called with, Python's by what they derive from.
_OF_LARAVEL = re.compile(r"(?:^|/)Middleware/")
_TAKES_NEXT = re.compile(r"\bfunction\s+handle\s*\([^)]{0,200}\$next\b")
_OF_PYTHON = re.compile(r"\b(?:BaseHTTPMiddleware|MiddlewareMixin)\b")
_OF_SERVLETS = re.compile(
    r"(?<![\w.])(?:OncePerRequestFilter|GenericFilterBean|(?:Async)?HandlerInterceptor(?:Adapter)?|Filter)\b(?!\s*<)"
)
_BESIDE_JAVA = ("*.xml", "*.yml", "*.yaml", "*.properties", "*.kt", "*.kts", "*.groovy", "*.scala", "**/META-INF/**")
_ABSTRACT = re.compile(r"\babstract\s+class\b|\bABC\b")
# The class that sets up an app of Django, and the name of its module.
_APP = re.compile(r"\bAppConfig\b")
_APP_NAME = re.compile(r"^\s{1,8}name\s{0,4}=\s{0,4}[\"']([\w.]{1,120})[\"']", re.MULTILINE)
_INSTALLED = re.compile(r"INSTALLED_APPS\b")
# What goes through folders finds any app there.
_FOUND = re.compile(r"\bfor\b|\b(?:(?:find|get|discover|load|iter)_\w{1,40}|r?glob|listdir|iterdir|walk\w{0,20})\(")
_MAX_FILES = 60
_MAX_HEAD = 1_000
_MAX_CLASS = 20_000


@lru_cache(maxsize=4)
def _words(file: SourceFile) -> Counter[str]:
    return Counter(_WORD.findall(file.code))


def _names(file: SourceFile, name: str, outside: Element | None) -> bool:
    """Whether a file names something beside what it imports and what it says of the thing itself."""
    apart = {(one.start, one.end) for one in (*file.imports, *([outside] if outside else []))}
    word = re.compile(rf"\b{re.escape(name)}\b")
    return len(word.findall(file.code)) > sum(len(word.findall(file.between(*span))) for span in apart)


class Strays:
    """The classes of a tree that nothing names."""

    def __init__(self, files: Files, source: Source) -> None:
        self._files = files
        self._source = source
        self._known: dict[tuple[str, str], bool] = {}

    def holds(self, file: SourceFile, element: Element) -> bool:
        """Whether an element stands in a class that nothing makes."""
        judge = self._judges.get(file.language)
        owner = file.class_around(element) if judge else None
        if judge is None or owner is None or not owner.name:
            return False
        key = (file.path, owner.name)
        if key not in self._known:
            self._known[key] = judge(file, owner)
        return self._known[key]

    @cached_property
    def _judges(self) -> Mapping[str, Callable[[SourceFile, Element], bool]]:
        return {
            "csharp": self._is_stray,
            "python": self._is_not_set_up,
            "php": self._is_not_listed,
            "java": self._is_no_bean,
        }

    def _is_not_set_up(self, file: SourceFile, owner: Element) -> bool:
        return self._is_not_installed(file, owner) or (
            _OF_PYTHON.search(owner.text) is not None and not self._is_added(file, owner)
        )

    def _is_not_listed(self, file: SourceFile, owner: Element) -> bool:
        own = _OF_LARAVEL.search(file.path) and _TAKES_NEXT.search(file.text(owner)[:_MAX_CLASS])
        return bool(own) and not self._is_added(file, owner)

    def _is_no_bean(self, file: SourceFile, owner: Element) -> bool:
        """Whether a filter that has no annotation, and stands in no other class, is named nowhere."""
        if not _OF_SERVLETS.search(owner.text) or file.decorating(owner) or file.class_around(owner):
            return False
        beside = (self._files.content(path) or b"" for path in self._files.select(*_BESIDE_JAVA))
        return not self._is_added(file, owner) and not any(owner.name.encode() in one for one in beside)

    def _is_added(self, home: SourceFile, owner: Element) -> bool:
        """Whether anything but an import names a class of middleware, or it is one for others to derive from."""
        paths = self._source.mentioning(owner.name, language=home.language)
        if len(paths) > _MAX_FILES or _ABSTRACT.search(home.code):
            return True
        return any(
            _names(self._source.file(path), owner.name, outside=owner if path == home.path else None) for path in paths
        )

    def _is_not_installed(self, file: SourceFile, owner: Element) -> bool:
        """Whether no settings name an app of Django, where some name apps one by one."""
        if not _APP.search(owner.text) or not (app := _APP_NAME.search(file.text(owner)[:_MAX_HEAD])):
            return False
        settings = self._source.mentioning("INSTALLED_APPS", language="python")
        named = re.compile(rf"[\"']{re.escape(app[1])}(?:\.(?:\w{{1,40}}\.)?{re.escape(owner.name)})?[\"']")
        others = [path for path in self._source.mentioning(app[1], language="python") if path != file.path]
        if not settings or any(named.search(self._source.file(path).code) for path in others):
            return False
        told = (one for path in settings for one in self._source.file(path).assigns if _INSTALLED.match(one.name))
        return not any(_FOUND.search(one.text) for one in told)

    def _is_stray(self, file: SourceFile, owner: Element) -> bool:
        hosted = _HOSTED.search(owner.text) is not None
        if not hosted and (owner.text or _BY_CONVENTION.search(owner.name)):
            return False
        if _SPECIAL.search(_MODIFIERS.split(file.text(owner)[:_MAX_HEAD])[0]) or self._looks_for_types:
            return False
        return not self._is_named(owner.name, file, owner)

    @cached_property
    def _looks_for_types(self) -> bool:
        return bool(self._source.mentioning(*_LOOKS, language="csharp"))

    def _is_named(self, name: str, home: SourceFile, owner: Element) -> bool:
        word = word_of(name)
        paths = self._source.mentioning(name, language="csharp")
        if len(paths) > _MAX_FILES:
            return True
        for path in paths:
            code = self._source.file(path).code
            if path == home.path:
                text = home.text(owner)
                if text in code and _words(home)[name] > len(word.findall(text)):
                    return True
            elif name in code and word.search(code):
                return True
        return any(name.encode() in (self._files.content(path) or b"") for path in self._files.select(*_BESIDE))

"""Runs of Maven that build and test nothing, by what the build's own files say.

Rule: a profile that a command names, whose properties skip tests; and a module that skips its tests by a property of
its own, which the command does not set otherwise.
Source: https://maven.apache.org/surefire/maven-surefire-plugin/examples/skipping-tests.html (read 2026-11-30).
Out of sight: profiles that are on without being named.
"""

from __future__ import annotations

import re
from posixpath import dirname

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.workflows import Ran

_MAVEN = re.compile(r"(?:\S*/)?(?:mvnw?(?:\.cmd)?|mvnd)\s")
_NAMED = re.compile(r"\s(?:-P\s?|--activate-profiles[= ])([\w.,!+-]{1,200})")
_TESTED = re.compile(r"-D(?:skipTests|maven\.test\.skip)=false\b")
_PROFILE = re.compile(r"<profile>(.*?)</profile>", re.DOTALL)
_ID = re.compile(r"<id>\s*+([\w.-]{1,80})\s*+</id>")
_SKIPS = re.compile(r"<(skipTests|maven\.test\.skip)>\s*+true\s*+</")
_BY_PROPERTY = re.compile(r"<skip(?:Tests|ITs)?>\s*+\$\{([\w.-]{1,80})\}\s*+</skip")
_MAX_CHARACTERS = 1_000_000


def leaves_out_all(files: Files, ran: Ran) -> bool:
    """Whether a command of Maven names a profile that skips tests."""
    named = _NAMED.search(f" {ran.text}") if _MAVEN.match(ran.text) else None
    if named is None or _TESTED.search(ran.text):
        return False
    asked = {one.lstrip("+") for one in named[1].split(",")}
    return any(not asked.isdisjoint(_skipping(files, path)) for path in files.select("pom.xml"))


def leaves_out(files: Files, ran: Ran, path: str) -> bool:
    """Whether the module of a file skips its tests, unless a command says otherwise."""
    if not _MAVEN.match(ran.text):
        return False
    folder = dirname(path)
    while folder and f"{folder}/pom.xml" not in files:
        folder = dirname(folder)
    properties = files.once("skipped by property", f"{folder}/pom.xml", _find_properties) if folder else None
    return any(f"-D{one}=false" not in ran.text for one in properties or ())


def _skipping(files: Files, path: str) -> frozenset[str]:
    return files.once("profiles that skip tests", path, lambda text: _find_skipping(path, text)) or frozenset()


def _find_skipping(path: str, text: str) -> frozenset[str]:
    told = without_comments(path, text[:_MAX_CHARACTERS])
    blocks = [one[1] for one in _PROFILE.finditer(told)] if _SKIPS.search(told) else []
    return frozenset(name[1] for one in blocks if _SKIPS.search(one) and (name := _ID.search(one)))


def _find_properties(text: str) -> frozenset[str]:
    """The properties that are true by default, by which a module skips its tests."""
    told = without_comments("pom.xml", text[:_MAX_CHARACTERS])
    asked = set(_BY_PROPERTY.findall(told))
    return frozenset(one for one in asked if re.search(rf"<{re.escape(one)}>\s*true\s*</", told))

"""Runs of Maven that build and test nothing, by what the build's own files say.

Rule: a profile that a command names, whose properties skip tests; and a module whose own file skips those of one of its
runners: for good, or by a property that it sets and the command does not set otherwise.
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
# What one is that ends, without looking through the rest of a file for each that does not.
_PROFILE = re.compile(r"<profile>((?:[^<]++|<(?!/?profile>))*+)</profile>")
_PLUGIN = re.compile(r"<plugin>((?:[^<]++|<(?!/?plugin>))*+)</plugin>")
_PROFILES = re.compile(r"<profiles>(?:[^<]++|<(?!/?profiles>))*+</profiles>")
_EXECUTIONS = re.compile(r"<executions>(?:[^<]++|<(?!/?executions>))*+</executions>")
_ID = re.compile(r"<id>\s*+([\w.-]{1,80})\s*+</id>")
_SKIPS = re.compile(r"<(skipTests|maven\.test\.skip)>\s*+true\s*+</")
_RUNNER = re.compile(r"<artifactId>\s*+maven-(surefire|failsafe)-plugin\s*+</")
_TOLD = re.compile(r"<(skip|skipTests|skipITs)>\s*+(?:(true)|\$\{([\w.-]{1,80})\})\s*+</")
_TRUE = re.compile(r"<([\w.-]{1,80})>\s*+true\s*+</")
_TOLD_NOT = re.compile(r"<skip(?:Tests|ITs)?>\s*+false\s*+</")
# What both runners read where nothing is told.
_OF_BOTH = ("skipTests", "maven.test.skip")
_OF_FAILSAFE = re.compile(r"(?:IT|ITCase)\.\w+$|/IT[^/]*$")
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
    manifest = f"{folder}/pom.xml".removeprefix("/")
    skipping = files.once("runs that a module skips", manifest, _find_skipped) if manifest in files else None
    runner = "failsafe" if _OF_FAILSAFE.search(path) else "surefire"
    return any(f"-D{by}=false" not in ran.text for of, by in skipping or () if of == runner)


def _skipping(files: Files, path: str) -> frozenset[str]:
    return files.once("profiles that skip tests", path, lambda text: _find_skipping(path, text)) or frozenset()


def _find_skipping(path: str, text: str) -> frozenset[str]:
    told = without_comments(path, text[:_MAX_CHARACTERS])
    blocks = [one[1] for one in _PROFILE.finditer(told)] if _SKIPS.search(told) else []
    return frozenset(name[1] for one in blocks if _SKIPS.search(one) and (name := _ID.search(one)))


def _find_skipped(text: str) -> frozenset[tuple[str, str]]:
    """The runners whose tests a module's own file skips, each with the property by which it does."""
    told = _PROFILES.sub("", without_comments("pom.xml", text[:_MAX_CHARACTERS]))
    true = {one[1] for one in _TRUE.finditer(_PLUGIN.sub("", told))}
    found = {(of, by) for of in ("surefire", "failsafe") for by in _OF_BOTH if by in true}
    for plugin in _PLUGIN.finditer(told):
        # An execution of its own may run what the others skip, and what it skips leaves the others theirs.
        runner = None if _TOLD_NOT.search(plugin[1]) else _RUNNER.search(plugin[1])
        for one in _TOLD.finditer(_EXECUTIONS.sub("", plugin[1])) if runner else ():
            if one[2] or one[3] in true:
                found.add((runner[1] if runner else "", one[3] or one[1]))
    return frozenset(found)

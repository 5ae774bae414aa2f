"""Gradle's `build.gradle` and `build.gradle.kts`, as text: coordinates that stand in them as they are.

Source: https://docs.gradle.org/current/userguide/declaring_dependencies.html (read 2026-11-30)
Out of sight: coordinates that the build computes; a lock of Gradle's names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.checks.security.dependencies.locks.entries import Source
from bot.checks.security.dependencies.locks.manifests.declared import Declared, Statement
from bot.checks.security.dependencies.locks.others.ranges import is_exact_of_maven

_CONFIGURATION: Final = re.compile(
    r"\b\w*(?:implementation|api|compile|compileonly|runtimeonly|runtime|classpath|kapt|ksp|annotationprocessor|platform)"
    r"\b[\s('\"{]",
    re.IGNORECASE,
)
_COORDINATE: Final = re.compile(r"""["']([\w.-]+):([\w.-]+)(?::([^"':@]+))?(?:[:@][^"']*)?["']""")
_NAMED: Final = re.compile(
    r"""group\s*[:=]\s*["']([\w.-]+)["']\s*,\s*name\s*[:=]\s*["']([\w.-]+)["'](?:\s*,\s*version\s*[:=]\s*["']([^"']+)["'])?"""
)
_COMMENT: Final = re.compile(r"(?:^|\s)//.*")
_MAX_LINE: Final = 5_000


def declare(source: Source) -> Iterator[Statement]:
    """Yield what the build asks for."""
    for number, raw in enumerate(source.text.split("\n"), 1):
        line = _COMMENT.sub("", raw[:_MAX_LINE])
        if not _CONFIGURATION.search(line):
            continue
        for found in [*_COORDINATE.finditer(line), *_NAMED.finditer(line)]:
            said = found[3] or ""
            version = said if is_exact_of_maven(said) else ""
            dev = "test" in line[: found.start()].lower()
            yield Declared(name=f"{found[1]}:{found[2]}", said=said, line=number, version=version, dev=dev)

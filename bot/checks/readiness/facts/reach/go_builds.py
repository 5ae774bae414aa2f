"""Files of Go that a build leaves out, by the tags that they ask for.

Rule: a file asks for a tag of development, or for one that no image, makefile, pipeline, script or program of the tree
names where it speaks of tags. What the toolchain sets itself, by platform and version, may be set.
Source: https://pkg.go.dev/cmd/go#hdr-Build_constraints (read 2026-12-01).
Out of sight: constraints with parentheses, and which of several builds is the one that is shipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property

from bot.checks.readiness.facts.files import Files

BUILDS = (
    "Dockerfile*",
    "*.dockerfile",
    "Makefile*",
    "*.mk",
    "*.yml",
    "*.yaml",
    "*.sh",
    "[Jj]ustfile",
    "*.nix",
    "*.bzl",
)
_PACKAGE = re.compile(rb"^package[ \t]++\w", re.MULTILINE)
_CONSTRAINT = re.compile(rb"^//(go:build|[ \t]*+\+build)[ \t]++([^\n]{1,400}+)", re.MULTILINE)
_TAG = re.compile(r"[\w.]{1,60}")
_OF_DEVELOPMENT = frozenset(
    {"ignore", "tools", "generate", "gen", "debug", "dev", "develop", "development", "devel", "local", "test", "tests"}
    | {"testing", "mock", "mocks", "e2e", "integration", "unit", "example", "examples", "mage"}
)
# Those of the toolchain and of the standard library, and what is asked of the platform.
_OF_TOOLCHAIN = re.compile(
    r"go\d[\d.]{0,9}|cgo|gc|gccgo|unix|race|msan|asan|purego|netgo|netcgo|osusergo|tinygo|boringcrypto|timetzdata|static"
    r"|static_build|appengine|linux|darwin|windows|freebsd|netbsd|openbsd|dragonfly|solaris|illumos|aix|android|ios|plan9"
    r"|js|wasip1|nacl|zos|hurd|386|amd64|amd64p32|arm|armbe|arm64|arm64be|mips|mipsle|mips64|mips64le|ppc64|ppc64le"
    r"|riscv64|s390x|wasm|loong64|sparc64|goexperiment\.\w{1,40}"
)
_WORD = re.compile(r"\w{1,60}")
_MAX_BYTES = 400_000


class GoBuilds:
    """Answers for one tree."""

    def __init__(self, files: Files, paths: Sequence[str]) -> None:
        self._files = files
        self._paths = paths

    def leaves_out(self, content: bytes) -> bool:
        """Whether no build takes a file of such content, as far as the tags that it asks for tell."""
        package = _PACKAGE.search(content)
        head = content[: package.start()] if package else b""
        return any(
            not _holds(text.decode("utf-8", "replace"), self._is_off, old=not how.startswith(b"go:"))
            for how, text in _CONSTRAINT.findall(head)
        )

    def _is_off(self, tag: str) -> bool:
        if tag in _OF_DEVELOPMENT:
            return True
        return _OF_TOOLCHAIN.fullmatch(tag) is None and tag not in self._named

    @cached_property
    def _named(self) -> frozenset[str]:
        """The words of what builds, and speaks of tags."""
        words: set[str] = set()
        for path in self._files.select(*BUILDS):
            text = (self._files.text(path) or "")[:_MAX_BYTES]
            if "tags" in text.lower():
                words.update(_WORD.findall(text))
        for path in self._paths:
            content = (self._files.content(path) or b"")[:_MAX_BYTES]
            if b"-tags" in content:
                words.update(_WORD.findall(content.decode("utf-8", "replace")))
        return frozenset(words)


def _holds(text: str, is_off: Callable[[str], bool], *, old: bool) -> bool:
    """Whether a constraint may hold: one of its choices, each of whose tags may be set."""
    text = text.partition("//")[0]
    choices = text.split() if old else text.split("||")
    return any(
        not any(_TAG.fullmatch(one.strip()) and is_off(one.strip()) for one in choice.split("," if old else "&&"))
        for choice in choices
    )

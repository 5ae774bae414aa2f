"""Code of Rust that is compiled with a feature alone, which is none by default and that nothing builds with.

Rule: an attribute right before an element, or before what encloses it, asks for one feature; no `default` of a manifest
of the tree leads to it, and no image, pipeline or script names it.
Source: https://doc.rust-lang.org/cargo/reference/features.html (read 2026-11-30).
Out of sight: modules that are declared with such an attribute; features that another package of the tree asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from bot.checks.readiness.facts.files import Files
from bot.checks.readiness.facts.source.elements import Element, SourceFile

_GIVEN = re.compile(r"#\[cfg\(\s{0,9}feature\s{0,9}=\s{0,9}\"([\w-]{1,60})\"\s{0,9}\)\]\s{0,80}$")
_SECTION = re.compile(r"^\[features\][ \t]*\n((?:(?!\[)[^\n]*\n){0,400})", re.MULTILINE)
_FEATURE = re.compile(r"^([\w-]{1,60})\s{0,9}=\s{0,9}\[([^\]]{0,2000})\]", re.MULTILINE)
_NAME = re.compile(r"[\w:/?-]{1,80}")
_BUILDS = ("Dockerfile*", "*.yml", "*.yaml", "*.sh", "Makefile", "justfile", "*.toml", "*.nix")
_ASKS = re.compile(r"--all-features|(?:--features|features\s{0,4}=|-F)[ =]{0,4}([^\n]{1,200})")
# What looks at code, or tests it, builds nothing that is shipped.
_LOOKS = re.compile(
    r"^[^\n]*\bcargo\s+(?:\+[\w.-]{1,40}\s+)?(?:clippy|check|test|nextest|doc|bench|llvm-cov|tarpaulin|hack|udeps|miri|fix)\b[^\n]*",
    re.MULTILINE,
)
# A package that is none of the tree's has features of its own: `tokio = { version = "1", features = ["metrics"] }`.
_OF_OTHERS = re.compile(r"^[\w\"-]{1,80}\s{0,9}=\s{0,9}\{(?![^\n]*\b(?:path|workspace)\s{0,9}=)[^\n]*", re.MULTILINE)
_MAX_BEFORE = 200
_MAX_DEPTH = 8


class RustFeatures:
    """Answers for one tree."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def is_off(self, file: SourceFile, element: Element) -> bool:
        """Whether an element is compiled only with a feature that nothing asks for."""
        if file.language != "rust" or "feature" not in file.code:
            return False
        held = (one for one in (element, *file.around(element)))
        asked = (_GIVEN.search(file.between(max(one.start - _MAX_BEFORE, 0), one.start)) for one in held)
        return any(found[1] in self._declared and found[1] not in self._on for found in asked if found)

    @cached_property
    def _declared(self) -> Mapping[str, Sequence[str]]:
        """The features of the manifests, each with what it leads to."""
        features: dict[str, Sequence[str]] = {}
        for path in self._files.select("Cargo.toml"):
            text = f"{self._files.text(path) or ''}\n"
            for section in _SECTION.findall(text):
                for name, of in _FEATURE.findall(section):
                    features[name] = (*features.get(name, ()), *_NAME.findall(of))
        return features

    @cached_property
    def _on(self) -> frozenset[str]:
        """The features that some build has: by default, or because it names them; all, where one asks for all."""
        features = self._declared
        on = {"default", *self._named(features)}
        for _ in range(_MAX_DEPTH):
            on |= {one for name in on & features.keys() for one in features[name]}
        return frozenset(on)

    def _named(self, features: Mapping[str, Sequence[str]]) -> set[str]:
        named: set[str] = set()
        for path in self._files.select(*_BUILDS):
            text = self._files.text(path) or ""
            text = _OF_OTHERS.sub("", text) if path.endswith("Cargo.toml") else _LOOKS.sub("", text)
            for found in _ASKS.finditer(text):
                named |= set(_NAME.findall(found[1])) if found[1] else set(features)
        return named

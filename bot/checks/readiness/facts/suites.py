"""Files of tests, as the runners would collect them: what kind they are of, and where the first test of each stands.

Out of sight: tests that are only made as they run; whether a runner's own configuration leaves a file out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache, partial
from importlib.resources import files as files_of
from itertools import islice, zip_longest
from typing import Any, Literal

import yaml

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.files import Files, Role
from bot.checks.readiness.facts.needles import AnyOf
from bot.checks.readiness.facts.test_helpers import Helpers

# Below a source root of the JVM, folders are packages, and may have such names.
_EXAMPLE = re.compile(
    r"^(?:(?!(?:^|/)src/\w+/(?:java|kotlin|scala|groovy)/).)*?"
    r"(?:^|/)(?:examples?|samples?|demos?|tutorials?|fixtures|templates?|vendor|docs)/",
    re.IGNORECASE,
)
# What a generator writes a test from: its runner would not collect it by that name.
_TEMPLATE = re.compile(r"\.(?:template|tmpl|tpl|stub)\.\w{1,8}$")
# Skills and hooks of assistants and editors have tests, too; those beside the workflows are the product's.
_HIDDEN = re.compile(r"(?:^|/)\.(?!(?:github|dredd)/)[\w-]+/")
_BESIDE_THE_CODE = (".rs", ".bats", ".feature", ".robot", ".postman_collection.json", ".hurl", ".bru", ".yml", ".yaml")
# How many files are read for each of: named as end-to-end tests, named as integration tests, others.
_MAX_READ = 48
_MAX_SEARCHED = 120
_ENOUGH = 8
_MAX_BYTES = 400_000
_MAX_READ_OF_ONE = 60_000
# So many tests that are left out say that all are.
_MAX_TESTS = 400
_MAX_DECORATORS = 12
# `integration_test.go` beside `integration.go` tests what is joined to the product.
_TEST_OF = re.compile(r"[._-](?:test|spec)(\.[a-z]{1,4})$")
_NAMED_TEST = re.compile(r"(?i)(?:^|[/._-])tests?(?:[/._-]|$)")
_DOC_BLOCK = re.compile(r"/\*\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/|\Z)")
_SAYS_TEST = re.compile(r"\*[ \t]*+@test\b")


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(files_of("bot.checks.readiness.facts").joinpath("suites.yml").read_text())
    return table


@cache
def _languages() -> Sequence[tuple[Sequence[str], re.Pattern[str], re.Pattern[str]]]:
    """Patterns of files, of the names that count among them, and of a test's first line."""
    return [
        (
            one["files"],
            re.compile(one["names"]),
            re.compile(rf"^[ \t]*+(?:{'|'.join(one['tests'])})", re.MULTILINE),
        )
        for one in _table()["languages"]
    ]


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_table()[name]), re.MULTILINE | (re.IGNORECASE if name == "e2e_paths" else 0))


@cache
def _texts(name: str) -> AnyOf:
    return AnyOf([*_table()[name], *(_table()["integration_texts"] if name == "helper_texts" else ())], re.MULTILINE)


class Suite(StrEnum):
    """What a file of tests is about."""

    UNIT = "unit"
    INTEGRATION = "integration"
    E2E = "e2e"


@dataclass(frozen=True)
class SuiteFile:
    """A file that holds tests: the line of the first, and what they are about."""

    path: str
    line: int
    suite: Suite


class Suites:
    """The files of tests of a repository. Not all are read: a few of each kind are enough to know that it has some."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.candidates: Mapping[str, re.Pattern[str]] = {
            path: test
            for globs, name, test in _languages()
            for path in files.select(*globs, roles=(Role.TEST, Role.PRODUCT))
            if name.fullmatch(path)
            and (files.role(path) is Role.TEST or path.endswith(_BESIDE_THE_CODE))
            and not _EXAMPLE.search(path)
            and not _TEMPLATE.search(path)
            and not _HIDDEN.search(path)
        }
        """Files that are named as tests are, and what a test looks like in each."""
        self._helpers = Helpers(files, self.candidates, _texts("helper_texts"))
        self._found = self._with_helpers(list(self._find()))
        self._within: dict[str, Sequence[str]] = {}

    def within(self, folder: str) -> Sequence[str]:
        """The files of a folder that are named as tests are."""
        if folder not in self._within:
            self._within[folder] = [path for path in self.candidates if path.startswith(f"{folder}/")]
        return self._within[folder]

    def of(self, *suites: Suite) -> Sequence[SuiteFile]:
        """Some of the files of these kinds, in order."""
        return [one for one in self._found if one.suite in suites]

    def integrating(self, how: Literal["integration_texts", "integration_from_outside"]) -> Sequence[SuiteFile]:
        """Those of end-to-end tests that reach the app's own interfaces or its database, as integration tests do."""
        texts = ((one, self._files.text(one.path) or "") for one in self.of(Suite.E2E))
        return [one for one, text in texts if _texts(how).found_in(without_comments(one.path, text[:_MAX_READ_OF_ONE]))]

    def _find(self) -> Iterator[SuiteFile]:
        groups: dict[Suite, list[str]] = {suite: [] for suite in Suite}
        for path in self.candidates:
            told = self._told(path)
            by_path = (
                Suite.E2E
                if _pattern("e2e_paths").search(told)
                else Suite.INTEGRATION
                if _pattern("integration_paths").search(told)
                else Suite.UNIT
            )
            groups[by_path].append(path)
        seen: dict[str, Suite] = {}
        for paths in groups.values():
            found = list(islice(self._read(_spread(paths, _MAX_READ)), 3 * _ENOUGH))
            seen.update({one.path: one.suite for one in found})
            yield from found
        if not {Suite.INTEGRATION, Suite.E2E} <= set(seen.values()):
            # What is named as an integration test may drive a browser.
            paths = [path for path in (*groups[Suite.INTEGRATION], *groups[Suite.UNIT]) if path not in seen]
            # Where tests stand in files of the product's own, those that are named for tests are looked at first.
            named = [path for path in paths if _NAMED_TEST.search(path)]
            yield from self._searched(_spread(named if len(paths) > _MAX_SEARCHED and named else paths, _MAX_SEARCHED))

    def _with_helpers(self, found: list[SuiteFile]) -> list[SuiteFile]:
        """Files of tests as they are, where some reach the app; else with those that do by a helper."""
        if any(one.suite is Suite.INTEGRATION for one in found):
            return found
        read = [one for one in found if one.suite is Suite.UNIT]
        others = [path for path in self.candidates if path not in {one.path for one in found}]
        read += [one for one in self._read(_spread(others, _MAX_SEARCHED)) if one.suite is Suite.UNIT]
        texts = ((one, without_comments(one.path, self._head(one.path))) for one in read)
        by_helpers = {
            one.path: replace(one, suite=Suite.INTEGRATION)
            for one, code in texts
            if not _texts("database_mocked").found_in(code) and self._helpers.reached(one.path, code)
        }
        return [*(by_helpers.pop(one.path, one) for one in found), *by_helpers.values()]

    def _head(self, path: str) -> str:
        return (self._files.text(path) or "")[:_MAX_READ_OF_ONE]

    def _told(self, path: str) -> str:
        """The path that tells the kind of a test: its folder alone, where its name is that of the file it tests."""
        folder, slash, name = path.rpartition("/")
        tested = _TEST_OF.sub(r"\1", name)
        return f"{folder}{slash}" if tested != name and f"{folder}{slash}{tested}" in self._files else path

    def _read(self, paths: Sequence[str]) -> Iterator[SuiteFile]:
        self._files.prefetch(paths)
        for path in paths:
            content = self._files.content(path)
            if content is None or len(content) > _MAX_BYTES:
                continue
            found = self._files.once("tests", path, partial(_tests_of, path, self._told(path), self.candidates[path]))
            if found is not None:
                yield found

    def _searched(self, paths: Sequence[str]) -> Iterator[SuiteFile]:
        """Files whose names tell nothing, but whose text is that of a test of more than a unit."""
        self._files.prefetch(paths)
        likely = [path for path in paths if self._files.once("tests' texts", path, _may_be_more_than_unit)]
        yield from (one for one in self._read(likely[:_MAX_READ]) if one.suite is not Suite.UNIT)


def _may_be_more_than_unit(text: str) -> bool:
    text = text[:_MAX_READ_OF_ONE]
    return any(_texts(name).found_in(text) for name in ("integration_texts", "e2e_texts"))


def _spread(paths: Sequence[str], most: int) -> Sequence[str]:
    """So many of the paths, from all over the list, and of each language in turn: a reader may stop soon."""
    by_ending: dict[str, list[str]] = {}
    for path in paths:
        by_ending.setdefault(path.rpartition(".")[2], []).append(path)
    spread = [one[:: max(1, len(one) // most)][:most] for one in by_ending.values()]
    return [path for turn in zip_longest(*spread) for path in turn if path is not None][:most]


def _tests_of(path: str, told: str, test: re.Pattern[str], text: str) -> SuiteFile | None:
    text = text[:_MAX_READ_OF_ONE]
    # PHPUnit takes a method for a test by what is said in the comment before it.
    code = without_comments(path, _DOC_BLOCK.sub(_as_attribute, text) if path.endswith(".php") else text)
    if _texts("skipped").found_in(code):
        return None
    lines = code.split("\n")
    number, counted = 0, 0
    for found in islice(test.finditer(code), _MAX_TESTS):
        number += code.count("\n", counted, found.start())
        counted = found.start()
        if not _is_left_out(lines, number):
            return SuiteFile(path, number + 1, _suite(told, code))
    return None


def _as_attribute(comment: re.Match[str]) -> str:
    """A comment of PHP that says `@test`, as the attribute that says the same."""
    lines = "\n" * comment[0].count("\n")
    return f"#[Test]{lines}" if _SAYS_TEST.search(comment[0]) else comment[0]


def _is_left_out(lines: Sequence[str], at: int) -> bool:
    """Whether a test, whose line counts from 0, is one that its runner passes over."""
    first = at
    while first > 0 and at - first < _MAX_DECORATORS and lines[first - 1].lstrip().startswith(("@", "[", "#[")):
        first -= 1
    return bool(_pattern("left_out").search("\n".join(lines[first : at + 2])))


def _suite(told: str, code: str) -> Suite:
    if _pattern("e2e_paths").search(told) or _texts("e2e_texts").found_in(code):
        return Suite.E2E
    reaches = _texts("integration_texts").found_in(code)
    if _pattern("integration_paths").search(told) and (reaches or not _texts("mocks").found_in(code)):
        return Suite.INTEGRATION
    if reaches and not _texts("database_mocked").found_in(code):
        return Suite.INTEGRATION
    return Suite.UNIT

"""Manifests within the item: what a change asks for without locking it is never passed in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.model import Outcome, State
from tests.checks.security.dependencies.test_part import Judge, Knows, lock
from tests.fixtures import ReadChange
from tests.repo import GitRepo

PACKAGE = '{{\n "name": "shop",\n "description": "{0}",\n "dependencies": {{\n{1}\n }}\n}}\n'


@pytest.fixture
def judge(repo: GitRepo, read_change: ReadChange, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    scratch: Path = tmp_path_factory.mktemp("engines")
    return Judge(repo, read_change, scratch)


def package(description: str = "", **ranges: str) -> str:
    return PACKAGE.format(description, ",\n".join(f'  "{name}": "{said}"' for name, said in ranges.items()))


def places(outcome: Outcome) -> list[tuple[str | None, int | None, str]]:
    return [(one.path, one.line, one.reason) for one in outcome.unknowns]


def test_a_range_that_is_added_without_a_lock_is_not_checked(judge: Judge) -> None:
    outcome = judge({"package.json": package(a="^1")}, {"package.json": package(a="^1", b="^2")}, Knows())

    assert outcome.state is State.NOT_CHECKED
    assert places(outcome) == [("package.json", 6, "b is not pinned to a version (^2)")]


def test_a_range_whose_lock_is_not_written_anew_is_not_checked(judge: Judge) -> None:
    base = {"package.json": package(a="^1"), "package-lock.json": lock(a="1.0.0")}

    outcome = judge(base, {"package.json": package(a="^2")}, Knows())

    assert outcome.state is State.NOT_CHECKED
    assert places(outcome) == [("package.json", 5, "a is not pinned to a version (^2)")]


def test_a_range_that_the_lock_settles_passes(judge: Judge) -> None:
    base: dict[str, str | bytes | None] = {"package.json": package(a="^1"), "package-lock.json": lock(a="1.0.0")}
    head: dict[str, str | bytes | None] = {
        "package.json": package(a="^1", b="^2"),
        "package-lock.json": lock(a="1.0.0", b="2.3.4"),
    }
    advisories = Knows()

    outcome = judge(base, head, advisories)

    assert outcome.state is State.PASS
    assert advisories.asked == ["b 2.3.4"]


def test_an_exact_version_without_a_lock_is_asked_about(judge: Judge) -> None:
    advisories = Knows()

    outcome = judge({"package.json": package(a="^1")}, {"package.json": package(a="^1", b="2.0.0")}, advisories)

    assert outcome.state is State.PASS
    assert advisories.asked == ["b 2.0.0"]


def test_another_edit_of_a_manifest_passes(judge: Judge) -> None:
    outcome = judge({"package.json": package("old", a="^1")}, {"package.json": package("new", a="^1")}, Knows())

    assert outcome.state is State.PASS


def test_a_lock_that_is_taken_away_leaves_its_manifest_not_checked(judge: Judge) -> None:
    base = {"package.json": package(a="^1"), "package-lock.json": lock(a="1.0.0")}

    outcome = judge(base, {"package-lock.json": None}, Knows())

    assert outcome.state is State.NOT_CHECKED
    assert places(outcome) == [("package.json", 5, "a is not pinned to a version (^1)")]


def test_a_version_that_a_parent_gives_is_asked_about(judge: Judge) -> None:
    parent = (
        "<project><groupId>o</groupId><artifactId>up</artifactId><version>1</version>"
        "<properties><v>{}</v></properties></project>"
    )
    child = (
        "<project><parent><groupId>o</groupId><artifactId>up</artifactId><version>1</version></parent><dependencies>"
        "<dependency><groupId>g</groupId><artifactId>a</artifactId><version>${v}</version></dependency>"
        "</dependencies></project>"
    )
    advisories = Knows()

    judge({"pom.xml": parent.format("1.0"), "app/pom.xml": child}, {"pom.xml": parent.format("2.0")}, advisories)

    assert advisories.asked == ["g:a 2.0"]

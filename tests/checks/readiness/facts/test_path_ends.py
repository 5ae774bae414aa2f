from __future__ import annotations

import pytest

from bot.checks.readiness.facts.routes.path_ends import PathEnds


@pytest.mark.parametrize("path", ["/users", "/api/v1/users", "/API/Users", "/a/users/", "/users/{id}", "/x/<int:pk>"])
def test_paths_are_the_same_but_for_prefixes(path: str) -> None:
    assert path in PathEnds(["/users", "/v2/users/:name", "/y/x/{one}"])


@pytest.mark.parametrize("path", ["/", "/user", "/users/all", "/super-users", ""])
def test_others_are_not(path: str) -> None:
    assert path not in PathEnds(["/users", "/"])


def test_the_root_alone_tells_of_no_path() -> None:
    assert not PathEnds(["/", ""])


def test_a_path_of_thousands_of_parts_is_told_by_its_end() -> None:
    assert "/a" * 9_000 + "/b" in PathEnds(["/c" + "/a" * 20_000 + "/b"])

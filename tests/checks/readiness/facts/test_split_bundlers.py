"""A front end is told by how its bundler is set up, where its manifest names no framework to run with."""

from __future__ import annotations

import pytest

from tests.checks.readiness.look import look


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("dev/webpack/webpack.prod.js", True),
        ("webpack.common.ts", True),
        ("docs/webpack.prod.js", False),
        ("lib/webpack.js", False),
    ],
)
def test_a_bundler_that_is_set_up_in_parts_shows_a_front_end(path: str, *, found: bool) -> None:
    files = {"package.json": '{"devDependencies": {"vue": "2", "webpack": "4"}}', path: "module.exports = {}\n"}

    assert (look(files).project.front_end is not None) is found

"""Folders that are loaded as a whole, however many, and by however many files."""

from __future__ import annotations

import time

import pytest

from tests.checks.readiness.look import look

_PATTERNS = "".join(f'load("f{number}/*.js");\n' for number in range(20_000))
_MANY = {f"f{number}/a.js": "" for number in range(3_000)}


@pytest.mark.parametrize(
    ("files", "path"),
    [
        ({"app.js": _PATTERNS, **_MANY}, "f1/a.js"),
        ({"src/app.js": "load('./*.js');", **{f"src/f{n}.js": "load('./*.js');" for n in range(3_000)}}, "src/f1.js"),
        ({"app.js": "".join(f'require("./a{number}");' for number in range(40_000)), "a1.js": ""}, "a1.js"),
    ],
    ids=["many folders", "many that load one", "one line"],
)
def test_no_folders_take_long_to_load(files: dict[str, str], path: str) -> None:
    modules, begun = look(files).reach.modules, time.process_time()

    assert modules.loaded(path)
    assert modules.importers(path)
    assert time.process_time() - begun < 3

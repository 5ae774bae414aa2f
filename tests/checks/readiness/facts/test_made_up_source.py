"""Source with thousands of declarations, each of which is looked for by its name."""

from __future__ import annotations

import time

import pytest

from bot.checks.readiness.facts.routes.script import find_script_routes
from tests.checks.readiness.look import look

_METHODS = "".join(f"func (s *S) run{number}() {{ x{number}() }}\n" for number in range(4_000))
_UNSET = "".join(f"if (process.env.LIMITED_{number}) call{number}();\n" for number in range(500))
_ASKED = "".join(f"if (settings.limits) call{number}();\n" for number in range(500))
_HANDLERS = "".join(f'#[get("/a{number}")]\nasync fn h{number}() {{}}\n' for number in range(4_000))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("main.go", f"package main\nfunc main() {{}}\n{_METHODS}"),
        ("app.js", f"function main() {{\n{_UNSET}}}\n"),
        ("app.js", f"function main() {{\n{_ASKED}}}\n"),
    ],
    ids=["methods", "variables", "settings"],
)
def test_how_thousands_of_calls_stand_is_told_soon(path: str, code: str) -> None:
    seen = look({path: code, "Dockerfile": "FROM scratch\n" + "ENV A=b\n" * 100_000})
    file, begun = seen.source.file(path), time.process_time()
    for one in file.calls:
        seen.reach.standing(file, one)

    assert len(file.calls) >= 500
    assert time.process_time() - begun < 3


def test_whether_thousands_of_handlers_are_named_is_told_soon() -> None:
    seen = look({"main.rs": f"use actix_web::get;\n{_HANDLERS}fn main() {{ app.service(h7) }}\n"})
    file, begun = seen.source.file("main.rs"), time.process_time()
    mounted = [one for one in file.decorators if seen.reach.mounts.is_mounted(file, one)]

    assert len(mounted) == 1
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("declared", "used"),
    [("const p%d = '/a';\n", "app.get(p%d, handler);\n"), ("enum E%d { a = '/x' }\n", "app.get(E%d.a, handler);\n")],
    ids=["constants", "enums"],
)
def test_thousands_of_routes_by_constants_are_read_soon(declared: str, used: str) -> None:
    lines = "".join((declared + used).replace("%d", str(number)) for number in range(4_000))
    seen = look({"app.ts": f"import express from 'express';\nconst app = express();\n{lines}"})
    assert len(seen.source.file("app.ts").calls) > 4_000
    begun = time.process_time()

    assert len(list(find_script_routes(seen.source, seen.files))) == 4_000
    assert time.process_time() - begun < 2

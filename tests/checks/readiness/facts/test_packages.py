"""Packages of Go that a program is made of, however it imports them."""

from __future__ import annotations

import time

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_MAIN = """\
package main

import (
\t"net/http"
\t%s
)

func main() {
\ttracking.Setup()
\thttp.HandleFunc("/items", list)
\thttp.ListenAndServe(":80", nil)
}
"""
_TRACKING = """\
package tracking

import "github.com/getsentry/sentry-go"

func Setup() {
\tsentry.Init(sentry.ClientOptions{Dsn: dsn})
}
"""
_NEEDS = "require github.com/getsentry/sentry-go v1.0.0\n"
_IMPORT = '"example.com/shop/tracking"'


def _state(main: str, module: str = "module example.com/shop\n", **more: str) -> State:
    files = {"go.mod": module + _NEEDS, "main.go": main, "tracking/tracking.go": _TRACKING, **more}
    return ask_item("monitoring.error-tracking", files).state


@pytest.mark.parametrize(
    "main",
    [
        _MAIN % _IMPORT,
        _MAIN % _IMPORT.replace('"', "`"),
        (_MAIN % "").replace('"net/http"', f'"net/http"; {_IMPORT}'),
        (_MAIN % "").replace("import (", f'import ("os"; {_IMPORT})\nimport ('),
    ],
    ids=["lines", "raw", "one-line", "two-groups"],
)
def test_what_a_program_imports_is_built(main: str) -> None:
    assert _state(main) is State.PASS


@pytest.mark.parametrize("module", ['module "example.com/shop" // the shop\n', "module (\n\texample.com/shop\n)\n"])
def test_a_module_is_named_in_any_of_the_ways_that_go_reads(module: str) -> None:
    assert _state(_MAIN % _IMPORT, module) is State.PASS


def test_where_nothing_names_a_module_nothing_is_left_out() -> None:
    assert _state(_MAIN % _IMPORT, "") is State.PASS


@pytest.mark.parametrize("imported", ["", f"// {_IMPORT}", f"/* {_IMPORT} */"])
def test_a_package_that_no_program_imports_is_not_built(imported: str) -> None:
    assert _state(_MAIN % imported) is State.FAIL


def test_a_generator_that_a_build_ignores_is_no_program() -> None:
    generator = "//go:build ignore\n\npackage main\n\nfunc main() {}\n"
    files = {
        "go.mod": f"module example.com/shop\n{_NEEDS}",
        "gen.go": generator,
        "server/server.go": (_MAIN % _IMPORT)
        .replace("package main", "package server")
        .replace("func main", "func init"),
        "tracking/tracking.go": _TRACKING,
    }

    assert ask_item("monitoring.error-tracking", files).state is State.PASS


def test_many_modules_and_imports_are_read_in_seconds() -> None:
    modules = {f"m{at}/go.mod": f"module example.com/m{at}\n" for at in range(2_000)}
    imports = "".join(f'\t"example.com/m{at}/x/y"\n' for at in range(10_000))
    started = time.process_time()

    _state((_MAIN % imports) + "/*" * 100_000, **modules)
    assert time.process_time() - started < 8


@pytest.mark.parametrize(
    ("constraint", "more", "state"),
    [
        ("//go:build debug", {}, State.FAIL),
        ("//go:build debug", {"build.sh": "go build -tags=debug -o shop-debug .\n"}, State.FAIL),
        ("//go:build linux && dev", {}, State.FAIL),
        ("// +build dev,linux", {}, State.FAIL),
        ("//go:build !debug", {}, State.PASS),
        ("//go:build linux || debug", {}, State.PASS),
        ("//go:build enterprise", {}, State.FAIL),
        ("//go:build enterprise", {"Makefile": "build:\n\tgo build .\n"}, State.FAIL),
        ("//go:build enterprise", {"Makefile": "build:\n\tgo build -tags enterprise .\n"}, State.PASS),
        ("//go:build !community", {}, State.PASS),
        ("//go:build amd64 && go1.21", {}, State.PASS),
    ],
)
def test_a_file_behind_a_tag_that_builds_do_not_set_is_not_built(
    constraint: str, more: dict[str, str], state: State
) -> None:
    files = {
        "go.mod": f"module example.com/shop\n{_NEEDS}",
        "main.go": _MAIN % _IMPORT,
        "tracking/setup.go": "package tracking\n",
        "tracking/tracking.go": f"{constraint}\n\n{_TRACKING}",
        **more,
    }

    assert ask_item("monitoring.error-tracking", files).state is state

"""A build file of the JVM without what the program does not get."""

from __future__ import annotations

import time

import pytest

from bot.checks.readiness.facts.dependencies.jvm_scopes import without_tests


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('implementation("a:b:1")\ntestImplementation("c:d:1")\n', ['implementation("a:b:1")']),
        ('testImplementation(\n  "c:d:1",\n  platform("e:f")\n)\nruntimeOnly(g)\n', ["runtimeOnly(g)"]),
        ('testImplementation("c") { because "x" }\napi(\n  "e"\n)\n', ["api(", '"e"', ")"]),
        ('testImplementation platform("c:d")\ntestImplementation(\n  "e:f"\napi("g")\n', ['api("g")']),
        ("intTestRuntimeOnly 'a'\ndevelopmentOnly 'b'\n  exclude group: 'c'\nlatest 'd'\n", ["latest 'd'"]),
    ],
)
def test_of_gradle_stays_what_the_program_gets(text: str, left: list[str]) -> None:
    told = without_tests("app/build.gradle.kts", text)

    assert [line.strip() for line in told.split("\n") if line.strip()] == left
    assert told.count("\n") == text.count("\n")


@pytest.mark.parametrize("unit", ["testApi(\n", "testApi((\n", "\ntestApi(()(", "testApi(\n" + "()" * 50, "<scope>"])
def test_it_is_read_in_time_that_grows_with_it(unit: str) -> None:
    started = time.process_time()

    for name in ("build.gradle", "pom.xml"):
        without_tests(name, unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 1

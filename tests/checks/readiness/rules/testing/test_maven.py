"""Runs of Maven that test nothing, by what the build's files say."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_POM = """\
<project>
  <profiles>
    <profile><id>quick</id><properties><maven.test.skip>true</maven.test.skip></properties></profile>
    <profile><id>dist</id><properties><a>true</a></properties></profile>
  </profiles>
</project>
"""
_MODULE = """\
<project>
  <properties><skipSlow>true</skipSlow></properties>
  <build><plugins><plugin><artifactId>maven-surefire-plugin</artifactId>
    <configuration><skipTests>${skipSlow}</skipTests></configuration>
  </plugin></plugins></build>
</project>
"""
_TEST = "import org.junit.jupiter.api.Test;\nclass ATest {\n  @Test void a() { }\n}\n"


def _tree(command: str, module: str = "") -> dict[str, str]:
    steps = f"jobs: {{a: {{runs-on: x, steps: [{{run: '{command}'}}]}}}}"
    files = {
        ".github/workflows/ci.yml": f"on: [pull_request]\n{steps}\n",
        "pom.xml": _POM,
        "app/src/main/java/A.java": "class A { }\n",
        "app/src/test/java/ATest.java": _TEST,
    }
    return {**files, "app/pom.xml": module} if module else files


@pytest.mark.parametrize(
    ("command", "state"),
    [
        ("mvn -B package", State.PASS),
        ("mvn -B -Pdist package", State.PASS),
        ("mvn -B -P!quick,dist verify", State.PASS),
        ("mvn -B -Pquick -DskipTests=false verify", State.PASS),
        ("mvn -B -Pdist,quick package", State.FAIL),
        ("./mvnw verify -P quick", State.FAIL),
    ],
)
def test_a_profile_that_skips_tests_runs_none(command: str, state: State) -> None:
    tree = _tree(command)

    assert ask_item("testing.unit-tests", tree).state is state
    assert ask_item("testing.ci-workflows", tree).state is state


@pytest.mark.parametrize(
    ("command", "state"), [("mvn verify", State.FAIL), ("mvn -pl app -DskipSlow=false verify", State.PASS)]
)
def test_a_module_that_skips_its_tests_is_run_where_the_command_says_so(command: str, state: State) -> None:
    assert ask_item("testing.unit-tests", _tree(command, _MODULE)).state is state

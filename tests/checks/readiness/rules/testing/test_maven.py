"""Runs of Maven that test nothing, by what the build's files say."""

from __future__ import annotations

import time

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


def _plugin(name: str, told: str, properties: str = "") -> str:
    plugin = f"<plugin><artifactId>maven-{name}-plugin</artifactId>{told}</plugin>"
    return f"<project><properties>{properties}</properties><build><plugins>{plugin}</plugins></build></project>\n"


@pytest.mark.parametrize(
    ("pom", "state"),
    [
        (_plugin("surefire", ""), State.PASS),
        (_plugin("surefire", "", "<skipTests>true</skipTests>"), State.FAIL),
        (_plugin("surefire", "<configuration><skipTests>true</skipTests></configuration>"), State.FAIL),
        (
            _plugin(
                "surefire",
                "<configuration><skip>true</skip></configuration><executions><execution><id>unit</id>"
                "<configuration><skip>false</skip></configuration></execution></executions>",
            ),
            State.PASS,
        ),
        (
            _plugin(
                "surefire",
                "<executions><execution><configuration><skip>true</skip></configuration></execution></executions>",
            ),
            State.PASS,
        ),
        (
            _plugin(
                "failsafe", "<configuration><skipITs>${skipITs}</skipITs></configuration>", "<skipITs>true</skipITs>"
            ),
            State.PASS,
        ),
        (
            _plugin("deploy", "<configuration><skip>${d.skip}</skip></configuration>", "<d.skip>true</d.skip>"),
            State.PASS,
        ),
    ],
)
@pytest.mark.parametrize("folder", ["", "app/"])
def test_what_a_file_skips_is_what_its_own_runner_collects(pom: str, state: State, folder: str) -> None:
    tree = {path: text for path, text in _tree("mvn verify").items() if path != "pom.xml"}

    assert ask_item("testing.unit-tests", {**tree, f"{folder}pom.xml": pom}).state is state


@pytest.mark.parametrize("text", ["<profile>", "<plugin>", "<profiles>", "<skip>${a}</skip>", "<executions>"])
def test_a_broken_file_takes_time_that_grows_with_it(text: str) -> None:
    pom = "<skipTests>true</skipTests>" + text * (300_000 // len(text))
    begun = time.process_time()

    ask_item("testing.unit-tests", _tree("mvn -Pquick verify", pom))

    assert time.process_time() - begun < 5

"""What Quarkus does by its extensions and by keys of its settings, as properties or as YAML."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item, places

_DEPENDENCY = "<dependency><groupId>io.quarkus</groupId><artifactId>{}</artifactId></dependency>\n"
_RESOURCE = '@Path("/heroes")\npublic class Heroes {\n  @GET\n  public List<Hero> all() { return list(); }\n}\n'


def _tree(*extensions: str, **settings: str) -> dict[str, str]:
    declared = "".join(map(_DEPENDENCY.format, ("quarkus-rest", *extensions)))
    named = {"properties": "application.properties", "yaml": "application.yml"}
    return {
        "pom.xml": f"<project><dependencies>\n{declared}</dependencies></project>\n",
        "src/main/java/Heroes.java": _RESOURCE,
        **{f"src/main/resources/{named[kind]}": text for kind, text in settings.items()},
    }


_LOGS = "quarkus:\n  otel:\n    metrics:\n      enabled: true\n    logs:\n      enabled: {}\n"


@pytest.mark.parametrize(
    ("item", "files", "state"),
    [
        ("monitoring.structured-logging", _tree("quarkus-logging-json"), State.PASS),
        (
            "monitoring.structured-logging",
            _tree("quarkus-logging-json", properties="quarkus.log.console.json.enabled=false\n"),
            State.FAIL,
        ),
        ("monitoring.structured-logging", _tree(properties="quarkus.log.console.json=false\n"), State.FAIL),
        (
            "monitoring.structured-logging",
            _tree("quarkus-opentelemetry", properties="quarkus.otel.logs.enabled=true\n"),
            State.PASS,
        ),
        # Without the extension the key does nothing; of a profile of development it is none of production's.
        ("monitoring.structured-logging", _tree(properties="quarkus.otel.logs.enabled=true\n"), State.FAIL),
        (
            "monitoring.structured-logging",
            _tree("quarkus-opentelemetry", properties="%dev.quarkus.otel.logs.enabled=true\n"),
            State.FAIL,
        ),
        ("monitoring.structured-logging", _tree("quarkus-opentelemetry", yaml=_LOGS.format("true")), State.PASS),
        ("monitoring.structured-logging", _tree("quarkus-opentelemetry", yaml=_LOGS.format("false")), State.FAIL),
        (
            "monitoring.structured-logging",
            _tree("quarkus-opentelemetry", yaml=_LOGS.format("true").replace("quarkus:", '"%dev":\n quarkus:', 1)),
            State.FAIL,
        ),
        ("log-aggregation.centralized-storage", _tree("quarkus-opentelemetry", yaml=_LOGS.format("true")), State.PASS),
        ("api.request-id", _tree("quarkus-opentelemetry", yaml=_LOGS.format("true")), State.PASS),
        # The trace's id is beside each line, and no line shows it.
        ("api.request-id", _tree("quarkus-opentelemetry"), State.FAIL),
        ("monitoring.metrics-collection", _tree("quarkus-micrometer-opentelemetry"), State.PASS),
        ("monitoring.metrics-collection", _tree("quarkus-opentelemetry", yaml=_LOGS.format("true")), State.PASS),
        ("monitoring.metrics-collection", _tree("quarkus-opentelemetry"), State.FAIL),
        ("monitoring.metrics-endpoint", _tree("quarkus-micrometer-opentelemetry"), State.NOT_APPLICABLE),
        ("monitoring.metrics-endpoint", _tree("quarkus-micrometer"), State.FAIL),
        # The page is there in development alone, unless it is told to be.
        ("docs.swagger-ui", _tree("quarkus-smallrye-openapi"), State.FAIL),
        (
            "docs.swagger-ui",
            _tree("quarkus-smallrye-openapi", yaml="quarkus:\n  swagger-ui:\n    always-include: true\n"),
            State.PASS,
        ),
        (
            "docs.swagger-ui",
            _tree("quarkus-smallrye-openapi", properties="quarkus.swagger-ui.always-include=false\n"),
            State.FAIL,
        ),
    ],
)
def test_what_quarkus_is_told_to_do(item: str, files: dict[str, str], state: State) -> None:
    assert ask_item(item, files).state is state


_DOCUMENT = """\
openapi: 3.0.3
info: {title: Heroes, version: "1"}
paths:
  /api/heroes:
    get:
      summary: All of them
      operationId: all
      responses:
        "200": {description: ok}
        "400": {description: not ok}
    post:
      summary: One more
      operationId: add
      responses:
        "201": {description: ok}
        "400": {description: not ok}
"""
_IMPLEMENTED = "public class Heroes implements HeroesApi {\n  @Override public void all() { }\n}\n"
_PLUGIN = (
    "<plugin><artifactId>openapi-generator-maven-plugin</artifactId><executions><execution><configuration>\n"
    "<inputSpec>${{project.basedir}}/src/main/resources/api.yml</inputSpec>\n"
    "<generatorName>{}</generatorName>\n</configuration></execution></executions></plugin>\n"
)
_GRADLE = (
    "plugins {{ id 'org.openapi.generator' version '7' }}\nopenApiGenerate {{\n"
    '  generatorName.set("{}")\n  inputSpec.set("$projectDir/src/main/resources/api.yml")\n}}\n'
)
_POM = "<project><dependencies>" + _DEPENDENCY.format("quarkus-rest") + "</dependencies>{}</project>\n"
_MADE = {"src/main/java/Heroes.java": _IMPLEMENTED}
_BY_MAVEN = {"pom.xml": _POM.format(_PLUGIN.format("jaxrs-spec")), "src/main/resources/api.yml": _DOCUMENT}


@pytest.mark.parametrize(
    ("files", "document"),
    [
        (_BY_MAVEN, "src/main/resources/api.yml"),
        (
            {
                "pom.xml": _POM.format(""),
                "build.gradle": _GRADLE.format("spring"),
                "src/main/resources/api.yml": _DOCUMENT,
            },
            "src/main/resources/api.yml",
        ),
        (
            {
                "pom.xml": _POM.format(""),
                "src/main/resources/application.properties": "quarkus.openapi.generator.server.spec=heroes.yml\n",
                "src/main/resources/openapi/heroes.yml": _DOCUMENT,
            },
            "src/main/resources/openapi/heroes.yml",
        ),
    ],
)
def test_a_document_that_a_server_is_made_of_has_its_routes(files: dict[str, str], document: str) -> None:
    tree = {**_MADE, **files}

    assert ask_item("api.rest-design", tree).state is State.PASS
    assert places(ask_item("api.rest-design", tree)) == [f"{document}:5", f"{document}:11"]
    assert ask_item("docs.api-complete", tree).state is State.PASS


@pytest.mark.parametrize("generator", ["java", "kotlin", "typescript-axios"])
def test_a_document_that_a_client_is_made_of_has_none(generator: str) -> None:
    tree = {**_MADE, **_BY_MAVEN, "pom.xml": _POM.format(_PLUGIN.format(generator))}

    assert ask_item("api.rest-design", tree).state is not State.PASS

"""Appenders of Logback behind a condition, jobs that ask this machine, and pages that ask for health."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_LOGS, _STORE = "monitoring.structured-logging", "log-aggregation.centralized-storage"
_SCRAPE, _HEALTH = "dashboards.prometheus-scrape", "infrastructure.health-endpoints"
_XML = """<configuration>
  {defined}
  <if condition='{condition}'>
    <then>
      <appender name="JSON" class="ch.qos.logback.core.ConsoleAppender">
        <encoder class="net.logstash.logback.encoder.LogstashEncoder"/>
      </appender>
    </then>
    <else>
      <appender name="JSON" class="ch.qos.logback.core.ConsoleAppender">
        <encoder><pattern>%msg</pattern></encoder>
      </appender>
    </else>
  </if>
  <root level="info"><appender-ref ref="JSON"/></root>
</configuration>
"""
_SPRING_NO = '<springProperty name="json" source="shop.logging.json" defaultValue="false"/>'


def _spring(condition: str, defined: str = "", **files: str) -> Mapping[str, str]:
    return {
        "pom.xml": "<project><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></project>\n",
        "src/main/java/A.java": '@RestController\nclass A {\n  @GetMapping("/x")\n  String x() { return ""; }\n}\n',
        "src/main/resources/logback-spring.xml": _XML.format(condition=condition, defined=defined),
        **files,
    }


_DEFINED = 'isDefined("LOG_JSON")'
_SAYS = 'property("LOG_JSON").equals("true")'
_SETTINGS = "src/main/resources/application.properties"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (_spring(_DEFINED), State.FAIL),
        (_spring(_DEFINED, Dockerfile="FROM scratch\nENV LOG_JSON 1\n"), State.PASS),
        (_spring(_SAYS, Dockerfile="FROM scratch\nENV LOG_JSON=false\n"), State.FAIL),
        (_spring(_SAYS, Dockerfile="FROM scratch\nCMD java -DLOG_JSON=true -jar a.jar\n"), State.PASS),
        (_spring(_SAYS, '<property name="LOG_JSON" value="${LOG_JSON:-true}"/>'), State.PASS),
        (_spring("${LOG_JSON:-false}"), State.FAIL),
        (_spring("${json} == true", _SPRING_NO), State.FAIL),
        (_spring("${json} == true", _SPRING_NO.replace("false", "true")), State.PASS),
        (_spring("${json} == true", _SPRING_NO, **{_SETTINGS: "shop.logging.json=true\n"}), State.PASS),
        (
            _spring("${json} == true", _SPRING_NO, **{_SETTINGS: "shop.logging.json=${J:false}\n"}),
            State.FAIL,
        ),
        (_spring('!isDefined("LOG_TEXT")'), State.PASS),
    ],
)
def test_an_appender_behind_a_condition_counts_where_it_holds(files: Mapping[str, str], expected: State) -> None:
    assert ask_item(_LOGS, files).state is expected


_SERVED = {
    "go.mod": "module m\n\nrequire github.com/prometheus/client_golang v1.9.0\n",
    "main.go": 'package main\n\nimport (\n\t"net/http"\n'
    '\t"github.com/prometheus/client_golang/prometheus/promhttp"\n)\n\n'
    'func main() {\n\thttp.Handle("/metrics", promhttp.Handler())\n\thttp.HandleFunc("/health", h)\n'
    '\thttp.ListenAndServe(":80", nil)\n}\n',
}
_JOB = "scrape_configs:\n  - job_name: shop\n    static_configs:\n      - targets: {}\n"


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ("['localhost:8080']", State.FAIL),
        ("\n          - localhost:8080", State.FAIL),
        ("['shop:8080']", State.PASS),
        ("['localhost:8080', 'shop:8080']", State.PASS),
        ("\n          - shop:8080", State.PASS),
    ],
)
def test_a_job_that_asks_this_machine_alone_is_a_sample(targets: str, expected: State) -> None:
    assert ask_item(_SCRAPE, {**_SERVED, "prometheus.yml": _JOB.format(targets)}).state is expected


_LOKI = "services:\n  shop:\n    build: .\n    logging:\n      driver: loki\n"


@pytest.mark.parametrize(
    ("name", "expected"), [("compose.yml", State.PASS), ("compose-development.yml", State.NEEDS_SIGN_OFF)]
)
def test_a_driver_of_who_develops_stores_no_logs_of_production(name: str, expected: State) -> None:
    assert ask_item(_STORE, {**_SERVED, name: _LOKI}).state is expected


_ASKS = "const r = await fetch(`${base}/health`)\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("web/healthchecks.tsx", _ASKS, State.FAIL),
        ("Makefile", "gen:\n\tbuf generate --path /health\n", State.FAIL),
        ("docker/healthcheck", "# the path to check is http://localhost/health\n", State.FAIL),
        ("docker/healthcheck", "# asks it\ncurl -f http://localhost/health\n", State.PASS),
    ],
)
def test_who_asks_for_health_runs_in_production(path: str, text: str, expected: State) -> None:
    assert ask_item(_HEALTH, {**_SERVED, path: text}).state is expected

"""An endpoint that serves metrics; none is needed where they are pushed.

Rule: marks of a registry that is served. Source: https://prometheus.io/docs/instrumenting/exposition_formats/
(read 2026-11-29). Out of sight: whether the endpoint can be reached from outside (the deploy gate asks).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.checks.readiness.facts.marks import LineMark, find_lines
from bot.checks.readiness.facts.spring import find_spring_settings, items_of
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence, load_table
from bot.checks.readiness.rules.switches import as_switched
from bot.model import Evidence, State, Strength

_PUSHING = (
    *("OTLPMetricExporter", "otlpmetricgrpc", "otlpmetrichttp", "UseOtlpExporter", "AddOtlpExporter", "hot-shots"),
    *(
        "datadog.statsd",
        "statsd.NewClient",
        "StatsD",
        "Statsd",
        "dogstatsd",
        "node-statsd",
        "statsd-client",
        "@vercel/otel",
    ),
    # Prometheus' own ways to be sent metrics: its gateway, and the header of the protocol of remote writes.
    *("push_to_gateway", "pushadd_to_gateway", "Pushgateway(", "PushGateway(", "client_golang/prometheus/push"),
    "X-Prometheus-Remote-Write-Version",
    # What an exporter of OpenTelemetry asks the environment for, also where a library has it.
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)
# Micrometer's registries of services that take what is sent to them.
_PUSHED_BY_MICROMETER = LineMark(
    shows="metrics are pushed by Micrometer's registry",
    files=("pom.xml", "build.gradle", "build.gradle.kts"),
    line=(
        r"micrometer-registry-(?:stackdriver|otlp|cloudwatch2?|datadog|dynatrace|elastic|influx|new-relic|signalfx|statsd"
        r"|wavefront|azure-monitor|graphite)|spring-cloud-gcp-starter-metrics"
    ),
)

_PROMETHEUS = LineMark(
    shows="Micrometer's registry of Prometheus is there",
    files=("pom.xml", "build.gradle", "build.gradle.kts", "*.versions.toml"),
    line="micrometer-registry-prometheus",
)
_EXPOSED = ("management", "endpoints", "web", "exposure", "include")


def judge_metrics_endpoint(look: Look, ask: CodeAsk) -> Judged:
    """Pass where the registry is served; where metrics are pushed it does not apply."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    evidence = find_evidence(look, ask.table, ask.marks) or _find_listed(look, ask)
    if not evidence:
        for file in look.source.parsed(*_PUSHING):
            word = next((word for word in _PUSHING if re.search(rf"(?<!\w){re.escape(word)}", file.code)), None)
            if word:
                line = next(number for number, text in enumerate(file.lines, 1) if word in text)
                reason = f"metrics are pushed by {word} ({file.path}:{line}), so that nothing has to serve them"
                return Judged(state=State.NOT_APPLICABLE, reason=f"{reason}; {look.project.searched}")
        for one in find_lines(look.files, [_PUSHED_BY_MICROMETER]):
            reason = f"{one.text} ({one.path}:{one.line}), so that nothing has to serve them; {look.project.searched}"
            return Judged(state=State.NOT_APPLICABLE, reason=reason)
    return conclude(look, evidence, "nothing serves the metrics")


def _find_listed(look: Look, ask: CodeAsk) -> Sequence[Evidence]:
    """Where Spring's settings list Prometheus, one line each, among what the actuator serves."""
    if not any(find_lines(look.files, [_PROMETHEUS])):
        return []
    listed = [
        Evidence(text="the actuator serves Prometheus", path=one.path, line=one.line, strength=Strength.WIRED)
        for one in find_spring_settings(look.files)
        if one.names == _EXPOSED and not {"prometheus", "*"}.isdisjoint(items_of(one.value))
    ]
    return as_switched(look, load_table(ask.table), listed) if ask.table else listed

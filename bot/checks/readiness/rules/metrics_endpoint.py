"""An endpoint that serves metrics; none is needed where they are pushed.

Rule: marks of a registry that is served, or a route of metrics beside code that writes their text by hand. Source: https://prometheus.io/docs/instrumenting/exposition_formats/
(read 2026-11-29). Out of sight: whether the endpoint can be reached from outside (the deploy gate asks).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from bot.checks.readiness.facts.comments import without_comments
from bot.checks.readiness.facts.marks import LineMark, find_lines
from bot.checks.readiness.facts.reach.standing import Standing
from bot.checks.readiness.facts.routes.route import Route
from bot.checks.readiness.facts.source.elements import Element, Kind, SourceFile
from bot.checks.readiness.facts.spring import find_spring_settings, items_of
from bot.checks.readiness.judged import Judged
from bot.checks.readiness.look import Look
from bot.checks.readiness.rules.code import Applies, CodeAsk, conclude, find_absence, find_evidence, load_table
from bot.checks.readiness.rules.health.actuator import find_hidden
from bot.checks.readiness.rules.switches import as_switched, say_off
from bot.model import Evidence, State, Strength

_PUSHING = (
    *(
        "OTLPMetricExporter",
        "opentelemetry_otlp::MetricExporter",
        "otlpmetricgrpc",
        "otlpmetrichttp",
        "UseOtlpExporter",
        "AddOtlpExporter",
        "hot-shots",
    ),
    *(
        "datadog.statsd",
        "statsd.NewClient",
        "StatsD",
        "Statsd",
        "dogstatsd",
        "node-statsd",
        "statsd-client",
        "@vercel/otel",
        # Markus' backends.
        "markus.backends.datadog",
        "markus.backends.statsd",
        "markus.backends.cloudwatch",
    ),
    # Prometheus' own ways to be sent metrics: its gateway, and the header of the protocol of remote writes.
    *("push_to_gateway", "pushadd_to_gateway", "Pushgateway(", "PushGateway(", "client_golang/prometheus/push"),
    "X-Prometheus-Remote-Write-Version",
    # What New Relic's agents send besides what they measure by themselves.
    *("newrelic.agent.initialize", "record_custom_metric", "record_custom_metrics", "newrelic.recordMetric"),
    *("NewRelic::Agent.record_metric", "NewRelic.recordMetric"),
    # What an exporter of OpenTelemetry asks the environment for, also where a library has it.
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
)
# `StatsDClient`, but not `StatsDocsResponse`.
_PUSHED = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _PUSHING))})(?![a-z])")
# Micrometer's registries of services that take what is sent to them.
_PUSHED_BY_MICROMETER = LineMark(
    shows="metrics are pushed by Micrometer's registry",
    files=("pom.xml", "build.gradle", "build.gradle.kts"),
    line=(
        r"quarkus-micrometer-opentelemetry|micrometer-registry-(?:stackdriver|otlp|cloudwatch2?|datadog|dynatrace|elastic|influx|new-relic|signalfx|statsd"
        r"|wavefront|azure-monitor|graphite)|spring-cloud-gcp-starter-metrics"
    ),
)

_PROMETHEUS = LineMark(
    shows="Micrometer's registry of Prometheus is there",
    files=("pom.xml", "build.gradle", "build.gradle.kts", "*.versions.toml"),
    line="micrometer-registry-prometheus",
)
_PUSHED_BY_QUARKUS = LineMark(
    shows="metrics are pushed over OTLP",
    files=("application*.yml", "application*.yaml", "application*.properties"),
    line=r"^\s*quarkus\.otel\.metrics\.enabled\s*=\s*true",
)
# The flag that says where metrics are served, and nothing by default.
_FLAG = re.compile(r"\b(?:String|Int|Uint|Uint16)(?:Var)?P?\Z")
_NO_ADDRESS = re.compile(
    r"\(\s*(?:&[\w.]+\s*,\s*)?\"((?:[\w.]+-)*metrics?-(?:[\w.]+-)*(?:addr(?:ess)?|listen|bind|port))\"\s*,\s*(?:\"\w?\"\s*,\s*)?(?:\"\"|0)\s*[,)]"
)
_DEPLOYS = (
    "Dockerfile*",
    "*.yml",
    "*.yaml",
    "*.tpl",
    "*.sh",
    "*.service",
    "*.tf",
    "*.toml",
    "*.cfg",
    "*.json",
    "Procfile",
)
# What an exporter, or what is around it, is of rather than of metrics.
_OF_OTHERS = re.compile(
    r"(?i)logg(?:ing|er)\w{0,20}\.AddOpenTelemetry$|WithLogging$|(?:With|OpenTelemetry)Tracing$"
    r"|^(?:trac(?:ing|er)|log(?:ging|ger)?)\w{0,20}\.AddOtlpExporter$"
)
_MAX_PUSHED = 40
_HELD = re.compile(r"[ \t]{0,40}+(\w{1,80}+)[ \t]{0,4}+:?=[ \t]{0,4}\w")
_DROPPED = re.compile(r"^[ \t]{0,40}+_[ \t]{0,4}=[ \t]{0,4}\w{1,80}+[ \t]{0,9}$", re.MULTILINE)
_OF_METRICS = re.compile(r"(?:^|/)metrics/?$")
# A line of the format, as code writes it: a name of a metric may be put in.
_WRITTEN = re.compile(r"# TYPE [^\s\"'`]{1,100} (?:counter|gauge|histogram|summary|untyped)\b")
# What is asked of the text of others, or of a test.
_READS = re.compile(
    r"(?i)(?:parse|match|test|expect|assert|starts_?with|has_?prefix|includes|contains|split|replace|equals?)\w{0,20}"
    r"\(\s{0,40}(?:[\w.]{1,60},\s{0,8})?[\"'`][^\"'`]{0,200}# TYPE "
)
_BY_ACTUATOR = "the actuator serves Prometheus"
_EXPOSED = ("management", "endpoints", "web", "exposure", "include")


def judge_metrics_endpoint(look: Look, ask: CodeAsk) -> Judged:
    """Pass where the registry is served; where metrics are pushed it does not apply."""
    absent = find_absence(look.project, Applies.SERVER)
    if absent is not None:
        return Judged(state=State.NOT_APPLICABLE, reason=absent)
    evidence = find_evidence(look, ask.table, ask.marks) or _find_listed(look, ask) or _find_written(look)
    if not evidence:
        for name, place in _find_pushing(look):
            reason = f"metrics are pushed by {name} ({place}), so that nothing has to serve them"
            return Judged(state=State.NOT_APPLICABLE, reason=f"{reason}; {look.project.searched}")
        for one in find_lines(look.files, [_PUSHED_BY_MICROMETER, _PUSHED_BY_QUARKUS]):
            reason = f"{one.text} ({one.path}:{one.line}), so that nothing has to serve them; {look.project.searched}"
            return Judged(state=State.NOT_APPLICABLE, reason=reason)
    evidence = [_unless_hidden(look, _unless_off(look, _unless_dropped(look, one))) for one in evidence]
    return conclude(look, evidence, "nothing serves the metrics")


def _unless_hidden(look: Look, evidence: Evidence) -> Evidence:
    """What Spring's actuator serves, unless settings keep that endpoint from being answered."""
    hidden = find_hidden(look, "prometheus") if evidence.text.startswith(_BY_ACTUATOR) else None
    return evidence if hidden is None else say_off(evidence, hidden)


def _unless_dropped(look: Look, evidence: Evidence) -> Evidence:
    """What makes a handler in Go, which has to be given to something: `_ = handler` gives it to nobody."""
    if not (evidence.path or "").endswith(".go"):
        return evidence
    file = look.source.file(evidence.path or "")
    [line] = file.lines[(evidence.line or 1) - 1 :][:1] or [""]
    held = _HELD.match(line)
    if held is None:
        return evidence
    used = re.findall(rf"(?<![\w.]){held[1]}\b(?!\s*:?=[^=])", _DROPPED.sub("", file.code))
    if held[1] != "_" and used:
        return evidence
    return replace(evidence, text=f"{evidence.text}, but its handler is given to nobody", strength=Strength.CONFIGURED)


def _find_pushing(look: Look) -> Iterator[tuple[str, str]]:
    """Yield what sends metrics somewhere, and where it stands, unless it is switched off or sends something else."""
    for file in look.source.parsed(*_PUSHING):
        places = list(islice(_PUSHED.finditer(file.code), _MAX_PUSHED))
        names = {pushed[0] for pushed in places} if file.language == "typescript" else ()
        unused = {one for one in names if _is_unused(look, file, one)}
        for pushed in places:
            line = file.code.count("\n", 0, pushed.start()) + 1
            if pushed[0] not in unused and (file.language != "csharp" or _sends_metrics(look, file, pushed[0], line)):
                yield pushed[0], f"{file.path}:{line}"


def _is_unused(look: Look, file: SourceFile, name: str) -> bool:
    """Whether a file makes an exporter, and only where nothing calls what does so."""
    made = file.called(Kind.CALL, name)
    return bool(made) and all(look.reach.standing(file, one) is Standing.UNUSED for one in made)


def _sends_metrics(look: Look, file: SourceFile, name: str, line: int) -> bool:
    """Whether an exporter of .NET's is of metrics, where it is of anything, and runs."""
    own = [one for one in file.calls if one.line <= line <= one.end_line and one.last_name == name.rstrip("(")]
    return not own or any(
        not any(_OF_OTHERS.search(at.name) for at in (one, *_taking(file, one))) and look.reach.runs(file, one)
        for one in own
    )


def _taking(file: SourceFile, element: Element) -> Iterator[Element]:
    """Yield what takes an element as an argument: of a chain of calls, those that it stands in the brackets of."""
    for one in file.around(element):
        if one.kind is Kind.CALL and one.end - len(one.text.encode()) <= element.start:
            yield one


def _unless_off(look: Look, evidence: Evidence) -> Evidence:
    """What serves metrics in Go, where a flag says on which address, which is empty unless somebody gives one."""
    if not (evidence.path or "").endswith(".go") or evidence.strength is Strength.CONFIGURED:
        return evidence
    flags = [
        found[1]
        for file in look.source.parsed("metrics", language="go")
        for one in file.elements
        if one.kind is Kind.CALL and _FLAG.search(one.name) and (found := _NO_ADDRESS.match(one.text))
    ]
    if not flags or _is_given(look, flags[0]):
        return evidence
    text = f"{evidence.text}, where --{flags[0]} is given, which is empty by default"
    return replace(evidence, text=text, strength=Strength.CONFIGURED)


def _is_given(look: Look, flag: str) -> bool:
    """Whether something that deploys the program names a flag, or the variable of that name."""
    named = re.compile(rf"(?<![A-Za-z0-9]){re.escape(flag)}(?![\w-])".replace(r"\-", "[-_]"), re.IGNORECASE)
    texts = ((path, look.files.text(path) or "") for path in look.files.select(*_DEPLOYS))
    return any(named.search(text) and named.search(without_comments(path, text)) for path, text in texts)


def _find_written(look: Look) -> Sequence[Evidence]:
    """The route of metrics, where the code that serves it writes their text itself."""
    routes = [one for one in look.routes.all if _OF_METRICS.search(one.path) and one.method in {"GET", "ANY"}]
    route = next((one for one in routes if _is_declared(look, one)), None)
    if route is None:
        return []
    for file in look.source.parsed("# TYPE "):
        for one in (*file.calls, *file.assigns):
            if _WRITTEN.search(one.text) and not _READS.search(f"{one.name}{one.text}") and look.reach.runs(file, one):
                text = f"metrics are served, whose text is written by hand ({file.path}:{one.line})"
                return [Evidence(text=text, path=route.source, line=route.line, strength=Strength.WIRED)]
    return []


def _is_declared(look: Look, route: Route) -> bool:
    """Whether the line that declares a route runs."""
    file = look.source.file(route.source)
    here = [one for one in (*file.calls, *file.decorators) if one.line <= route.line <= one.end_line]
    return any(look.reach.runs(file, one) for one in here)


def _find_listed(look: Look, ask: CodeAsk) -> Sequence[Evidence]:
    """Where Spring's settings list Prometheus, one line each, among what the actuator serves."""
    if not any(find_lines(look.files, [_PROMETHEUS])):
        return []
    listed = [
        Evidence(text=_BY_ACTUATOR, path=one.path, line=one.line, strength=Strength.WIRED)
        for one in find_spring_settings(look.files)
        if one.names == _EXPOSED and not {"prometheus", "*"}.isdisjoint(items_of(one.value))
    ]
    return as_switched(look, load_table(ask.table), listed) if ask.table else listed

"""What has the name of something that logs, counts or tells requests apart, and in production does nothing of it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_LOGS, _METRICS = "monitoring.structured-logging", "monitoring.metrics-collection"
_ID, _ENDPOINT = "api.request-id", "monitoring.metrics-endpoint"


def _hono(code: str) -> Mapping[str, str]:
    return {
        "package.json": '{"dependencies": {"hono": "4", "@logtape/logtape": "1"}}',
        "src/index.ts": f"import {{ Hono }} from 'hono'\nimport * as t from '@logtape/logtape'\n{code}\n"
        "const app = new Hono()\napp.get('/x', f)\nexport default app\n",
    }


def _django(imported: str) -> Mapping[str, str]:
    return {
        "requirements.txt": "django\ndjangorestframework\nstructlog\n",
        "manage.py": "import django\n",
        "config/settings.py": "INSTALLED_APPS = []\n",
        "config/urls.py": "from config.client import x\nurlpatterns = [path('x', x)]\n",
        "config/client.py": f"import structlog\nfrom {imported} import JSONRenderer\nlog = structlog.get_logger()\n"
        "renderer = JSONRenderer()\ndef x(request):\n    return renderer.render(request.data)\n",
    }


def _gin(provider: str) -> Mapping[str, str]:
    return {
        "go.mod": "module m\n\nrequire github.com/gin-gonic/gin v1.9.0\nrequire go.opentelemetry.io/otel v1.0.0\n",
        "main.go": 'package main\n\nimport (\n\t"github.com/gin-gonic/gin"\n\t"go.opentelemetry.io/otel"\n)\n\n'
        f'func main() {{\n\totel.SetMeterProvider({provider})\n\tr := gin.New()\n\tr.GET("/x", h)\n\tr.Run()\n}}\n',
    }


def _actix(logger: str, more: str = "") -> Mapping[str, str]:
    return {
        "Cargo.toml": '[package]\nname = "a"\n[dependencies]\nactix-web = "4"\ntracing-actix-web = "0.7"\n',
        "src/main.rs": f"use tracing_actix_web::{{TracingLogger, RootSpanBuilder}};\n{more}\n"
        f'fn main() {{\n    HttpServer::new(|| App::new().wrap({logger}).route("/x", web::get().to(x)))'
        '.bind(("0.0.0.0", 80))\n}\n',
    }


def _spring(settings: str) -> Mapping[str, str]:
    return {
        "pom.xml": "<project><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency>\n"
        "<dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency>\n"
        "<dependency><artifactId>micrometer-registry-prometheus</artifactId></dependency></dependencies></project>\n",
        "src/main/java/A.java": '@RestController\nclass A {\n  @GetMapping("/x")\n  String x() { return ""; }\n}\n',
        "src/main/resources/application.properties": "management.endpoints.web.exposure.include=health,prometheus\n"
        + settings,
    }


_SPAN = "impl RootSpanBuilder for Own {{\n  fn on_request_start(r: &ServiceRequest) -> Span {{ {} }}\n}}"
_NONE = "management.endpoints.access.default=none\n"


@pytest.mark.parametrize(
    ("item", "files", "expected"),
    [
        (
            _LOGS,
            _hono("t.configure({ sinks: { c: t.getConsoleSink({ formatter: t.jsonLinesFormatter })}})"),
            State.PASS,
        ),
        (_LOGS, _hono("t.configure({ sinks: { c: t.getConsoleSink() } })\nt.getLogger('a').info('x')"), State.FAIL),
        (_LOGS, _django("structlog.processors"), State.PASS),
        (_LOGS, _django("rest_framework.renderers"), State.FAIL),
        (_METRICS, _gin("provider"), State.PASS),
        (_METRICS, _gin("metricnoop.NewMeterProvider()"), State.FAIL),
        (_METRICS, _gin("noop.NewMeterProvider()"), State.FAIL),
        (_ID, _actix("TracingLogger::default()"), State.PASS),
        (_ID, _actix("TracingLogger::<DefaultRootSpanBuilder>::new()"), State.PASS),
        (_ID, _actix("TracingLogger::<Own>::new()", _SPAN.format("root_span!(r)")), State.PASS),
        (_ID, _actix("TracingLogger::<Own>::new()", _SPAN.format('info_span!("request")')), State.FAIL),
        (_ENDPOINT, _spring(""), State.PASS),
        (_ENDPOINT, _spring(_NONE + "management.endpoint.prometheus.access=read-only\n"), State.PASS),
        (_ENDPOINT, _spring(_NONE), State.FAIL),
        (_ENDPOINT, _spring("management.endpoint.prometheus.enabled=false\n"), State.FAIL),
    ],
)
def test_the_name_alone_is_not_taken_for_what_it_does(item: str, files: Mapping[str, str], expected: State) -> None:
    assert ask_item(item, files).state is expected

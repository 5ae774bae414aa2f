"""Registries that a servlet, a service or a server of the program's own serves, and gunicorn's settings by any name."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.model import State
from tests.checks.readiness.look import ask_item

_ENDPOINT, _REQUESTS = "monitoring.metrics-endpoint", "monitoring.request-logging"


def _java(imported: str, code: str) -> Mapping[str, str]:
    return {
        "pom.xml": "<project><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></project>\n",
        "src/main/java/App.java": f"import {imported};\n@RestController\nclass App {{\n"
        f'  @GetMapping("/x")\n  String x() {{ return ""; }}\n  @Bean\n  Object served() {{ return {code}; }}\n}}\n',
    }


def _actix(code: str) -> Mapping[str, str]:
    return {
        "Cargo.toml": '[package]\nname = "a"\n[dependencies]\nactix-web = "4"\nactix-web-prom = "0.8"\n',
        "src/main.rs": f"fn main() {{\n    let p = {code};\n"
        '    HttpServer::new(|| App::new().wrap(p.clone()).route("/x", web::get().to(x))).bind(("0.0.0.0", 80))\n}\n',
    }


def _flask(settings: str, command: str) -> Mapping[str, str]:
    return {
        "requirements.txt": "flask\ngunicorn\n",
        "app.py": "from flask import Flask\napp = Flask(__name__)\n@app.get('/x')\ndef x():\n    return ''\n",
        "wsgi/config.py": settings,
        "run.sh": command,
        "Dockerfile": "FROM python\nCMD ./run.sh\n",
    }


_SERVLET = "io.prometheus.client.servlet.jakarta.exporter.MetricsServlet"
_SERVICE = "com.linecorp.armeria.server.metric.PrometheusExpositionService"


@pytest.mark.parametrize(
    ("item", "files", "expected"),
    [
        (_ENDPOINT, _java(_SERVLET, "new MetricsServlet(registry)"), State.PASS),
        (_ENDPOINT, _java("shop.MetricsServlet", "new MetricsServlet(registry)"), State.FAIL),
        (_ENDPOINT, _java(_SERVICE, "new PrometheusExpositionService(registry)"), State.PASS),
        (
            _ENDPOINT,
            _actix('actix_web_prom::PrometheusMetricsBuilder::new("a").endpoint("/m").build()'),
            State.PASS,
        ),
        (_REQUESTS, _flask('accesslog = "-"\n', "exec gunicorn --config wsgi/config.py app:app\n"), State.PASS),
        (_REQUESTS, _flask('accesslog = ""\n', "exec gunicorn --config wsgi/config.py app:app\n"), State.FAIL),
        (_REQUESTS, _flask('accesslog = "-"\n', "exec gunicorn app:app\n"), State.FAIL),
    ],
)
def test_what_is_served_or_logged_is_known_by_what_does_so(
    item: str, files: Mapping[str, str], expected: State
) -> None:
    assert ask_item(item, files).state is expected

"""What looks like an item and holds nothing: it does not pass. Beside each kind stands what is real, which does."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.checks import CHECKS
from bot.checks.readiness.ask import Ask
from bot.checks.readiness.check import judge
from bot.model import State
from bot.policy.load import shipped_policy
from tests.checks.readiness.look import look
from tests.checks.readiness.shop import (
    CI,
    GO,
    INGRESS,
    NODE,
    NODE_TEST,
    PYTHON,
    READY,
    SERVICE,
    action,
    budget,
    deployment,
    scaler,
    workflow,
)

_SETTINGS = {item.id: item.settings for item in shipped_policy("production-readiness", CHECKS).items}
_NODE = {**NODE, **NODE_TEST}
_PYTHON = {**PYTHON, "test_a.py": "def test_a(): assert 1\n"}
_GO = {**GO, "a_test.go": 'package main\nimport "testing"\nfunc TestA(t *testing.T) {\n}\n'}
_K6 = "import http from 'k6/http'\nexport const options = {thresholds: {http_req_duration: ['p(95)<500']}}\n"
_BROKEN = {CI: "on: [pull_request\njobs: {"}
_UNIT, _COVERED, _E2E = "testing.unit-tests", "testing.coverage-thresholds", "testing.e2e-tests"
_LOAD, _SCANNED = "testing.performance-tests", "cicd.security-scanning"
_HEALTH, _CLUSTER = "infrastructure.health-endpoints", "infrastructure.kubernetes-manifests"
_ASKED = "FROM node\nHEALTHCHECK CMD curl -f http://localhost:3000/healthz\n"
_ROUTER = (
    "const express = require('express')\nconst router = express.Router()\n"
    "router.get('/healthz', (q, s) => s.send('ok'))\nmodule.exports = router\n"
)
_BARE = "const express = require('express')\nconst app = express()\napp.get('/x', f)\napp.listen(3000)\n"
_USING = f"const r = require('./r')\n{_BARE}"
_NEVER = "if False:\n    @app.get('/healthz')\n    def h(): ...\n"
_UNUSED = GO["main.go"].replace('"/healthz"', '"/x"') + 'func f() { http.HandleFunc("/healthz", h) }\n'
_TASK = '{"healthCheck": {"command": ["curl -f http://localhost:3000/healthz || exit 1"]}}\n'
_OTHERS_SELECTED = "{matchExpressions: [{key: app, operator: NotIn, values: [a]}]}"
_ASTRAY = INGRESS.replace("{name: a,", "{name: b,")
_PART = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/healthz')\ndef h(): ...\n"
_WHOLE = "from fastapi import FastAPI\nimport health\napp = FastAPI()\n@app.get('/x')\ndef x(): ...\n"
_METRICS = (
    "const express = require('express')\nconst c = require('prom-client')\nconst router = express.Router()\n"
    "router.get('/metrics', async (q, s) => s.send(await c.register.metrics()))\nmodule.exports = router\n"
)


def _setup(module: str, code: str) -> dict[str, str]:
    """A server that imports a module as `x`."""
    head = f"const express = require('express')\nconst x = require('{module}')\nconst app = express()\n"
    return {"app.js": f"{head}{code}\napp.get('/x', f)\napp.listen(3000)\n"}


def _chart(template: str) -> dict[str, str]:
    return {
        "chart/Chart.yaml": "apiVersion: v2\nname: a\nversion: 1.0.0\n",
        "chart/values.yaml": "enabled: false\n",
        "chart/templates/d.yaml": f"{{{{- if .Values.enabled }}}}\n{template}{{{{- end }}}}\n",
    }


def _probe(text: str) -> str:
    return f"          readinessProbe: {text}\n"


def _serving(more: str = "", probe: str = READY) -> dict[str, str]:
    return {**NODE, "k8s/d.yaml": deployment(probe) + SERVICE + more}


_STAGES, _ALERTS, _STORED = "infrastructure.docker-multi-stage", "dashboards.alert-rules", "env.secrets-stored"
_STAGED = "FROM node AS b\nRUN x\nFROM node\nCOPY --from=b /a /a\n"
_RULES = "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata: {{name: a}}\nspec: {{groups: {}}}\n"
_LIMITED, _CORS = "security.rate-limiting", "security.cors"


def _express(use: str) -> dict[str, str]:
    libraries = {"express": "express", "cors": "cors", "limit": "express-rate-limit"}
    head = "".join(f"const {name} = require('{module}')\n" for name, module in libraries.items())
    return {"app.js": f"{head}const app = express()\napp.use({use})\napp.get('/x', f)\napp.listen(3000)\n"}


def _slowapi(arguments: str) -> dict[str, str]:
    code = (
        "from fastapi import FastAPI\nfrom slowapi import Limiter\nfrom slowapi.middleware import SlowAPIMiddleware\n"
        f"app = FastAPI()\napp.state.limiter = Limiter(key_func=k, {arguments})\n"
        "app.add_middleware(SlowAPIMiddleware)\n@app.get('/x')\ndef x(): ...\n"
    )
    return {"main.py": code, "requirements.txt": "fastapi\nslowapi\n"}


def _chi(use: str) -> dict[str, str]:
    code = (
        'package main\nimport (\n\t"net/http"\n\t"github.com/go-chi/chi/v5"\n\t"github.com/go-chi/cors"\n'
        '\t"github.com/go-chi/httprate"\n)\nfunc main() {\n\tr := chi.NewRouter()\n'
        f'\tr.Use({use})\n\tr.Get("/x", h)\n\thttp.ListenAndServe(":1", r)\n}}\n'
    )
    return {"main.go": code, "go.mod": "module a\n"}


def _aspnet(limit: str) -> dict[str, str]:
    code = (
        "var b = WebApplication.CreateBuilder(args);\n"
        f'b.Services.AddRateLimiter(o => o.AddFixedWindowLimiter("a", w => {{ w.PermitLimit = {limit}; }}));\n'
        'var app = b.Build();\napp.UseRateLimiter();\napp.MapGet("/x", () => "ok");\napp.Run();\n'
    )
    return {"Program.cs": code}


def _nest(options: str) -> dict[str, str]:
    code = (
        "import { Module, Controller, Get } from '@nestjs/common'\n"
        "import { APP_GUARD, NestFactory } from '@nestjs/core'\n"
        "import { ThrottlerModule, ThrottlerGuard } from '@nestjs/throttler'\n"
        "@Controller('x')\nexport class X { @Get() a() {} }\n"
        f"@Module({{controllers: [X], imports: [ThrottlerModule.forRoot([{{ttl: 60000, {options}}}])],\n"
        "  providers: [{provide: APP_GUARD, useClass: ThrottlerGuard}]})\nexport class AppModule {}\n"
        "async function bootstrap() { const app = await NestFactory.create(AppModule); await app.listen(3000) }\n"
        "bootstrap()\n"
    )
    return {"src/main.ts": code}


def _rails(initializer: str) -> dict[str, str]:
    return {
        "Gemfile": "gem 'rails'\ngem 'rack-attack'\ngem 'rack-cors'\n",
        "config/application.rb": "class A < Rails::Application\nend\n",
        "config/routes.rb": "Rails.application.routes.draw do\n  get '/x', to: 'a#x'\nend\n",
        "config/initializers/a.rb": initializer,
    }


def _starlette(arguments: str) -> dict[str, str]:
    code = (
        "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\n"
        f"app.add_middleware(CORSMiddleware, {arguments})\n@app.get('/x')\ndef x(): ...\n"
    )
    return {"main.py": code, "requirements.txt": "fastapi\n"}


def state_of(item: str, files: Mapping[str, str]) -> State:
    """The state of an item, or of a part of it (`item#part`), by the shipped list."""
    name, _, part = item.partition("#")
    settings = _SETTINGS[f"readiness.{name}"]
    assert isinstance(settings, Ask)
    judged, _ = judge(look(files), settings)
    return judged.parts[part].state if part else judged.state


@pytest.mark.parametrize(
    ("item", "files"),
    [
        (_UNIT, {**_NODE, "a.test.js": "test.skip('a', () => expect(1).toBe(1))\n", **workflow()}),
        (_UNIT, {**_NODE, "a.test.js": "test.todo('a')\nit.todo('b')\n", **workflow()}),
        (_UNIT, {**PYTHON, "test_a.py": "@pytest.mark.skip(reason='x')\ndef test_a(): ...\n", **workflow("pytest")}),
        (_UNIT, {**_GO, "a_test.go": "func TestA(t *testing.T) {\n\tt.Skip()\n}\n", **workflow("go test ./...")}),
        (_UNIT, {**_PYTHON, **workflow("pytest -q tests --collect-only")}),
        (_UNIT, {**_GO, **workflow("go test -run '^$' ./...")}),
        (_UNIT, {**_GO, **workflow("go test -run=NONE -bench=. ./...")}),
        (_UNIT, {**_NODE, **workflow("make test"), "Makefile": "test:\n\t-npx vitest run\n"}),
        (_UNIT, {**_NODE, **workflow("make -n test"), "Makefile": "test:\n\tnpx vitest run\n"}),
        (_UNIT, {**_NODE, **workflow("sh test.sh"), "test.sh": "#!/bin/sh\nnpx vitest run\necho done\n"}),
        (_E2E, {**NODE, "e2e/a.spec.ts": "test.fixme('a', () => page.goto('/'))\n", **workflow("playwright test")}),
        (_COVERED, {**_PYTHON, **workflow("pytest --cov --cov-fail-under=1")}),
        (_COVERED, {**_PYTHON, **workflow("pytest --cov --cov-fail-under=80 || true")}),
        (
            _COVERED,
            {**_PYTHON, ".coveragerc": "[run]\nomit = *\n[report]\nfail_under = 80\n", **workflow("pytest --cov")},
        ),
        (
            _COVERED,
            {
                **_PYTHON,
                **workflow("|\n          pytest --cov\n          if [ $coverage -lt 80 ]; then echo 'fail'; fi"),
            },
        ),
        (
            _COVERED,
            {**_NODE, ".nycrc": '{"check-coverage": true, "lines": 1}\n', **workflow("npx nyc mocha")},
        ),
        (_LOAD, {**NODE, "k6/load.js": _K6, **workflow("k6 run --no-thresholds k6/load.js")}),
        (
            _LOAD,
            {
                **NODE,
                "k6/load.js": _K6,
                "k6/x.js": "import 'k6'\n",
                **workflow("k6 run k6/load.js", job="    if: false\n"),
            },
        ),
        (
            _LOAD,
            {
                **NODE,
                "k6/load.js": "import http from 'k6/http'\nexport const options = {thresholds: {}}\n",
                **workflow("k6 run k6/load.js"),
            },
        ),
        (
            _LOAD,
            {
                **NODE,
                "k6/load.js": _K6,
                "k6/other.js": "import http from 'k6/http'\n",
                **workflow("k6 run k6/other.js"),
            },
        ),
        (_SCANNED, {**NODE, **action("aquasecurity/trivy-action@v1", "        with: {exit-code: '0'}\n")}),
        (_SCANNED, {**NODE, **workflow("npm audit --audit-level=none")}),
        (_SCANNED, {**GO, **workflow("gosec -no-fail ./...")}),
        (_SCANNED, {**PYTHON, **workflow("bandit -r . --exit-zero")}),
        (_HEALTH, {**NODE, "foo.sh": "curl http://localhost:3000/healthz\n"}),
        (_HEALTH, {**NODE, "server.js": _BARE + "if (false) { app.get('/healthz', f) }\n", "Dockerfile": _ASKED}),
        (_HEALTH, {**NODE, "server.js": _USING, "r.js": _ROUTER, "Dockerfile": _ASKED}),
        (_HEALTH, {**PYTHON, "main.py": _WHOLE, "health.py": _PART, "Dockerfile": _ASKED}),
        (
            _HEALTH,
            {
                **PYTHON,
                "main.py": _WHOLE + _NEVER,
                "Dockerfile": _ASKED,
            },
        ),
        (
            _HEALTH,
            {
                **GO,
                "main.go": GO["main.go"].replace('"/healthz"', '"/x"')
                + 'func f() { http.HandleFunc("/healthz", h) }\n',
                "Dockerfile": _ASKED,
            },
        ),
        (_HEALTH, {**NODE, "Dockerfile": _ASKED.replace("\n", " || true\n")}),
        (_HEALTH, {**NODE, "Dockerfile": _ASKED.replace("healthz\n", "healthz; exit 0\n")}),
        (_HEALTH, {**NODE, "Dockerfile": "FROM node\nHEALTHCHECK NONE\n"}),
        (_HEALTH, {**NODE, "Dockerfile": _ASKED.replace("node", "node AS b") + "FROM node\nCOPY --from=b /a /a\n"}),
        (
            _HEALTH,
            {
                **NODE,
                "compose.yml": (
                    "services:\n  web:\n    build: .\n    healthcheck:\n      disable: true\n"
                    "      test: curl http://localhost/healthz\n"
                ),
            },
        ),
        (_HEALTH, {**NODE, "k8s/d.yaml": deployment(_probe("{httpGet: {path: /healthz, port: 9999}}"))}),
        (_HEALTH, {**NODE, **_chart(deployment(_probe("{httpGet: {path: /healthz, port: 3000}}")))}),
        (_HEALTH, {**NODE, "prometheus.yml": "scrape_configs:\n  - metrics_path: /healthz\n"}),
        (_HEALTH, {**NODE, "config.toml": 'public_paths = ["/healthz"]\n'}),
        (_HEALTH, {**NODE, "nginx.conf": "map $request_uri $loggable { ~^/healthz 0; }\n"}),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{periodSeconds: 5}"))),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{exec: {command: ['true']}}"))),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{exec: {command: [sh, -c, 'exit 0']}}"))),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{exec: {command: [sh, -c, 'curl -f localhost || true']}}"))),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{httpGet: {path: /readyz, port: 9999}}"))),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{tcpSocket: {port: admin}}"))),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{httpGet: {path: /, port: 3000, host: example.com}}"))),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{tcpSocket: {port: 3000}, failureThreshold: 1000000}"))),
        (
            f"{_CLUSTER}#probes",
            {
                **NODE,
                "k8s/d.yaml": deployment(
                    "", before=f"      initContainers:\n        - name: i\n          image: ghcr.io/acme/a:1\n{READY}"
                )
                + SERVICE,
            },
        ),
        *(
            (f"{_CLUSTER}#pdb", _serving(budget(rule)))
            for rule in (
                *("minAvailable: 0", "minAvailable: 0%", "maxUnavailable: 100%", "maxUnavailable: 99"),
                "unhealthyPodEvictionPolicy: AlwaysAllow",
            )
        ),
        (
            f"{_CLUSTER}#pdb",
            _serving(budget(selector=_OTHERS_SELECTED)),
        ),
        (
            f"{_CLUSTER}#pdb",
            {
                **NODE,
                "k8s/d.yaml": deployment().replace("{name: a}", "{name: a, namespace: one}", 1)
                + SERVICE
                + budget(more=", namespace: two"),
            },
        ),
        (f"{_CLUSTER}#hpa", _serving(scaler(least=2, most=2))),
        (f"{_CLUSTER}#hpa", _serving(scaler(least=3, most=1))),
        (f"{_CLUSTER}#hpa", _serving(scaler("b"))),
        (f"{_CLUSTER}#hpa", _serving(scaler(share=100_000))),
        (
            f"{_CLUSTER}#resources",
            {**NODE, "k8s/d.yaml": deployment(needs="          resources: {requests: {cpu: 0, memory: '0'}}\n")},
        ),
        (f"{_CLUSTER}#ingress", _serving(_ASTRAY)),
        (
            f"{_CLUSTER}#ingress",
            _serving(_ASTRAY.replace("http:", "host: a\n      http:")),
        ),
        *(
            (f"{_CLUSTER}#secrets", _serving(probe=f"{READY}          args: {args}\n"))
            for args in ("['--db-password=correct-horse-9x']", "[--db-password, correct-horse-9x]")
        ),
        *(
            (_LIMITED, _express(f"limit({{{options}}})"))
            for options in (
                *("limit: 1000000000", "limit: 1e9", "max: Infinity", "limit: 10 ** 9", "windowMs: 1, limit: 100"),
                "limit: 100, skip: function () { return true }",
                *("limit: 100, skip: () => true", "limit: Number.MAX_SAFE_INTEGER", "max: 1_000_000_000"),
            )
        ),
        (_LIMITED, _express("'/nothing', limit({limit: 100})")),
        (_LIMITED, _slowapi("default_limits=['1000000000/second']")),
        (_LIMITED, _slowapi("default_limits=['100/minute'], enabled=False")),
        (_LIMITED, _chi("httprate.LimitByIP(1000000000, time.Minute)")),
        (_LIMITED, _aspnet("int.MaxValue")),
        (_LIMITED, _nest("limit: 10, skipIf: () => true")),
        *(
            (_LIMITED, {**_nest(f"limit: 10, {skip}"), "src/env.ts": "export const limitEnabled = false\n"})
            for skip in (
                *("skipIf: () => !limitEnabled", "skipIf: (context) => { return !limitEnabled; }"),
                *("skipIf: () => process.env.LIMIT_ENABLED !== 'true'", "skipIf() { return !this.env.limitEnabled }"),
            )
        ),
        (_LIMITED, _rails("Rack::Attack.throttle('ip', limit: Float::INFINITY, period: 60) { |r| r.ip }\n")),
        *(
            (
                _CORS,
                _rails(
                    f"use Rack::Cors do\n allow do\n    origins {one}\n    resource '*', credentials: true\n end\nend\n"
                ),
            )
            for one in ("'*'", "/.*/", "%r{.*}")
        ),
        (_LIMITED, _aspnet("1000000000")),
        *(
            (_CORS, _express(f"cors({{origin: {origin}, credentials: true}})"))
            for origin in (
                *("/.*/", "[/^.*$/]", r"/^https?:\/\/.*$/", "new RegExp('.*')", "(o, cb) => cb(null, true)"),
                *("(o, cb) => { cb(null, o) }", "function (o, cb) { cb(null, true) }", "o => o", "() => true"),
            )
        ),
        (_CORS, _starlette("allow_origin_regex='.*'")),
        (_CORS, _starlette("allow_origin_regex=r'https?://.*'")),
        (_CORS, _chi('cors.Handler(cors.Options{AllowedOrigins: []string{"https://*", "http://*"}})')),
        *((_SCANNED, {**NODE, **workflow(f"{tool} --version")}) for tool in ("semgrep", "trivy")),
        (
            "cicd.deployment-automation",
            {**NODE, **workflow("curl -d done ${{ secrets.SLACK_DEPLOY_WEBHOOK }}", on="push")},
        ),
        ("cicd.deployment-automation", {**NODE, **workflow("kubectl apply --dry-run=client -f k8s", on="push")}),
        (_STAGES, {**NODE, "Dockerfile": _STAGED, **workflow("docker build .", job="    if: false\n")}),
        (_STAGES, {**NODE, "Dockerfile": _STAGED, **workflow("docker build --target b .")}),
        (
            _STAGES,
            {**NODE, "Dockerfile": _STAGED, "compose.yml": "services:\n  a:\n    build: {context: ., target: b}\n"},
        ),
        ("monitoring.error-tracking", _setup("@sentry/node", "x.init({dsn: process.env.DSN, enabled: false})")),
        ("monitoring.error-tracking", _setup("@sentry/node", "x.init({dsn: ''})")),
        ("monitoring.error-tracking", _setup("@sentry/node", "if (false) x.init({dsn: process.env.DSN})")),
        ("monitoring.structured-logging", _setup("pino", "const log = x({level: 'silent'})\nlog.info('a')")),
        ("monitoring.structured-logging", _setup("pino", "const log = x({enabled: false})\nlog.info('a')")),
        ("monitoring.request-logging", _setup("morgan", "app.use(x('combined', {skip: () => true}))")),
        ("monitoring.metrics-endpoint", {**_setup("./m", ""), "m.js": _METRICS}),
    ],
)
def test_what_holds_nothing_does_not_pass(item: str, files: Mapping[str, str]) -> None:
    assert state_of(item, files) is State.FAIL


@pytest.mark.parametrize(
    ("item", "files"),
    [
        (_UNIT, {**_NODE, **workflow()}),
        (_UNIT, {**_NODE, "a.test.js": "test.skip('a', f)\ntest('b', f)\n", **workflow()}),
        (_UNIT, {**PYTHON, "test_a.py": "@pytest.mark.skipif(x)\ndef test_a(): ...\n", **workflow("pytest")}),
        (_UNIT, {**_GO, **workflow("go test -run TestA ./...")}),
        (_UNIT, {**_NODE, **workflow("sh test.sh"), "test.sh": "#!/bin/sh\nset -eu\nnpx vitest run\necho done\n"}),
        (_COVERED, {**_NODE, ".nycrc": '{"check-coverage": true}\n', **workflow("npx nyc mocha")}),
        (
            _COVERED,
            {**_PYTHON, **workflow("|\n          pytest --cov\n          if [ $coverage -lt 80 ]; then exit 1; fi")},
        ),
        (_LOAD, {**NODE, "k6/load.js": _K6, **workflow("k6 run k6/load.js")}),
        (_SCANNED, {**NODE, **action("aquasecurity/trivy-action@v1", "        with: {exit-code: '1'}\n")}),
        (_HEALTH, {**NODE, "Dockerfile": _ASKED.replace("\n", " || exit 1\n")}),
        (_HEALTH, {**NODE, "deploy.sh": "curl http://localhost:3000/healthz\n", **workflow("./deploy.sh")}),
        (
            _HEALTH,
            {
                **NODE,
                "server.js": f"{_USING}app.use(r)\n",
                "r.js": _ROUTER,
                "Dockerfile": _ASKED,
            },
        ),
        (
            _HEALTH,
            {
                **PYTHON,
                "main.py": f"{_WHOLE}app.include_router(health.router)\n",
                "health.py": _PART,
                "Dockerfile": _ASKED,
            },
        ),
        (
            _HEALTH,
            {
                **NODE,
                "task-definition.json": _TASK,
            },
        ),
        (_HEALTH, {**NODE, ".do/app.yaml": "services:\n- name: a\n  health_check:\n    http_path: /healthz\n"}),
        (f"{_CLUSTER}#probes", _serving()),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{exec: {command: [cat, /tmp/ready]}}"))),
        (f"{_CLUSTER}#probes", _serving(probe=_probe("{exec: {command: [sh, -c, 'curl -f localhost || exit 1']}}"))),
        (
            f"{_CLUSTER}#probes",
            _serving(probe=_probe("{tcpSocket: {port: 9999}}") + "          args: ['--health=:9999']\n"),
        ),
        (f"{_CLUSTER}#pdb", _serving(budget())),
        (f"{_CLUSTER}#pdb", _serving(budget("minAvailable: 50%"))),
        (f"{_CLUSTER}#pdb", _serving(budget(selector="{}"))),
        (f"{_CLUSTER}#hpa", _serving(scaler())),
        (f"{_CLUSTER}#ingress", _serving(INGRESS)),
        (_LIMITED, _express("limit({windowMs: 60000, limit: 100})")),
        (_LIMITED, _express("limit({windowMs: 24 * 60 * 60 * 1000, limit: 100_000})")),
        (_LIMITED, _express("limit({limit: settings.limit})")),
        (_LIMITED, _express("limit({limit: 100, skip: r => r.path === '/healthz'})")),
        (_LIMITED, _express("'/x', limit({limit: 100})")),
        (_LIMITED, _slowapi("default_limits=['100/minute']")),
        (_LIMITED, _chi("httprate.LimitByIP(100, time.Minute)")),
        (_LIMITED, _aspnet("100")),
        (_LIMITED, _nest("limit: 10")),
        (_LIMITED, _nest("limit: 10, skipIf: (context) => !context.user")),
        (_LIMITED, {**_nest("limit: 10, skipIf: () => !limitEnabled"), "src/env.ts": "const limitEnabled = true\n"}),
        (_LIMITED, _rails("Rack::Attack.throttle('ip', limit: 300, period: 60) { |r| r.ip }\n")),
        *(
            (_CORS, _express(f"cors({{origin: {origin}, credentials: true}})"))
            for origin in (
                *(r"/\.acme\.com$/", "['https://acme.com']", "(o, cb) => cb(null, list.includes(o))"),
                "function (o, cb) { if (list.has(o)) { cb(null, true) } else { cb(new Error('no')) } }",
            )
        ),
        (_CORS, _starlette(r"allow_origin_regex=r'https://.*\.acme\.com'")),
        (_CORS, _chi('cors.Handler(cors.Options{AllowedOrigins: []string{"https://*.acme.com"}})')),
        (_STAGES, {**NODE, "Dockerfile": _STAGED, **workflow("docker build .")}),
        (
            _STAGES,
            {
                **NODE,
                "Dockerfile": _STAGED,
                "compose.yml": "services:\n  a:\n    build: {context: ., target: b}\n",
                **workflow("docker build ."),
            },
        ),
        (_ALERTS, {**NODE, "k8s/p.yaml": _RULES.format("[{name: a, rules: [{alert: Down, expr: up == 0}]}]")}),
        (
            "monitoring.error-tracking",
            _setup("@sentry/node", "x.init({dsn: process.env.DSN, a: {enabled: false}})"),
        ),
        ("monitoring.structured-logging", _setup("pino", "const log = x({level: 'info'})\nlog.info('a')")),
        ("monitoring.request-logging", _setup("morgan", "app.use(x('combined', {skip: r => r.url === '/healthz'}))")),
        ("monitoring.metrics-endpoint", {**_setup("./m", "app.use(x)"), "m.js": _METRICS}),
    ],
)
def test_what_is_real_passes(item: str, files: Mapping[str, str]) -> None:
    assert state_of(item, files) is State.PASS


@pytest.mark.parametrize(
    ("item", "files"),
    [
        (_ALERTS, {**NODE, "k8s/p.yaml": _RULES.format("[]")}),
        (_ALERTS, {**NODE, "k8s/p.yaml": _RULES.format("[{name: a, rules: [{record: x, expr: up}]}]")}),
        ("cicd.rollback", {**NODE, "scripts/rollback.sh": "#!/bin/sh\n# to be written\n"}),
    ],
)
def test_what_shows_nothing_is_to_be_signed_off(item: str, files: Mapping[str, str]) -> None:
    assert state_of(item, files) is State.NEEDS_SIGN_OFF


def test_a_token_for_a_tool_of_tests_says_nothing_of_the_secrets_of_what_runs() -> None:
    code = {**NODE, "server.js": NODE["server.js"] + "const p = process.env.DB_PASSWORD\n"}

    assert state_of(_STORED, {**code, **workflow("echo ${{ secrets.CODECOV_TOKEN }}")}) is State.FAIL
    assert state_of(_STORED, {**code, **workflow("make test P=${{ secrets.DB_PASSWORD }}")}) is State.FAIL
    assert state_of(_STORED, {**code, **workflow("./deploy ${{ secrets.DB_PASSWORD }}")}) is State.PASS


@pytest.mark.parametrize(
    "item",
    [
        *("testing.unit-tests", "testing.ci-workflows", _SCANNED, "cicd.deployment-automation"),
        *("step.lint", "deploy.tests-passing"),
    ],
)
def test_with_a_workflow_that_is_no_yaml_it_is_not_known(item: str) -> None:
    assert state_of(item, {**_NODE, **_BROKEN}) is State.NOT_CHECKED


def _logging(text: str) -> dict[str, str]:
    code = (
        "const express = require('express')\nconst morgan = require('morgan')\nconst app = express()\n"
        f"app.use(morgan('combined'))\napp.post('/x', (req, res) => {{\n  logger.info('{text}', req.body)\n}})\n"
    )
    return {"app.js": code}


def test_a_body_that_is_logged_behind_a_long_text_is_found() -> None:
    assert state_of("monitoring.request-logging", _logging("a" * 5_000)) is State.FAIL


def test_a_call_too_long_to_be_looked_at_is_no_pass() -> None:
    assert state_of("monitoring.request-logging", _logging("a" * 50_000)) is State.NOT_CHECKED


_LISTENING = "app.get('/x', f)\napp.listen(3000)\n"
_APP = "const express = require('express')\nconst app = express()\n"
_FLASK = "from flask import Blueprint\nbp = Blueprint('h', __name__)\n@bp.route('/healthz')\ndef h(): ...\n"


@pytest.mark.parametrize(
    "files",
    [
        {"app.js": f"{_APP}app.use('/', require('./r'))\n{_LISTENING}"},
        {"app.js": f"{_APP}const all = [require('./r')]\nall.forEach(r => app.use(r))\n{_LISTENING}"},
        {
            "app.js": f"{_APP}app.use(require('./api'))\n{_LISTENING}",
            "api.js": (
                "const api = require('express').Router()\nconst one = require('./r')\n"
                "api.use(one)\nmodule.exports = api\n"
            ),
        },
        {
            "app.js": f"import {{ one }} from './routes'\n{_APP}app.use(one)\n{_LISTENING}",
            "routes/index.js": "export { default as one } from '../r'\n",
        },
        {
            "app/__init__.py": (
                "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    from app.health import bp\n"
                "    app.register_blueprint(bp)\n    @app.route('/x')\n    def x(): ...\n    return app\n"
            ),
            "app/health.py": _FLASK,
            "wsgi.py": "from app import create_app\napp = create_app()\n",
        },
    ],
)
def test_a_router_that_is_taken_in_in_some_way_answers(files: Mapping[str, str]) -> None:
    router = {} if "app.js" not in files else {"r.js": _ROUTER}

    assert state_of(_HEALTH, {**router, **files, "Dockerfile": _ASKED}) is State.PASS

"""The item `security.rate-limiting`."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask, ask_item, look, places

_EXPRESS = "import express from 'express'\nimport rateLimit from 'express-rate-limit'\nconst app = express()\n"
_FASTAPI = "from fastapi import FastAPI\nfrom slowapi import Limiter\napp = FastAPI()\nlimiter = Limiter(key_func=k)\n"
_GO = 'package main\nimport "github.com/go-chi/httprate"\nfunc main() {\n'
_ASP = (
    "var builder = WebApplication.CreateBuilder(args);\n"
    "builder.Services.AddRateLimiter(o => { });\nvar app = builder.Build();\n"
)
_RAILS = {"config/application.rb": "class A < Rails::Application\nend\n"}


def judged(files: dict[str, str]) -> tuple[State, list[str]]:
    said = ask("code", files, table="rate-limiting")
    return said.state, places(said) if said.state is State.PASS else []


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"server.ts": _EXPRESS + "app.use(rateLimit({ max: 100 }))\n"}, "server.ts:4"),
        (
            {"server.ts": _EXPRESS + "const limiter = rateLimit({ max: 100 })\napp.use('/api', limiter)\n"},
            "server.ts:5",
        ),
        (
            {
                "src/app.js": (
                    "const { auth } = require('./limits')\nconst app = require('express')()\napp.use('/auth', auth)\n"
                ),
                "src/limits.js": (
                    "const limit = require('express-rate-limit')\nconst auth = limit({})\nmodule.exports = { auth }\n"
                ),
            },
            "src/app.js:3",
        ),
        (
            {
                "src/main.ts": "NestFactory.create(App)\nimport './app.module'\n",
                "src/app.module.ts": "const a = [{ provide: APP_GUARD, useClass: ThrottlerGuard }]\n",
            },
            "src/app.module.ts:1",
        ),
        ({"main.py": _FASTAPI + "@app.get('/x')\n@limiter.limit('5/minute')\ndef x(): ...\n"}, "main.py:6"),
        (
            {
                "p/urls.py": "urlpatterns = [path('x/', x)]\n",
                "p/settings.py": (
                    "REST_FRAMEWORK = {\n"
                    "  'DEFAULT_THROTTLE_CLASSES': ['rest_framework.throttling.AnonRateThrottle'],\n}\n"
                ),
            },
            "p/settings.py:2",
        ),
        ({"main.go": _GO + "r.Use(httprate.LimitByIP(100, time.Minute))\nhttp.ListenAndServe(a, r)\n}\n"}, "main.go:4"),
        ({"Program.cs": _ASP + "app.UseRateLimiter();\n"}, "Program.cs:4"),
        (
            {
                **_RAILS,
                "config/initializers/attack.rb": "Rack::Attack.throttle('ip', limit: 5, period: 1) { |r| r.ip }\n",
            },
            None,
        ),
        ({"routes/web.php": "<?php\nRoute::get('/x', 'X')->middleware('throttle:60,1');\n"}, "routes/web.php:2"),
        (
            {
                "routes/web.php": "<?php\nRoute::post('/login', [Login::class, 'login']);\n",
                "app/Login.php": (
                    "<?php\nclass Login { function login($r) {\n"
                    "  if ($this->hasTooManyLoginAttempts($r)) { throw new LockedOut(); }\n} }\n"
                ),
            },
            "app/Login.php:3",
        ),
        (
            {"src/main.rs": 'fn main() { axum::serve(Router::new().route("/x", get(x)).layer(GovernorLayer { c })) }'},
            None,
        ),
        (
            {
                "server.ts": _EXPRESS + "app.get('/', f)\n",
                "nginx.conf": "location / {\n limit_req zone=one burst=5;\n}\n",
            },
            "nginx.conf:2",
        ),
    ],
)
def test_a_limiter_that_is_mounted_passes(files: dict[str, str], place: str | None) -> None:
    state, found = judged(files)

    assert state is State.PASS
    assert place is None or found[0] == place


@pytest.mark.parametrize(
    "files",
    [
        {"server.ts": _EXPRESS + "app.get('/', f)\n"},
        {"server.ts": _EXPRESS + "const limiter = rateLimit({ max: 100 })\napp.get('/', f)\n// app.use(limiter)\n"},
        {
            "src/app.js": "const { auth } = require('./limits')\nconst app = require('express')()\napp.get('/', f)\n",
            "src/limits.js": (
                "const limit = require('express-rate-limit')\nconst auth = limit({})\nmodule.exports = { auth }\n"
            ),
        },
        {"server.ts": _EXPRESS + "if (process.env.LIMIT_ENABLED === 'true') app.use(rateLimit())\napp.get('/', f)\n"},
        {
            "server.ts": _EXPRESS
            + "function limit() {\n  if (process.env.LIMITED !== 'true') return\n  app.use(rateLimit())\n}\nlimit()\n"
        },
        {"main.py": _FASTAPI + "app.state.limiter = limiter\n@app.get('/x')\ndef x(): ...\n"},
        {"main.py": _FASTAPI + '@app.get("/x")\ndef x():\n    """X-RateLimit-Limit, @limiter.limit."""\n'},
        {"main.go": _GO + "// r.Use(httprate.LimitByIP(100, time.Minute))\nhttp.ListenAndServe(a, r)\n}\n"},
        {"main.go": _GO + "limiter := rate.NewLimiter(1, 1)\nlimiter.Wait(ctx)\nhttp.ListenAndServe(a, r)\n}\n"},
        {"Program.cs": _ASP},
        {"Program.cs": _ASP + "if (app.Environment.IsDevelopment()) { app.UseRateLimiter(); }\n"},
        {"server.ts": _EXPRESS + "app.get('/', f)\n", "tests/limit.ts": _EXPRESS + "app.use(rateLimit())\n"},
        {"server.ts": _EXPRESS + "app.get('/', f)\n", "docs/limits.md": "app.use(rateLimit())\n"},
    ],
)
def test_what_limits_nothing_fails(files: dict[str, str]) -> None:
    assert judged(files)[0] is State.FAIL


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": '{"name": "lib", "main": "index.js"}', "index.js": "module.exports = 1\n"},
        {"pyproject.toml": "[build-system]\nrequires = []\n[project]\nname = 'cli'\n", "cli/__main__.py": "print(1)\n"},
    ],
)
def test_what_serves_nothing_needs_no_limit(files: dict[str, str]) -> None:
    said = ask("code", files, table="rate-limiting")

    assert said.state is State.NOT_APPLICABLE
    assert "1 source files and 1 manifests searched" in said.reason


def test_a_language_that_is_not_read_is_not_checked() -> None:
    said = ask(
        "code",
        {"a/App.kt": "x", "a/B.kt": "y", "Web.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web">'},
        table="rate-limiting",
    )

    assert said.state is State.NOT_CHECKED
    assert said.unknowns[0].reason == "Kotlin is not read: 2 of 2 source files"


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("app/api/x/route.ts", "import { checkRateLimit } from '@/lib/limit'\nawait checkRateLimit(ip)\n", State.PASS),
        ("app/x/actions.ts", "import { applyRateLimit } from './limit'\nawait applyRateLimit(user.id)\n", State.PASS),
        ("lib/github.ts", "import { checkRateLimit } from './limit'\nawait checkRateLimit(answer)\n", State.FAIL),
        ("app/api/x/route.ts", "import { checkRateLimit } from '@octokit/x'\nawait checkRateLimit(a)\n", State.FAIL),
        (
            "app/api/x/route.ts",
            "import { checkRateLimit } from '@/lib/limit'\n// await checkRateLimit(ip)\n",
            State.FAIL,
        ),
        ("app/api/x/route.ts", "import { withRateLimitRetry } from '@/lib/limit'\nwithRateLimitRetry(f)\n", State.FAIL),
    ],
)
def test_a_limiter_of_one_s_own_counts_where_a_handler_asks_it(path: str, text: str, state: State) -> None:
    server = "import express from 'express'\nimport './lib/github'\nimport './app/x/actions'\nexpress().listen(1)\n"

    assert judged({"server.ts": server, path: text})[0] is state


LIMITS = "kind: BackendTrafficPolicy\napiVersion: x/v1\nmetadata: {name: a}\nspec:\n  rateLimit:\n    global: {}\n"


@pytest.mark.parametrize(
    ("values", "template", "state"),
    [
        ("limits: true\n", f"{{{{- if .Values.limits }}}}\n{LIMITS}{{{{- end }}}}\n", State.PASS),
        ("limits: false\n", f"{{{{- if .Values.limits }}}}\n{LIMITS}{{{{- end }}}}\n", State.FAIL),
        ("gateway:\n  rateLimit:\n    enabled: false\n", "", State.FAIL),
        (
            "annotations:\n  nginx.ingress.kubernetes.io/limit-rps: '5'\n",
            (
                "kind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata:\n  name: a\n  annotations:\n"
                "    {{- toYaml .Values.annotations | nindent 4 }}\n"
            ),
            State.PASS,
        ),
        ("annotations:\n  nginx.ingress.kubernetes.io/limit-rps: '5'\n", "", State.FAIL),
    ],
)
def test_what_a_chart_says_counts_where_it_is_rendered(values: str, template: str, state: State) -> None:
    chart = {
        "chart/Chart.yaml": "name: a\nversion: 1.0.0\n",
        "chart/values.yaml": values,
        "chart/templates/a.yaml": template,
    }

    assert judged({"server.ts": _EXPRESS + "app.listen(1)\n", **chart})[0] is state


def test_limits_of_a_table_differ_by_class_of_route() -> None:
    table = (
        "export const rateLimitConfigs = {\n  login: { interval: 900, allowedPerInterval: 10 },\n  api: { %s },\n}\n"
    )
    route = "import { checkRateLimit } from '@/lib/rate-limit'\nawait checkRateLimit(ip)\n"

    def tuned(api: str) -> State:
        files = {"app/api/x/route.ts": route, "lib/rate-limit-configs.ts": table % api, "server.ts": _EXPRESS}
        files["server.ts"] += "import './lib/rate-limit-configs'\napp.listen(1)\n"
        return ask("limit-tuning", files, table="rate-limiting", strength="configured").state

    assert [
        tuned(api) for api in ("interval: 60, allowedPerInterval: 100", "interval: 60, allowedPerInterval: 10")
    ] == [
        State.PASS,
        State.FAIL,
    ]


def test_a_policy_adds_marks_of_its_own() -> None:
    mark = {"shows": "our gate", "words": ["gate"], "language": "typescript", "name": "gate", "module": "@our/gate"}
    files = {"server.ts": "import { gate } from '@our/gate'\napp.listen(1)\ngate(app)\n"}

    assert places(ask("code", files, marks=[mark])) == ["server.ts:3"]


def test_a_limiter_that_is_taken_away_is_seen() -> None:
    before = {"server.ts": _EXPRESS + "app.use(rateLimit({ max: 100 }))\napp.listen(1)\n"}
    after = {"server.ts": _EXPRESS + "app.listen(1)\n"}

    assert [judged(files)[0] for files in (before, after)] == [State.PASS, State.FAIL]
    assert look(before).project.server is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const MAX = 100\napp.use(rateLimit({ max: MAX }))\n", State.PASS),
        ("const MAX = 1e9\napp.use(rateLimit({ max: MAX }))\n", State.FAIL),
        ("const max = 1e9\napp.use(rateLimit({ windowMs: 60, max }))\n", State.FAIL),
        ("const options = { max: 1e9 }\napp.use(rateLimit(options))\n", State.FAIL),
        ("const options = { max: 1e9 }\napp.use(rateLimit({ ...options, windowMs: 1000 }))\n", State.FAIL),
        ("const limits = { max: 1e9, few: 5 }\napp.use(rateLimit({ max: limits.max }))\n", State.FAIL),
        ("const limits = { max: 1e9, few: 5 }\napp.use(rateLimit({ max: limits.few }))\n", State.PASS),
        ("let max = 1e9\nmax = 10\napp.use(rateLimit({ max }))\n", State.PASS),
        ("import { MAX } from './limits'\napp.use(rateLimit({ max: MAX }))\n", State.FAIL),
        ("import { FEW } from './limits'\napp.use(rateLimit({ max: FEW }))\n", State.PASS),
        ("app.use(rateLimit({ max: process.env.MAX || 1e9 }))\n", State.FAIL),
        ("app.use(rateLimit({ max: Number(process.env.MAX ?? 100) }))\n", State.PASS),
        ("app.use(rateLimit({ max: async () => 1e9 }))\n", State.FAIL),
        ("app.use(rateLimit({ max: 0xffffffff }))\n", State.FAIL),
        ("app.use(rateLimit({ max: 0 }))\n", State.FAIL),
        ("app.use(rateLimit({ limit: -1 }))\n", State.FAIL),
        ("app.use(rateLimit({ max: 5, burst: 0 }))\n", State.PASS),
        ("app.use(process.env.LIMITED === 'true' ? rateLimit({ max: 5 }) : (q, s, n) => n())\n", State.FAIL),
        ("app.use(isTrusted ? next : rateLimit({ max: 5 }))\n", State.PASS),
    ],
)
def test_a_limit_limits_by_the_number_that_its_names_come_to(text: str, expected: State) -> None:
    files = {
        "server.ts": _EXPRESS + text + "app.listen(1)\n",
        "limits.ts": "export const MAX = 1e9\nexport const FEW = 5\n",
    }

    assert ask("rate-limiting", files, table="rate-limiting").state is expected


@pytest.mark.parametrize(
    ("made", "given", "state"),
    [
        ("key_func=ip", "limiter.init_app(app)\n", State.PASS),
        ("key_func=ip", "for one in (db, limiter):\n    one.init_app(app)\n", State.PASS),
        ("key_func=ip", "setup(app, limiter)\n", State.PASS),
        ("app=app, key_func=ip", "", State.PASS),
        ("key_func=ip", "", State.FAIL),
    ],
)
def test_a_limiter_of_flask_that_no_app_is_given_to_limits_nothing(made: str, given: str, state: State) -> None:
    files = {
        "requirements.txt": "flask\nflask-limiter\n",
        "app.py": "from flask import Flask\nfrom shop.limits import limiter\nimport shop.views\n"
        f"app = Flask(__name__)\n{given}",
        "shop/limits.py": f"from flask_limiter import Limiter\nlimiter = Limiter({made})\n",
        "shop/views.py": "from shop.limits import limiter\n@app.route('/login', methods=['POST'])\n"
        "@limiter.limit('5/minute')\ndef login(): ...\n",
    }

    assert ask_item("security.rate-limiting", files).state is state


@pytest.mark.parametrize(
    ("made", "state"),
    [
        ("Limiter(server, key_func=get_remote_address)", State.PASS),
        ("Limiter(get_remote_address, server)", State.PASS),
        ("Limiter(get_remote_address, app=server)", State.PASS),
        ("Limiter(get_remote_address)", State.FAIL),
        ("Limiter(get_remote_address, storage_uri=URI)", State.FAIL),
        ("Limiter(key_func=get_remote_address)", State.FAIL),
    ],
)
def test_a_limiter_of_flask_may_be_given_an_app_of_any_name(made: str, state: State) -> None:
    code = (
        "from flask import Flask\nfrom flask_limiter import Limiter\nserver = Flask(__name__)\n"
        f"limiter = {made}\n@server.route('/in', methods=['POST'])\n@limiter.limit('5/minute')\ndef x(): return 1\n"
    )

    assert (
        ask_item("security.rate-limiting", {"requirements.txt": "flask\nflask-limiter\n", "app.py": code}).state
        is state
    )


@pytest.mark.parametrize(
    ("routes", "state"),
    [
        ("app.use('/api', router);\nrouter.use('/login', signIn);", State.PASS),
        ("app.get('/api', list);\nconst link = '/login';", State.FAIL),
    ],
)
def test_the_two_parts_of_a_path_are_mounted_one_on_the_other(routes: str, state: State) -> None:
    code = (
        "import express from 'express';\nimport rateLimit from 'express-rate-limit';\nimport { router } from './in';\n"
        f"const app = express();\napp.use('/api/login', rateLimit({{ max: 5 }}));\n{routes}\napp.listen(1);\n"
    )
    files = {"package.json": '{"dependencies": {"express": "4", "express-rate-limit": "7"}}', "src/app.ts": code}

    assert ask_item("security.rate-limiting", files).state is state

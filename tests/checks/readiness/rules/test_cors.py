"""The item `security.cors`."""

from __future__ import annotations

import time

import pytest

from bot.model import State
from tests.checks.readiness.look import ask, ask_item, places

_EXPRESS = "import express from 'express'\nimport cors from 'cors'\nconst app = express()\napp.get('/', f)\n"
_FASTAPI = "app = FastAPI()\n@app.get('/')\ndef f(): ...\n"
_GO = 'package main\nimport "github.com/rs/cors"\nfunc main() {\n'
_ASP = 'var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet("/", f);\n'
_GIN = 'package main\nimport "github.com/gin-contrib/cors"\nfunc main() {\nr.GET("/a", h)\nc := cors.DefaultConfig()\n'
_JAVA = '@RestController class A { @GetMapping("/x") String x() { }\n@Bean CorsConfigurationSource s() { %s } }'


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"server.ts": _EXPRESS + "app.use(cors({ origin: config.origins, credentials: true }))\n"}, "server.ts:5"),
        (
            {
                "main.py": _FASTAPI
                + "app.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_credentials=True)\n"
            },
            "main.py:4",
        ),
        (
            {
                "main.go": _GO
                + "c := cors.New(cors.Options{AllowedOrigins: origins})\nhttp.ListenAndServe(a, c.Handler(m))\n}\n"
            },
            None,
        ),
        ({"Program.cs": _ASP + "app.UseCors(p => p.WithOrigins(origins).AllowCredentials());\n"}, "Program.cs:3"),
        (
            {
                "p/urls.py": "urlpatterns = [path('x/', x)]\n",
                "p/settings.py": (
                    "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware']\nCORS_ALLOWED_ORIGINS = env.list('O')\n"
                ),
            },
            "p/settings.py:1",
        ),
        (
            {"A.java": '@RestController class A { @CrossOrigin(origins = "b") @GetMapping("/x") String x() { } }'},
            None,
        ),
        (
            {"A.java": _JAVA % "c.setAllowedOrigins(List.of(settings.origin()));\nc.setAllowCredentials(true);"},
            "A.java:2",
        ),
    ],
)
def test_a_list_of_origins_passes(files: dict[str, str], place: str | None) -> None:
    said = ask("cors", files)

    assert said.state is State.PASS
    assert place is None or place in places(said)


@pytest.mark.parametrize(
    ("files", "line", "message"),
    [
        ({"server.ts": _EXPRESS + "app.use(cors({ origin: '*' }))\n"}, 5, "every origin is let in"),
        ({"server.ts": _EXPRESS + "app.use(cors())\n"}, 5, "every origin is let in"),
        (
            {"server.ts": _EXPRESS + "app.use(cors({ origin: true, credentials: true }))\n"},
            5,
            "every origin is let in, with credentials",
        ),
        (
            {
                "main.py": _FASTAPI
                + "app.add_middleware(\n  CORSMiddleware,\n  allow_origins=['*'],\n  allow_credentials=True,\n)\n"
            },
            6,
            "every origin is let in, with credentials",
        ),
        ({"main.py": _FASTAPI, "p/settings.py": "CORS_ALLOW_ALL_ORIGINS = True\n"}, 1, "every origin is let in"),
        (
            {"main.ts": "const app = await NestFactory.create(A, { cors: true })\napp.listen(1)\n"},
            1,
            "every origin is let in",
        ),
        ({"Program.cs": _ASP + "app.UseCors(p => p.AllowAnyOrigin());\n"}, 3, "every origin is let in"),
        *(
            (
                {"Program.cs": f"{_ASP}app.UseCors(p => p.SetIsOriginAllowed({yes}).AllowCredentials());\n"},
                3,
                "every origin is let in, with credentials",
            )
            for yes in ("(host) => true", "(string? _) => true", "static o => { return true; }")
        ),
        (
            {
                "main.go": _GO
                + "c := cors.New(cors.Options{\n"
                + "AllowOriginRequestFunc: func(r *http.Request, o string) bool { return true },\n})\n"
                + "http.ListenAndServe(a, c.Handler(m))\n}\n"
            },
            4,
            "every origin is let in",
        ),
        ({"main.go": _GO + "http.ListenAndServe(a, cors.AllowAll().Handler(m))\n}\n"}, 4, "every origin is let in"),
        ({"main.go": _GIN + 'c.AllowOrigins = []string{"*"}\nr.Use(cors.New(c))\n}\n'}, 6, "every origin is let in"),
        (
            {"main.go": _GIN + 'c.AllowOrigins = []string{"*"}\nc.AllowCredentials = true\nr.Use(cors.New(c))\n}\n'},
            6,
            "every origin is let in, with credentials",
        ),
        (
            {"A.java": _JAVA % 'c.setAllowedOriginPatterns(List.of("*"));\nc.setAllowCredentials(true);'},
            2,
            "every origin is let in, with credentials",
        ),
        (
            {"A.java": _JAVA % "c.setAllowedOrigins(Collections.singletonList(CorsConfiguration.ALL));"},
            2,
            "every origin is let in",
        ),
    ],
)
def test_every_origin_fails_with_its_line(files: dict[str, str], line: int, message: str) -> None:
    said = ask("cors", files)

    assert said.state is State.FAIL
    assert (line, message) in [(one.line, one.message) for one in said.missing]
    assert all(one.fix for one in said.missing)


@pytest.mark.parametrize(
    "files",
    [
        {"server.ts": "import express from 'express'\napp.get('/', f)\n"},
        {
            "server.ts": (
                "import express from 'express'\napp.get('/', f)\n// app.use(cors({ origin: '*', credentials: true }))\n"
            )
        },
        {
            "server.ts": "import express from 'express'\napp.get('/', f)\n",
            "index.tsx": "const a = <script crossOrigin='anonymous' />\n",
        },
        {"main.py": _FASTAPI, "load/package.json": '{"devDependencies": {"cors": "1"}}'},
        {"index.js": "module.exports = 1\n"},
    ],
)
def test_without_cors_browsers_refuse_and_nothing_applies(files: dict[str, str]) -> None:
    said = ask("cors", files)

    assert said.state is State.NOT_APPLICABLE
    assert "searched" in said.reason


@pytest.mark.parametrize(
    "files",
    [
        {"server.ts": _EXPRESS + "if (process.env.NODE_ENV === 'development') app.use(cors({ origin: '*' }))\n"},
        {
            "main.py": (
                "app = FastAPI()\nif not settings.PRODUCTION:\n    app.add_middleware(CORSMiddleware, origins=o)\n"
            )
        },
    ],
)
def test_in_development_alone_it_does_not_apply_to_production(files: dict[str, str]) -> None:
    said = ask("cors", files)

    assert said.state is State.NOT_APPLICABLE
    assert "runs in development only" in said.reason


def test_in_development_and_by_what_nothing_calls_it_is_configured_and_not_wired() -> None:
    text = _EXPRESS + "if (isDev) app.use(cors({ origin: o }))\nfunction open() {\n  app.use(cors({ origin: o }))\n}\n"

    assert [one.rule for one in ask("cors", {"server.ts": text}).missing] == ["too-weak"]


def test_one_open_route_beside_a_list_is_advice() -> None:
    text = _EXPRESS + "app.use(cors({ origin: config.origins }))\n"
    files = {
        "server.ts": text,
        "app/widget/route.ts": "export function GET() {\n  res.headers.set('Access-Control-Allow-Origin', '*')\n}\n",
    }
    said = ask("cors", files)

    assert said.state is State.PASS
    assert [(one.path, one.fails) for one in said.missing] == [("app/widget/route.ts", False)]


def test_a_list_that_is_turned_to_everybody_fails() -> None:
    before = {"server.ts": _EXPRESS + "app.use(cors({ origin: config.origins }))\n"}
    after = {"server.ts": _EXPRESS + "app.use(cors({ origin: '*' }))\n"}

    assert [ask("cors", files).state for files in (before, after)] == [State.PASS, State.FAIL]


_SWITCHED = (
    f'{_ASP}services.AddCors(o => o.AddPolicy("p", b => {{\n'
    "  if (settings.AllowAll) {\n    b.SetIsOriginAllowed(_ => true).AllowCredentials();\n"
    '  } else {\n    b.WithOrigins(settings.Origins).AllowCredentials();\n  }\n}));\napp.UseCors("p");\n'
)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"appsettings.json": '{"Cors": {"AllowAll": false}}\n'}, State.PASS),
        (
            {
                "appsettings.json": '{"Cors": {"AllowAll": true}}\n',
                "appsettings.Production.json": '{"Cors": {"AllowAll": false}}\n',
            },
            State.PASS,
        ),
        ({"appsettings.json": '{"Cors": {"AllowAll": true}}\n'}, State.FAIL),
        (
            {"a/appsettings.json": '{"C": {"AllowAll": false}}', "b/appsettings.json": '{"C": {"AllowAll": true}}'},
            State.FAIL,
        ),
        ({"appsettings.Development.json": '{"Cors": {"AllowAll": false}}\n'}, State.FAIL),
        ({}, State.FAIL),
    ],
)
def test_what_a_setting_of_production_switches_off_lets_nobody_in(told: dict[str, str], state: State) -> None:
    assert ask("cors", {"Program.cs": _SWITCHED} | told).state is state


@pytest.mark.parametrize("test", ["b.Environment.IsTest()", 'b.Environment.IsEnvironment("Testing")'])
def test_what_is_open_in_development_and_in_tests_alone_is_open_to_nobody(test: str) -> None:
    code = (
        f"{_ASP}if (b.Environment.IsDevelopment() || {test})\n{{\n"
        "  services.AddCors(o => o.AddDefaultPolicy(p => p.AllowAnyOrigin()));\n}\nelse\n{\n"
        '  services.AddCors(o => o.AddPolicy("p", p => p.WithOrigins(origins)));\n}\napp.UseCors("p");\n'
    )

    assert ask("cors", {"Program.cs": code}).state is State.PASS


_FRIENDS = 'o.AddPolicy("Friends", b => b.WithOrigins(settings.Origins).AllowCredentials()'
_EVERYBODY = 'o.AddPolicy("Everybody", b => b.AllowAnyOrigin()'
_NAMED_POLICIES = f"{_ASP}services.AddCors(o =>\n{{\n    {_FRIENDS});\n    {_EVERYBODY});\n}});\n"


@pytest.mark.parametrize(
    ("used", "state"),
    [
        ('app.UseCors("Friends");\n', State.PASS),
        ('app.UseCors(settings.Cors.Open ? "Everybody" : "Friends");\n', State.PASS),
        ('app.UseCors("Everybody");\napp.MapHub<Hub>("/hub").RequireCors("Friends");\n', State.FAIL),
        ('app.UseCors(settings.Cors.Wide ? "Everybody" : "Friends");\n', State.FAIL),
        ("app.UseCors(Policies.Friends);\n", State.PASS),
        ("app.UseCors(p => p.WithOrigins(origins));\n", State.PASS),
        # What settings or variables tell may be either.
        ('app.UseCors(b.Configuration["Cors:Policy"]);\n', State.FAIL),
        ('app.UseCors(b.Configuration.GetValue<string>("Cors:Policy"));\n', State.FAIL),
        ("app.UseCors(nameof(Everybody));\n", State.FAIL),
        ("app.UseCors(policy);\n", State.FAIL),
    ],
)
def test_a_policy_of_net_is_for_itself_and_counts_where_something_asks_for_it(used: str, state: State) -> None:
    settings = {"appsettings.json": '{"Cors": {"Open": false, "Wide": true}}'}
    judged = ask("cors", {"Program.cs": _NAMED_POLICIES + used} | settings)

    assert judged.state is state
    assert "with credentials" not in judged.reason


@pytest.mark.parametrize("before", ["app.listen(1)\n", "if (isDev) app.use(cors({ origin: o }))\n"])
def test_everybody_is_counted_also_where_nobody_was_let_in(before: str) -> None:
    [name] = ask("cors", {"server.ts": _EXPRESS + before}).measures
    after = ask("cors", {"server.ts": _EXPRESS + "app.use(cors({ origin: '*', credentials: true }))\n"})
    base = ask("cors", {"server.ts": _EXPRESS + before})

    assert base.state is State.NOT_APPLICABLE
    assert [(one.measures[name].value, one.measures[name].line) for one in (base, after)] == [(0, 0), (1, 5)]
    assert not after.measures[name].higher_is_better


def test_one_open_route_beside_a_list_is_not_counted() -> None:
    route = "export function GET() {\n  res.headers.set('Access-Control-Allow-Origin', '*')\n}\n"
    said = ask("cors", {"server.ts": _EXPRESS + "app.use(cors({ origin: o }))\n", "app/w/route.ts": route})

    assert [one.value for one in said.measures.values()] == [0]


_POLICIES = """package main
func main() {
\tr.GET("/x", h)
\tapi := cors.NewPolicy().WithMethods("GET", "POST").WithAllowedOrigins(origins...).Build()
\topen := cors.NewPolicy().%s.WithAllowedOrigins("*").Build()
}
"""


@pytest.mark.parametrize(
    ("methods", "state"),
    [
        ('WithAllowedMethods("OPTIONS", "GET")', State.PASS),
        ('WithAllowedMethods("GET", "POST")', State.FAIL),
        ('WithAllowedMethods("*")', State.FAIL),
        ('WithAllowedMethods("GET").WithAllowCredentials(true)', State.FAIL),
        ("WithMaxAge(5)", State.FAIL),
    ],
)
def test_what_everybody_may_only_read_stands_beside_a_list_of_origins(methods: str, state: State) -> None:
    assert ask("cors", {"main.go": _POLICIES % methods}).state is state


def test_what_everybody_may_only_read_is_no_list_by_itself() -> None:
    text = _EXPRESS + "app.use(cors({ origin: '*', allowedMethods: ['GET'] }))\n"

    assert ask("cors", {"server.ts": text}).state is State.FAIL


_FLASK = "from flask import Flask\nfrom flask_cors import CORS\napp = Flask(__name__)\n@app.route('/a')\ndef a(): ...\n"
_FASTIFY = "const f = require('fastify')()\nf.get('/a', x)\nf.listen({ port: 1 })\n"
_HANDLERS = 'package main\nimport "github.com/gorilla/handlers"\nfunc main() {\n'
_ECHO = 'package main\nimport "github.com/labstack/echo/v4/middleware"\nfunc main() {\n e.GET("/a", h)\n'
_SPRING = '@RestController\n%s\nclass A { @GetMapping("/x") String x() { } }'


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("app.py", _FLASK + "CORS(app)\n", State.FAIL),
        ("app.py", _FLASK + "CORS(app, supports_credentials=True)\n", State.FAIL),
        ("app.py", _FLASK + "CORS(app, origins=ORIGINS)\n", State.PASS),
        ("app.py", _FLASK + "CORS(app, resources=settings.CORS)\n", State.PASS),
        ("server.ts", _EXPRESS + "app.use(cors({ credentials: true }))\n", State.FAIL),
        ("server.ts", _EXPRESS + "app.use(cors({ ...options }))\n", State.PASS),
        ("server.ts", _EXPRESS + "app.use(cors(options))\n", State.PASS),
        ("server.js", _FASTIFY + "f.register(require('@fastify/cors'))\n", State.FAIL),
        ("server.js", _FASTIFY + "f.register(require('@fastify/cors'), { origin: ['https://a.b'] })\n", State.PASS),
        ("main.go", _GO + "http.ListenAndServe(a, cors.New(cors.Options{}).Handler(m))\n}\n", State.FAIL),
        ("main.go", _GO + "http.ListenAndServe(a, cors.New(options).Handler(m))\n}\n", State.PASS),
        ("main.go", _ECHO + " e.Use(middleware.CORS())\n}\n", State.FAIL),
        (
            "main.go",
            _HANDLERS + "http.ListenAndServe(a, handlers.CORS(handlers.AllowedHeaders(x))(r))\n}\n",
            State.FAIL,
        ),
        (
            "main.go",
            _HANDLERS + "http.ListenAndServe(a, handlers.CORS(handlers.AllowedOrigins(x))(r))\n}\n",
            State.PASS,
        ),
        ("A.java", _SPRING % "@CrossOrigin", State.FAIL),
        ("A.java", _SPRING % "@CrossOrigin(maxAge = 3600)", State.FAIL),
        ("A.java", _SPRING % '@CrossOrigin("https://a.b")', State.PASS),
    ],
)
def test_a_library_that_is_told_no_origin_lets_all_in(path: str, text: str, state: State) -> None:
    assert ask("cors", {path: text}).state is state


_INGRESS = "kind: Ingress\nmetadata:\n  annotations:\n    nginx.ingress.kubernetes.io/enable-cors: 'true'\n"


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("nginx.conf", "server {\n  add_header Access-Control-Allow-Origin *;\n}\n", 2),
        ("nginx.conf", "add_header 'Access-Control-Allow-Origin' '*' always;\n", 1),
        ("nginx.conf", "add_header Access-Control-Allow-Origin $http_origin always;\n", 1),
        (
            "nginx.conf",
            "map $http_origin $o { https://a.b $http_origin; }\nadd_header Access-Control-Allow-Origin $o;\n",
            None,
        ),
        ("nginx.conf", "add_header Access-Control-Allow-Origin https://a.b;\n# Access-Control-Allow-Origin *;\n", None),
        ("k8s/i.yaml", _INGRESS, 4),
        ("k8s/i.yaml", _INGRESS + "    nginx.ingress.kubernetes.io/cors-allow-origin: '*'\n", 5),
        ("k8s/i.yaml", _INGRESS + "    nginx.ingress.kubernetes.io/cors-allow-origin: https://a.b\n", None),
        ("k8s/i.yaml", _INGRESS + "    # nginx.ingress.kubernetes.io/cors-allow-origin: https://a.b\n", 4),
        ("vercel.json", '[{"key": "Access-Control-Allow-Origin",\n "value": "*"}]\n', 1),
        (
            "vercel.json",
            '[{"access-control-allow-origin": "https://a.b"}, {"access-control-allow-origin": "*", "a": "b"}]\n',
            1,
        ),
        ("application.properties", "quarkus.http.cors.origins=*\n", 1),
        ("application.yml", "a:\n  cors:\n    allowed-origins:\n      - '*'\n", 3),
        ("application.yml", "a:\n  cors:\n    allowed-origins: https://a.b\n", None),
        (
            "nelmio_cors.yaml",
            "nelmio_cors:\n  defaults:\n    allow_origin: []\n  paths:\n    '^/':\n      allow_origin: ['*']\n",
            6,
        ),
        ("nelmio_cors.yaml", "nelmio_cors:\n  defaults:\n    allow_origin: ['%env(O)%']\n", None),
    ],
)
def test_configuration_that_lets_all_in_fails_at_its_line(path: str, text: str, line: int | None) -> None:
    judged = ask(
        "cors", {"server.ts": "import express from 'express'\nconst app = express()\napp.get('/', f)\n", path: text}
    )

    assert judged.state is (State.PASS if line is None else State.FAIL)
    assert [one.line for one in judged.missing] == ([] if line is None else [line])


_SETTINGS = "class Settings(BaseSettings):\n    %s\n"


@pytest.mark.parametrize(
    ("setting", "credentials", "state"),
    [
        ('hosts: list[str] = ["*"]', "True", State.FAIL),
        ('hosts: str = Field(default="*")', "True", State.FAIL),
        ('hosts: list[str] = os.getenv("HOSTS", "*")', "True", State.FAIL),
        ('hosts: list[str] = ["https://a.example"]', "True", State.PASS),
        ("hosts: list[str]", "True", State.PASS),
        ('hosts: list[str] = ["*"]', "False", State.FAIL),
    ],
)
def test_a_setting_that_is_everybody_by_default_is_no_list(setting: str, credentials: str, state: State) -> None:
    mounted = f"app.add_middleware(CORSMiddleware, allow_origins=settings.hosts, allow_credentials={credentials})\n"
    said = ask(
        "cors", {"main.py": f"from settings import settings\n{_FASTAPI}{mounted}", "settings.py": _SETTINGS % setting}
    )

    assert said.state is state
    assert state is State.PASS or (said.missing[0].path, said.missing[0].line) == ("main.py", 5)


def test_a_setting_of_a_script_that_is_everybody_by_default_is_not_safe_with_credentials() -> None:
    mounted = "app.use(cors({ origin: config.origins, credentials: true }))\n"
    config = "export const config = { origins: process.env.ORIGINS || '*' }\n"
    said = ask("cors", {"server.ts": f"import {{ config }} from './config'\n{_EXPRESS}{mounted}", "config.ts": config})

    assert said.state is State.FAIL


@pytest.mark.parametrize(
    ("path", "state"),
    [
        ("docker/test-nginx.conf", State.PASS),
        ("nginx.dev.conf", State.PASS),
        ("docker/nginx.conf", State.FAIL),
        ("docker/latest-nginx.conf", State.FAIL),
    ],
)
def test_configuration_of_tests_and_of_development_says_nothing_of_production(path: str, state: State) -> None:
    app = _EXPRESS + "app.use(cors({ origin: config.origins }))\n"

    assert ask("cors", {"server.ts": app, path: "add_header 'Access-Control-Allow-Origin' '*';\n"}).state is state


def test_a_manifest_that_speaks_of_browsers_excuses_no_fault() -> None:
    files = {
        "package.json": '{"dependencies": {"jquery": "3"}}',
        "server.ts": "import { createServer } from 'node:http'\ncreateServer((q, s) => {\n"
        "  s.setHeader('Access-Control-Allow-Origin', '*')\n  s.end()\n}).listen(1)\n",
    }

    assert ask("cors", files).state is State.FAIL


_LARAVEL = {
    "composer.json": '{"require": {"laravel/framework": "11"}}',
    "routes/api.php": "<?php\nRoute::get('/users', [UserController::class, 'index']);\n",
}


@pytest.mark.parametrize(
    ("paths", "state"),
    [("'.well-known/*'", State.PASS), ("'api/*', '.well-known/*'", State.FAIL), ("'*'", State.FAIL)],
)
def test_of_laravel_only_documents_that_are_published_may_be_for_everybody(paths: str, state: State) -> None:
    policy = f"<?php\nreturn [\n  'paths' => [{paths}],\n  'allowed_origins' => ['*'],\n];\n"
    sockets = "<?php\nreturn ['apps' => [['allowed_origins' => ['*']]]];\n"

    judged = ask_item("security.cors", {**_LARAVEL, "config/cors.php": policy, "config/websockets.php": sockets})

    assert judged.state is state


@pytest.mark.parametrize(
    ("pattern", "state"),
    [("'/^https:\\/\\/shop\\.example$/'", State.PASS), ("'/.*/'", State.FAIL), ("'#^.+$#'", State.FAIL)],
)
def test_a_pattern_of_laravel_may_take_every_origin(pattern: str, state: State) -> None:
    policy = (
        "<?php\nreturn [\n  'paths' => ['api/*'],\n  'allowed_origins' => explode(',', env('ORIGINS')),\n"
        f"  'allowed_origins_patterns' => [{pattern}],\n  'supports_credentials' => true,\n];\n"
    )

    assert ask_item("security.cors", {**_LARAVEL, "config/cors.php": policy}).state is state


def test_origins_of_web_sockets_are_no_policy_of_cors() -> None:
    sockets = "<?php\nreturn ['apps' => [['allowed_origins' => ['https://a.example']]]];\n"

    judged = ask_item("security.cors", {**_LARAVEL, "config/websockets.php": sockets})

    assert judged.state is State.NOT_APPLICABLE


_NODE = "import express from 'express'\nconst app = express()\napp.get('/', f)\n"


_MIDDLEWARE = "export default (req, res, next) => {\n%s  next()\n}\n"
_WITH = "res.set({ 'Access-Control-Allow-Origin': req.headers.origin, 'Access-Control-Allow-Credentials': true })"
_BY_NAME = "res.header('Access-Control-Allow-Origin', origin)"


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (f"  if (req.headers.origin) {{\n    {_WITH}\n  }}\n", State.FAIL),
        (f"  const origin = req.get('Origin')\n  {_BY_NAME}\n", State.FAIL),
        (f"  const origin = req.get('Origin')\n  if (hosts.includes(origin)) {_BY_NAME}\n", State.PASS),
        (f"  if (req.headers.origin === config.origin) {{\n    {_WITH}\n  }}\n", State.PASS),
        ("  res.set('Access-Control-Allow-Origin', config.origin)\n", State.PASS),
    ],
)
def test_the_origin_of_the_request_given_back_is_everybody(body: str, state: State) -> None:
    app = f"import cors from './cors.js'\n{_NODE}app.use(cors)\n"

    assert ask("cors", {"app.js": app, "cors.js": _MIDDLEWARE % body}).state is state


def test_the_origin_of_the_request_given_back_in_go_is_everybody() -> None:
    go = (
        "package main\nfunc open(h http.Handler) http.Handler {\n"
        "  return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {\n%s"
        '    w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))\n    h.ServeHTTP(w, r)\n  })\n}\n'
        'func main() {\n  http.Handle("/", open(m))\n  http.ListenAndServe(a, nil)\n}\n'
    )
    held = '    if !slices.Contains(hosts, r.Header.Get("Origin")) {\n      return\n    }\n'

    assert [ask("cors", {"main.go": go % one}).state for one in ("", held)] == [State.FAIL, State.PASS]


@pytest.mark.parametrize(
    ("origins", "state"),
    [
        ("ENV.fetch('ORIGINS', '*')", State.FAIL),
        ("hosts", State.FAIL),
        ("ENV.fetch('ORIGINS')", State.PASS),
        ("ENV.fetch('ORIGINS', 'https://a.example')", State.PASS),
    ],
)
def test_a_default_of_rack_cors_that_is_everybody_is_no_list(origins: str, state: State) -> None:
    text = (
        "Rails.application.config.middleware.insert_before 0, Rack::Cors do\n  hosts = ENV.fetch('HOSTS', '*')\n"
        f"  allow do\n    origins {origins}\n    resource '*', headers: :any\n  end\nend\n"
    )
    routes = "Rails.application.routes.draw do\n  get '/a', to: 'a#b'\nend\n"

    assert ask("cors", {"config/initializers/cors.rb": text, "config/routes.rb": routes}).state is state


def test_a_default_that_stands_where_the_origins_are_told_is_no_list() -> None:
    mounted = "app.use(cors({ origin: process.env.ORIGIN %s 'https://a.example' }))\n"
    open_by_default = "app.use(cors({ origin: process.env.ORIGIN || '*' }))\n"
    said = [ask("cors", {"server.ts": _EXPRESS + one}).state for one in (mounted % "||", open_by_default)]

    assert said == [State.PASS, State.FAIL]


def test_what_a_desktop_program_lets_in_says_nothing_of_the_server() -> None:
    files = {
        "server.ts": _EXPRESS + "app.use(cors({ origin: config.origins }))\n",
        "agent/src-tauri/src/server.rs": (
            "pub async fn run() {\n    let cors = CorsLayer::permissive();\n"
            '    let app = Router::new().route("/a", get(h)).layer(cors);\n}\n'
        ),
    }

    assert ask("cors", files).state is State.PASS
    assert ask("cors", {path.replace("src-tauri", "api"): text for path, text in files.items()}).state is State.FAIL


def test_origins_of_a_program_s_own_settings_are_read() -> None:
    app = '@RestController class A { @GetMapping("/x") String x() { } }'
    told = "hapi:\n  cors:\n    allowed_origin:\n      - '%s'\n"
    said = [ask("cors", {"A.java": app, "application.yaml": told % one}).state for one in ("*", "https://a.example")]

    assert said == [State.FAIL, State.PASS]


@pytest.mark.parametrize(
    ("setting", "state"),
    [
        ("", State.FAIL),
        ("CORS_URLS_REGEX = r'^/api/'\n", State.FAIL),
        ("CORS_ORIGIN_REGEX_WHITELIST = [r'^https://a']\n", State.PASS),
    ],
)
def test_what_django_mounts_lets_no_origin_in_by_itself(setting: str, state: State) -> None:
    mounted = "MIDDLEWARE = ['corsheaders.middleware.CorsMiddleware']\n"

    assert (
        ask("cors", {"p/urls.py": "urlpatterns = [path('x/', x)]\n", "p/settings.py": mounted + setting}).state is state
    )


def test_many_headers_outside_of_functions_cost_no_time_by_the_square() -> None:
    header = 'res.setHeader("Access-Control-Allow-Origin", req.headers.origin)\n'
    files = {"server.ts": f"import express from 'express'\nexpress().get('/x', f)\n{header * 2_000}"}
    started = time.process_time()

    assert ask_item("security.cors", files).state is State.FAIL
    assert time.process_time() - started < 6


_JAKARTA = 'import jakarta.ws.rs.*;\n@Path("/x") public class A { @GET public String x() { return a; } }'
_FILTER = """\
import jakarta.ws.rs.container.*;
@Provider
public class H implements ContainerResponseFilter {
  public void filter(ContainerRequestContext a, ContainerResponseContext b) {
    b.getHeaders().add("Access-Control-Allow-Origin", ORIGIN);
  }
}
"""
_CONFIG = "src/main/resources/META-INF/microprofile-config.properties"
_READS = _FILTER.replace("b.getHeaders().add(", "log(").replace(", ORIGIN", "")


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"H.java": _FILTER}, State.PASS),
        ({"H.java": _FILTER, _CONFIG: "a.cors.allowed-origins=*\na.cors.allow-credentials=true\n"}, State.FAIL),
        ({"H.java": _FILTER, _CONFIG: "a.cors.allowed-origins=https://a.example\n# allowed-origins=*\n"}, State.PASS),
        ({"H.java": _FILTER.replace("ORIGIN", '"*"').replace("H ", "Cors ")}, State.FAIL),
        ({"H.java": _READS}, State.NOT_APPLICABLE),
    ],
)
def test_a_filter_of_jakarta_sets_headers_of_cors(files: dict[str, str], state: State) -> None:
    assert ask_item("security.cors", {"A.java": _JAKARTA, **files}).state is state


@pytest.mark.parametrize(
    ("origins", "state"),
    [
        ('["https://a.example".parse().unwrap()]', State.PASS),
        ("tower_http::cors::AllowOrigin::mirror_request()", State.FAIL),
    ],
)
def test_a_layer_of_rust_that_gives_origins_back_with_credentials_lets_all_in(origins: str, state: State) -> None:
    layer = (
        f"pub async fn run() {{\n    let cors = CorsLayer::new().allow_origin({origins}).allow_credentials(true);\n"
        '    let app = Router::new().route("/a", get(h)).layer(cors);\n    axum::serve(l, app).await;\n}\n'
    )
    cargo = '[package]\nname = "a"\n[dependencies]\naxum = "0.8"\ntower-http = "0.6"\n'

    assert ask("cors", {"Cargo.toml": cargo, "src/main.rs": layer}).state is state


@pytest.mark.parametrize(
    ("path", "code", "others"),
    [
        (
            "F.java",
            (
                "@Component class F implements Filter {{\n  public void doFilter(A q, B r, C c) {{\n"
                "    r.setHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, {});\n  }}\n}}\n"
            ),
            {"A.java": '@RestController class A { @GetMapping("/x") String x() { return ""; } }\n'},
        ),
        (
            "main.go",
            (
                'package main\nimport "github.com/labstack/echo/v4"\nfunc main() {{\n\te := echo.New()\n'
                '\te.GET("/x", func(c echo.Context) error {{\n'
                "\t\tc.Response().Header().Set(echo.HeaderAccessControlAllowOrigin, {})\n\t\treturn nil\n\t}})\n"
                '\te.Start(":1")\n}}\n'
            ),
            {"go.mod": "module m\nrequire github.com/labstack/echo/v4 v4.0.0\n"},
        ),
        (
            "P.cs",
            (
                'var app = WebApplication.Create();\napp.MapGet("/x", f);\napp.Use(async (c, next) => {{\n'
                "  c.Response.Headers.AccessControlAllowOrigin = {};\n  await next();\n}});\napp.Run();\n"
            ),
            {"A.csproj": '<Project Sdk="Microsoft.NET.Sdk.Web"/>'},
        ),
        (
            "src/main.rs",
            (
                '#[tokio::main]\nasync fn main() {{\n  let app = Router::new().route("/x", get(x)).layer('
                "SetResponseHeaderLayer::overriding(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static({})));\n"
                "  axum::serve(l, app).await;\n}}\n"
            ),
            {"Cargo.toml": '[dependencies]\naxum = "0.7"\n'},
        ),
    ],
    ids=["Java", "Go", "C#", "Rust"],
)
@pytest.mark.parametrize(("origin", "expected"), [('"*"', State.FAIL), ('"https://shop.example"', State.PASS)])
def test_a_header_that_a_constant_names_is_that_header(
    path: str, code: str, others: dict[str, str], origin: str, expected: State
) -> None:
    assert ask_item("security.cors", {**others, path: code.format(origin)}).state is expected

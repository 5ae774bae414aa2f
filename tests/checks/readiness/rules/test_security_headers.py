"""The item `security.security-headers`."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask, ask_item, places

_EXPRESS = "import express from 'express'\nimport helmet from 'helmet'\nconst app = express()\napp.get('/', f)\n"
_DJANGO = {"p/urls.py": "urlpatterns = [path('x/', x)]\n"}
_GO = 'package main\nfunc main() {{\n\thttp.ListenAndServe(":80", r)\n\t{}\n}}\n'
_FRAMES = "django.middleware.clickjacking.XFrameOptionsMiddleware"
_SECURITY = "django.middleware.security.SecurityMiddleware"


_ROCKET = {
    "Cargo.toml": '[dependencies]\nrocket = "0.5"\n',
    "src/util.rs": "pub struct H();\nimpl Fairing for H {\n  async fn on_response<'r>(&self, q: Q, s: &mut R<'r>) {\n"
    '    s.remove_header("X-Frame-Options");\n    s.set_raw_header("X-Content-Type-Options", "nosniff");\n  }\n}\n',
}
_LAUNCH = (
    '#[get("/x")]\nfn x() -> A {{ a() }}\n#[launch]\nfn rocket() -> _ {{ rocket::build().mount("/", routes![x]){} }}\n'
)


def test_headers_of_a_fairing_are_set_where_the_fairing_is_attached() -> None:
    on = ask("code", {**_ROCKET, "src/main.rs": _LAUNCH.format(".attach(util::H())")}, table="security-headers")
    off = ask("code", {**_ROCKET, "src/main.rs": _LAUNCH.format("")}, table="security-headers")

    assert (on.state, off.state) == (State.PASS, State.FAIL)
    assert places(on) == ["src/util.rs:5"]


@pytest.mark.parametrize(
    "files",
    [
        {"server.ts": _EXPRESS + "app.use(helmet())\n"},
        {
            "app/x/route.ts": "export function GET() {}\n",
            "next.config.js": "const h = [{ key: 'X-Frame-Options', value: 'DENY' }]\n",
        },
        {
            **_DJANGO,
            "p/settings.py": f"OUR_MIDDLEWARE = ['{_SECURITY}', '{_FRAMES}']\nMIDDLEWARE = OUR_MIDDLEWARE\n",
        },
        {"config/application.rb": "class A < Rails::Application\nend\n"},
        {"server.ts": _EXPRESS, "nginx.conf": "add_header X-Content-Type-Options nosniff;\n"},
        {"Program.cs": "var app = WebApplication.CreateBuilder(a).Build();\napp.UseSecurityHeaders();\n"},
        {"http.go": _GO.format('r.Use(middleware.SetHeader("X-Frame-Options", "deny"))')},
        {"middleware.go": _GO.format("c.Response.Header.SetBytesKV(headerXContentTypeOptions, headerValueNoSniff)")},
        {"http/response/builder.go": _GO.format('b.headers.Set("X-Content-Type-Options", "nosniff")')},
    ],
)
def test_headers_on_every_answer_pass(files: dict[str, str]) -> None:
    assert ask("code", files, table="security-headers").state is State.PASS


@pytest.mark.parametrize(
    "files",
    [
        {"server.ts": _EXPRESS},
        {"server.ts": _EXPRESS + "// app.use(helmet())\n"},
        {**_DJANGO, "p/settings.py": f"MIDDLEWARE = ['{_SECURITY}']\n"},
        {**_DJANGO, "p/settings.py": f"DEV_MIDDLEWARE = ['{_SECURITY}', '{_FRAMES}']\n"},
        {**_DJANGO, "p/settings.py": f"REMOVED_MIDDLEWARE = ['{_SECURITY}', '{_FRAMES}']\n"},
        {"Program.cs": "var app = WebApplication.CreateBuilder(a).Build();\napp.UseHsts();\n"},
        {"app/x/route.ts": "export function GET() {\n  h.set('X-Frame-Options', 'DENY')\n}\n"},
        {"server/files/download.go": _GO.format('w.Header().Set("X-Content-Type-Options", "nosniff")')},
        {"server.ts": _EXPRESS, "nginx.conf": "# add_header X-Content-Type-Options nosniff;\n"},
    ],
)
def test_headers_that_are_set_nowhere_or_on_one_route_fail(files: dict[str, str]) -> None:
    assert ask("code", files, table="security-headers").state is State.FAIL


def test_what_serves_nothing_has_no_headers() -> None:
    assert ask("code", {"index.js": "module.exports = 1\n"}, table="security-headers").state is State.NOT_APPLICABLE


def test_each_header_counts_by_itself() -> None:
    config = (
        "module.exports = { async headers() { return [{ source: '/(.*)', headers: [\n"
        "  { key: 'X-Content-Type-Options', value: 'nosniff' },\n  { key: 'X-Frame-Options', value: 'DENY' },\n"
        "] }] } }\n"
    )
    files = {"app/api/x/route.ts": "export function GET() {}\n", "next.config.js": config}
    measures = ask("code", files, table="security-headers").measures

    assert {name: one.line for name, one in measures.items()} == {
        "x-content-type-options is set": 2,
        "x-frame-options is set": 3,
    }


_SPRING = (
    "import org.springframework.security.config.annotation.web.builders.HttpSecurity;\n"
    "@Configuration\n@EnableWebSecurity\nclass C {{\n"
    "  @Bean SecurityFilterChain chain(HttpSecurity http) {{\n    http{};\n    return http.build();\n  }}\n}}\n"
)
_ROUTE = {"A.java": '@RestController class A { @GetMapping("/x") String x() { } }'}


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("", State.PASS),
        (".headers(h -> h.frameOptions(f -> f.disable()))", State.PASS),
        (".headers().frameOptions().disable()", State.PASS),
        (".csrf(c -> c.disable())", State.PASS),
        (".headers(h -> h.disable())", State.FAIL),
        (".headers(HeadersConfigurer::disable)", State.FAIL),
        (".csrf().disable()\n      .headers().disable()", State.FAIL),
    ],
)
def test_spring_security_sets_its_headers_unless_it_is_told_not_to(said: str, state: State) -> None:
    assert ask("code", {**_ROUTE, "C.java": _SPRING.format(said)}, table="security-headers").state is state


def test_spring_s_headers_are_shown_where_they_are_told() -> None:
    judged = ask(
        "code",
        {**_ROUTE, "C.java": _SPRING.format(".headers(h -> h.frameOptions(f -> f.sameOrigin()))")},
        table="security-headers",
    )

    assert places(judged)[0] == "C.java:6"


@pytest.mark.parametrize("folder", ["contrib/traefik", "local-environment", "docker/dev", "development"])
def test_the_headers_of_a_proxy_to_develop_with_are_none_of_production(folder: str) -> None:
    app = {"server.ts": "import express from 'express'\nconst app = express()\napp.get('/', f)\n"}
    proxy = "http:\n  middlewares:\n    a:\n      headers:\n        frameDeny: true\n"

    asked = ask("code", {**app, f"{folder}/dynamic.yaml": proxy}, table="security-headers")
    deployed = ask("code", {**app, "deploy/dynamic.yaml": proxy}, table="security-headers")

    assert (asked.state, deployed.state) == (State.FAIL, State.PASS)


_SERVER = "import express from 'express'\nconst app = express()\napp.get('/', f)\n"


@pytest.mark.parametrize(
    ("labels", "state"), [("traefik.http.routers.a.middlewares=h", State.PASS), ("a=b", State.FAIL)]
)
def test_a_middleware_of_traefik_counts_in_front_of_a_router(labels: str, state: State) -> None:
    compose = (
        f"services:\n  a:\n    labels:\n      - {labels}\n      - traefik.http.middlewares.h.headers.framedeny=true\n"
    )
    said = ask("code", {"server.ts": _SERVER, "docker-compose.yml": compose}, table="security-headers")

    assert said.state is state


def test_helmet_in_middleware_of_another_framework_is_called_by_itself() -> None:
    files = {
        "server.ts": "import express from 'express'\nimport headers from './headers'\nconst app = express()\n"
        "app.use(headers())\napp.get('/', f)\n",
        "headers.ts": "import helmet from 'helmet'\nexport default function headers() {\n"
        "  return async (ctx, next) => {\n    await helmet(settings)(ctx.req, ctx.res, next)\n  }\n}\n",
    }
    said = ask("code", files, table="security-headers")

    assert (said.state, places(said)[:1]) == (State.PASS, ["headers.ts:4"])


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("@Configuration class W extends WebSecurityConfigurerAdapter { }", State.PASS),
        ('@EnableGlobalMethodSecurity class W { String a = "WebSecurityConfigurerAdapter"; }', State.FAIL),
    ],
)
def test_spring_security_sets_headers_of_answers_and_not_of_methods(code: str, state: State) -> None:
    files = {"A.java": '@RestController class A { @GetMapping("/x") String x() { } }\n' + code}

    assert ask("code", files, table="security-headers").state is state


def test_of_a_list_of_settings_the_line_is_shown_that_says_it() -> None:
    middleware = f'MIDDLEWARE = [\n    "a.b",\n    "c.d",\n    "{_SECURITY}",\n    "{_FRAMES}",\n]\n'

    judged = ask("code", {**_DJANGO, "p/settings.py": middleware}, table="security-headers")

    assert places(judged) == ["p/settings.py:4"]


def test_what_a_list_of_settings_holds_of_two_is_said_once() -> None:
    middleware = f'MIDDLEWARE = [\n    "{_FRAMES}",\n    "a.b",\n    "{_SECURITY}",\n]\n'

    judged = ask("code", {**_DJANGO, "p/settings.py": middleware}, table="security-headers")

    assert places(judged) == ["p/settings.py:2"]


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("for k, v := range headers { w.Header().Set(k, v) }", State.PASS),
        ("for key, value := range headers { c.Header(key, value) }", State.PASS),
        ("fmt.Println(headers)", State.FAIL),
    ],
)
def test_a_list_of_headers_in_go_counts_where_something_sets_headers_by_name(line: str, state: State) -> None:
    code = (
        'package main\nimport "net/http"\nvar headers = map[string]string{\n\t"X-Content-Type-Options": "nosniff",\n'
        '\t"X-Frame-Options": "DENY",\n}\n'
        f'func main() {{\n\thttp.HandleFunc("/items", list)\n\thttp.ListenAndServe(":80", nil)\n}}\n'
        f"func list(w http.ResponseWriter, r *http.Request) {{\n\t{line}\n}}\n"
    )

    assert ask_item("security.security-headers", {"go.mod": "module x\n", "main.go": code}).state is state


_SITE = "server {\n  listen 80;\n}\n"
_SAFE_SITE = "server {\n  listen 443 ssl;\n  add_header X-Content-Type-Options nosniff;\n}\n"
_WITH_SITES = {
    "server.ts": "import express from 'express'\nconst app = express()\napp.get('/', f)\n",
    "deploy/http.conf": _SITE,
    "deploy/https.conf": _SAFE_SITE,
}
_COPIES = "FROM nginx\nCOPY {} /etc/nginx/conf.d/default.conf\n"


@pytest.mark.parametrize(
    ("files", "state"),
    [
        ({"Dockerfile": _COPIES.format("deploy/https.conf")}, State.PASS),
        ({"Dockerfile": _COPIES.format("deploy/http.conf")}, State.FAIL),
        ({"Dockerfile": _COPIES.format('["deploy/http.conf",')[:-1] + "]\n"}, State.FAIL),
        # A folder brings both, and so does what mounts the other one.
        ({"Dockerfile": "FROM nginx\nCOPY deploy /etc/nginx/conf.d/\n"}, State.PASS),
        ({"Dockerfile": "FROM nginx\nCOPY deploy/* /etc/nginx/conf.d/\n"}, State.PASS),
        (
            {
                "Dockerfile": _COPIES.format("deploy/http.conf"),
                "compose.yml": "services:\n  web:\n    image: nginx\n"
                "    volumes: [./deploy/https.conf:/etc/nginx/x.conf]\n",
            },
            State.PASS,
        ),
        (
            {"Dockerfile": _COPIES.format("deploy/http.conf"), "start.sh": "cp deploy/https.conf /etc/nginx/\n"},
            State.PASS,
        ),
        # What is put in place where a setting asks for it is off by default.
        (
            {
                "Dockerfile": _COPIES.format("deploy/http.conf"),
                "start.sh": 'if [ -n "$MAIL" ]; then\n  cp deploy/https.conf /etc/nginx/\nfi\n',
            },
            State.FAIL,
        ),
        # An image that copies no site says nothing of where the sites of the tree are used.
        ({"Dockerfile": "FROM node\nCOPY . .\n"}, State.PASS),
    ],
)
def test_a_site_that_the_image_gets_another_one_in_place_of_counts_for_nothing(
    files: dict[str, str], state: State
) -> None:
    assert ask_item("security.security-headers", {**_WITH_SITES, **files}).state is state


@pytest.mark.parametrize(("security", "state"), [("", State.PASS), ("# ", State.FAIL)])
def test_a_policy_of_django_alone_is_not_both_of_its_middleware(security: str, state: State) -> None:
    settings = (
        f'MIDDLEWARE = [\n    {security}"django.middleware.security.SecurityMiddleware",\n'
        '    "csp.middleware.CSPMiddleware",\n]\nROOT_URLCONF = "shop.urls"\n'
    )
    files = {"requirements.txt": "django\n", "manage.py": "import django\n", "shop/settings.py": settings}

    assert ask_item("security.security-headers", files).state is state

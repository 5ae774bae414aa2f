"""Whether code runs in production."""

from __future__ import annotations

import pytest

from bot.checks.readiness.facts.reach.conditions import is_development, switches
from bot.model import State
from tests.checks.readiness.look import ask_item, look


def standing(files: dict[str, str], call: str) -> str:
    seen = look(files)
    [(file, found)] = [
        (seen.source.file(path), one)
        for path in seen.source.paths
        for one in seen.source.file(path).calls
        if one.name == call
    ]
    return seen.reach.standing(file, found).name


_SERVED = {"main.py": "", "src/shop/shop.py": "from db import f", "src/shop/db.py": "target()"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"src/main.ts": "target()"}, "LIVE"),
        ({"src/main.ts": "import './lib/x'", "src/lib/x.ts": "target()"}, "LIVE"),
        ({"src/main.ts": "import '@/lib/x'", "src/lib/x.ts": "target()"}, "LIVE"),
        ({"src/main.ts": "import { a } from '@org/lib'", "packages/lib/index.ts": "target()"}, "LIVE"),
        ({"src/main.ts": "// import './lib/x'", "src/lib/x.ts": "target()"}, "UNLOADED"),
        ({"src/main.ts": "", "src/lib/x.ts": "target()"}, "UNLOADED"),
        ({"package.json": '{"scripts": {"start": "node src/boot.js"}}', "src/boot.ts": "target()"}, "LIVE"),
        ({"app/main.py": "from app.core import extra", "app/core/extra.py": "target()"}, "LIVE"),
        ({"app/main.py": "from .core.extra import f", "app/core/extra.py": "target()"}, "LIVE"),
        ({"app/main.py": "# from .core import extra", "app/core/extra.py": "target()"}, "UNLOADED"),
        ({**_SERVED, "Dockerfile": 'FROM python\nCMD gunicorn "shop:create_app()"\n'}, "LIVE"),
        ({**_SERVED, "Dockerfile": 'FROM python\nCMD ["uvicorn", "src.shop.shop:app"]\n'}, "LIVE"),
        ({**_SERVED, "Dockerfile": 'FROM python\nCMD ["python", "main.py"]\n'}, "UNLOADED"),
        ({"p/settings.py": "MIDDLEWARE = ['p.extra.Limit']", "p/extra.py": "target()"}, "LIVE"),
        ({"cmd/x/odd.go": "package x\nfunc main() { target() }"}, "LIVE"),
    ],
)
def test_a_file_is_loaded_from_an_entry_point(files: dict[str, str], expected: str) -> None:
    assert standing(files, "target") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function init() { target() }\ninit()", "LIVE"),
        ("export const begin = () => { target() }\nbegin()", "LIVE"),
        ("function begin() { target() }", "UNUSED"),
        ("function begin() { target() }\n// begin()", "UNUSED"),
        ("function begin() { target(); begin() }", "UNUSED"),
        ("function a() { target() }\nfunction b() { a() }", "UNUSED"),
        ("app.get('/', (req) => { target() })", "LIVE"),
        ("NextAuth({ async authorize() { target() } })", "LIVE"),
        ("export async function register() { target() }", "LIVE"),
        ("function made() { function go() { target() }\n return go }\napp.on('x', made())", "LIVE"),
        ("function made() { function go() { target() }\n return go }", "UNUSED"),
        ("function go() { target() }\nfunction made() { return go.name }\nmade()", "UNUSED"),
        ("class Begin { go() { target() } }", "UNUSED"),
        ("class Begin { go() { target() } }\nnew Begin().go()", "LIVE"),
        ("@Injectable()\nexport class Begin { go() { target() } }", "LIVE"),
        ("'use server'\nexport async function act() { target() }", "LIVE"),
    ],
)
def test_a_function_has_to_be_called(text: str, expected: str) -> None:
    assert standing({"main.ts": text}, "target") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def begin():\n    target()\n", "UNUSED"),
        ("def begin():\n    target()\nbegin()\n", "LIVE"),
        ("@app.get('/')\nasync def begin():\n    target()\n", "LIVE"),
        ("class Mine(Base):\n    def go(self):\n        target()\n", "LIVE"),
        ("def made(app):\n    async def go():\n        target()\n    return go\napp.on(made(app))\n", "LIVE"),
        ("def made(app):\n    async def go():\n        target()\n    return go\n", "UNUSED"),
        ("def go():\n    target()\ndef made(a):\n    return go if a else None\nDepends(made(1))\n", "LIVE"),
        ("def go():\n    target()\ndef made(a):\n    if DEBUG:\n        return go\nmade(1)\n", "UNUSED"),
        ("def go():\n    target()\ndef made(a):\n    return a.go\nmade(1)\n", "UNUSED"),
        ("def tables():\n    target()\ndef upgrade():\n    tables()\n", "LIVE"),
    ],
)
def test_a_function_of_python_is_called_or_decorated(text: str, expected: str) -> None:
    assert standing({"main.py": text}, "target") == expected


@pytest.mark.parametrize(
    ("condition", "holds", "expected"),
    [
        ("app.Environment.IsDevelopment()", True, True),
        ("!app.Environment.IsDevelopment()", True, False),
        ("process.env.NODE_ENV !== 'production'", True, True),
        ("process.env.NODE_ENV === 'production'", True, False),
        ("process.env.NODE_ENV === 'production'", False, True),
        ("settings.DEBUG", True, True),
        ("not settings.DEBUG", True, False),
        ('settings.ENVIRONMENT != "local"', True, False),
        ("Rails.env.development?", True, True),
        ("settings.SENTRY_DSN and env != 'local'", True, False),
        ("isDev || enabled", True, False),
        ("isDev || settings.testing", True, True),
        ("not settings.PRODUCTION", True, True),
        ("settings.PRODUCTION", True, False),
        ("settings.PRODUCTION and not settings.TESTING", False, True),
        ("settings.PRODUCTION and settings.DOCS", False, False),
        ("config.env == Env.Production", True, False),
        ("settings.ENVIRONMENT != EnvironmentOption.PRODUCTION", True, True),
        ("settings.ENVIRONMENT != EnvironmentOption.PRODUCTION", False, False),
        ("env == models::Env::Dev", True, True),
        ("env == Env.Devices", True, False),
        ("config.env !== Env.Development", True, False),
        ("stage == Stage.Local", False, False),
        ("user.production_team", False, False),
        ("user.name", True, False),
        ("env.IsDevelopment() || env.IsTest()", True, True),
        ('env.IsEnvironment("Testing")', True, True),
        ('env.IsDevelopment() || env.IsEnvironment("Docker")', True, True),
        ('env.IsDevelopment() || env.IsEnvironment("Azure")', True, False),
        # Where files are kept is another question.
        ("disk.isLocal()", True, False),
    ],
)
def test_development_is_told_from_production(condition: str, holds: bool, expected: bool) -> None:  # noqa: FBT001 - a table
    assert is_development(condition, holds=holds) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def main(app):\n    if settings.PRODUCTION:\n        return\n    target()\n", "DEVELOPMENT"),
        ("def main(app):\n    if not settings.PRODUCTION:\n        return\n    target()\n", "LIVE"),
        ("def main(app):\n    if settings.PRODUCTION:\n        log()\n    target()\n", "LIVE"),
        ("def main(app):\n    target()\n    if settings.PRODUCTION:\n        return\n", "LIVE"),
        (
            "def main(app):\n    for a in b:\n        if settings.PRODUCTION:\n            return a\n    target()\n",
            "DEVELOPMENT",
        ),
        ("def other():\n    if settings.PRODUCTION:\n        return\ndef main(app):\n    target()\n", "LIVE"),
        ("def main(app):\n    if settings.PRODUCTION:\n        if a:\n            return\n    target()\n", "LIVE"),
        (
            "def main(app):\n    if settings.PRODUCTION:\n        for a in b:\n            return\n    target()\n",
            "LIVE",
        ),
        ("def main(app):\n    if settings.PRODUCTION:\n        def a():\n            return 1\n    target()\n", "LIVE"),
        ("def main(app):\n    if settings.PRODUCTION: return\n    target()\n", "DEVELOPMENT"),
    ],
)
def test_what_stands_behind_a_return_runs_where_its_condition_does_not_hold(text: str, expected: str) -> None:
    assert standing({"main.py": text}, "target") == expected


def test_a_return_of_a_branch_within_leaves_not_always() -> None:
    text = "function init() { if (process.env.NODE_ENV === 'production') {\n if (a)\n return;\n }\n target() }\ninit()"

    assert standing({"main.ts": text}, "target") == "LIVE"


def test_a_return_in_braces_leaves_too() -> None:
    text = "function init() { if (process.env.NODE_ENV === 'production') { log(); return; }\n target() }\ninit()"

    assert standing({"main.ts": text}, "target") == "DEVELOPMENT"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return (req, res, next) => {\n return next();\n };", "OFF"),
        ("return function (req, res, next) {\n return next();\n };", "OFF"),
        ("return res.json({\n a: 1,\n });", "OFF"),
        ("for (const a of b) {\n return {\n a,\n };\n }", "LIVE"),
        ("b.map(() => {\n return {\n a,\n };\n });", "LIVE"),
    ],
)
def test_a_value_of_several_lines_is_returned_too(body: str, expected: str) -> None:
    settings = "const LIMITED_ENABLED = false;\n"
    text = f"{settings}function init() {{ if (!env.LIMITED_ENABLED) {{\n {body}\n }}\n target() }}\ninit()"

    assert standing({"main.ts": text}, "target") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("settings.RATE_LIMIT_ENABLED", ["RATE_LIMIT_ENABLED"]),
        ("process.env.METRICS === 'true'", ["METRICS"]),
        ("process.env.SENTRY_DSN", []),
        ("!config.disableMetrics", []),
    ],
)
def test_a_condition_names_its_switches(condition: str, expected: list[str]) -> None:
    assert list(switches(condition, holds=True)) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("!limitsEnabled", ["limitsEnabled"]),
        ("(process.env.LIMITED !== 'true')", ["LIMITED"]),
        ("not settings.use_limits", ["use_limits"]),
        ("process.env.LIMITED !== 'false'", []),
        ("limitsEnabled", []),
        ("!limitsEnabled && a", []),
        ("!user", []),
        ("!" * 10_000, []),
    ],
)
def test_a_condition_that_must_not_hold_names_what_it_turns_round(condition: str, expected: list[str]) -> None:
    assert list(switches(condition, holds=False)) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {
                "main.py": "if s.LIMIT_ENABLED:\n    target()\n",
                "config.py": "class S:\n    LIMIT_ENABLED: bool = False\n",
            },
            "OFF",
        ),
        (
            {
                "main.py": "if s.LIMIT_ENABLED:\n    target()\n",
                "config.py": "class S:\n    LIMIT_ENABLED: bool = True\n",
            },
            "LIVE",
        ),
        ({"main.py": "LIMIT_ENABLED = env.bool('LIMIT_ENABLED', False)\nif LIMIT_ENABLED:\n    target()\n"}, "OFF"),
        (
            {
                "main.ts": "if (process.env.METRICS_ENABLED === 'true') target()",
                "compose.yml": "x:\n  METRICS_ENABLED: 'true'\n",
            },
            "LIVE",
        ),
        (
            {
                "main.ts": "if (process.env.METRICS_ENABLED === 'true') target()",
                ".env.example": "METRICS_ENABLED=true\n",
            },
            "OFF",
        ),
        ({"main.ts": "if (process.env.SENTRY_DSN) target()"}, "LIVE"),
        ({"main.ts": "if (process.env.EXPORTER_ENABLED) target()"}, "OFF"),
        ({"main.ts": "if (process.env.USE_REDIS_PORT) target()"}, "LIVE"),
        *(
            ({"main.py": f"import os\nDOCS_ENABLED = {value}\nif settings.DOCS_ENABLED:\n    target()\n"}, expected)
            for value, expected in (
                ("os.environ.get('DOCS_ENABLED', '0') == '1'", "OFF"),
                ("os.getenv('DOCS_ENABLED') == 'true'", "OFF"),
                ("os.environ.get('DOCS_ENABLED', '').lower() in ('true', '1')", "OFF"),
                ("os.environ.get('DOCS_ENABLED', '1') == '1'", "LIVE"),
                ("os.environ.get('DOCS_ENABLED', '0') == '0'", "LIVE"),
                ("os.environ.get('DOCS_ENABLED') == '1' or not DEBUG", "LIVE"),
            )
        ),
        ({"main.ts": "const docsEnabled = process.env.DOCS === 'true'\nif (docsEnabled) target()"}, "OFF"),
        ({"main.ts": "const docsEnabled = process.env.DOCS !== 'false'\nif (docsEnabled) target()"}, "LIVE"),
        *(
            (
                {
                    "main.ts": "const isEnabledHere = configService.get('LIMIT_ENABLED')\nif (isEnabledHere) target()",
                    "env.ts": f"cleanEnv(process.env, {{ LIMIT_ENABLED: bool({{ default: {default} }}) }})",
                },
                expected,
            )
            for default, expected in (("false", "OFF"), ("true", "LIVE"))
        ),
    ],
)
def test_a_switch_that_nothing_throws_is_off(files: dict[str, str], expected: str) -> None:
    assert standing(files, "target") == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("main.ts", "if ('true' === process.env.LIMITED) target()", "OFF"),
        ("main.ts", "if ('true' !== process.env.LIMITED) { log() } else target()", "OFF"),
        ("main.ts", "if ('false' !== process.env.LIMITED) target()", "LIVE"),
        ("main.ts", "if ('development' === process.env.NODE_ENV) target()", "DEVELOPMENT"),
        ("main.ts", "if ('production' === process.env.NODE_ENV) target()", "LIVE"),
        ("main.ts", "if (process.env['LIMITED']?.toLowerCase() === 'true') target()", "OFF"),
        ("main.ts", "process.env.LIMITED !== 'true' || target()", "OFF"),
        ("main.ts", "process.env.LIMITED === 'true' || target()", "LIVE"),
        ("main.ts", "const limited = 'true' === process.env.LIMITED\nif (limited) target()", "OFF"),
        ("main.ts", "const limited = false\nif (limited) target()", "NEVER"),
        ("main.ts", "let limited = false\nif (limited) target()", "LIVE"),
        ("main.ts", "const limited = false\nif (!limited) target()", "LIVE"),
        ("main.ts", "const local = process.env.NODE_ENV === 'development'\nif (local) target()", "DEVELOPMENT"),
        ("main.ts", "const a = b\nconst b = a\nif (a) target()", "LIVE"),
        ("main.py", "if 'true' == os.getenv('LIMITED', 'false'):\n    target()\n", "OFF"),
        ("main.py", "if os.getenv('LIMITED', 'true') == 'true':\n    target()\n", "LIVE"),
        ("main.py", "if os.environ.get('LIMITED') in ('1', 'true'):\n    target()\n", "OFF"),
        ("main.py", "LIMITED = False\nif LIMITED:\n    target()\n", "NEVER"),
        ("Main.java", 'class Main { void main() { if ("true".equals(System.getenv("LIMITED"))) target(); } }', "OFF"),
        ("Main.java", 'class Main { X main() { return System.getenv("LIMITED") == "true" ? target() : x; } }', "OFF"),
        ("Program.cs", 'var x = Environment.GetEnvironmentVariable("LIMITED") == "true" ? target() : y;', "OFF"),
        ("Program.cs", "var x = app.Environment.IsDevelopment() ? y : target();", "LIVE"),
        ("config/application.rb", "x = Rails.env.development? ? target() : y\n", "DEVELOPMENT"),
        ("routes/web.php", "<?php $x = false ? target() : $y;", "NEVER"),
        ("routes/web.php", "<?php $x = $y ?: target();", "LIVE"),
    ],
)
def test_a_condition_is_read_whichever_way_round_it_stands(path: str, text: str, expected: str) -> None:
    assert standing({path: text}, "target") == expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("app.use(process.env.LIMITED === 'true' ? made : other)", "OFF"),
        ("app.use(process.env.LIMITED === 'true' ? other : made)", "LIVE"),
        ("app.use(...(false ? [made] : []))", "NEVER"),
        ("app.use((q, s, n) => { if ('true' === process.env.LIMITED) return made(q, s, n); n() })", "OFF"),
        ("app.use((q, s, n) => { if (q.skipped) return n(); made(q, s, n) })", "LIVE"),
        ("const used = process.env.LIMITED === 'true' ? made : other\napp.use(used)", "OFF"),
        ("app.use('ä', process.env.LIMITED === 'true' ? made : other)", "OFF"),
        ("app.use(process.env.LIMITED === 'true' ? made : other, made)", "LIVE"),
    ],
)
def test_what_is_made_is_used_where_the_branch_that_names_it_runs(use: str, expected: str) -> None:
    seen = look({"main.ts": f"const made = target()\n{use}\n"})
    file = seen.source.file("main.ts")
    [target] = [one for one in file.calls if one.name == "target"]

    assert seen.reach.mounted(file, target).standing.name == expected


_WEB = '<Project Sdk="Microsoft.NET.Sdk.Web"><ProjectReference Include="{0}" /></Project>'
_LIBRARY = '<Project Sdk="Microsoft.NET.Sdk">{0}</Project>'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"Web/Web.csproj": _WEB.format("..\\Jobs\\Jobs.csproj"), "Jobs/Jobs.csproj": _LIBRARY.format("")}, "LIVE"),
        ({"Web/Web.csproj": _WEB.format("../Core/Core.csproj"), "Jobs/Jobs.csproj": _LIBRARY.format("")}, "UNLOADED"),
        (
            {
                "Web/Web.csproj": _WEB.format("../Core/Core.csproj"),
                "Core/Core.csproj": _LIBRARY.format('<ProjectReference Include="$(Root)Jobs.csproj" />'),
                "Jobs/Jobs.csproj": _LIBRARY.format(""),
            },
            "LIVE",
        ),
        (
            {
                "Web/Web.csproj": _WEB.format("../Core/Core.csproj"),
                "Jobs/Jobs.csproj": _LIBRARY.format("<!-- <OutputType>Exe</OutputType> -->"),
            },
            "UNLOADED",
        ),
        (
            {
                "Web/Web.csproj": _WEB.format("../Core/Core.csproj"),
                "Jobs/Jobs.csproj": _LIBRARY.format("<OutputPath>../Web/plugins</OutputPath>"),
            },
            "LIVE",
        ),
        ({"Jobs/Jobs.csproj": _LIBRARY.format("")}, "LIVE"),
        ({"Web/Web.csproj": _WEB.format("../Core/Core.csproj")}, "LIVE"),
    ],
)
def test_a_project_that_no_program_refers_to_is_in_none(files: dict[str, str], expected: str) -> None:
    code = "static class Sender {\n  public void Send() { target(); }\n}\n"

    assert standing({**files, "Jobs/src/Sender.cs": code}, "target") == expected


_STRAY = "class Sender(Bus bus){0}\n{{\n  public void Send() {{ target(); }}\n}}\n"


@pytest.mark.parametrize(
    ("bases", "other", "expected"),
    [
        ("", "builder.Services.AddSingleton<Sender>();", "LIVE"),
        ("", "new Sender(bus).Send();", "LIVE"),
        ("", "builder.Build();", "UNUSED"),
        ("", "// builder.Services.AddSingleton<Sender>();", "UNUSED"),
        ("", "builder.Services.AddSingleton<SenderOptions>();", "UNUSED"),
        (" : ISender", "builder.Build();", "LIVE"),
        (" : BackgroundService", "builder.Build();", "UNUSED"),
        (" : BackgroundService", "builder.Services.AddHostedService<Sender>();", "LIVE"),
        ("", "services.Scan(x => x.FromAssemblyOf<Program>().AddClasses());", "LIVE"),
    ],
)
def test_a_class_of_net_that_nothing_names_is_never_made(bases: str, other: str, expected: str) -> None:
    assert standing({"Program.cs": f"{other}\n", "Sender.cs": _STRAY.format(bases)}, "target") == expected


def test_a_controller_is_found_by_its_name() -> None:
    code = _STRAY.format("").replace("Sender", "MailController")

    assert standing({"Program.cs": "app.MapControllers();\n", "Mail.cs": code}, "target") == "LIVE"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("main.ts", "Module.register({ useFactory: async (config) => { const a = target() } })"),
        ("main.ts", "register({ handler: function () { const a = target() } })"),
        (
            "main.go",
            "package main\nfunc main() { p := &Pool{Dial: func() (Conn, error) { x := target(); return x } } }\n",
        ),
    ],
)
def test_a_function_under_a_key_runs_with_what_it_is_given_to(path: str, text: str) -> None:
    assert standing({path: text}, "target") == "LIVE"


_GO = {"go.mod": "module acme.io/shop\n", "bus/bus.go": "package bus\nfunc Begin() { target() }\n"}
_BUS = 'package main\nimport (\n\tb "acme.io/shop/bus"\n)\nfunc main() { b.Begin() }\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({**_GO, "main.go": _BUS}, "LIVE"),
        ({**_GO, "main.go": "package main\nfunc main() {}\n"}, "UNLOADED"),
        ({**_GO, "main.go": 'package main\n// import "acme.io/shop/bus"\nfunc main() {}\n'}, "UNLOADED"),
        ({**_GO, "main.go": 'package main\nimport "acme.io/shop/busy"\nfunc main() { b.Begin() }\n'}, "UNLOADED"),
        ({**_GO, "main.go": 'package main\nimport _ "acme.io/shop/bus"\nfunc main() {}\n'}, "UNUSED"),
        ({**_GO, "main_test.go": _BUS, "main.go": "package main\nfunc main() {}\n"}, "UNLOADED"),
        (
            {
                **_GO,
                "main.go": f"// Code generated by x. DO NOT EDIT.\n{_BUS}",
                "a.go": 'package main\nimport "acme.io/shop/bus"\nvar a = bus.Begin\n',
            },
            "LIVE",
        ),
        (
            {
                **_GO,
                "app/app.go": 'package app\nimport "acme.io/shop/bus"\nfunc Run() { bus.Begin() }\n',
                "cmd/shop/go.mod": "module acme.io/cmd // the program\n",
                "cmd/shop/main.go": 'package main\nimport "acme.io/shop/app"\nfunc main() { app.Run() }\n',
            },
            "LIVE",
        ),
        ({**_GO, "app.go": 'package shop\nimport "acme.io/shop/bus"\nfunc init() { bus.Begin() }\n'}, "LIVE"),
    ],
)
def test_a_package_that_no_program_imports_is_in_none(files: dict[str, str], expected: str) -> None:
    assert standing(files, "target") == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("main", "LIVE"), ("init", "LIVE"), ("Start", "UNUSED"), ("run", "UNUSED")]
)
def test_a_function_of_go_is_called_by_nobody_for_its_name(name: str, expected: str) -> None:
    assert standing({"main.go": f"package main\nfunc {name}() {{ target() }}\n"}, "target") == expected


def test_the_package_of_a_file_in_very_many_folders_is_found() -> None:
    files = {"package.json": '{"dependencies": {"vue": "3"}}', f"{'a/' * 1_900}main.js": "target()\n"}

    assert standing(files, "target") == "BROWSER"


_SHOP = {
    "shop/settings.py": "import os\nMETRICS_ENABLED = os.getenv('METRICS_ENABLED', 'false')\n",
    "metrics/urls.py": "from .views import Numbers\nurlpatterns = [path('', Numbers.as_view())]\n",
    "metrics/views.py": "class Numbers(View):\n    def get(self, request):\n        target()\n",
}
_INCLUDED = "urlpatterns += [path('metrics/', include('metrics.urls'))]"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"shop/urls.py": f"if settings.METRICS_ENABLED:\n    {_INCLUDED}\n"}, "OFF"),
        ({"shop/urls.py": f"if settings.DEBUG:\n    {_INCLUDED}\n"}, "DEVELOPMENT"),
        ({"shop/urls.py": f"{_INCLUDED}\n"}, "LIVE"),
        ({"shop/urls.py": f"if settings.METRICS_ENABLED:\n    {_INCLUDED}\n{_INCLUDED}\n"}, "LIVE"),
        ({"shop/urls.py": "if settings.METRICS_ENABLED:\n    urlpatterns += [include('other.urls')]\n"}, "LIVE"),
        (
            {
                "shop/urls.py": f"if settings.METRICS_ENABLED:\n    {_INCLUDED}\n",
                "shop/admin.py": "from metrics.views import Numbers\n",
            },
            "LIVE",
        ),
    ],
)
def test_what_addresses_alone_lead_to_stands_as_they_are_included(files: dict[str, str], expected: str) -> None:
    assert standing({"manage.py": "", **_SHOP, **files}, "target") == expected


@pytest.mark.parametrize(
    ("exported", "use", "expected"),
    [
        ("module.exports = (app) => { target() }", "begin(app)", "LIVE"),
        ("module.exports = function (app) { target() }", "begin(app)", "LIVE"),
        ("module.exports = (app) => { target() }", "", "UNUSED"),
        ("module.exports = (app) => { target() }", "require('./begin')(app)", "LIVE"),
        (
            "module.exports = (app) => { target() }",
            "if (process.env.NODE_ENV === 'development') begin(app)",
            "DEVELOPMENT",
        ),
    ],
)
def test_a_function_without_a_name_goes_by_that_of_who_takes_it_in(exported: str, use: str, expected: str) -> None:
    taken = "" if "require" in use else "const begin = require('./begin')\n"
    files = {"main.js": f"{taken}{use}\n", "begin.js": exported}

    assert standing(files, "target") == expected


_APPS = (
    "from django.apps import AppConfig\n"
    "class Tracked(AppConfig):\n    name = 'shop.tracked'\n    def ready(self): target()\n"
)


@pytest.mark.parametrize(
    ("installed", "expected"),
    [
        ("'a', *(one.name for one in (BASE / 'shop').iterdir())", "LIVE"),
        ("*find_apps(BASE)", "LIVE"),
        ("*env.list('APPS')", "UNUSED"),
        ("'django.contrib.auth', 'shop.tracked'", "LIVE"),
        ("'shop.tracked.apps.Tracked'", "LIVE"),
        ("'django.contrib.auth'", "UNUSED"),
        ("'django.contrib.auth', 'shop.tracked_too'", "UNUSED"),
    ],
)
def test_an_app_of_django_is_set_up_where_settings_name_it(installed: str, expected: str) -> None:
    files = {"manage.py": "import django\n", "shop/settings.py": f"INSTALLED_APPS = [{installed}]\n"}

    assert standing({**files, "shop/tracked/apps.py": _APPS}, "target") == expected


_TAGGED = """\
package main
type metrics struct {
	Enabled bool `env:"METRICS_ENABLED"%s`
}
func main() {
	if cfg.Metrics.Enabled {
		target()
	}
}
"""


@pytest.mark.parametrize(
    ("tag", "given", "expected"),
    [
        (' envDefault:"true"', "", "LIVE"),
        (' envDefault:"false"', "", "OFF"),
        ("", "", "OFF"),
        (' envDefault:"false"', "METRICS_ENABLED: true", "LIVE"),
        (' envDefault:"false"', "TRACING_ENABLED: true", "OFF"),
    ],
)
def test_a_setting_of_go_is_off_by_its_tag(tag: str, given: str, expected: str) -> None:
    compose = f"services:\n  a:\n    image: b\n    environment:\n      A: b\n      {given}\n"

    assert standing({"main.go": _TAGGED % tag, "compose.yml": compose}, "target") == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("cfg.Enabled", "OFF"),
        ("s.conf.Enabled", "OFF"),
        ("cfg.Enabled && port > 0", "OFF"),
        ("cfg.Enabled || debug", "LIVE"),
        ("!cfg.Enabled", "LIVE"),
        ("cfg.Others", "LIVE"),
        ("other.Enabled", "LIVE"),
    ],
)
def test_a_short_name_of_go_is_of_the_struct_of_settings(condition: str, expected: str) -> None:
    text = _TAGGED.replace("metrics struct", "Config struct").replace("cfg.Metrics.Enabled", condition)

    assert standing({"main.go": text % ' envDefault:"false"'}, "target") == expected


_LARAVEL = """\
<?php
namespace App\\Http\\Middleware;
class SecurityHeaders%s
{
    public function handle($request, Closure $next)
    {
        target();
        return $next($request);
    }
}
"""
_KERNEL = (
    "<?php\nnamespace App\\Http;\n%s\nclass Kernel extends HttpKernel\n{\n    protected $middleware = [\n%s\n    ];\n}"
)


@pytest.mark.parametrize(
    ("imported", "listed", "expected"),
    [
        ("", "        \\App\\Http\\Middleware\\SecurityHeaders::class,", "LIVE"),
        ("use App\\Http\\Middleware\\SecurityHeaders;", "        SecurityHeaders::class,", "LIVE"),
        ("", "        // \\App\\Http\\Middleware\\SecurityHeaders::class,", "UNUSED"),
        ("use App\\Http\\Middleware\\SecurityHeaders;", "", "UNUSED"),
        ("", "        \\App\\Http\\Middleware\\SecurityHeadersOfOld::class,", "UNUSED"),
    ],
)
def test_middleware_of_laravel_runs_where_somebody_lists_it(imported: str, listed: str, expected: str) -> None:
    files = {"app/Http/Kernel.php": _KERNEL % (imported, listed)}

    assert standing({**files, "app/Http/Middleware/SecurityHeaders.php": _LARAVEL % ""}, "target") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("app.add_middleware(Cached)", "LIVE"),
        ("MIDDLEWARE = ['shop.cached.Cached']", "LIVE"),
        ("app.add_middleware(Others)", "UNUSED"),
        ("# app.add_middleware(Cached)", "UNUSED"),
    ],
)
def test_middleware_of_python_runs_where_somebody_adds_it(line: str, expected: str) -> None:
    middleware = (
        "class Cached(BaseHTTPMiddleware):\n    async def dispatch(self, request, call_next):\n        target()\n"
    )
    files = {"shop/main.py": f"from shop.cached import Cached\n{line}\n", "shop/cached.py": middleware}

    assert standing(files, "target") == expected


@pytest.mark.parametrize(
    ("method", "line", "expected"),
    [
        ("guard(router fiber.Router)", "c.guard(app)", "LIVE"),
        ("guard(router fiber.Router)", "each(c.guard)", "LIVE"),
        ("guard(router fiber.Router)", "", "UNUSED"),
        ("guard(router fiber.Router)", "// c.guard(app)", "UNUSED"),
        ("send(ctx context.Context)", "", "UNUSED"),
        ("Guard(router fiber.Router)", "", "UNUSED"),
        # A library may know it.
        ("Guard(ctx context.Context)", "", "LIVE"),
        ("RegisterRoutes(router *gin.Engine)", "", "LIVE"),
    ],
)
def test_a_method_of_go_runs_where_somebody_names_it(method: str, line: str, expected: str) -> None:
    text = f"package main\nfunc (c *Config) {method} {{\n\ttarget()\n}}\nfunc main() {{\n\t{line}\n}}\n"

    assert standing({"main.go": text}, "target") == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("let _guard = tracker::init();", "LIVE"),
        ("// let _guard = tracker::init();", "UNUSED"),
        ("let _logs = logs::init();", "UNUSED"),
        ("tracing_subscriber::registry().init();", "UNUSED"),
        ("start(tracker::init);", "LIVE"),
    ],
)
def test_a_function_of_rust_is_not_called_for_its_name(line: str, expected: str) -> None:
    files = {
        "Cargo.toml": '[package]\nname = "shop"\n',
        "src/main.rs": f"mod logs;\nmod tracker;\nfn main() {{\n    {line}\n}}\n",
        "src/tracker.rs": "pub fn init() -> Guard {\n    target()\n}\n",
        "src/logs.rs": "pub fn init() {}\n",
    }

    assert standing(files, "target") == expected


_LOADS = {
    "package.json": '{"dependencies": {"express": "4", "helmet": "1"}, "scripts": {"start": "node server.js"}}',
    "mw/safe.js": "const helmet = require('helmet')\nmodule.exports = (app) => { app.use(helmet()) }\n",
}
_BY_LISTING = "fs.readdirSync(path.join(__dirname, 'mw')).forEach((f) => require(path.join(__dirname, 'mw', f))(app))\n"
_BY_PATTERN = "useExpressServer(app, { middlewares: [__dirname + '/mw/**/*.js'] })\n"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (_BY_LISTING, State.PASS),
        (_BY_PATTERN, State.PASS),
        (f"// {_BY_LISTING}", State.FAIL),
        (f"// {_BY_PATTERN}", State.FAIL),
        (
            "fs.readdirSync(path.join(__dirname, 'views')).forEach((f) => require(path.join(__dirname, f)))\n",
            State.FAIL,
        ),
        ("/*\nconst safe = require('./mw/safe')\nsafe(app)\n*/\n", State.FAIL),
        ("swaggerJsdoc({ definition, apis: ['./api/*.js', './mw/*.js'] })\n", State.FAIL),
        ("app.get('/mw/*.js', (req, res, next) => next())\n", State.FAIL),
        ("nodemon({ ignore: ['mw/*.js'] })\n", State.FAIL),
    ],
    ids=[
        *("listed", "by pattern", "listed no more", "by pattern no more", "another folder"),
        *("taken in by a comment", "documented", "routed", "passed over"),
    ],
)
def test_a_folder_that_is_loaded_as_a_whole_is_loaded(line: str, expected: State) -> None:
    server = f"const app = require('express')()\n{line}app.get('/x', f)\napp.listen(1)\n"

    assert ask_item("security.security-headers", {**_LOADS, "server.js": server}).state is expected


def test_a_pattern_of_a_tool_s_settings_loads_nothing() -> None:
    server = "const app = require('express')()\napp.get('/x', f)\napp.listen(1)\n"
    tool = "module.exports = { content: ['./mw/**/*.{js,ts}'] }\n"

    files = {**_LOADS, "server.js": server, "tailwind.config.js": tool}

    assert ask_item("security.security-headers", files).state is State.FAIL

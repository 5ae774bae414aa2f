"""Required variables of each ecosystem, and where they are given."""

from __future__ import annotations

import pytest

from bot.model import State
from tests.checks.readiness.look import ask, look, places

_RUBY = {"Gemfile": "gem 'rails'\n", "config/application.rb": "KEY = ENV.fetch('API_KEY')\nX = ENV.fetch('X') { 1 }\n"}
_SPRING = {"pom.xml": "<project/>", "A.java": '@RestController class A { @GetMapping("/x") String x() { } }'}
_GO = {"main.go": 'package main\ntype C struct {\n A string `env:"API_KEY,required"`\n B string `env:"OTHER"`\n}\n'}
_NET = {"Program.cs": 'var k = builder.Configuration.GetConnectionString("shop") ?? throw new Exception();\n'}
_NODE = {"config.js": "if (!process.env.API_KEY) {\n  throw new Error('no key')\n}\n"}
_JOI = {
    "config.js": "const s = Joi.object({ API_KEY: Joi.string().required(), BB: Joi.any() })\ns.validate(process.env)\n"
}
_PRISMA = {"schema.prisma": 'datasource db {\n url = env("API_KEY")\n}\n', "a.js": "process.env.X || 1\n"}
_PRISMA_7 = {
    "prisma.config.ts": "export default { a: {\n  url: env('API_KEY'),\n  shadowDatabaseUrl: env('S_URL'),\n} }\n",
    "a.js": "process.env.X || 1\n",
}
_COMPOSE = "services:\n  web:\n    build: .\n    environment:\n      {}: ${{X}}\n"


_GO_ASKS = 'package main\nfunc f() error {\n\tk := os.Getenv("API_KEY")\n\tif %s {\n\t\t%s\n\t}\n}\n'
_KEPT = (
    {"main.go": _GO_ASKS % ('k == ""', 'return errors.New("empty API_KEY")')},
    {"main.go": _GO_ASKS % ("len(k) == 0", 'log.Fatal("no key")')},
    {"a.ts": "const key = process.env.API_KEY\nif (!key) {\n  throw new Error('no key')\n}\n"},
    {"a.py": "import os\nkey = os.environ.get('API_KEY')\nif not key:\n    raise ValueError('no key')\n"},
)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('if (process.env.API_KEY === "") delete process.env.API_KEY', State.NEEDS_SIGN_OFF),
        ("if (process.env.API_KEY) use(process.env.API_KEY)", State.PASS),
    ],
)
def test_a_variable_that_is_held_against_an_empty_text_is_still_asked_for(asked: str, expected: State) -> None:
    schema = "cleanEnv(process.env, {\n  API_KEY: str({ devDefault: 'x' }),\n})\n"

    assert ask("required-set", {"env.js": f"{asked}\n{schema}"}).state is expected


@pytest.mark.parametrize("files", _KEPT)
def test_a_name_that_is_kept_and_refused_on_the_next_lines_is_required(files: dict[str, str]) -> None:
    judged = ask("required-set", {**files, "compose.yml": _COMPOSE.format("API_KEY")})

    assert (judged.state, places(judged), judged.reason) == (
        State.PASS,
        ["compose.yml:5"],
        "1 required variables are given",
    )


@pytest.mark.parametrize(
    "files",
    [
        {"main.go": _GO_ASKS % ('k == ""', 'k = "x"')},
        {"main.go": _GO_ASKS % ('k != ""', "panic(k)")},
        {"a.ts": "const key = process.env.API_KEY ?? 'x'\nif (!key) {\n  throw new Error('no key')\n}\n"},
        {"a.ts": "function pay() {\n  const key = process.env.API_KEY\n  if (!key) {\n    throw off\n  }\n}\n"},
        {"a.py": "import os\nkey = os.getenv('API_KEY', 'x')\nif not key:\n    raise ValueError('no key')\n"},
    ],
)
def test_a_name_with_a_default_or_of_a_part_that_may_be_off_is_not_required(files: dict[str, str]) -> None:
    judged = ask("required-set", files)

    assert (judged.state, judged.reason) == (State.PASS, "each variable that is read has a default, or is optional")


@pytest.mark.parametrize("files", [_RUBY, _GO, _NODE, _JOI, _PRISMA, _PRISMA_7])
def test_a_required_name_that_a_compose_file_gives_passes(files: dict[str, str]) -> None:
    judged = ask("required-set", {**files, "compose.yml": _COMPOSE.format("API_KEY")})

    assert (judged.state, places(judged)) == (State.PASS, ["compose.yml:5"])


@pytest.mark.parametrize("files", [_RUBY, _GO, _NODE, _JOI, _PRISMA, _PRISMA_7])
def test_a_required_name_among_others_that_is_given_nowhere_fails(files: dict[str, str]) -> None:
    judged = ask(
        "required-set", {**files, "b.py": "import os\nos.environ['BASE']\n", "compose.yml": _COMPOSE.format("BASE")}
    )

    assert (judged.state, [one.message for one in judged.missing]) == (
        State.FAIL,
        ["API_KEY is required, and given nowhere"],
    )


def test_a_connection_of_dotnet_is_given_by_its_settings_or_by_the_host() -> None:
    settings = {"appsettings.json": '{\n "ConnectionStrings": {\n  "shop": "Host=db"\n }\n}\n'}
    host = {"AppHost/Program.cs": 'var db = postgres.AddDatabase("shop");\n'}

    assert places(ask("required-set", {**_NET, **settings})) == ["appsettings.json:3"]
    assert ask("required-set", {**_NET, **host}).state is State.PASS
    assert ask("required-set", {**_NET, "appsettings.json": "{}"}).state is State.NEEDS_SIGN_OFF


def test_placeholders_of_spring_with_defaults_are_read_and_not_required() -> None:
    path = "src/main/resources/application.properties"

    assert places(ask("required-set", {**_SPRING, path: "a=1\nb=${DB_URL:jdbc:h2}\n"})) == [f"{path}:2"]
    assert ask("required-set", {**_SPRING, path: "b=${DB_URL}\n"}).state is State.NEEDS_SIGN_OFF


def test_what_reads_most_is_shown_and_not_what_a_test_runner_is_told() -> None:
    files = {
        "ui/playwright.config.ts": "const ci = process.env.CI\n",
        "zz/settings.py": "import os\nA = os.environ.get('AREA', '')\n",
        "compose.yml": _COMPOSE.format("AREA"),
    }

    assert places(ask("required-set", files)) == ["zz/settings.py:2"]


@pytest.mark.parametrize(
    "files",
    [
        {"compose.yml": "services:\n  web:\n    build: .\n    env_file: .env\n    environment: {BASE: 1}\n"},
        {
            "k.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
            "spec: {template: {spec: {containers: [{name: a, image: acme/a, env: [{name: BASE, value: x}], "
            "envFrom: [{secretRef: {name: s}}]}]}}}\n"
        },
    ],
    ids=["a file", "a Secret"],
)
def test_what_a_whole_file_or_secret_may_give_needs_a_person(files: dict[str, str]) -> None:
    code = {"main.py": "import os\nos.environ['API_KEY']\nos.environ['BASE']\n"}

    assert ask("required-set", {**code, **files}).state is State.NEEDS_SIGN_OFF


def test_a_file_for_development_is_shown_after_what_is_deployed() -> None:
    given = {
        "compose.override.yml": _COMPOSE.format("API_KEY"),
        ".env": "API_KEY=1\n",
        "deploy/compose.yml": _COMPOSE.format("API_KEY"),
    }

    assert places(ask("required-set", {**_GO, **given})) == ["deploy/compose.yml:5"]


@pytest.mark.parametrize("asks", ["const on = Boolean(process.env.API_KEY)", "process.env.API_KEY && start()"])
def test_what_is_asked_for_elsewhere_is_not_required(asks: str) -> None:
    files = {"a.js": "new URL(process.env.API_KEY)\n", "b.js": f"{asks}\n", "compose.yml": _COMPOSE.format("BASE")}

    assert ask("required-set", files).state is State.PASS
    assert ask("required-set", {**files, "b.js": ""}).state is State.NEEDS_SIGN_OFF


def test_a_value_for_the_build_is_none_for_what_runs() -> None:
    build = "FROM node AS build\nENV API_KEY=x\nRUN API_KEY=x npm run build\nFROM node\nCOPY --from=build /a /a\n"

    assert ask("required-set", {**_NODE, "Dockerfile": build}).state is State.NEEDS_SIGN_OFF
    assert places(ask("required-set", {**_NODE, "Dockerfile": build + "ENV API_KEY=x\n"})) == ["Dockerfile:6"]


def test_tasks_of_those_who_develop_give_nothing() -> None:
    tasks = {"Taskfile.yml": "version: 3\nenv:\n  API_KEY: x\ntasks:\n  run: node config.js\n"}
    image = {"Dockerfile": "FROM node\nENV API_KEY=x\n"}

    assert ask("required-set", {**_NODE, **tasks}).state is State.NEEDS_SIGN_OFF
    assert places(ask("required-set", {**_NODE, **tasks, **image})) == ["Dockerfile:2"]


@pytest.mark.parametrize("value", ["", '""', "your_api_key", "<key>", "changeme", "xxx", "put-it-here  # soon", "TODO"])
@pytest.mark.parametrize("files", [_RUBY, _NODE], ids=["ruby", "node"])
def test_a_value_that_stands_in_for_one_gives_nothing(files: dict[str, str], value: str) -> None:
    environment = {"b.py": "import os\nos.environ['BASE']\n", ".env": f"BASE=a\nAPI_KEY={value}\n"}

    assert ask("required-set", {**files, **environment}).state is State.FAIL


@pytest.mark.parametrize("value", ["a", '"x.y"', "https://your.app", "myapp", "my_app", "todo", "put", "${KEY}"])
def test_a_value_in_a_file_of_the_environment_is_given(value: str) -> None:
    assert ask("required-set", {**_RUBY, ".env": f"API_KEY={value}\n"}).state is State.PASS


def test_settings_with_a_default_and_those_of_heirs_are_read() -> None:
    settings = (
        "class A(BaseSettings):\n    a_key: str = ''\nclass B(A):\n    TOKEN: str | None = None\n\n    _x: str = ''\n"
    )
    schema = "export const env = createEnv({ SECRET: z.string().optional(), ID: z.string() })\n"
    found = look({"a.py": settings, "env.ts": schema}).environment

    assert [one.name for one in found.names()] == ["A_KEY", "TOKEN", "SECRET"]
    assert found.required() == []


_SCHEMA = """export const env = createEnv({
  server: {
    API_KEY: z.string().min(32),
    BB: z.string().optional(),
  },
  runtimeEnv: {
    API_KEY: %s,
  },
})
"""
_ELSEWHERE = {"session.ts": "export const key = process.env.API_KEY ?? 'x'\nif (!process.env.API_KEY) {\n  return\n}\n"}
_ON_RAILS = "development:\n  host: <%= ENV['DEV_HOST'] %>\nproduction:\n  primary:\n    host: <%= ENV['DB_HOST'] %>\n"


def test_what_a_schema_refuses_is_required_though_other_code_has_a_default_for_it() -> None:
    files = {"env.ts": _SCHEMA % "process.env.API_KEY", **_ELSEWHERE}

    assert [one.name for one in look(files).environment.required()] == ["API_KEY"]
    assert ask("required-set", files).state is State.NEEDS_SIGN_OFF


@pytest.mark.parametrize(
    "files",
    [
        {"env.ts": _SCHEMA % "process.env.API_KEY ?? 'x'"},
        {"a.ts": "if (!process.env.API_KEY) return []\nconst url = new URL(process.env.API_KEY)\n"},
        {"db.ts": "new Pool({ connectionString: process.env.API_KEY ?? 'x' })\n"},
    ],
    ids=["a default in the schema's own file", "left where it is not there", "a default"],
)
def test_what_the_schema_itself_or_a_guard_makes_up_for_is_not_required(files: dict[str, str]) -> None:
    assert look(files).environment.required() == []


@pytest.mark.parametrize(
    "files",
    [
        {"config/database.yml": _ON_RAILS, "config/application.rb": "X = ENV['X'] || 1\n"},
        {"db.ts": "export const pool = new Pool({\n  connectionString: process.env.DB_HOST,\n})\n"},
    ],
    ids=["Rails", "Node"],
)
def test_what_the_database_of_production_is_reached_by_is_required(files: dict[str, str]) -> None:
    assert ask("required-set", files).state is State.NEEDS_SIGN_OFF
    assert places(ask("required-set", {**files, "compose.yml": _COMPOSE.format("DB_HOST")})) == ["compose.yml:5"]


def test_an_address_that_stands_for_all_of_a_database_is_enough() -> None:
    files = {"config/database.yml": _ON_RAILS, "config/application.rb": "X = ENV['X'] || 1\n"}

    assert ask("required-set", {**files, "compose.yml": _COMPOSE.format("DATABASE_URL")}).state is State.PASS


def test_what_the_program_makes_its_settings_with_is_not_required() -> None:
    settings = "class A(BaseSettings):\n    KEY: str\n    TOKEN: str\n"
    made = "def made(folder):\n    return A(**{'KEY': read(folder)})\n"

    assert [one.name for one in look({"a.py": settings + made}).environment.required()] == ["TOKEN"]


def test_settings_that_are_made_from_those_of_another_file_are_required() -> None:
    base = "class Base(BaseSettings):\n    app_env: str = 'prod'\n"
    app = "from base import Base\nclass App(Base):\n    database_url: PostgresDsn\n    debug: bool = False\n"
    tests = "from app import App\nclass TestApp(App):\n    test_key: str\n"
    found = look({"base.py": base, "app.py": app, "tried.py": tests}).environment

    assert [(one.name, one.path, one.line) for one in found.required()] == [("DATABASE_URL", "app.py", 3)]


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        ("config/packages/doctrine.yaml", "url: '%env(resolve:DATABASE_URL)%'\n", ["DATABASE_URL"]),
        ("app/config/config.yml", "secret: '%env(APP_SECRET)%'\n", ["APP_SECRET"]),
        ("config/services.yaml", "parameters:\n  env(LEVEL): error\nx: '%env(LEVEL)%'\n", []),
        ("config/packages/sentry.yaml", "dsn: '%env(default:none:SENTRY_DSN)%'\n", []),
        ("config/packages/dev/mail.yaml", "dsn: '%env(MAIL_DSN)%'\n", []),
        ("app/config/config_test.yml", "dsn: '%env(MAIL_DSN)%'\n", []),
        ("config/packages/a.yaml", "# dsn: '%env(MAIL_DSN)%'\n", []),
        (
            "config/packages/a.yaml",
            "when@dev:\n  a: '%env(DUMP_AT)%'\nwhen@prod:\n  b: '%env(MAIL_DSN)%'\n",
            ["MAIL_DSN"],
        ),
    ],
)
def test_what_symfony_reads_without_a_default_is_required(path: str, text: str, names: list[str]) -> None:
    found = look({path: text, "src/A.php": "<?php class A {}\n"}).environment

    assert [one.name for one in found.required()] == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('secret_key_base: <%= ENV["SECRET_KEY_BASE"] %>', ["SECRET_KEY_BASE"]),
        ('secret_key_base: <%= ENV["SECRET_KEY_BASE"] || "x" %>', []),
        ('maps_key: <%= ENV["MAPS_KEY"] %>', []),
    ],
)
def test_what_rails_signs_with_is_required_in_production(line: str, names: list[str]) -> None:
    files = {"config/secrets.yml": f"test:\n  secret_key_base: 1\nproduction:\n  {line}\n"}

    assert [one.name for one in look(files).environment.required()] == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ('o.UseNpgsql(c.GetConnectionString("shop"));', ["ConnectionStrings__shop"]),
        ('o.UseNpgsql(c.GetConnectionString("shop") ?? "Host=db");', []),
        ('if (pg) o.UseNpgsql(c.GetConnectionString("a")); else o.UseSqlite(c.GetConnectionString("b"));', []),
    ],
)
def test_a_provider_of_a_database_needs_its_connection(line: str, names: list[str]) -> None:
    found = look({"Program.cs": f"void Add(Options o) {{ {line} }}\n"}).environment

    assert [one.name for one in found.required()] == names


_CONVICT = "export default {\n  port: { format: 'Number', %s env: 'API_PORT' },\n}\n"


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"config.ts": _CONVICT % "default: 3000,"}, ["API_PORT"]),
        ({"config.ts": _CONVICT % ""}, []),
        ({"config/custom-environment-variables.json": '{\n"db": {"url": "DB_URL"}\n}\n'}, ["DB_URL"]),
        ({"config/custom-environment-variables.yml": "db:\n  url: DB_URL\n"}, ["DB_URL"]),
        ({"config/default.json": '{"db": {"url": "DB_URL"}}\n'}, []),
    ],
)
def test_a_table_of_settings_names_what_is_read(files: dict[str, str], names: list[str]) -> None:
    found = look({"package.json": '{"name": "shop"}', **files}).environment

    assert [one.name for one in found.names()] == names
    assert found.required() == []
    assert (found.read_at() is not None) is bool(names)


_CLAP = """\
#[derive(clap::Parser)]
pub struct Config {
    /// Where the database is.
    #[clap(long, env)]
    pub database_url: String,
    #[arg(long, env = "HMAC_KEY", hide_env_values = true)]
    hmac_key: String,
    #[clap(long, env, default_value = "8080")]
    port: u16,
    #[clap(long, env)]
    sentry_dsn: Option<String>,
    #[clap(long)]
    environment: String,
}
"""


def test_variables_of_clap_are_read_and_those_without_a_default_required() -> None:
    environment = look({"Cargo.toml": '[dependencies]\nclap = "4"\n', "src/config.rs": _CLAP}).environment

    assert [one.name for one in environment.names()] == ["DATABASE_URL", "HMAC_KEY", "PORT", "SENTRY_DSN"]
    assert [(one.name, one.line) for one in environment.required()] == [("DATABASE_URL", 4), ("HMAC_KEY", 6)]


@pytest.mark.parametrize(
    ("path", "step", "state"),
    [
        ("deploy.yml", "- name: Update API_KEY for the tests\n        run: make", State.NEEDS_SIGN_OFF),
        ("deploy.yml", "- name: Deploy\n        run: ./deploy --set API_KEY=a", State.PASS),
        ("test_production.yml", "- name: Deploy\n        run: ./deploy --set API_KEY=a", State.NEEDS_SIGN_OFF),
    ],
)
def test_what_a_step_is_called_and_what_tests_are_given_gives_nothing(path: str, step: str, state: State) -> None:
    text = f"on: push\njobs:\n  a:\n    env: {{A: b}}\n    steps:\n      {step}\n"

    assert ask("required-set", {**_NODE, f".github/workflows/{path}": text}).state is state

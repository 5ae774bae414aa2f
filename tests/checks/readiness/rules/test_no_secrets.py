from __future__ import annotations

import base64
import random
import string
import time

import pytest

from bot.model import NotRead, State
from tests.checks.readiness.look import Content, ask, places

_SECONDS = 5.0
_CHANCE = random.Random(7)  # noqa: S311 - nothing is guarded by these values


def _word(length: int) -> str:
    return "".join(_CHANCE.choices(string.ascii_letters + string.digits, k=length))


_COMPOSE = "services:\n  a:\n    image: b\n    environment:\n      "


def _encoded(kind: str) -> str:
    """A private key as a Secret holds it."""
    key = f"-----BEGIN {kind}PRIVATE KEY-----\n{_word(64)}\n{_word(64)}\n{_word(64)}\n{_word(64)}\n"
    return base64.b64encode(key.encode()).decode()


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("src/pay.py", f"\nkey = 'sk_live_{_word(24)}'\n", 2),
        ("config/app.yml", f"token: ghp_{_word(36)}\n", 1),
        (".github/scripts/a.py", f"token = 'ghp_{_word(36)}'\n", 1),
        ("keys/tempkey.jwk", f'{{"Kty":"RSA",\n"D":"{_word(60)}"}}\n', 2),
        ("app/settings.py", f"URL = 'postgres://app:{_word(12)}7@db.acme.io/app'\n", 1),
        ("appsettings.json", f'{{"A": "Server=db.acme.io;User=a;Password={_word(12)}9;"}}\n', 1),
        ("src/Auth.cs", f'x.ClientSecret = "a1{_word(20)}";\n', 1),
        ("k8s/jwt.yaml", f"kind: Secret\ndata:\n  key: {_encoded('RSA ')}\n", 3),
        ("k8s/tls.yaml", f"kind: Secret\ndata:\n  key: {_encoded('')}\n", 3),
        (
            "compose.yml",
            f"services:\n  a:\n    environment:\n      SECRET_KEY_BASE: ${{SECRET_KEY_BASE:-a1{_word(40)}}}\n",
            4,
        ),
        ("compose.yml", _COMPOSE + f"A: ${{A_SECRET_KEY:-a1B@&!*+{_word(20)}}}\n", 5),
        ("compose.yml", _COMPOSE + f"A: ${{A_AES_256_KEY:-a1B@&!*+{_word(20)}}}\n", 5),
        ("compose.example.yml", f"x-env:\n  KEY: ${{SECRET_KEY:-a1{_word(40)}}}\nservices:\n  a:\n    image: b\n", 2),
        ("src/AppHost.cs", 'x.WithEnvironment("Mail__Smtp__Password", "x4Vz2r9x2NDss9KpC");\n', 1),
        ("compose.yaml", f"services:\n  a:\n    environment:\n      - SECRET_KEY_BASE=aB1c2d3{_word(40)}\n", 4),
        ("config/prod.exs", f'config :a, A.Endpoint,\n  SECRET_KEY_BASE: "{"0a1b2c3d" * 8}"\n', 2),
        (".env.docker", f"# to be made anew\nAPP_KEY=base64:aB1{_word(40)}=\n", 2),
        ("docker-compose.yml", f"services:\n  a:\n    environment:\n      - APP_KEY=base64:aB1{_word(40)}=\n", 4),
        ("b.yml", f"JWT_SECRET: {base64.b64encode(bytes(range(7, 250, 7))).decode()}\n", 1),
        ("config/monitor.yml", f"---\nauthentication: a1B2c3{_word(34)}\n", 2),
        ("config/apm.yaml", f"production:\n  license_key: 'a1B2c3{_word(34)}'\n", 2),
        (
            "src/tempkey.rsa",
            f'{{"KeyId":"1",\n"Parameters":{{"D":"{_word(50)}+/{_word(30)}==","Exponent":"AQAB"}}}}\n',
            2,
        ),
        ("src/Api/appsettings.json", f'{{"Storage": {{\n  "MasterEncryptionKey": "a1+{_word(40)}="}}}}\n', 2),
        (".env.production", f"DEBUG=0\nJWT_SECRET={_word(30)}\n", 2),
        ("config/master.key", f"{'0a1b2c3d' * 4}\n", 1),
        ("shop/config/credentials/staging.key", "0a1b2c3d" * 4, 1),
        ("config/secrets/prod/prod.decrypt.private.php", '<?php // a key\n\nreturn "\\x0a";\n', 3),
        ("deploy/age.key", f"# created: today\nAGE-SECRET-KEY-1{'QPZRY9X8GF' * 5}QPZRY9X8\n", 2),
        (".env.keys", f'#/ keys\nDOTENV_PRIVATE_KEY_PRODUCTION="{"0a1b2c3d" * 8}"\n', 2),
    ],
)
def test_a_key_in_the_tree_fails_with_its_place(path: str, text: str, line: int) -> None:
    judged = ask("no-secrets", {path: text, ".gitignore": ".env\n"})

    assert (judged.state, [(found.path, found.line) for found in judged.missing]) == (State.FAIL, [(path, line)])


@pytest.mark.parametrize(
    "files",
    [
        {"src/pay.py": "key = os.environ['KEY']\n"},
        {"src/pay.py": "key = 'sk_live_xxxxxxxxxxxxxxxxxxxxxxxx'\n"},
        {"keys/public.rsa": f'{{"Parameters":{{"Exponent":"AQAB","Modulus":"{_word(50)}"}}}}\n'},
        {"src/Api/appsettings.Development.json": f'{{"SigningKey": "a1+{_word(40)}="}}\n'},
        {"src/Api/appsettings.json": f'{{"PublicKey": "a1+{_word(40)}=", "SigningKey": "<put 32 bytes here>"}}\n'},
        {"icons.json": f'{{"name": "a", "d": "M0/{_word(50)}"}}\n'},
        {"keys/public.json": '{"kty":"RSA","n":"abc","e":"AQAB"}\n'},
        {"app/settings.py": f"URL = 'postgres://app:{_word(12)}7@localhost/app'\n"},
        {"appsettings.Development.json": f'{{"A": "Server=db.acme.io;Password={_word(12)}9;"}}\n'},
        {"scripts/seed.py": 'Link(client_secret="acme_cl_e2e_seed_checkout_link")\n'},
        {"src/Auth.cs": 'x.ClientSecret = configuration["ClientSecret"];\ny.ClientSecret = "your-client-secret-1";\n'},
        {"k8s/jwt.yaml": f"kind: Secret\ndata:\n  key: {_encoded('RSA ')[40:]}\n"},
        {"compose.yml": _COMPOSE + "A: ${DB_PASSWORD:-change-me-0123456789abcdef}\n"},
        {"compose.yml": _COMPOSE + "A: ${TOKEN_URL:-https://id.acme.io/v1/oauth2/t}\n"},
        {"compose.yml": _COMPOSE + "A: ${SECRET_KEY_FILE:-/Run/secrets/key@1/Of-the-program}\n"},
        {"compose.example.yml": _COMPOSE + "A: ${SECRET_KEY:?is required}\n"},
        {"src/AppHost.cs": 'x.Add("Smtp__Password", "Password123!");\nx.Put("Token", "AccessTokenMinutes");\n'},
        {"tests/test_pay.py": f"key = 'sk_live_{_word(24)}'\n"},
        {"compose.yml": _COMPOSE + "SECRET_KEY_BASE: ${SECRET_KEY_BASE}\n"},
        {
            "compose.yml": _COMPOSE
            + f"JWT_SECRET: {base64.b64encode(b'my-key-that-should-be-changed-in-2031').decode()}\n"
        },
        {"config/a.sh": f"JWT_SECRET={base64.b64encode(b'change me in production 123, please!').decode()}\n"},
        {"config/test.exs": f"SECRET_KEY_BASE=aB1c2d3{_word(40)}\n", "a.yml": f"# APP_SECRET: aB1c2d3{_word(40)}\n"},
        {"a.py": "SECRET_KEY_LENGTH_MESSAGE = 'TheKeyOfThisProgramIsTooShortForUse'\n"},
        {".env": "JWT_SECRET=change-me-please\nPORT=80\n"},
        {".env.testing-ci": f"APP_KEY='base64:aB1{_word(40)}='\n", ".env.example": f"APP_KEY=base64:aB1{_word(40)}=\n"},
        {"docker.env": "APP_KEY=base64:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nAPP_KEY=${KEY}\n"},
        {".env.example": f"JWT_SECRET={_word(30)}\n"},
        {
            "config/apm.yml": f"license_key: <%= ENV['KEY'] %>\n# auth_token: a1B2c3{_word(34)}\n",
            "config/secrets.yml": f"secret_key: {'0a1b2c3d' * 8}\n",
        },
        {
            "config/credentials/development.key": "0a1b2c3d" * 4,
            "config/credentials/test.key": "0a1b2c3d" * 4,
            "config/credentials/production.yml.enc": f"{_word(60)}\n",
            "config/master.key.example": "0a1b2c3d" * 4,
            "config/secrets/prod/prod.encrypt.public.php": "<?php return 'a';\n",
            "keys.txt": "the keys of the piano\n",
            ".env.keys": f"DOTENV_PRIVATE_KEY_DEVELOPMENT={'0a1b2c3d' * 8}\n",
        },
        {"config/maps.yml": f"site_key: a1B2c3{_word(34)}\nmaps_api_key: AIzaA1b2{_word(31)}\n"},
    ],
)
def test_placeholders_tests_and_examples_are_quiet(files: dict[str, Content]) -> None:
    judged = ask("no-secrets", files | {".gitignore": "node_modules\n.env\n"})

    assert (judged.state, places(judged)) == (State.PASS, [".gitignore:2"])


def test_a_scanner_in_ci_is_evidence() -> None:
    workflow = "on: pull_request\njobs:\n  scan:\n    steps:\n      - uses: gitleaks/gitleaks-action@v2\n"
    judged = ask("no-secrets", {".github/workflows/scan.yml": workflow}, strength="verified")

    assert (judged.state, places(judged)) == (State.PASS, [".github/workflows/scan.yml:5"])


def test_with_nothing_that_looks_it_is_not_checked() -> None:
    assert ask("no-secrets", {"src/pay.py": "x = 1\n"}).state is State.NOT_CHECKED


_UNREAD = NotRead("not in this clone", "fetch it")


def test_a_file_that_is_not_there_to_read_may_hold_a_key() -> None:
    judged = ask("no-secrets", {"a.sql": _UNREAD, ".gitignore": ".env\n"})

    assert judged.state is State.NOT_CHECKED
    assert [unknown.path for unknown in judged.unknowns] == ["a.sql"]


def test_a_file_that_is_not_there_to_read_leaves_the_others_theirs() -> None:
    judged = ask("no-secrets", {"a.sql": _UNREAD, "b.py": f"key = 'sk_live_{_word(24)}'\n", ".gitignore": ".env\n"})

    assert (judged.state, [found.path for found in judged.missing]) == (State.FAIL, ["b.py"])


def test_what_is_no_text_may_be_too_large_to_read() -> None:
    assert ask("no-secrets", {"intro.mp4": _UNREAD, ".gitignore": ".env\n"}).state is State.PASS


def test_a_key_behind_much_else_fails() -> None:
    judged = ask("no-secrets", {"dump.sql": f"{'x' * 500_000}\nghp_{_word(36)}\n", ".gitignore": ".env\n"})

    assert (judged.state, [found.line for found in judged.missing]) == (State.FAIL, [2])


@pytest.mark.parametrize(
    "before",
    ["x" * 3_000, "Pwd=${X}\n" * 300, "AKIAXXXXXXXXXXXXXXXX\n" * 300, "mysql://a:${P}@b.io " * 300],
    ids=["one line", "other passwords", "other keys", "addresses of one line"],
)
@pytest.mark.parametrize("secret", [f"mysql://app:{_word(12)}7@db.acme.io", f"AKIA{'QWERTYUIOPASDFGH'}"])
def test_nothing_that_stands_before_a_secret_hides_it(before: str, secret: str) -> None:
    judged = ask("no-secrets", {"a.txt": f"{before} {secret} {'y' * 3_000}\n", ".gitignore": ".env\n"})

    assert (judged.state, [found.line for found in judged.missing]) == (State.FAIL, [before.count("\n") + 1])


def test_a_file_of_nothing_but_marks_is_read_in_seconds() -> None:
    started = time.process_time()

    assert ask("no-secrets", {"a.txt": "Pwd=AKIA" * 60_000, ".gitignore": ".env\n"}).state is State.PASS
    assert time.process_time() - started < _SECONDS


def test_what_is_ignored_of_one_machine_alone_keeps_no_file_out_that_is_committed() -> None:
    files = {"app/.gitignore": ".env*.local\n", "package.json": "{}"}

    assert ask("no-secrets", files).state is State.PASS
    assert ask("no-secrets", {**files, ".env": "DB_PASSWORD=changeit\n"}).state is State.NOT_CHECKED


@pytest.mark.parametrize(
    ("path", "text", "state"),
    [
        ("auth.json", '{"github-oauth": {"github.com": "%s"}}\n' % ("0a1b2c3d4e" * 4), State.FAIL),
        ("auth.json", '{"github-oauth": {"github.com": "%token%"}}\n', State.PASS),
        (".npmrc", f"//registry.npmjs.org/:_authToken={_word(36)}\n", State.FAIL),
        (".npmrc", "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n", State.PASS),
    ],
)
def test_what_a_manager_of_packages_signs_in_with_is_a_secret(path: str, text: str, state: State) -> None:
    assert ask("no-secrets", {path: text, ".gitignore": ".env\n"}).state is state


def test_each_secret_that_is_committed_is_counted() -> None:
    first, second = (f"{_COMPOSE}SECRET_KEY_BASE: {_word(40)}1a2B3c\n" for _ in range(2))
    files: dict[str, Content] = {".gitignore": ".env\n", "compose.yml": first}
    counts = [ask("no-secrets", one).measures for one in (files, {**files, "other.yml": second})]

    assert [one["secrets that are committed"].value for one in counts] == [1, 2]
    assert ask("no-secrets", {".gitignore": ".env\n"}).measures["secrets that are committed"].value == 0

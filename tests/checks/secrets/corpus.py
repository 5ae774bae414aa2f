"""Pull requests with known answers: what each adds, and which secrets a reader would want named.

Each case lives in a folder of its own of one repository, so that one run answers all. A case is a list of steps: files
by name, at the base first, then commit by commit. What is expected is found by searching the value in the files.
"""

# ruff: noqa: E501, Q003, S608 - rows of a table of texts
from __future__ import annotations

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.checks.secrets.make import Maker, encode64

Files = dict[str, "str | bytes | None"]


@dataclass(frozen=True)
class Expected:
    """A secret to be named: its file, 1-based line (None: has none), and whether head has it."""

    path: str
    line: int | None
    in_head: bool = True


@dataclass
class Case:
    """Steps and expectations of one pull request."""

    kind: str
    steps: list[Files]
    expected: list[Expected] = field(default_factory=list)


Recipe = Callable[[Maker], Case]
RECIPES: list[Recipe] = []


def recipe(make: Recipe) -> Recipe:
    RECIPES.append(make)
    return make


def one_file(kind: str, name: str, text: str, *values: str) -> Case:
    """A case that adds one file; each value is expected on its line."""
    lines = text.split("\n")
    wanted = [next(number for number, line in enumerate(lines, 1) if value in line) for value in values]
    return Case(kind, [{}, {name: text}], [Expected(name, line) for line in dict.fromkeys(wanted)])


def formats(kind: str, *rows: tuple[str, str, Callable[[Maker], str]]) -> None:
    """Cases of one value in one line of a file: name, text with `@@` for the value, maker of the value."""

    def make_recipe(name: str, text: str, make: Callable[[Maker], str]) -> Recipe:
        def make_case(m: Maker) -> Case:
            value = make(m)
            filled = text.replace("@@", value)
            line = filled[: filled.index(value)].count("\n") + 1
            return Case(kind, [{}, {name: filled}], [Expected(name, line)])

        return make_case

    RECIPES.extend(make_recipe(*row) for row in rows)


def quiet(*rows: tuple[str, str | Callable[[Maker], str | bytes]]) -> None:
    """Cases that add one file in which nothing is a secret."""

    def make_recipe(name: str, text: str | Callable[[Maker], str | bytes]) -> Recipe:
        return lambda m: Case("quiet", [{}, {name: text if isinstance(text, str) else text(m)}])

    RECIPES.extend(make_recipe(*row) for row in rows)


# Forms that providers give their secrets

formats(
    "provider",
    (".env", "DEBUG=1\nGITHUB_TOKEN=@@\nPORT=80\n", lambda m: m.github()),
    ("src/client.ts", 'export const token = "@@";\n', lambda m: "github_pat_" + m.of(22) + "_" + m.of(59)),
    ("ci.yml", "steps:\n  - run: deploy\n    env:\n      TOKEN: @@\n", lambda m: "glpat-" + m.of(20)),
    (".npmrc", "registry=https://registry.npmjs.org/\n//registry.npmjs.org/:_authToken=@@\n", lambda m: "npm_" + m.of(36)),
    (".npmrc", "//npm.pkg.corp.net/:_authToken=@@\n", lambda m: m.uuid()),
    (".pypirc", "[pypi]\nusername = __token__\npassword = @@\n", lambda m: "pypi-AgEIcHlwaS5vcmc" + m.of(150)),
    ("notify.py", 'URL = "@@"\n', lambda m: f"https://hooks.slack.com/services/T{m.of(10, 'ABCDEFGHJK0123')}/B{m.of(10, 'ABCDEFGHJK0123')}/{m.of(24)}"),
    ("bot.rb", "client = Slack.new('@@')\n", lambda m: f"xoxb-{m.digits(12)}-{m.digits(12)}-{m.of(24)}"),
    ("hook.js", "const hook = '@@'\n", lambda m: f"https://discord.com/api/webhooks/{m.digits(18)}/{m.of(68)}"),
    ("hook.json", '{"url": "@@"}\n', lambda m: f"https://discordapp.com/api/v10/webhooks/{m.digits(19)}/{m.of(68)}"),
    ("pay.php", "<?php\nStripe::setApiKey('@@');\n", lambda m: "sk_live_" + m.of(24)),
    ("pay.go", 'package pay\n\nvar hookSecret = "@@"\n', lambda m: "whsec_" + m.of(32)),
    ("mail.java", 'class M {\n  String key = "@@";\n}\n', lambda m: f"SG.{m.of(22)}.{m.of(43)}"),
    ("sms.env", "TWILIO_ACCOUNT_SID=AC0\nTWILIO_AUTH_TOKEN=@@\n", lambda m: m.hex(32)),
    ("ai.py", 'client = OpenAI(api_key="@@")\n', lambda m: f"sk-proj-{m.of(74)}T3BlbkFJ{m.of(74)}"),
    ("ai.toml", '[anthropic]\nkey = "@@"\n', lambda m: f"sk-ant-api03-{m.of(93)}AA"),
    ("main.tf", 'provider "aws" {\n  region     = "eu-west-1"\n  secret_key = "@@"\n}\n', lambda m: m.of(40)),
    ("deploy.sh", "export AWS_SECRET_ACCESS_KEY=@@\n", lambda m: m.of(40, "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMN23456789/+")),
    ("map.html", "<script src='https://maps.googleapis.com/maps/api/js?key=@@'></script>\n", lambda m: "AIza" + m.of(35)),
    ("oauth.json", '{"web": {"client_secret": "@@"}}\n', lambda m: "GOCSPX-" + m.of(28)),
    ("azure.yml", "auth:\n  tenant: corp\n  client_secret: @@\n", lambda m: m.of(3) + "8Q~" + m.of(34)),
    ("storage.config", '<add name="s" connectionString="DefaultEndpointsProtocol=https;AccountName=st1;AccountKey=@@;EndpointSuffix=core.windows.net"/>\n', lambda m: m.base64(64)),
    ("do.env", "DIGITALOCEAN_TOKEN=@@\n", lambda m: "dop_v1_" + m.hex(64)),
    ("Procfile.env", "HEROKU_API_KEY=@@\n", lambda m: m.uuid()),
    ("shop.rb", "token = '@@'\n", lambda m: "shpat_" + m.hex(32)),
    ("square.ini", "[square]\nsecret = @@\n", lambda m: "sq0csp-" + m.of(43)),
    ("mailgun.py", "MAILGUN = '@@'\n", lambda m: "key-" + m.hex(32)),
    ("datadog.yaml", "api_key: @@\nsite: datadoghq.eu\n", lambda m: m.hex(32)),
    ("telegram.kt", 'val bot = Bot("@@")\n', lambda m: f"{m.digits(10)}:AA{m.of(33)}"),
    ("linear.mjs", 'const l = new Client({ apiKey: "@@" })\n', lambda m: "lin_api_" + m.of(40)),
    ("notion.cs", 'var notion = new Client("@@");\n', lambda m: "ntn_" + m.digits(11) + m.of(35)),
    ("vault.hcl", 'vault {\n  token = "@@"\n}\n', lambda m: "hvs." + m.of(95)),
    ("dbx.cfg", "[DEFAULT]\nhost = https://dbc.cloud.databricks.com\ntoken = @@\n", lambda m: "dapi" + m.hex(32)),
    ("hf.ipynb", '{"cells": [{"cell_type": "code", "source": ["login(\'@@\')\\n"]}]}\n', lambda m: "hf_" + m.of(34, "abcdefghijklmnopqrstuvwxyzABCDEFGH")),
    ("dropbox.py", "d = dropbox.Dropbox('@@')\n", lambda m: "sl." + m.of(135)),
    ("grafana.yaml", "token: @@\n", lambda m: f"glsa_{m.of(32)}_{m.hex(8)}"),
    ("sb.ts", "createClient(url, '@@')\n", lambda m: m.jwt()),
)  # fmt: skip


@recipe
def an_aws_pair(m: Maker) -> Case:
    key, secret = "AKIA" + m.of(16, "ABCDEFGHJKLMNPQRSTUVWXYZ234567"), m.of(40)
    text = f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"
    return one_file("provider", ".aws/credentials", text, key, secret)


# Passwords and tokens that only their context gives away

formats(
    "generic",
    ("settings.py", 'DEBUG = False\nSECRET_KEY = "@@"\n', lambda m: m.of(50, "abcdefghijklmnopqrstuvwxyz0123456789!@#^&*(-_=+)") + "1a"),
    ("config.yml", "database:\n  user: app\n  password: @@\n", lambda m: m.password()),
    ("app.properties", "spring.datasource.url=jdbc:x\nspring.datasource.password=@@\n", lambda m: m.password()),
    ("config.json", '{\n  "smtp": {\n    "password": "@@"\n  }\n}\n', lambda m: m.password()),
    ("src/db.ts", "const db = connect({ user: 'app', password: '@@' });\n", lambda m: m.password()),
    (".netrc", "machine git.corp.net\nlogin deploy\npassword @@\n", lambda m: m.password()),
    ("settings.ini", "[svc]\nurl = custom+proto://deploy:@@@svc.corp.net/queue\n", lambda m: m.mixed(16)),
    ("web.config", '<add key="DbPassword" value="@@"/>\n', lambda m: m.password()),
    ("pom.xml", "<server>\n  <username>ci</username>\n  <password>@@</password>\n</server>\n", lambda m: m.password()),
    ("docker-compose.yml", "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=@@\n", lambda m: m.password()),
    ("deploy.yaml", "env:\n  - name: DB_PASSWORD\n    value: \"@@\"\n", lambda m: m.password()),
    ("Dockerfile", "FROM x\nENV API_TOKEN @@\n", lambda m: m.mixed(32)),
    ("variables.tf", 'variable "db_password" {\n  type    = string\n  default = "@@"\n}\n', lambda m: m.password()),
    ("db.go", 'const dbPassword = "@@"\n', lambda m: m.password()),
    ("Db.java", 'private static final String PASSWORD = "@@";\n', lambda m: m.password()),
    ("db.php", "define('DB_PASSWORD', '@@');\n", lambda m: m.password()),
    ("database.php", "'mysql' => [\n    'password' => '@@',\n],\n", lambda m: m.password()),
    ("app.py", 'password = os.environ.get("DB_PASSWORD", "@@")\n', lambda m: m.password()),
    ("app.js", "const secret = process.env.JWT_SECRET || '@@';\n", lambda m: m.mixed(32)),
    ("run.sh", "mysqldump -u root -p@@ shop > dump.sql\n", lambda m: m.mixed(12)),
    ("run.sh", "curl -u deploy:@@ https://repo.corp.net/upload\n", lambda m: m.mixed(14)),
    ("init.sql", "CREATE USER app IDENTIFIED BY '@@';\n", lambda m: m.password()),
    ("api.http", "GET https://api.corp.net/x\nAuthorization: Bearer @@\n", lambda m: m.mixed(40)),
    ("client.rb", "req['Authorization'] = 'Basic @@'\n", lambda m: encode64("deploy:" + m.mixed(14))),
    ("appsettings.json", '{"ConnectionStrings": {"Main": "Server=db1.corp.net;Database=x;User Id=sa;Password=@@;"}}\n', lambda m: m.mixed(14)),
    ("secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: @@\n", lambda m: encode64(m.mixed(16))),
    (".docker/config.json", '{"auths": {"registry.corp.net": {"auth": "@@"}}}\n', lambda m: encode64("ci:" + m.mixed(18))),
    ("notes.txt", "staging login\nPassword: @@\n", lambda m: m.mixed(12) + "!"),
)  # fmt: skip

for scheme, host in (
    ("postgres", "db.corp.net:5432/app"), ("postgresql+asyncpg", "db.corp.net/app"), ("mysql", "sql.corp.net:3306/x"),
    ("mongodb+srv", "cluster0.ab1cd.mongodb.net/x"), ("redis", "cache.corp.net:6379/0"), ("amqp", "mq.corp.net:5672/"),
    ("smtp", "mail.corp.net:587"), ("ftp", "files.corp.net/in"), ("https", "git.corp.net/team/repo.git"),
):  # fmt: skip
    formats("generic", ("conf/app.env", f"A=1\nURL={scheme}://app:@@@{host}\n", lambda m: m.mixed(14)))


# Private keys

formats(
    "key",
    ("id_rsa", "@@\n", lambda m: m.pem()),
    ("deploy/key.pem", "# deploy key\n@@\n", lambda m: m.pem("EC ", 3)),
    ("ssh_key", "@@\n", lambda m: m.pem("OPENSSH ", 6)),
    ("values.yaml", "tls:\n  key: |\n    @@\n", lambda m: m.pem("", 20).replace("\n", "\n    ")),
    ("sa.json", '{"type": "service_account",\n "private_key": "@@",\n "client_email": "x@y.iam.gserviceaccount.com"}\n', lambda m: m.pem("", 20).replace("\n", "\\n") + "\\n"),
    ("crypt.py", 'KEY = """@@"""\n', lambda m: m.pem("ENCRYPTED ", 12)),
)  # fmt: skip


# Encoded, cut in pieces, in odd files


@recipe
def base64_of_a_token(m: Maker) -> Case:
    value = encode64(f"token={m.github()}\n")
    return one_file("encoded", "blob.yml", f"a: 1\nconfig: {value}\n", value)


@recipe
def base64_of_a_url(m: Maker) -> Case:
    value = encode64(f"DATABASE_URL=postgres://app:{m.mixed(16)}@db.corp.net:5432/app")
    return one_file("encoded", "user-data.txt", f"#cloud-config\n{value}\n", value)


@recipe
def a_literal_in_two_pieces(m: Maker) -> Case:
    token = m.github()
    return one_file("shape", "split.py", f'x = 1\nt = "{token[:9]}" + "{token[9:]}"\n', token[9:])


@recipe
def a_literal_over_two_lines(m: Maker) -> Case:
    token = "glpat-" + m.of(20)
    return one_file("shape", "split.js", f"const t = '{token[:12]}' +\n  '{token[12:]}';\n", token[:12])


@recipe
def carriage_returns(m: Maker) -> Case:
    value = m.github()
    return one_file("shape", "win.ini", f"[a]\r\nx=1\r\nk={value}\r\n", value)


@recipe
def no_last_newline(m: Maker) -> Case:
    value = m.github()
    return one_file("shape", "short.txt", f"a\nb\nk={value}", value)


@recipe
def one_long_line(m: Maker) -> Case:
    value = m.github()
    text = "var a=1;" + "function f(x){return x+1};" * 4000 + f'k="{value}";' + "g();" * 500
    return one_file("shape", "app.min.js", text, value)


@recipe
def tabs_and_latin_1(m: Maker) -> Case:
    value = m.github()
    return Case("shape", [{}, {"l1.txt": f"caf\xe9\n\tkey\t=\t{value}\n".encode("latin-1")}], [Expected("l1.txt", 2)])


@recipe
def utf_16_with_a_mark(m: Maker) -> Case:
    text = f"\ufeff[a]\r\nx=1\r\nkey={m.github()}\r\n"
    return Case("shape", [{}, {"reg.reg": text.encode("utf-16-le")}], [Expected("reg.reg", 3)])


@recipe
def utf_16_without_a_mark(m: Maker) -> Case:
    text = f"[a]\r\nx=1\r\nkey={m.github()}\r\n"
    return Case("shape", [{}, {"be.ps1": text.encode("utf-16-be")}], [Expected("be.ps1", 3)])


@recipe
def a_password_in_utf_16(m: Maker) -> Case:
    text = f"\ufeff$user = 'x'\r\n$password = '{m.mixed(18)}'\r\n"
    return Case("shape", [{}, {"setup.ps1": text.encode("utf-16-le")}], [Expected("setup.ps1", 2)])


@recipe
def a_mode_change_with_an_edit(m: Maker) -> Case:
    value = m.github()
    return Case(
        "shape", [{"run.sh": "#!/bin/sh\n"}, {"run.sh": f"#!/bin/sh\nT={value} ./x\n"}], [Expected("run.sh", 2)]
    )


@recipe
def two_secrets_on_one_line(m: Maker) -> Case:
    one, two = m.github(), "glpat-" + m.of(20)
    return one_file("shape", "both.json", f'{{"a": "{one}", "b": "{two}"}}\n', one, two)


@recipe
def the_same_secret_in_two_files(m: Maker) -> Case:
    value = m.github()
    return Case("shape", [{}, {"one.env": f"T={value}\n", "two.env": f"A=1\nT={value}\n"}], [Expected("one.env", 1), Expected("two.env", 2)])  # fmt: skip


formats(
    "shape",
    ("name with spaces.env", "T=@@\n", lambda m: m.github()),
    ("quo\"te's.env", "T=@@\n", lambda m: m.github()),
    ("new\nline.env", "T=@@\n", lambda m: m.github()),
    (b"non-utf8-\xff.env".decode("utf-8", "surrogateescape"), "T=@@\n", lambda m: m.github()),
)


# Hiding

formats(
    "hiding",
    ("a.py", 'T = "@@"  # gitleaks:allow\n', lambda m: m.github()),
    ("b.py", 'T = "@@"  # kingfisher:ignore\n', lambda m: m.github()),
    ("c.py", 'T = "@@"  # pragma: allowlist secret\n', lambda m: m.github()),
    ("d.py", 'T = "@@"  # noqa: S105  # nosec  # trufflehog:ignore\n', lambda m: m.github()),
    ("node_modules/x/index.js", "t('@@')\n", lambda m: m.github()),
    ("logo.svg", '<svg xmlns="http://www.w3.org/2000/svg"><!-- @@ --></svg>\n', lambda m: m.github()),
    ("package-lock.json", '{"resolved": "https://@@@npm.corp.net/x.tgz"}\n', lambda m: m.github()),
    ("yarn.lock", 'x@1:\n  resolved "https://npm.corp.net/x.tgz?auth=@@"\n', lambda m: m.github()),
    ("vendor/lib/x.go", 'var t = "@@"\n', lambda m: m.github()),
    ("docs/setup.md", "Run:\n\n    export TOKEN=@@\n", lambda m: m.github()),
    ("tests/test_api.py", 'def test_x():\n    assert call("@@")\n', lambda m: m.github()),
    ("src/old.py", "def f():\n    pass\n\n# token was @@\n", lambda m: m.github()),
    ("Makefile", "deploy:\n\t@TOKEN=@@ ./deploy\n", lambda m: "dop_v1_" + m.hex(64)),
    ("dist/bundle.js.map", '{"sourcesContent": ["const t = \\"@@\\""]}\n', lambda m: m.github()),
)


@recipe
def an_attribute_that_says_binary(m: Maker) -> Case:
    value = m.github()
    return Case("hiding", [{}, {".gitattributes": "* -diff -text binary\n", "x.env": f"T={value}\n"}], [Expected("x.env", 1)])  # fmt: skip


@recipe
def ignore_files_of_scanners(m: Maker) -> Case:
    files: Files = {
        ".gitleaksignore": "x.env:github-pat:1\n",
        ".gitleaks.toml": "[allowlist]\npaths=['.*']\n",
        "kingfisher.yaml": "exclude: ['*']\n",
        "x.env": f"T={m.github()}\n",
    }
    return Case("hiding", [{}, files], [Expected("x.env", 1)])


# History


@recipe
def added_and_removed(m: Maker) -> Case:
    return Case("history", [{}, {"x.env": f"A=1\nT={m.github()}\n"}, {"x.env": "A=1\n"}], [Expected("x.env", 2, in_head=False)])  # fmt: skip


@recipe
def added_and_deleted(m: Maker) -> Case:
    return Case("history", [{}, {"x.env": f"T={m.github()}\n"}, {"x.env": None}], [Expected("x.env", 1, in_head=False)])


@recipe
def added_and_moved_down(m: Maker) -> Case:
    value = m.github()
    return Case("history", [{}, {"x.env": f"T={value}\n"}, {"x.env": f"A=1\nB=2\nT={value}\n"}], [Expected("x.env", 3)])


@recipe
def added_and_renamed(m: Maker) -> Case:
    value = m.github()
    return Case("history", [{}, {"a.env": f"T={value}\n"}, {"a.env": None, "b.env": f"T={value}\n"}], [Expected("b.env", 1)])  # fmt: skip


@recipe
def replaced_by_another(m: Maker) -> Case:
    return Case(
        "history",
        [{}, {"x.env": f"T={m.github()}\n"}, {"x.env": f"A=1\nT={m.github()}\n"}],
        [Expected("x.env", 1, in_head=False), Expected("x.env", 2)],
    )


@recipe
def a_password_whose_name_changes(m: Maker) -> Case:
    value = m.mixed(14)
    return Case("history", [{}, {"x.yml": f"password: {value}\n"}, {"x.yml": f"a: 1\nfoo: {value}\n"}], [Expected("x.yml", 2)])  # fmt: skip


@recipe
def a_key_added_and_removed(m: Maker) -> Case:
    return Case("history", [{}, {"k.pem": m.pem() + "\n"}, {"k.pem": None}], [Expected("k.pem", 1, in_head=False)])


# Binary


@recipe
def a_zip(m: Maker) -> Case:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conf/app.env", f"\n\nT={m.github()}\n")
    return Case("binary", [{}, {"backup.bin": buffer.getvalue()}], [Expected("backup.bin", None)])


@recipe
def a_compressed_tar(m: Maker) -> Case:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        content = f"T={m.github()}\n".encode()
        info = tarfile.TarInfo("app.env")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return Case("binary", [{}, {"dump.tar.gz": buffer.getvalue()}], [Expected("dump.tar.gz", None)])


@recipe
def a_gzip(m: Maker) -> Case:
    return Case("binary", [{}, {"app.log.gz": gzip.compress(f"T={m.github()}\n".encode())}], [Expected("app.log.gz", None)])  # fmt: skip


@recipe
def a_program_with_a_string(m: Maker) -> Case:
    content = b"\x7fELF\x02\x01\x00" + bytes(range(1, 10)) + m.github().encode() + b"\x00\x00"
    return Case("binary", [{}, {"tool": content}], [Expected("tool", 1)])


# Old secrets: none of these adds one


@recipe
def an_old_secret_moves(m: Maker) -> Case:
    text = f"A=1\nT={m.github()}\n"
    return Case("old", [{"a.env": text}, {"a.env": None, "sub/b.env": text}])


@recipe
def an_old_secret_is_indented(m: Maker) -> Case:
    value = m.github()
    return Case("old", [{"a.yml": f"token: {value}\n"}, {"a.yml": f"auth:\n    token: {value}  # moved\n"}])


@recipe
def a_line_next_to_an_old_secret(m: Maker) -> Case:
    value = m.github()
    return Case("old", [{"a.env": f"T={value}\n"}, {"a.env": f"A=1\nT={value}\nB=2\n"}])


@recipe
def an_old_secret_is_copied(m: Maker) -> Case:
    text = f"T={m.github()}\n"
    return Case("old", [{"a.env": text}, {"b.env": text + "X=1\n"}])


@recipe
def an_old_key_is_indented(m: Maker) -> Case:
    pem = m.pem()
    return Case(
        "old", [{"a.pem": pem + "\n"}, {"a.pem": None, "a.yml": "key: |\n  " + pem.replace("\n", "\n  ") + "\n"}]
    )


@recipe
def an_old_secret_is_removed(m: Maker) -> Case:
    return Case("old", [{"a.env": f"T={m.github()}\nA=1\n"}, {"a.env": "A=2\n"}])


@recipe
def an_old_utf_16_file_is_renamed(m: Maker) -> Case:
    content = f"\ufeffk={m.github()}\r\nx=1\r\ny=2\r\n".encode("utf-16-le")
    return Case("old", [{"a.reg": content}, {"a.reg": None, "b.reg": content + "z=3\r\n".encode("utf-16-le")}])


@recipe
def an_old_encoded_secret_moves(m: Maker) -> Case:
    value = encode64(f"token={m.github()}\n")
    return Case("old", [{"a.yml": f"x: {value}\n"}, {"a.yml": None, "b.yml": f"y:\n  x: {value}\n"}])


# Nothing here is a secret

quiet(
    (".env.example", "DB_PASSWORD=changeme\nAPI_KEY=your-api-key-here\nSECRET=<your secret>\nTOKEN=xxxxxxxxxxxxxxxxxxxx\n"),
    ("compose.yml", "environment:\n  POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?missing}\n  API_TOKEN: ${API_TOKEN}\n"),
    ("settings.py", 'DATABASE_URL = os.getenv("DATABASE_URL", "postgres://postgres:postgres@localhost:5432/postgres")\n'),
    ("ci.yml", "env:\n  DATABASE_URL: postgresql://test:test@localhost:5432/test_db\n  REDIS_URL: redis://localhost:6379/0\n"),
    ("ci2.yml", "  mysql:\n    env:\n      MYSQL_ROOT_PASSWORD: root\n      MYSQL_PASSWORD: password\n"),
    ("wf.yml", "env:\n  TOKEN: ${{ secrets.GITHUB_TOKEN }}\n  NPM_TOKEN: ${{ secrets.NPM_TOKEN }}\n"),
    ("hashes.txt", lambda m: f"sha256: {m.hex(64)}\nmd5 {m.hex(32)}\nsha1={m.hex(40)}\nchecksum: {m.hex(64)}\n"),
    ("ids.json", lambda m: json.dumps({"id": m.uuid(), "tenant": m.uuid(), "request_id": m.uuid(), "key": m.uuid()})),
    ("package-lock.json", lambda m: json.dumps({"node_modules/x": {"resolved": "https://registry.npmjs.org/x/-/x-1.0.0.tgz", "integrity": "sha512-" + m.base64(64)}}, indent=1)),
    ("yarn.lock", lambda m: f'x@^1:\n  version "1.0.0"\n  resolved "https://registry.yarnpkg.com/x/-/x-1.0.0.tgz#{m.hex(40)}"\n  integrity sha512-{m.base64(64)}\n'),
    ("poetry.lock", lambda m: f'[[package]]\nname = "x"\nfiles = [\n    {{file = "x-1.0-py3-none-any.whl", hash = "sha256:{m.hex(64)}"}},\n]\n'),
    ("go.sum", lambda m: f"github.com/a/b v1.2.3 h1:{m.base64(32)}\ngithub.com/a/b v1.2.3/go.mod h1:{m.base64(32)}\n"),
    ("Cargo.lock", lambda m: f'[[package]]\nname = "x"\nversion = "1.0.0"\nchecksum = "{m.hex(64)}"\n'),
    ("id_rsa.pub", lambda m: f"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ{m.of(300)} me@host\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{m.of(43)} me@host\n"),
    ("cert.pem", lambda m: m.pem("").replace("PRIVATE KEY", "CERTIFICATE") + "\n" + m.pem("").replace("PRIVATE", "PUBLIC") + "\n"),
    ("docs/aws.md", "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"),
    ("docs/api.md", "curl -H 'Authorization: Bearer YOUR_TOKEN' https://api.example.com\ncurl -u user:password https://x\ncurl -H 'X-Api-Key: <api key>' x\n"),
    ("docs/key.md", "```\n-----BEGIN RSA PRIVATE KEY-----\n...\n-----END RSA PRIVATE KEY-----\n```\n-----BEGIN PRIVATE KEY-----\n<paste your private key here, it begins with MII and has many lines of text>\n-----END PRIVATE KEY-----\n"),
    ("auth.py", 'token = get_token()\npassword = request.form["password"]\nsecret = settings.SECRET_KEY\nself.api_key = api_key\n'),
    ("auth.ts", "const token = localStorage.getItem('accessToken');\nconst password = this.form.value.password;\ntype Props = { token: string; password?: string };\n"),
    ("login.html", '<input type="password" name="password" id="passwordInput" placeholder="Enter your password" autocomplete="current-password">\n'),
    ("en.json", '{"password": "Password", "forgot_password": "Forgot your password?", "token_expired": "Your token has expired", "secretLabel": "Client secret"}\n'),
    ("test_auth.py", 'def test_login(client):\n    client.post("/login", data={"username": "alice", "password": "password123"})\n    assert check("wrong-password")\n'),
    ("users.sql", lambda m: f"INSERT INTO users (name, password) VALUES ('a', '$2b$12${m.of(53)}');\n"),
    (".htpasswd", lambda m: f"admin:$apr1${m.of(8)}${m.of(22)}\n"),
    ("shadow.yml", lambda m: f"users:\n  - name: x\n    passwd: $6$rounds=4096${m.of(16)}${m.of(86)}\n    password_hash: {m.hex(64)}\n"),
    ("main.tf", 'variable "db_password" {\n  type      = string\n  sensitive = true\n}\nresource "x" "y" {\n  password = var.db_password\n  token    = data.vault_secret.this.token\n}\n'),
    ("helm.yaml", "password: {{ .Values.db.password | quote }}\napiKey: {{ required \"apiKey\" .Values.apiKey }}\nexistingSecret: my-release-postgresql\nsecretName: tls-secret-v2\n"),
    ("k8s.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: app-secret\ndata:\n  password: Y2hhbmdlbWU=\n  username: YWRtaW4=\n"),
    ("k8s2.yaml", "env:\n  - name: DB_PASSWORD\n    valueFrom:\n      secretKeyRef:\n        name: db-credentials-v1\n        key: password\n"),
    ("app.yml", "spring:\n  datasource:\n    password: ENC(k3jh4kjh5k3jh45)\n    url: jdbc:postgresql://localhost:5432/app?user=app&password=app\n"),
    ("front.js", lambda m: f"const stripe = Stripe('pk_live_{m.of(24)}');\nconst siteKey = '6L{m.of(38)}';\n"),
    ("sentry.py", lambda m: f'sentry_sdk.init(dsn="https://{m.hex(32)}@o12345.ingest.sentry.io/67890")\n'),
    ("colors.css", ".token.password { color: #a1b2c3d4; }\n:root { --key-color: #0f1e2d; }\n"),
    ("cache.py", 'CACHE_KEY = "user-profile-v2"\ncache_key = f"user:{user_id}:v3"\nPRIMARY_KEY = "id"\nsort_key = "created_at#2024"\n'),
    ("tokens.py", 'TOKEN_URL = "https://auth.example.com/oauth2/token"\nTOKEN_TYPE = "bearer"\nmax_tokens = 4096\ntokenizer = "cl100k_base"\nPASSWORD_MIN_LENGTH = 12\n'),
    ("Jenkinsfile", "withCredentials([string(credentialsId: 'prod-deploy-token-2', variable: 'TOKEN')]) {\n  sh 'deploy --token $TOKEN'\n}\n"),
    ("ansible.yml", lambda m: "db_password: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  " + m.digits(80) + "\n  " + m.digits(80) + "\n"),
    ("sops.yaml", lambda m: f"password: ENC[AES256_GCM,data:{m.base64(12)},iv:{m.base64(32)},tag:{m.base64(16)},type:str]\n"),
    ("data.csv", lambda m: "\n".join(f"{m.uuid()},{m.hex(40)},{m.digits(12)},{m.word()}" for _ in range(40)) + "\n"),
    ("logo.b64", lambda m: "data:image/png;base64,iVBORw0KGgo" + m.base64(900) + "\n"),
    ("icon.svg", lambda m: f'<svg><path d="M{m.digits(3)}.{m.digits(3)}l{m.digits(3)}-{m.digits(3)}z"/><image href="data:image/png;base64,{m.base64(300)}"/></svg>\n'),
    ("notes.md", "The `password` field is hashed with bcrypt; the token is read from `VAULT_TOKEN`.\nSet `SECRET_KEY` to a long random string (`openssl rand -hex 32`).\n"),
    ("deploy.sh", 'export TOKEN="$(vault read -field=token secret/app)"\nPASSWORD=$1\nAPI_KEY=`cat key.txt`\necho "password: $PASSWORD"\ndocker login -u ci -p "$PASSWORD"\n'),
    ("Dockerfile", "ARG NPM_TOKEN\nENV SECRET_KEY=build-only-dummy\nENV PASSWORD_FILE /run/secrets/db_password\n"),
    ("jwt.md", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c\n"),
    ("azurite.env", "AZURE=DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=" + "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==" + ";BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;\n"),
    ("fillers.env", "GH=ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\nGL=glpat-XXXXXXXXXXXXXXXXXXXX\nS=" + "sk_live_" + "000000000000000000000000\nA=AKIAXXXXXXXXXXXXXXXX\nD=sk-ant-api03-abcdefghijklmnopqrstuvwxyz\n"),
    ("lfs.bin", lambda m: f"version https://git-lfs.github.com/spec/v1\noid sha256:{m.hex(64)}\nsize 12345\n"),
    ("image.png", lambda m: b"\x89PNG\r\n\x1a\n" + m.random.randbytes(3000)),
)  # fmt: skip

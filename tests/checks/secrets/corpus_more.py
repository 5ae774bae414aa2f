"""Further pull requests with known answers: values in the syntax of many languages and tools, and quiet look-alikes.

They were written after the detector, without looking at it, to see what it does not know; a few it still does not find.
"""

# ruff: noqa: E501, S608 - rows of a table of texts
from __future__ import annotations

from collections.abc import Callable

from tests.checks.secrets.corpus import Case, Expected, formats, quiet, recipe
from tests.checks.secrets.make import Maker, encode64


def _github(m: Maker) -> str:
    return m.github()


def P(m: Maker) -> str:  # noqa: N802 - it stands in a hundred rows
    return m.password()


def M(length: int) -> Callable[[Maker], str]:  # noqa: N802 - it stands in a hundred rows
    return lambda m: m.mixed(length)


formats(
    "context",
    ("a.yaml", 'db:\n  password: "@@"\n', P),
    ("a.yaml", "db:\n  password: '@@' # prod\n", P),
    ("a.toml", 'password = "@@"\n', P),
    ("b.toml", "[redis]\nauth = '@@'\n", M(24)),
    ("x.ini", "[mysql]\npassword=@@\n", P),
    ("config.exs", 'config :app, secret_key_base: "@@"\n', M(64)),
    ("config.rb", 'config.secret_key_base = "@@"\n', M(64)),
    ("database.yml", "production:\n  adapter: mysql2\n  password: @@\n", P),
    ("terraform.tfvars", 'db_password = "@@"\n', P),
    ("a.tf", '  password = "@@"\n', P),
    ("app.kt", 'val apiKey = "@@"\n', M(32)),
    ("A.swift", 'let apiSecret: String = "@@"\n', M(32)),
    ("a.cs", 'public string ApiKey { get; set; } = "@@";\n', M(32)),
    ("a.scala", 'val password = "@@"\n', P),
    ("a.rs", 'const API_TOKEN: &str = "@@";\n', M(40)),
    ("a.c", '#define DB_PASSWORD "@@"\n', P),
    ("a.cpp", 'std::string password{"@@"};\n', P),
    ("a.lua", 'local password = "@@"\n', P),
    ("a.pl", 'my $password = "@@";\n', P),
    ("a.ps1", '$Password = "@@"\n', P),
    ("a.ps1", '$cred = ConvertTo-SecureString "@@" -AsPlainText -Force\n', P),
    ("a.bat", "set DB_PASSWORD=@@\n", P),
    ("a.fish", "set -x API_TOKEN @@\n", M(32)),
    ("a.py", 'conn = psycopg2.connect(host="db", user="app", password="@@")\n', P),
    ("a.py", 'headers = {"X-Api-Key": "@@"}\n', M(32)),
    ("a.py", 'headers = {"Authorization": "Bearer @@"}\n', M(36)),
    ("a.py", 'auth=("admin", "@@")\n', P),
    ("a.js", 'axios.defaults.headers.common["Authorization"] = "Bearer @@";\n', M(36)),
    ("a.js", 'app.use(session({ secret: "@@", resave: false }))\n', M(24)),
    ("a.ts", '  private readonly apiKey = "@@";\n', M(32)),
    ("a.js", 'jwt.sign(payload, "@@")\n', M(32)),
    ("a.java", 'props.setProperty("password", "@@");\n', P),
    ("a.java", 'ds.setPassword("@@");\n', P),
    ("a.java", '@Value("${x:@@}") String password;\n', P),
    ("a.xml", '<property name="password" value="@@"/>\n', P),
    ("a.xml", '<entry key="api.token">@@</entry>\n', M(32)),
    ("strings.xml", '<string name="api_key">@@</string>\n', M(32)),
    ("Info.plist", "<key>APIKey</key>\n<string>@@</string>\n", M(32)),
    ("gradle.properties", "signing.keyPassword=@@\n", P),
    ("build.gradle", '    storePassword "@@"\n', P),
    ("build.gradle", '    keyPassword = "@@"\n', P),
    ("settings.xml", "<passphrase>@@</passphrase>\n", P),
    ("nuget.config", '<add key="ClearTextPassword" value="@@" />\n', P),
    (".htaccess", "SetEnv DB_PASS @@\n", P),
    (
        "wp-config.php",
        "define( 'AUTH_KEY', '@@' );\n",
        lambda m: m.of(60, "abcdefghijklmnopqrstuvwxyzABCDEFG0123456789!@#%^*()_-+=[]{}|:,.?~"),
    ),
    ("a.sh", 'mysql -uroot -p"@@" db\n', M(12)),
    ("a.sh", 'sshpass -p "@@" ssh x\n', M(12)),
    ("a.sh", 'curl -H "X-Auth-Token: @@" https://x\n', M(32)),
    ("a.sh", "PGPASSWORD=@@ psql -h db\n", P),
    ("a.sh", "echo '@@' | docker login -u ci --password-stdin\n", M(20)),
    ("a.sh", "az login --service-principal -u x -p @@ --tenant y\n", M(34)),
    ("a.sh", "redis-cli -h x -a @@ ping\n", M(16)),
    ("a.sh", "./run --api-key=@@ --x\n", M(32)),
    ("a.sh", "./run --password @@ --x\n", P),
    (".pgpass", "db.corp.net:5432:app:app:@@\n", P),
    (".git-credentials", "https://deploy:@@@git.corp.net\n", M(20)),
    ("Dockerfile", "FROM x\nENV DB_PASSWORD=@@\n", P),
    ("Dockerfile", "FROM x\nRUN pip install --index-url https://ci:@@@pypi.corp.net/simple x\n", M(16)),
    ("Dockerfile", 'FROM x\nARG TOKEN="@@"\n', M(32)),
    ("docker-compose.yml", "      MYSQL_ROOT_PASSWORD: @@\n", P),
    ("docker-compose.yml", '      - "RABBITMQ_DEFAULT_PASS=@@"\n', P),
    ("k.yaml", "kind: Secret\napiVersion: v1\nstringData:\n  password: @@\n", P),
    ("k.yaml", "apiVersion: v1\nkind: Secret\ndata:\n  api-token: @@\n", lambda m: encode64(m.mixed(32))),
    ("values.yaml", 'postgresql:\n  auth:\n    postgresPassword: "@@"\n', P),
    ("pulumi.yaml", "  aws:secretKey: @@\n", M(40)),
    ("task.json", '{"environment": [{"name": "DB_PASSWORD", "value": "@@"}]}\n', P),
    ("task.json", '{\n "name": "API_KEY",\n "value": "@@"\n}\n', M(32)),
    ("cf.yml", "      MasterUserPassword: @@\n", P),
    ("ansible.yml", "ansible_become_pass: @@\n", P),
    ("hosts.ini", "db1 ansible_ssh_pass=@@\n", P),
    ("conn.cs", '"Server=tcp:x.database.windows.net,1433;User ID=sa;Password=@@;Encrypt=True;"\n', P),
    ("a.go", 'os.Setenv("API_TOKEN", "@@")\n', M(32)),
    ("a.go", 'dsn := "app:@@@tcp(db.corp.net:3306)/x"\n', M(16)),
    ("a.go", 'Password: "@@",\n', P),
    ("a.env", "REDIS_URL=redis://:@@@cache.corp.net:6379\n", M(20)),
    ("a.env", "LDAP_URL=ldap://cn=admin:@@@ldap.corp.net\n", M(16)),
    ("a.env", "SFTP=sftp://up:@@@files.corp.net/x\n", M(14)),
    ("a.env", "CELERY_BROKER=amqps://u:@@@mq.corp.net//\n", M(14)),
    ("a.env", "MONGO=mongodb://root:@@@mongo:27017/admin\n", M(20)),
    ("a.env", "PROXY=http://u:@@@proxy.corp.net:8080\n", M(12)),
    ("a.env", "DB=mssql+pyodbc://sa:@@@sql.corp.net/x?driver=y\n", M(14)),
    ("a.env", "DB=oracle://scott:@@@ora.corp.net/x\n", M(14)),
    ("a.env", "NATS=nats://svc:@@@nats.corp.net:4222\n", M(14)),
    ("a.env", "APP_KEY=base64:@@\n", lambda m: m.base64(32)),
    ("a.env", "JWT_SECRET=@@\n", M(48)),
    ("a.env", "ENCRYPTION_KEY=@@\n", lambda m: m.hex(64)),
    ("a.env", "RAILS_MASTER_KEY=@@\n", lambda m: m.hex(32)),
    ("a.env", 'NEXTAUTH_SECRET="@@"\n', lambda m: m.base64(32)),
    ("a.env", 'export OKTA_CLIENT_TOKEN="00@@"\n', M(40)),
    ("config/master.key", "@@\n", lambda m: m.hex(32)),
    ("a.env", "MAIL_PASSWORD=@@\n", lambda m: " ".join(m.of(4, "abcdefghijklmnopqrstuvwxyz") for _ in range(4))),
    ("a.md", "Login with admin / @@\n", P),
    ("a.md", "password: `@@`\n", P),
    ("a.md", "- **Password:** @@\n", P),
    ("a.py", '# TODO remove: password = "@@"\n', P),
    ("a.html", "<!-- pwd: @@ -->\n", P),
    ("test_x.py", 'PASSWORD = "@@"\n', M(20)),
    ("a.http", "Cookie: session=@@\n", M(40)),
    ("a.http", "X-Vault-Token: @@\n", M(26)),
    ("a.http", "Authorization: Token @@\n", lambda m: m.hex(40)),
    ("a.sql", "ALTER USER app WITH PASSWORD '@@';\n", P),
    ("a.sql", "CREATE ROLE x LOGIN ENCRYPTED PASSWORD '@@';\n", P),
    ("wg.conf", "[Interface]\nPrivateKey = @@\n", lambda m: m.base64(32)),
    ("a.json", '{"apiKey":"@@"}\n', M(40)),
    ("a.json", '{"private_key_id": "x", "client_secret": "@@"}\n', M(40)),
    ("a.json", '"{\\"password\\": \\"@@\\"}"\n', P),
    ("a.groovy", 'password: "@@",\n', P),
    ("a.yml", "    - run: echo\n      env: {API_KEY: @@}\n", M(32)),
    ("log.txt", "2024-01-01 DEBUG login user=bob password=@@ ok\n", P),
    ("x.csv", "user,password\nbob,@@\n", P),
    ("u.txt", "https://api.corp.net/v1?api_key=@@&x=1\n", M(32)),
    ("u.js", "fetch(`https://api.corp.net/v1?access_token=@@`)\n", M(32)),
)
quiet(
    (
        "a.py",
        'def set_password(self, password: str) -> None:\n    self.password_hash = hash_password(password)\n    assert password != "Password1!"\n',
    ),
    (
        "a.py",
        'raise ValueError("password must be at least 8 characters")\nsecret = f"{prefix}-{uuid4()}"\ntoken: Optional[str] = None\n',
    ),
    (
        "a.ts",
        'const [password, setPassword] = useState("");\ninterface Auth { accessToken: string; refreshToken: string }\nexport const TOKEN_KEY = "app.auth.token.v2";\n',
    ),
    (
        "a.go",
        'token := os.Getenv("API_TOKEN")\nsecret, err := client.Secrets(ns).Get(ctx, "db-secret-v1", metav1.GetOptions{})\npasswordField := "password"\n',
    ),
    (
        "a.java",
        'String password = System.getenv("DB_PASSWORD");\n@Value("${spring.datasource.password}") private String password;\nprivate static final String TOKEN_HEADER = "X-Auth-Token-2";\n',
    ),
    (
        "a.rb",
        'password = ENV.fetch("DB_PASSWORD")\nhas_secure_password\nvalidates :password, length: { minimum: 12 }\n',
    ),
    ("a.php", "$password = $_POST['password'];\n'password' => env('DB_PASSWORD', ''),\n'key' => env('APP_KEY'),\n"),
    (
        "values.yaml",
        'auth:\n  existingSecret: "pg-credentials-2024"\n  secretKeys:\n    adminPasswordKey: postgres-password\n  password: ""\nimage:\n  digest: sha256:abc\n',
    ),
    (
        "a.yml",
        "uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3\nwith:\n  token: ${{ github.token }}\n  ssh-key: ${{ secrets.DEPLOY_KEY }}\n",
    ),
    (
        "docs.md",
        "Set `password: hunter2`. Use `Authorization: Bearer <token>`.\n`postgres://user:password@host:5432/db`\nmysql://USER:PASSWORD@HOST/DB https://user:pass@example.com/\n",
    ),
    (
        "docs.md",
        'export API_KEY="sk-..."\nAPI_KEY=abc123\nPASSWORD=secret123\npassword=MyP@ssw0rd\nTOKEN=my-secret-token\n',
    ),
    (
        "a.env",
        "SECRET_KEY=change-me-in-production\nJWT_SECRET=super-secret-jwt-token-with-at-least-32-characters-long\nDB_PASSWORD=postgres\nREDIS_PASSWORD=redis_password\nADMIN_PASSWORD=admin123\n",
    ),
    (
        "a.env.example",
        "SECRET_KEY=django-insecure-change-me\nAWS_SECRET_ACCESS_KEY=your_aws_secret_access_key_here_xxxxxxxxx\nSTRIPE_KEY=sk_test_your_key\nOPENAI_API_KEY=sk-your-openai-api-key\n",
    ),
    (
        "a.yaml",
        "secretName: my-tls-cert-2\nsecretRef:\n  name: app-secret-v3\nkey: tls.key\ntokenSecretRef: foo-bar-baz-1\nimagePullSecrets:\n  - name: regcred2\n",
    ),
    (
        "a.js",
        lambda m: (
            f'const nonce="{m.base64(16)}"; integrity="sha384-{m.base64(48)}"\nvar publicKey="{m.base64(64)}";\nconst commit="{m.hex(40)}";'
        ),
    ),
    (
        "a.json",
        lambda m: (
            f'{{"_id":"{m.hex(24)}","etag":"{m.hex(32)}","sha":"{m.hex(40)}","x5t":"{m.of(27)}","kid":"{m.of(43)}","nextPageToken":"{m.of(60)}","cursor":"{m.base64(30)}"}}'
        ),
    ),
    (
        "snap.test.js.snap",
        lambda m: f'exports[`x 1`] = `<div data-key="{m.of(20)}" class="css-{m.of(8)} token-{m.hex(6)}">`;\n',
    ),
    (
        "vcr.yml",
        lambda m: f'headers:\n  ETag: W/"{m.hex(32)}"\n  X-Request-Id: {m.uuid()}\n  Set-Cookie: _csrf={m.of(24)}\n',
    ),
    (
        "m.py",
        'class Migration:\n    operations=[migrations.AddField("user","password_reset_token",models.CharField(max_length=64))]\n',
    ),
    (
        "x.sql",
        lambda m: (
            f"INSERT INTO t VALUES ('{m.uuid()}', '{m.hex(40)}', 'pbkdf2_sha256$260000${m.of(22)}${m.base64(32)}');\n"
        ),
    ),
    (
        "k.yml",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nspec:\n  data:\n    - secretKey: password\n      remoteRef:\n        key: prod/db/creds-v2\n        property: password\n",
    ),
    ("sealed.yml", lambda m: f"kind: SealedSecret\nspec:\n  encryptedData:\n    password: AgB{m.base64(120)}\n"),
    (
        "a.conf",
        "ssl_certificate_key /etc/ssl/private/site1.key;\nauth_basic_user_file /etc/nginx/.htpasswd2;\nproxy_set_header Authorization $http_authorization;\n",
    ),
    ("i18n.yml", 'de:\n  password: Passwort\n  token_invalid: "Ungültiges Token1"\n  secret_hint: Geheimnis\n'),
    (
        "known_hosts",
        lambda m: (
            f"github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{m.of(43)}\n|1|{m.base64(20)}|{m.base64(20)} ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABB{m.of(86)}=\n"
        ),
    ),
    (
        "test_dsn.py",
        'DSN = "postgresql://user:pass@db/app"\nURL="amqp://guest:guest@rabbitmq:5672//"\nM="mongodb://root:example@mongo:27017"\nR="redis://:redis@redis:6379"\nX="mysql://app:app_password@127.0.0.1:3307/app_test"\nY="postgres://dev:devpass123@localhost/dev"\n',
    ),
    (
        "a.tsx",
        '<Input type="password" name="newPassword2" label="Password" aria-label={t("auth.password2")} />\n<Field component={PasswordInput2} />\n',
    ),
    (
        "uuid.env",
        lambda m: (
            f"AZURE_CLIENT_ID={m.uuid()}\nAZURE_TENANT_ID={m.uuid()}\nAUTH0_DOMAIN=x.eu.auth0.com\nAPP_ID={m.uuid()}\n"
        ),
    ),
    (
        "b.py",
        'token_regex = r"[A-Za-z0-9]{32}"\nSECRET_PATTERNS = ["AKIA[0-9A-Z]{16}", "ghp_[0-9a-zA-Z]{36}"]\nPASSWORD_RE = re.compile(r"^(?=.*[A-Z])(?=.*\\d).{8,}$")\n',
    ),
    (
        "fp.txt",
        lambda m: (
            "SHA256:" + m.base64(32)[:-1] + " key fingerprint\nMD5:" + ":".join(m.hex(2) for _ in range(16)) + "\n"
        ),
    ),
    (
        "Pipfile.lock",
        lambda m: (
            '{"_meta":{"hash":{"sha256":"' + m.hex(64) + '"}},"default":{"x":{"hashes":["sha256:' + m.hex(64) + '"]}}}'
        ),
    ),
    (
        "gradle-verif.xml",
        lambda m: (
            f'<sha256 value="{m.hex(64)}" origin="x"/><pgp value="{m.hex(40).upper()}"/><trusted-key id="{m.hex(40)}" group="x"/>\n'
        ),
    ),
    (
        "firebase.ts",
        "const cfg = { authDomain: 'my-app-123.firebaseapp.com', projectId: 'my-app-123', storageBucket: 'my-app-123.appspot.com' };\n",
    ),
    (
        "a.py",
        'PASSWORD = "".join(random.choices(string.ascii_letters, k=16))\napi_key = secrets.token_urlsafe(32)\npwd = base64.b64decode(x)\nAUTH_HEADER = "HTTP_X_API_KEY_V2"\n',
    ),
    (
        "a.sh",
        'read -s -p "Password: " PASSWORD\nTOKEN=$(curl -s -X PUT "http://169.254.169.254/latest/api/token" -H "X-aws-ec2-metadata-token-ttl-seconds: 21600")\ncurl -H "Authorization: token ${GITHUB_TOKEN}" x\n',
    ),
    (
        "test_hash.py",
        lambda m: (
            f'assert md5("password") == "{m.hex(32)}"\nEXPECTED_TOKEN_HASH = "{m.hex(64)}"\nPASSWORD_DIGEST = "{m.hex(64)}"\n'
        ),
    ),
)


formats(
    "context",
    (".gitmodules", '[submodule "x"]\n\turl = https://ci:@@@git.corp.net/x.git\n', M(20)),
    (".gitmodules", '[submodule "x"]\n\turl = https://@@@github.com/o/x.git\n', _github),
    ("s.tfstate", '{"attributes": {"password": "@@", "username": "x"}}\n', P),
    ("a.sh", 'curl -X POST \\\n  -H "Authorization: Bearer @@" \\\n  https://x\n', M(40)),
    ("key.b64", "@@\n", lambda m: encode64(m.pem())),
    ("k.yml", "kubeconfig: @@\n", lambda m: encode64("users:\n- name: x\n  user:\n    token: " + m.jwt() + "\n")),
    ("bom.env", "\ufeffT=@@\n", _github),
    ("p.env", "URL=postgres://u:@@@db.corp.net/x\n", lambda m: m.mixed(6) + "%40" + m.mixed(6)),
    ("c.cs", '"Data Source=x;User Id=y;Pwd=@@"\n', M(14)),
    ("m.yml", "uri: mongodb+srv://u:@@@c0.abcde.mongodb.net/?retryWrites=true\n", M(16)),
    ("fb.js", 'const c = { apiKey: "@@", authDomain: "x.firebaseapp.com" }\n', lambda m: "AIza" + m.of(35)),
    ("b.yml", "password: |\n  @@\n", P),
    ("a.yml", 'api_key: !!str "@@"\n', M(32)),
    ("c.py", 'client = Client(\n    token="@@",\n)\n', M(40)),
    ("c.py", 'TOKEN = ("@@")\n', M(40)),
    ("c.py", "os.environ['API_KEY'] = '@@'\n", M(40)),
    ("c.js", 'process.env.API_KEY="@@"\n', M(40)),
    ("x.rb", "ENV['SECRET'] ||= '@@'\n", M(32)),
    ("x.ex", 'password: System.get_env("P") || "@@"\n', P),
    ("x.clj", '{:password "@@"}\n', P),
    ("x.hs", 'password = "@@"\n', P),
    ("x.r", 'Sys.setenv(API_TOKEN = "@@")\n', M(32)),
    ("x.m", 'NSString *apiSecret = @"@@";\n', M(32)),
    ("x.dart", "const apiKey = '@@';\n", M(32)),
    ("x.vue", 'data: () => ({ apiToken: "@@" })\n', M(32)),
    ("x.graphql", "# token: @@\n", M(40)),
    ("x.proto", "// password: @@\n", P),
    ("helm.sh", "helm install x --set auth.password=@@ y\n", P),
    ("x.sh", "kubectl create secret generic s --from-literal=password=@@\n", P),
    ("x.yml", 'args: ["--db-password=@@"]\n', P),
    ("x.yml", "command: redis-server --requirepass @@\n", M(20)),
    ("redis.conf", "requirepass @@\n", M(20)),
    ("rabbit.conf", "default_pass = @@\n", P),
    ("pg.conf", "primary_conninfo = 'host=x user=r password=@@'\n", M(16)),
    ("my.cnf", '[client]\npassword="@@"\n', P),
    ("smb.conf", "   ldap admin password = @@\n", P),
    ("haproxy.cfg", "  user admin insecure-password @@\n", M(14)),
    ("nginx.conf", 'proxy_set_header X-Api-Key "@@";\n', M(32)),
    ("nginx.conf", 'proxy_set_header Authorization "Basic @@";\n', lambda m: encode64("u:" + m.mixed(14))),
    ("wpa.conf", 'network={\n  psk="@@"\n}\n', P),
    ("settings.py", 'DATABASES = {"default": {"USER": "x", "PASSWORD": "@@"}}\n', P),
    ("s.py", 'EMAIL_HOST_PASSWORD = "@@"\n', P),
    ("l.env", "LARAVEL_APP_KEY=base64:@@\n", lambda m: m.base64(32)),
    ("twitch.env", "CLIENT_SECRET=@@\n", lambda m: m.of(30, "abcdefghijklmnopqrstuvwxyz0123456789")),
    ("e.env", "SESSION_SECRET=@@\n", lambda m: m.of(40, "abcdefghijklmnopqrstuvwxyz0123456789")),
    ("e.env", "PRIVATE_KEY=0x@@\n", lambda m: m.hex(64)),
    ("e.env", "MNEMONIC_KEY=@@\n", lambda m: m.hex(64)),
    ("e.env", "SECRET='@@'\n", lambda m: m.mixed(10) + "$%" + m.mixed(4)),
    ("e.env", 'DB_PWD="@@"\n', lambda m: m.mixed(5) + "&*(" + m.mixed(5)),
    ("e.env", "PASSWORD=@@ # rotate\n", P),
    ("Jenkinsfile", "environment { API_TOKEN = '@@' }\n", M(32)),
    ("buildspec.yml", '      NPM_TOKEN: "@@"\n', lambda m: "npm_" + m.of(36)),
    ("a.tf", '  client_secret   = "@@"\n', lambda m: m.of(3) + "8Q~" + m.of(34)),
    ("a.bicep", "param adminPassword string = '@@'\n", P),
    ("a.json", '{"parameters": {"adminPassword": {"value": "@@"}}}\n', P),
    (
        "x.xml",
        '<connectionStrings><add name="x" connectionString="Server=s;Uid=u;Pwd=@@;"/></connectionStrings>\n',
        M(14),
    ),
    ("x.java", 'DriverManager.getConnection("jdbc:mysql://h/x", "root", "@@");\n', P),
    ("x.java", 'String url = "jdbc:postgresql://h/x?user=a&password=@@";\n', M(16)),
    ("x.go", 'req.SetBasicAuth("admin", "@@")\n', P),
    ("x.go", 'req.Header.Set("Authorization", "Bearer @@")\n', M(40)),
    ("x.py", 'requests.get(u, auth=("ci", "@@"))\n', P),
    ("x.py", 'paramiko.connect(h, username="x", password="@@")\n', P),
    ("x.kts", 'password = "@@"\n', P),
    ("x.sbt", 'credentials += Credentials("R", "h", "u", "@@")\n', P),
    ("x.txt", "ssh root@10.0.0.1 (password @@)\n", P),
)


@recipe
def added_removed_and_added_again(m: Maker) -> Case:
    v = m.github()
    return Case(
        "history",
        [{"a.env": "A=1\n"}, {"a.env": f"T={v}\nA=1\n"}, {"a.env": "A=1\n"}, {"a.env": f"T={v}\nA=1\n"}],
        [Expected("a.env", 1)],
    )


@recipe
def line_ends_change_with_a_secret(m: Maker) -> Case:
    return Case(
        "history",
        [{"a.env": "A=1\n", "b.env": "x\n"}, {"a.env": f"A=1\r\nT={m.github()}\r\n", "b.env": None}],
        [Expected("a.env", 2)],
    )


@recipe
def line_ends_of_old(m: Maker) -> Case:
    return Case("shape", [{}, {"a.env": f"A=1\rT={m.github()}\r"}], [Expected("a.env", 1)])


@recipe
def a_key_with_carriage_returns(m: Maker) -> Case:
    return Case("key", [{}, {"k.pem": m.pem().replace("\n", "\r\n") + "\r\n"}], [Expected("k.pem", 1)])


@recipe
def a_key_in_string_literals(m: Maker) -> Case:
    return Case(
        "key",
        [{}, {"k.py": "K = (\n" + "\n".join(f'    "{line}\\n"' for line in m.pem().split("\n")) + "\n)\n"}],
        [Expected("k.py", 2)],
    )


@recipe
def a_key_for_another_key(m: Maker) -> Case:
    return Case("key", [{"k.pem": m.pem() + "\n"}, {"k.pem": m.pem() + "\n"}], [Expected("k.pem", 1)])


@recipe
def a_pgp_key(m: Maker) -> Case:
    return Case(
        "key",
        [
            {},
            {
                "k.asc": "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n"
                + "\n".join(m.of(64) for _ in range(10))
                + "\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----\n"
            },
        ],
        [Expected("k.asc", 1)],
    )


@recipe
def a_putty_key(m: Maker) -> Case:
    return Case(
        "key",
        [
            {},
            {
                "k.ppk": "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nComment: x\nPublic-Lines: 2\n"
                + m.of(64)
                + "\n"
                + m.of(64)
                + "\nPrivate-Lines: 3\n"
                + "\n".join(m.base64(48) for _ in range(3))
                + "\nPrivate-MAC: "
                + m.hex(40)
                + "\n"
            },
        ],
        [Expected("k.ppk", 1)],
    )
